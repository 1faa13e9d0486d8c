"""Signatures both ways: every kind of key with every digest, clear and opaque."""
import pytest

from support import message
from support.program import must, read_report, run

KEYS = ["rsa", "ec256", "ec384", "ec521"]
DIGESTS = ["sha1", "sha256", "sha384", "sha512"]
PAYLOAD = message.payload(10 * 1024, "binary")

# (peer, key, digest) -> what the peer says when it gets a signature that it cannot check.
CANNOT_VERIFY = {
    ("nss", "rsa", "md5"): "BadSignature",
    ("gpgsm", "ec256", "sha1"): "a 160 bit hash is not valid for a 256 bit ECC key",
    ("gpgsm", "ec384", "sha1"): "a 160 bit hash is not valid for a 384 bit ECC key",
    ("gpgsm", "ec384", "sha256"): "a 256 bit hash is not valid for a 384 bit ECC key",
    **{("gpgsm", "ec521", digest): "Internal error" for digest in DIGESTS},
    ("openssl", "ed25519", "sha512"): "invalid digest",
    ("nss", "ed25519", "sha512"): "",
    ("gpgsm", "ed25519", "sha512"): "",
}
# (peer, key, digest) -> what the peer says when asked to make one. gpgsm 2.2 takes no EC key from a PKCS#12 file.
CANNOT_SIGN = {
    ("openssl", "ed25519", "sha512"): "invalid digest",
    ("openssl", "ec256", "md5"): "unsupported signature algorithm",
    ("openssl", "dsa", "sha512"): "unsupported signature algorithm",
    ("nss", "rsa", "md5"): "SEC_ERROR_SIGNATURE_ALGORITHM_DISABLED",
    ("nss", "dsa", "sha512"): "SEC_ERROR_INVALID_ALGORITHM",
    ("gpgsm", "ec256", "sha256"): "No secret key",
}
MADE_BY_US = [(key, digest) for key in KEYS for digest in DIGESTS] + [("rsa", "md5"), ("ed25519", "sha512")]
MADE_BY_PEER = {
    "openssl": [(key, digest) for key in KEYS for digest in DIGESTS] +
               [("rsa", "md5"), ("dsa", "sha1"), ("dsa", "sha256"), ("dsa", "sha512"), ("ec256", "md5"), ("ed25519", "sha512")],
    "nss": [(key, digest) for key in KEYS for digest in DIGESTS] +
           [("rsa", "md5"), ("dsa", "sha1"), ("dsa", "sha256"), ("dsa", "sha512")],
    "gpgsm": [("rsa", digest) for digest in DIGESTS] + [("ec256", "sha256")],
}
PEERS = list(MADE_BY_PEER)
WEAK = {"md5", "sha1"}


@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("key,digest", MADE_BY_US)
@pytest.mark.parametrize("peer", PEERS)
def test_peer_verifies_ours(sealgate, pki, peer_of, cell, tmp_path, peer, key, digest, form):
    refusal = CANNOT_VERIFY.get((peer, key, digest))
    cell(peer=peer, direction="to peer", what="signature", algorithm=f"{key} {digest}", form=form, refusal=refusal)
    source, sealed, opened = tmp_path / "in", tmp_path / "sealed", tmp_path / "opened"
    source.write_bytes(PAYLOAD)
    must(sealgate.encode(source, sealed, sign=form, signer=pki.get(key), digest=digest))
    signature, content = tmp_path / "sig.der", None
    if form == "clear":
        content = tmp_path / "content"
        part, der = message.split_signed(sealed.read_bytes())
        content.write_bytes(part)
    else:
        der = message.body_of(sealed.read_bytes())
    signature.write_bytes(der)
    done = peer_of(peer).verify(signature, opened, content)
    if refusal is None:
        must(done)
        assert message.body_of(part if form == "clear" else opened.read_bytes()) == PAYLOAD
    else:
        assert done.returncode != 0
        assert refusal in done.stderr + done.stdout.decode("utf-8", "replace")


def wrap(peer, signed, form, part, digest):
    return message.join_signed(part, signed, digest) if form == "clear" else message.pkcs7_mime(signed, "signed-data")


@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("peer,key,digest", [(peer, *cell) for peer in PEERS for cell in MADE_BY_PEER[peer]])
def test_we_verify_the_peers(sealgate, pki, peer_of, cell, tmp_path, peer, key, digest, form):
    refusal = CANNOT_SIGN.get((peer, key, digest))
    cell(peer=peer, direction="from peer", what="signature", algorithm=f"{key} {digest}", form=form, refusal=refusal)
    part, signature = tmp_path / "part", tmp_path / "sig.der"
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "base64"))
    signer, other = pki.get(key), peer_of(peer)
    if refusal == "No secret key":
        other.know(signer, key=False)
        other.imported.add((signer.name, True))
    done = other.sign(part, signature, signer, digest, detached=form == "clear")
    if refusal is not None:
        assert done.returncode != 0
        assert refusal in done.stderr
        return
    must(done)
    sealed, opened, report = tmp_path / "sealed", tmp_path / "opened", tmp_path / "report.json"
    sealed.write_bytes(wrap(peer, signature.read_bytes(), form, part.read_bytes(), digest))
    must(sealgate.decode(sealed, opened, trust=pki.root, report=report, allow_weak=digest in WEAK, more=["--require-signature"]))
    assert opened.read_bytes() == PAYLOAD
    layer = read_report(report)["layers"][0]
    assert (layer["type"], layer["form"]) == ("signed", form)
    assert [signer["status"] for signer in layer["signers"]] == ["ok"]


