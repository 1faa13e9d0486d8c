"""Signed and encrypted messages both ways with every shape of payload: 0 B to 64 MiB, binary and text, LF and CRLF."""
import pytest

from support import message
from support.program import must, run

KIB, MIB = 1024, 1024 * 1024
SHAPES = [(size, kind) for size in (0, 1, 10 * KIB, MIB) for kind in ("binary", "text-lf", "text-crlf")]
LARGE = [("openssl", "opaque"), ("openssl", "clear"), ("nss", "opaque"), ("gpgsm", "opaque")]
CELLS = [(peer, form, size, kind) for peer in ("openssl", "nss", "gpgsm") for form in ("opaque", "clear") for size, kind in SHAPES] + \
        [(peer, form, 64 * MIB, "binary") for peer, form in LARGE] + [("openssl", "clear", 64 * MIB, "text-lf")]
CONTENT_TYPE = {"binary": "application/octet-stream", "text-lf": "text/plain", "text-crlf": "text/plain"}


def named(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB" if size >= KIB else f"{size} B"


@pytest.mark.parametrize("peer,form,size,kind", CELLS)
def test_peer_opens_ours(sealgate, pki, peer_of, cell, tmp_path, peer, form, size, kind):
    cell(peer=peer, direction="to peer", what="payload", algorithm=f"{named(size)} {kind}", form=form, refusal=None)
    payload = message.payload(size, kind)
    source, sealed, der, inner, opened = (tmp_path / name for name in ("in", "sealed", "der", "inner", "opened"))
    source.write_bytes(payload)
    sender, recipient, other = pki.get("rsa"), pki.get("rsa3072"), peer_of(peer)
    must(sealgate.encode(source, sealed, sign=form, signer=sender, encrypt_to=[recipient], content_type=CONTENT_TYPE[kind]))
    der.write_bytes(message.body_of(sealed.read_bytes()))
    must(other.decrypt(der, inner, recipient))
    if form == "clear":
        part, signature = message.split_signed(inner.read_bytes())
        content = tmp_path / "content"
        content.write_bytes(part)
        der.write_bytes(signature)
        must(other.verify(der, opened, content))
        assert message.body_of(part) == payload
    else:
        der.write_bytes(message.body_of(inner.read_bytes()))
        must(other.verify(der, opened))
        assert message.body_of(opened.read_bytes()) == payload


@pytest.mark.parametrize("peer,form,size,kind", CELLS)
def test_we_open_the_peers(sealgate, pki, peer_of, cell, tmp_path, peer, form, size, kind):
    cell(peer=peer, direction="from peer", what="payload", algorithm=f"{named(size)} {kind}", form=form, refusal=None)
    payload = message.payload(size, kind)
    part, der, inner, sealed, opened = (tmp_path / name for name in ("part", "der", "inner", "sealed", "opened"))
    sender, recipient, other = pki.get("rsa"), pki.get("rsa3072"), peer_of(peer)
    encoding = "base64" if form == "clear" and kind == "binary" else "binary" if kind == "binary" else "7bit"
    whole = message.entity(payload, CONTENT_TYPE[kind], encoding)
    # A clear signature is over the CRLF form (RFC 8551, 3.1.1), whatever line ends the message travels with.
    part.write_bytes(message.lines_as_crlf(whole) if form == "clear" and kind == "text-lf" else whole)
    must(other.sign(part, der, sender, "sha256", detached=form == "clear"))
    inner.write_bytes(message.join_signed(whole, der.read_bytes(), "sha-256") if form == "clear"
                      else message.pkcs7_mime(der.read_bytes(), "signed-data", "binary"))
    must(other.encrypt(inner, der, recipient, "aes256-cbc"))
    sealed.write_bytes(message.pkcs7_mime(der.read_bytes(), "enveloped-data"))
    must(sealgate.decode(sealed, opened, keys=[recipient], trust=pki.root, allow_weak=peer == "nss",
                         more=["--require-signature", "--require-encryption"]))
    # Either form of the line ends may come out.
    if form == "clear" and kind == "text-lf":
        assert message.lines_as_lf(opened.read_bytes()) == payload
    else:
        assert opened.read_bytes() == payload


def test_signature_over_lf(sealgate, pki, peer_of, tmp_path):
    """Some senders sign the LF form as it lies. That is refused, and accepted where --tolerate-line-ends says so."""
    part, der, sealed, opened = (tmp_path / name for name in ("part", "der", "sealed", "opened"))
    text = message.payload(10 * KIB, "text-lf")
    part.write_bytes(message.entity(text, "text/plain", "7bit", end=b"\n"))
    must(peer_of("openssl").sign(part, der, pki.get("rsa"), "sha256", detached=True))
    sealed.write_bytes(message.join_signed(part.read_bytes(), der.read_bytes(), "sha-256"))
    done = sealgate.decode(sealed, opened, trust=pki.root, more=["--require-signature"])
    assert done.returncode == 5, done.stderr
    assert not opened.exists()
    must(sealgate.decode(sealed, opened, trust=pki.root, more=["--require-signature", "--tolerate-line-ends"]))
    assert message.lines_as_lf(opened.read_bytes()) == text


@pytest.mark.parametrize("end", ["lf", "crlf"])
@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("size", [0, 1, 10 * KIB, MIB])
def test_openssl_own_smime(sealgate, pki, tmp_path, form, end, size):
    """The S/MIME that openssl itself writes, with the line ends of either world, and that openssl itself reads."""
    text = message.payload(size, "text-lf")
    part, signed, sealed, opened = (tmp_path / name for name in ("part", "signed", "sealed", "opened"))
    part.write_bytes(message.entity(text, "text/plain", "7bit", end=b"\n"))
    sender, recipient = pki.get("ec256"), pki.get("rsa")
    crlf = ["-crlfeol"] if end == "crlf" else []
    must(run(["openssl", "cms", "-sign", "-in", part, "-signer", sender.certificate, "-inkey", sender.key, "-out", signed,
              *(["-nodetach"] if form == "opaque" else []), *crlf]))
    must(sealgate.decode(signed, opened, trust=pki.root, more=["--require-signature"]))
    assert message.lines_as_lf(opened.read_bytes()) == text
    must(run(["openssl", "cms", "-encrypt", "-in", signed, "-aes256", "-recip", recipient.certificate, "-out", sealed, *crlf]))
    must(sealgate.decode(sealed, opened, keys=[recipient], trust=pki.root, more=["--require-signature", "--require-encryption"]))
    assert message.lines_as_lf(opened.read_bytes()) == text


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "7bit", "8bit", "binary"])
@pytest.mark.parametrize("form", ["opaque", "clear"])
@pytest.mark.parametrize("kind", ["text-lf", "text-crlf", "binary"])
def test_transfer_encodings(sealgate, pki, tmp_path, kind, form, encoding):
    """openssl reads our S/MIME in every transfer encoding that can carry the payload; the others are refused."""
    payload = message.payload(10 * KIB, kind)
    source, sealed, opened = (tmp_path / name for name in ("in", "sealed", "opened"))
    source.write_bytes(payload)
    done = sealgate.encode(source, sealed, sign=form, signer=pki.get("rsa"), cte=encoding, content_type=CONTENT_TYPE[kind])
    if done.returncode != 0:
        assert kind == "binary" and encoding in ("7bit", "8bit")
        assert not sealed.exists()
        return
    must(sealgate.decode(sealed, opened, trust=pki.root, more=["--require-signature"]))
    if encoding in ("base64", "quoted-printable", "binary"):
        assert opened.read_bytes() == payload
    else:
        assert message.lines_as_lf(opened.read_bytes()) == message.lines_as_lf(payload)
    # openssl's own MIME reader knows base64 around CMS only, and turns line ends into CRLF where -binary is not given,
    # which it may not be for multipart: binary parts are therefore cut out for it.
    if form == "clear" and encoding == "binary":
        part, signature = message.split_signed(sealed.read_bytes())
        source.write_bytes(part)
        sealed.write_bytes(signature)
        must(run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", sealed, "-content", source,
                  "-CAfile", pki.root, "-out", opened]))
    elif form == "clear" or encoding == "base64":
        must(run(["openssl", "cms", "-verify", "-in", sealed, "-CAfile", pki.root, "-out", opened]))


@pytest.mark.parametrize("armor", ["der", "pem", "smime-without-header"])
def test_raw_cms(sealgate, pki, peer_of, tmp_path, armor):
    """CMS without MIME around it and without MIME inside: --allow-non-mime hands out the content as it is."""
    payload = message.payload(10 * KIB, "binary")
    source, der, sealed, opened = (tmp_path / name for name in ("in", "der", "sealed", "opened"))
    source.write_bytes(payload)
    recipient = pki.get("rsa")
    must(peer_of("openssl").sign(source, der, pki.get("ec256"), "sha256", detached=False))
    must(peer_of("openssl").encrypt(der, sealed, recipient, "aes256-gcm"))
    if armor == "pem":
        must(run(["openssl", "cms", "-cmsout", "-inform", "DER", "-in", sealed, "-outform", "PEM", "-out", der]))
        sealed = der
    elif armor == "smime-without-header":
        must(run(["openssl", "base64", "-in", sealed, "-out", der]))
        sealed = der
    done = sealgate.decode(sealed, opened, keys=[recipient], trust=pki.root, more=["--allow-non-mime", "--require-encryption"])
    must(done)
    assert opened.read_bytes() == payload
