"""Each use of certificates times what can be the matter with one: what happens to the message, the code and the words.

The table of uses is that of docs/certificates.md. A cell that cannot exist says why, and shows what holds in its place.
"""
import pytest

from conftest import STATES, cell
from support.program import must

OWN = "Personal store of account default"
IMPORT_OWN = "sealgate cert import FILE --account default"
IMPORT_PARTNER = "sealgate cert import FILE --store OtherPeople"
NEW_OWN = "get a new certificate from your authority"
NEW_PARTNER = "ask the partner for the new certificate"


def own(kind, place, wrong):
    """The cells of a certificate of ours; `wrong`: what its key usage lacks."""
    return {
        "missing": ("pipeline.certificate-missing", [kind, "is not in the", place, OWN, IMPORT_OWN]),
        "expired": ("pipeline.certificate-expired", [kind, "expired on 2020-01-31T00:00:00Z", place, OWN, NEW_OWN]),
        "not-yet-valid": ("pipeline.certificate-not-yet-valid",
                          [kind, "not valid before 2030-01-01T00:00:00Z", place, OWN, "wait"]),
        "revoked": ("pipeline.certificate-revoked", [kind, "was revoked by its issuer", place, OWN, NEW_OWN]),
        "wrong-usage": ("pipeline.certificate-unsuitable", [kind, wrong, place, OWN, "docs/certificates.md"]),
        "wrong-store": ("pipeline.certificate-in-wrong-store", [kind, "but in OtherPeople", place, OWN, IMPORT_OWN]),
        "wrong-account": ("pipeline.certificate-of-other-account",
                          [kind, "but in that of account other", place, OWN, IMPORT_OWN]),
    }


def signer(row):
    """The cells of a partner's signature, judged by the decoder."""
    place = f"receive location At {row}-"
    return {
        "expired": ("certificates.chain-expired", ["has expired", place, "party P expired", "OtherPeople store"]),
        "not-yet-valid": ("certificates.chain-not-yet-valid",
                          ["is not valid yet", place, "party P not-yet-valid", "OtherPeople store"]),
        "revoked": ("certificates.chain-revoked", ["is revoked", place, "party P revoked", "OtherPeople store"]),
        "wrong-usage": ("certificates.chain-purpose",
                        ["may not be used for this purpose", place, "party P wrong-usage", "OtherPeople store"]),
    }


EXPECTED = {
    "sign": own("the signing certificate", "send port sign-", "neither Digital Signature nor Non Repudiation"),
    "https": own("the client certificate", "send port https-", "does not contain Client Authentication"),
    "decrypt": {**own("the decryption certificate", "host decrypt-", "does not contain Key Agreement"),
                "expired": ("pipeline.certificate-expired", ["the decryption certificate", "expired on 2020-01-31T00:00:00Z",
                                                             "host decrypt-expired", OWN, "allow_expired_decryption"])},
    "encrypt": {
        "missing": ("pipeline.certificate-missing", ["the encryption certificate", "is not in the OtherPeople store",
                                                     "send port encrypt-missing", "party P present", IMPORT_PARTNER]),
        "expired": ("pipeline.certificate-expired", ["the encryption certificate", "expired on 2020-01-31T00:00:00Z",
                                                     "send port encrypt-expired", "party P present", "OtherPeople store",
                                                     NEW_PARTNER]),
        "not-yet-valid": ("pipeline.certificate-not-yet-valid", ["not valid before 2030-01-01T00:00:00Z",
                                                                 "send port encrypt-not-yet-valid", "OtherPeople store", "wait"]),
        "revoked": ("pipeline.certificate-revoked", ["was revoked by its issuer", "send port encrypt-revoked",
                                                     "OtherPeople store", NEW_PARTNER]),
        "wrong-usage": ("pipeline.certificate-unsuitable", ["does not contain Key Agreement", "send port encrypt-wrong-usage",
                                                            "OtherPeople store", "docs/certificates.md"]),
        "wrong-store": ("pipeline.certificate-in-wrong-store", ["is not in the OtherPeople store, but in TrustedRoots",
                                                                "send port encrypt-wrong-store", IMPORT_PARTNER]),
    },
    "verify": {
        **signer("verify"),
        "missing": ("cms.no-signer-cert", ["neither in the message nor known here", "receive location At verify-missing",
                                           "OtherPeople"]),
        "wrong-store": ("cms.no-signer-cert", ["neither in the message nor known here", "receive location At verify-wrong-store",
                                               "OtherPeople"]),
    },
    "party": {
        **signer("party"),
        "missing": ("pipeline.unknown-party", ["in party-missing"]),
    },
}
# OtherPeople belongs to the whole computer: there is no account that it could be wrong for, and whoever imports a
# partner's certificate does so for all. The message is served.
NO_ACCOUNT = [(row, "wrong-account") for row in ("encrypt", "verify", "party")]
# A party is found by the thumbprint of the certificate that verified the signature. The message brings it along, so the
# store in which it lies has no part in it.
NO_STORE = [("party", "wrong-store")]
SERVED = [(row, "present") for row in EXPECTED] + NO_ACCOUNT + NO_STORE
FAILING = [(row, state) for row in EXPECTED for state in STATES if (row, state) not in SERVED]