@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_we_verify_openssl_pss(sealgate, pki, peer_of, cell, tmp_path, digest, form):
    cell(peer="openssl", direction="from peer", what="signature", algorithm=f"rsa-pss {digest}", form=form, refusal=None)
    part, signature, sealed, opened = (tmp_path / name for name in ("part", "sig", "sealed", "opened"))
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "base64"))
    must(peer_of("openssl").sign(part, signature, pki.get("rsa"), digest, detached=form == "clear", pss=True))
    sealed.write_bytes(wrap("openssl", signature.read_bytes(), form, part.read_bytes(), digest))
    must(sealgate.decode(sealed, opened, trust=pki.root, more=["--require-signature"]))
    assert opened.read_bytes() == PAYLOAD


@pytest.mark.parametrize("options,external", [
    (["-noattr"], False), (["-nocerts"], True), (["-keyid"], False), (["-nosmimecap"], False),
    (["-stream"], False), (["-econtent_type", "pkcs7-data"], False)], ids=lambda value: "".join(value) if isinstance(value, list) else "")
def test_we_verify_openssl_variants(sealgate, pki, tmp_path, options, external):
    """No signed attributes, no certificate inside, subject key identifier, indefinite length."""
    part, signature, sealed, opened = (tmp_path / name for name in ("part", "sig", "sealed", "opened"))
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "base64"))
    signer = pki.get("rsa")
    must(run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-in", part, "-signer", signer.certificate, "-inkey", signer.key,
              "-md", "sha256", "-outform", "DER", "-out", signature, *options]))
    sealed.write_bytes(message.pkcs7_mime(signature.read_bytes(), "signed-data"))
    must(sealgate.decode(sealed, opened, trust=pki.root, certificates=[signer] if external else [],
                         more=["--require-signature"]))
    assert opened.read_bytes() == PAYLOAD


def test_we_verify_several_openssl_signers(sealgate, pki, tmp_path):
    part, signature, sealed, opened, report = (tmp_path / name for name in ("part", "sig", "sealed", "opened", "report"))
    part.write_bytes(message.entity(PAYLOAD, "application/octet-stream", "base64"))
    words = ["openssl", "cms", "-sign", "-binary", "-nodetach", "-in", part, "-outform", "DER", "-out", signature]
    for key in ("rsa", "ec256", "ec521"):
        words += ["-signer", pki.get(key).certificate, "-inkey", pki.get(key).key]
    must(run(words))
    sealed.write_bytes(message.pkcs7_mime(signature.read_bytes(), "signed-data"))
    must(sealgate.decode(sealed, opened, trust=pki.root, report=report, more=["--require-signature"]))
    assert opened.read_bytes() == PAYLOAD
    assert [signer["status"] for signer in read_report(report)["layers"][0]["signers"]] == ["ok"] * 3


def test_no_attached_signer(sealgate, pki, tmp_path):
    """--no-attach-signer leaves the certificate out: openssl needs it from outside, and says so."""
    source, sealed, opened = (tmp_path / name for name in ("in", "sealed", "opened"))
    source.write_bytes(PAYLOAD)
    signer = pki.get("rsa")
    must(sealgate.encode(source, sealed, sign="opaque", signer=signer, attach_signer=False))
    without = run(["openssl", "cms", "-verify", "-in", sealed, "-CAfile", pki.root, "-out", opened])
    assert without.returncode != 0
    assert "signer certificate not found" in without.stderr
    must(run(["openssl", "cms", "-verify", "-in", sealed, "-CAfile", pki.root, "-certfile", signer.certificate, "-out", opened]))
    assert message.body_of(opened.read_bytes()) == PAYLOAD


@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_verifies_our_pss(sealgate, pki, peer_of, cell, tmp_path, digest, form):
    cell(peer="openssl", direction="to peer", what="signature", algorithm=f"rsa-pss {digest}", form=form, refusal=None)
    source, sealed, signature, content, opened = (tmp_path / name for name in ("in", "sealed", "sig", "content", "opened"))
    source.write_bytes(PAYLOAD)
    must(sealgate.encode(source, sealed, sign=form, signer=pki.get("rsa"), digest=digest, more=["--pss"]))
    if form == "clear":
        part, der = message.split_signed(sealed.read_bytes())
        content.write_bytes(part)
    else:
        der = message.body_of(sealed.read_bytes())
    signature.write_bytes(der)
    must(peer_of("openssl").verify(signature, opened, content if form == "clear" else None))
    assert message.body_of(opened.read_bytes()) == PAYLOAD
