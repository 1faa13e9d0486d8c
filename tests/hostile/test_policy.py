"""What the message or the certificate is not allowed: each with the status of the contract."""
from hostile_helpers import PAYLOAD, refused
from support.pki import Pki
from support.program import must, run


def test_not_signed(sealgate, sealed, people, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    must(sealgate.encode(sealed["payload"], source, encrypt_to=[people["recipient"]]))
    refused(sealgate.decode(source, out, keys=[people["recipient"]], more=["--require-signature"]), out, 8)


def test_not_encrypted(sealgate, sealed, people, tmp_path):
    out = tmp_path / "out"
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--require-encryption"]), out, 8)


def test_untrusted(sealgate, sealed, tmp_path):
    out = tmp_path / "out"
    other = Pki(tmp_path, "Another Root")
    refused(sealgate.decode(sealed["signed"], out, trust=other.root), out, 6)


def test_expired(sealgate, sealed, people, tmp_path):
    out = tmp_path / "out"
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--at", "2099-01-01T00:00:00Z"]), out, 6)
    must(sealgate.decode(sealed["signed"], out, more=["--at", "2099-01-01T00:00:00Z"]))


def test_not_yet_valid(sealgate, sealed, people, tmp_path):
    out = tmp_path / "out"
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--at", "2001-01-01T00:00:00Z"]), out, 6)


def test_revoked(sealgate, sealed, people, pki, tmp_path):
    out, crl = tmp_path / "out", tmp_path / "ca.crl"
    authority = pki.authority(tmp_path)
    must(run([*authority, "-gencrl", "-out", crl]))
    must(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--crl", crl]))
    must(run([*authority, "-revoke", people["sender"].certificate, "-crl_reason", "keyCompromise"]))
    must(run([*authority, "-gencrl", "-out", crl]))
    out.unlink()
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--crl", crl]), out, 7)


def test_wrong_purpose(sealgate, sealed, pki, tmp_path):
    """A certificate for encryption only signs nothing, neither here nor there."""
    source, out = tmp_path / "in", tmp_path / "out"
    signer = pki.get("rsa", "encrypts-only", usage="keyEncipherment")
    refused(sealgate.encode(sealed["payload"], out, sign="opaque", signer=signer), out, 6)
    must(run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-in", sealed["payload"], "-signer", signer.certificate,
              "-inkey", signer.key, "-out", source]))
    refused(sealgate.decode(source, out, trust=pki.root, more=["--allow-non-mime"]), out, 6)


def test_weak_cipher_by_name_only(sealgate, sealed, people, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    words = ["smime", "encode", "-i", sealed["payload"], "-o", source, "--encrypt-to", people["recipient"].certificate]
    for cipher in ("des", "3des", "rc2-40", "rc2-64", "rc2-128"):
        refused(sealgate(*words, "--cipher", cipher), source, 8)
    must(sealgate(*words, "--cipher", "des", "--allow-weak"))
    refused(sealgate.decode(source, out, keys=[people["recipient"]]), out, 8)
    must(sealgate.decode(source, out, keys=[people["recipient"]], allow_weak=True))
    assert out.read_bytes() == PAYLOAD


def test_weak_digest_by_name_only(sealgate, sealed, people, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    signer = people["sender"]
    words = ["smime", "encode", "-i", sealed["payload"], "-o", source, "--sign", "opaque", "--signer", signer.certificate,
             "--signer-key", signer.key]
    for digest in ("md5", "sha1"):
        refused(sealgate(*words, "--digest", digest), source, 8)
    must(sealgate(*words, "--digest", "sha1", "--allow-weak"))
    refused(sealgate.decode(source, out, trust=people["root"]), out, 8)
    must(sealgate.decode(source, out, trust=people["root"], allow_weak=True))


def test_key_of_another_certificate(sealgate, sealed, people, tmp_path):
    out = tmp_path / "out"
    done = sealgate("smime", "encode", "-i", sealed["payload"], "-o", out, "--sign", "clear", "--signer",
                    people["sender"].certificate, "--signer-key", people["stranger"].key)
    refused(done, out, 2)


def test_never_in_clear(sealgate, sealed, people, pki, tmp_path):
    """A recipient that cannot be encrypted to stops the message; nothing is written."""
    out = tmp_path / "out"
    for wrong in (people["sender"].key, sealed["payload"], tmp_path / "missing.pem"):
        done = sealgate("smime", "encode", "-i", sealed["payload"], "-o", out, "--encrypt-to", wrong)
        refused(done, out, 2, 3)
    expired = pki.expired("rsa", "expired").certificate
    refused(sealgate("smime", "encode", "-i", sealed["payload"], "-o", out, "--encrypt-to", expired), out, 6)


def test_nothing_but_the_part_that_was_asked_for(sealgate, sealed, people, tmp_path):
    out = tmp_path / "out"
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--part-index", "7"]), out, 8)
    refused(sealgate.decode(sealed["signed"], out, trust=people["root"], more=["--part-type", "image/png"]), out, 8)