def test_the_matrix_is_complete():
    assert len(SERVED) + len(FAILING) == len(EXPECTED) * len(STATES) == 48
    assert all(state in EXPECTED[row] for row, state in FAILING)


@pytest.mark.parametrize("row, state", SERVED)
def test_served(stage, row, state):
    name = cell(row, state)
    assert stage.failure(name) is None
    contents = stage.delivered(name)
    assert len(contents) == 1
    if row == "encrypt":
        assert b"plain text" not in contents[0] and b"smime-type=" in contents[0]
    elif row == "sign":
        assert b"signed-data" in contents[0]
    elif row == "https":
        assert [subject for subject, path, _ in stage.partner.bodies if path == f"/{name}"] == ["own-present"]
    else:
        assert contents == [b"secret" if row == "decrypt" else b"signed"]
    if row == "party":
        assert f"P {state}" in {one["party"] for one in stage.work("--port", name)}


@pytest.mark.parametrize("row, state", FAILING)
def test_suspended(stage, row, state):
    name = cell(row, state)
    failure = stage.failure(name)
    assert failure is not None, stage.delivered(name)
    code, words = EXPECTED[row][state]
    said = failure["text"] + "\n" + failure["remedy"]
    assert failure["code"] == code, said
    for word in words:
        assert word in said
    identity = stage.cast.of(row, state)
    if code not in ("cms.no-signer-cert", "pipeline.unknown-party"):
        assert identity.thumbprint in failure["text"], said
    assert failure["remedy"] and failure["resumable"]
    assert stage.delivered(name) == []


def test_imported_and_resumed_without_a_restart(stage):
    """What was missing is imported; the messages that waited for it flow by resume."""
    rows = ("sign", "https", "decrypt", "encrypt", "verify")
    waiting = {row: next(one["id"] for one in stage.work("--state", "suspended")
                         if one["port"].removeprefix("in ").removeprefix("At ") == cell(row, "missing")) for row in rows}
    own, partner = stage.cast.own["missing"], stage.cast.partner["missing"]
    must(stage.gateway("cert", "import", own.both))
    must(stage.gateway("cert", "import", partner.certificate, "--store", "OtherPeople"))

    def resumed():
        left = [one["id"] for one in stage.work("--state", "suspended") if one["id"] in waiting.values()]
        if left:
            must(stage.gateway("message", "resume", *left))
            stage.settle()
        return not left and all(stage.delivered(cell(row, "missing")) for row in rows)

    stage.until(resumed)
    assert stage.gateway.lives == 1
    for row in rows:
        assert len(stage.delivered(cell(row, "missing"))) == 1
    assert b"plain text" not in stage.delivered("encrypt-missing")[0]


def test_a_port_that_must_encrypt_never_sends_in_clear(stage):
    """Taking its certificate out of the store, or off the port, stops it."""
    name, identity = "encrypt-present", stage.cast.partner["present"]
    before = stage.delivered(name)
    must(stage.gateway("cert", "remove", identity.thumbprint, "--store", "OtherPeople"))

    def stopped():
        stage.send("encrypt", "present")
        stage.settle()
        return stage.failure(name) is not None

    stage.until(stopped)
    assert stage.failure(name)["code"] == "pipeline.certificate-missing"
    assert all(b"plain text" not in content for content in stage.delivered(name))
    assert len(stage.delivered(name)) >= len(before)
    must(stage.gateway("cert", "import", identity.certificate, "--store", "OtherPeople"))
    port = stage.gateway("get", "send-port", name, "-o", "yaml").stdout.decode()
    digits = identity.thumbprint.replace(" ", "")
    lines = [line for line in port.splitlines() if "encryption_certificates" not in line and digits not in line]
    document = stage.folder / "without.yaml"
    document.write_text("\n".join(lines) + "\n")
    refused = stage.gateway("apply", "-f", document)
    assert refused.returncode == 2
    assert "artifacts.no-encryption-certificate" in refused.stderr and name in refused.stderr
