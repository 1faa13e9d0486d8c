"""Truncated at every KiB, a flipped bit anywhere, other keys, other passwords: refused, the same way each time."""
import os
import random

import pytest

from hostile_helpers import PAYLOAD, refused
from support import message
from support.program import must, run

SEED = int(os.environ.get("SEALGATE_SEED", random.SystemRandom().randrange(1 << 32)))
FLIPS = int(os.environ.get("SEALGATE_FLIPS", "60"))
FORMS = ["opaque", "clear", "gcm", "compressed", "der", "signed", "signed-clear"]


@pytest.mark.parametrize("form", FORMS)
def test_undamaged(open_sealed, sealed, tmp_path, form):
    out = tmp_path / "out"
    must(open_sealed(sealed[form], out))
    assert out.read_bytes() == PAYLOAD


@pytest.mark.parametrize("form", FORMS)
def test_truncated_at_every_kib(open_sealed, sealed, tmp_path, form):
    whole = sealed[form].read_bytes()
    source, out = tmp_path / "in", tmp_path / "out"
    for size in [*range(0, len(whole), 1024), len(whole) - 1, len(whole) // 2]:
        source.write_bytes(whole[:size])
        done = open_sealed(source, out)
        # The last byte may be a line end after everything that counts.
        if done.returncode == 0 and size == len(whole) - 1:
            assert out.read_bytes() == PAYLOAD
            out.unlink()
            continue
        refused(done, out, 3, 4, 5, 8)


@pytest.mark.parametrize("form", FORMS)
def test_flipped_bit(open_sealed, sealed, tmp_path, form):
    """Either refused, or the bit was one that means nothing (a header's case, a line end) and the payload is untouched."""
    print(f"SEALGATE_SEED={SEED}")
    source, out, choose = tmp_path / "in", tmp_path / "out", random.Random(f"{SEED}-{form}")
    whole = sealed[form].read_bytes()
    for _ in range(FLIPS):
        at, bit = choose.randrange(len(whole)), choose.randrange(8)
        damaged = bytearray(whole)
        damaged[at] ^= 1 << bit
        source.write_bytes(damaged)
        done = open_sealed(source, out)
        where = f"byte {at} bit {bit} of {form}, seed {SEED}"
        if done.returncode == 0:
            assert out.read_bytes() == PAYLOAD, where
            out.unlink()
        else:
            assert done.returncode in (3, 4, 5, 6, 8), f"{where}: {done.returncode} {done.stderr}"
            refused(done, out, done.returncode)


def test_wrong_key(open_sealed, sealed, people, tmp_path):
    refused(open_sealed(sealed["opaque"], tmp_path / "out", keys=[people["stranger"]]), tmp_path / "out", 4)
    refused(open_sealed(sealed["opaque"], tmp_path / "out", keys=[]), tmp_path / "out", 4)


def test_no_oracle(sealgate, sealed, people, tmp_path):
    """A damaged session key, a damaged ciphertext and another key under the same certificate say the same words."""
    der = sealed["der"].read_bytes()
    listing = must(run(["openssl", "asn1parse", "-inform", "DER", "-in", sealed["der"]])).stdout.decode().splitlines()
    key_at = next(int(line.split(":")[0]) for line in listing if "OCTET STRING" in line and "l= 384" in line)
    words = set()
    for label, at in [("padding", key_at + 10), ("key", key_at + 380), ("ciphertext", len(der) - 20)]:
        damaged = bytearray(der)
        damaged[at] ^= 0x55
        source, out = tmp_path / "in", tmp_path / "out"
        source.write_bytes(damaged)
        done = sealgate.decode(source, out, keys=[people["recipient"]], trust=people["root"],
                               more=["--require-signature", "--require-encryption"])
        assert done.returncode in (3, 4), f"{label}: {done.stderr}"
        refused(done, out, 3, 4)
        if label != "ciphertext":
            words.add((done.returncode, done.stderr))
    assert len(words) == 1, words


@pytest.mark.parametrize("kind", ["pkcs12", "pkcs8"])
def test_wrong_password(sealgate, sealed, people, tmp_path, kind):
    recipient, out = people["recipient"], tmp_path / "out"
    if kind == "pkcs12":
        key = recipient.pkcs12("right")
    else:
        key = tmp_path / "key.pem"
        must(run(["openssl", "pkcs8", "-topk8", "-in", recipient.key, "-out", key, "-passout", "pass:right", "-v2", "aes-256-cbc"]))
    password = tmp_path / "password"
    words = ["smime", "decode", "-i", sealed["opaque"], "-o", out, "--key", key, "--cert", recipient.certificate,
             "--trust", people["root"], "--password-file", password]
    password.write_text("wrong\n")
    refused(sealgate(*words), out, 2)
    password.write_text("right\n")
    must(sealgate(*words))
    assert out.read_bytes() == PAYLOAD


def test_old_output_does_not_survive(open_sealed, sealed, people, tmp_path):
    """A script that looks for OUT after a failure must not find yesterday's."""
    out = tmp_path / "out"
    out.write_bytes(b"yesterday's order")
    refused(open_sealed(sealed["opaque"], out, keys=[people["stranger"]]), out, 4)


def test_forged_content(open_sealed, sealed, tmp_path):
    """Another text under a true signature."""
    part, signature = message.split_signed(sealed["signed-clear"].read_bytes())
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(message.join_signed(part.replace(b"A", b"B", 1), signature, "sha-256"))
    refused(open_sealed(source, out), out, 5)
