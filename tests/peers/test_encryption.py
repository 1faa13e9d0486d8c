"""Encryption both ways: every kind of recipient with every content cipher."""
import zlib

import pytest

from support import message
from support.program import WEAK, must, read_report, run

PAYLOAD = message.payload(10 * 1024, "binary")
CBC = ["des", "3des", "rc2-40", "rc2-64", "rc2-128", "aes128-cbc", "aes192-cbc", "aes256-cbc"]
GCM = ["aes128-gcm", "aes192-gcm", "aes256-gcm"]
# AES key wrap (RFC 3394) takes keys from 16 octets on, and openssl wraps with AES for agreement recipients.
SHORT_KEY = {"des", "rc2-40", "rc2-64"}
AGREEMENT = ["ec256", "ec384", "ec521", "dh"]

TO_PEER = {
    "openssl": [("rsa", "rsa", cipher) for cipher in CBC + GCM] +
               [("rsa", "rsa-oaep", cipher) for cipher in ("3des", "aes128-cbc", "aes256-cbc", "aes256-gcm")] +
               [(key, None, cipher) for key in AGREEMENT for cipher in ["3des", "rc2-128", *CBC[5:], *GCM]] +
               [("x25519", None, "aes256-cbc")],
    "nss": [("rsa", "rsa", cipher) for cipher in [*CBC, "aes256-gcm"]] +
           [("rsa", "rsa-oaep", "aes256-cbc"), ("ec256", None, "aes256-cbc")],
    "gpgsm": [("rsa", "rsa", cipher) for cipher in [*CBC, "aes256-gcm"]] + [("rsa", "rsa-oaep", "aes256-cbc")],
}
CANNOT_DECRYPT = {
    ("openssl", "x25519", None, "aes256-cbc"): "no matching recipient",
    # RFC 3370, section 4.3: RC2 content keys are wrapped with RC2, which openssl does not know.
    **{("openssl", key, None, "rc2-128"): "id-smime-alg-CMSRC2wrap" for key in AGREEMENT},
    ("nss", "rsa", "rsa", "aes256-gcm"): "failed to decode message",
    ("nss", "rsa", "rsa-oaep", "aes256-cbc"): "SEC_ERROR_UNSUPPORTED_KEYALG",
    ("nss", "ec256", None, "aes256-cbc"): "failed to decode message",
    **{("gpgsm", "rsa", "rsa", cipher): "unsupported algorithm" for cipher in ("des", "rc2-40", "rc2-64", "rc2-128")},
    ("gpgsm", "rsa", "rsa", "aes256-gcm"): "Buffer too short",
    ("gpgsm", "rsa", "rsa-oaep", "aes256-cbc"): "error getting encrypted session key",
}
# (key, OAEP digest, cipher) that each peer makes. NSS chooses the cipher itself.
FROM_PEER = {
    "openssl": [("rsa", None, cipher) for cipher in CBC + GCM] +
               [("rsa", digest, cipher) for digest in ("sha1", "sha256", "sha512") for cipher in ("aes256-cbc", "aes256-gcm")] +
               [(key, None, cipher) for key in AGREEMENT for cipher in [*CBC, *GCM]] +
               [("x25519", None, "aes256-cbc")],
    "nss": [("rsa", None, "the peer's choice"), ("ec256", None, "the peer's choice")],
    "gpgsm": [("rsa", None, cipher) for cipher in ("3des", "aes128-cbc", "aes192-cbc", "aes256-cbc", "des", "rc2-128", "aes256-gcm")] +
             [("ec256", None, "aes256-cbc")],
}
CANNOT_ENCRYPT = {
    ("openssl", "x25519", None, "aes256-cbc"): "operation not supported for this keytype",
    **{("openssl", key, None, cipher): "aes_wrap_cipher_internal" for key in AGREEMENT for cipher in SHORT_KEY},
    ("nss", "ec256", None, "the peer's choice"): "cannot create CMS recipientInfo object",
    **{("gpgsm", "rsa", None, cipher): "selected cipher algorithm is invalid" for cipher in ("des", "rc2-128", "aes256-gcm")},
    ("gpgsm", "ec256", None, "aes256-cbc"): "Wrong key usage",
}


def cells(table):
    return [(peer, *cell) for peer, listed in table.items() for cell in listed]


@pytest.mark.parametrize("peer,key,transport,cipher", cells(TO_PEER))
def test_peer_decrypts_ours(sealgate, pki, peer_of, cell, tmp_path, peer, key, transport, cipher):
    refusal = CANNOT_DECRYPT.get((peer, key, transport, cipher))
    how = f"{key} OAEP" if transport == "rsa-oaep" else key
    cell(peer=peer, direction="to peer", what="encryption", algorithm=f"{how} {cipher}", form="", refusal=refusal)
    source, sealed, der, opened = (tmp_path / name for name in ("in", "sealed", "der", "opened"))
    source.write_bytes(PAYLOAD)
    recipient = pki.get(key)
    must(sealgate.encode(source, sealed, encrypt_to=[recipient], cipher=cipher, key_transport=transport))
    der.write_bytes(message.body_of(sealed.read_bytes()))
    done = peer_of(peer).decrypt(der, opened, recipient)
    if refusal is None:
        must(done)
        assert message.body_of(opened.read_bytes()) == PAYLOAD
    else:
        assert done.returncode != 0
        assert refusal in done.stderr


@pytest.mark.parametrize("peer,key,oaep,cipher", cells(FROM_PEER))
def test_we_decrypt_the_peers(sealgate, pki, peer_of, cell, tmp_path, peer, key, oaep, cipher):
    refusal = CANNOT_ENCRYPT.get((peer, key, oaep, cipher))
    how = f"{key} OAEP-{oaep}" if oaep else key
    cell(peer=peer, direction="from peer", what="encryption", algorithm=f"{how} {cipher}", form="", refusal=refusal)
    part, der, sealed, opened, report = (tmp_path / name for name in ("part", "der", "sealed", "opened", "report"))
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "binary"))
    recipient = pki.get(key)
    done = peer_of(peer).encrypt(part, der, recipient, cipher, oaep)
    if refusal is not None:
        assert done.returncode != 0
        assert refusal in done.stderr
        return
    must(done)
    kind = "authEnveloped-data" if cipher.endswith("gcm") else "enveloped-data"
    sealed.write_bytes(message.pkcs7_mime(der.read_bytes(), kind))
    must(sealgate.decode(sealed, opened, keys=[recipient], report=report, allow_weak=cipher in WEAK or peer == "nss",
                         more=["--require-encryption"]))
    assert opened.read_bytes() == PAYLOAD
    assert read_report(report)["layers"][0]["type"] == ("auth-enveloped" if cipher.endswith("gcm") else "enveloped")


@pytest.mark.parametrize("opener", ["rsa", "ec256", "dh"])
def test_several_recipients(sealgate, pki, peer_of, tmp_path, opener):
    """One message to three recipients of three kinds: each opens it alone, there and here."""
    source, sealed, der, opened = (tmp_path / name for name in ("in", "sealed", "der", "opened"))
    source.write_bytes(PAYLOAD)
    everybody = [pki.get(key) for key in ("rsa", "ec256", "dh")]
    must(sealgate.encode(source, sealed, encrypt_to=everybody))
    der.write_bytes(message.body_of(sealed.read_bytes()))
    must(peer_of("openssl").decrypt(der, opened, pki.get(opener)))
    assert message.body_of(opened.read_bytes()) == PAYLOAD
    must(sealgate.decode(sealed, opened, keys=[pki.get(opener)]))
    assert opened.read_bytes() == PAYLOAD


@pytest.mark.parametrize("options", [["-keyid"], ["-stream"], ["-aes128-wrap"], ["-aes256-wrap"]], ids="".join)
@pytest.mark.parametrize("key", ["rsa", "ec256", "dh"])
def test_we_decrypt_openssl_variants(sealgate, pki, tmp_path, key, options):
    """Recipient by subject key identifier, indefinite length, other key wraps."""
    part, der, sealed, opened = (tmp_path / name for name in ("part", "der", "sealed", "opened"))
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "binary"))
    must(run(["openssl", "cms", "-encrypt", "-binary", "-in", part, "-aes128", "-outform", "DER", "-out", der,
              "-recip", pki.get(key).certificate, *options]))
    sealed.write_bytes(message.pkcs7_mime(der.read_bytes(), "enveloped-data"))
    must(sealgate.decode(sealed, opened, keys=[pki.get(key)]))
    assert opened.read_bytes() == PAYLOAD


@pytest.mark.parametrize("where", ["before-signing", "after-signing"])
def test_compression_by_an_independent_reader(sealgate, pki, peer_of, cell, tmp_path, where):
    """No peer here opens CompressedData (Debian's openssl is built without zlib): zlib itself reads what we wrote."""
    refusal = "unsupported compression algorithm"
    cell(peer="openssl", direction="to peer", what="compression", algorithm=where, form="", refusal=refusal)
    source, sealed, der, opened = (tmp_path / name for name in ("in", "sealed", "der", "opened"))
    text = message.payload(100_000, "text-crlf")
    source.write_bytes(text)
    must(sealgate.encode(source, sealed, sign="opaque", signer=pki.get("rsa"), compress=where))
    if where == "after-signing":
        compressed = message.body_of(sealed.read_bytes())
        der.write_bytes(zlib.decompress(message.octets(compressed)))
        signed = message.body_of(der.read_bytes())
        der.write_bytes(signed)
        must(peer_of("openssl").verify(der, opened))
        inner = opened.read_bytes()
    else:
        der.write_bytes(message.body_of(sealed.read_bytes()))
        must(peer_of("openssl").verify(der, opened))
        compressed = message.body_of(opened.read_bytes())
        inner = zlib.decompress(message.octets(compressed))
    assert message.body_of(inner) == text
    der.write_bytes(compressed)
    done = run(["openssl", "cms", "-uncompress", "-inform", "DER", "-in", der, "-out", opened])
    assert done.returncode != 0
    assert refusal in done.stderr
