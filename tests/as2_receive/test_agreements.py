"""What an agreement says about messages that come in and about their receipts, field by field."""
import uuid

import pytest

from support import message as mime
from support.as2 import EDIFACT, As2Message, digest, gcm_in_enveloped_data
from support.program import must, run
from support.waiting import eventually

FAR, PAST = "2100-01-01T00:00:00Z", "2020-06-01T00:00:00Z"


def by_agreement(**words):
    return {"receiving": {"receipt": {"rule": "agreement", **words}}}


AGREEMENTS = {
    "CBC-ONLY": {"receiving": {"encryption_algorithms": ["aes128-cbc", "aes256-cbc"]}},
    "GCM-ONLY": {"receiving": {"encryption_algorithms": ["aes256-gcm"]}},
    "COMPRESSED": {"receiving": {"require_compression": True}},
    "KEPT": {"receiving": {"duplicates": "suspend"}},
    "DELIVERED": {"receiving": {"duplicates": "deliver"}},
    "FORGETFUL": {"receiving": {"remember_duplicates": "0"}},
    "SHORT": {"receiving": {"remember_duplicates": "1s"}},
    "SIGN-REQUIRED": {"receiving": {"receipt": {"sign_when": "required"}}},
    "SIGN-ALWAYS": {"receiving": {"receipt": {"sign_when": "always"}}},
    "WORDS": {"receiving": {"receipt": {"text": "Vielen Dank für Ihre Nachricht."}}},
    "RULE-SYNC": by_agreement(digest="sha512"),
    "RULE-UNSIGNED": by_agreement(signed=False),
    "RULE-NONE": by_agreement(mode="none"),
    "QUOTES": {"compatibility": {"quote_names": True, "digest_names": "hyphen"}},
    "NO-CERTIFICATE": {"compatibility": {"attach_certificate": False}},
    "FIRST": {"compatibility": {"mic_digest": "first-listed"}},
    "OF-SIGNATURE": {"compatibility": {"mic_digest": "signature"}},
    "LINE-ENDS": {"compatibility": {"tolerate_line_ends": True}},
    "BOUNCY": {"compatibility": {"preset": "as2-lib"}},
    "BOUNCY-PLAIN": {"compatibility": {"preset": "as2-lib", "gcm_in_enveloped_data": False}},
    "ENDED": {"until": PAST},
    "FUTURE": {"from": FAR},
    "DISABLED": {"enabled": False},
}


def document():
    return EDIFACT + uuid.uuid4().bytes


def test_ciphers_are_those_that_were_agreed_on(shared):
    for name, cipher, taken in (("CBC-ONLY", "aes-128-cbc", True), ("CBC-ONLY", "aes-192-cbc", False), ("CBC-ONLY", "aes-256-gcm", False),
                                ("GCM-ONLY", "aes-256-gcm", True), ("GCM-ONLY", "aes-256-cbc", False), ("ACME", "aes-128-gcm", True),
                                ("ACME", "des3", False)):
        content = document()
        receipt = shared.exchange(shared.by_name(name).message(content, cipher=cipher))
        assert (receipt.disposition == "processed") == taken, (name, cipher, receipt.disposition)
        if taken:
            assert shared.arrived(content) == 1


def test_compression_may_be_required(shared):
    sender = shared.by_name("COMPRESSED")
    assert shared.exchange(sender.message(layers=("compress", "sign", "encrypt"))).disposition == "processed"
    assert shared.exchange(sender.message()).disposition.startswith("processed/error")


def test_what_must_be_signed_and_encrypted(shared):
    assert shared.exchange(shared.sender.message(layers=("sign",))).disposition == "processed/error: insufficient-message-security"
    # Encrypted: what is inside is nobody's business.
    assert shared.exchange(shared.sender.message(layers=("encrypt",))).disposition == "processed/error: decryption-failed"


@pytest.mark.parametrize("name", ["ENDED", "FUTURE", "DISABLED", "NOBODY"])
def test_an_agreement_that_does_not_hold(shared, name):
    receipt = shared.exchange(shared.by_name(name).message())
    assert receipt.disposition == "processed/error: unexpected-processing-error"


def test_a_duplicate_may_be_kept(shared):
    message = shared.by_name("KEPT").message()
    first, second = shared.post(message), shared.post(message)
    assert first[2] == second[2]
    kept = [one for one in shared.listed("--state", "suspended") if (one.get("failure") or {}).get("code") == "hosts.duplicate-message"]
    assert len(kept) == 1


def test_a_duplicate_may_be_delivered(shared):
    content = document()
    message = shared.by_name("DELIVERED").message(content)
    for _ in range(2):
        assert shared.exchange(message).disposition == "processed"
    eventually(lambda: shared.arrived(content) == 2, "both")


def test_nothing_is_remembered(shared):
    content = document()
    message = shared.by_name("FORGETFUL").message(content)
    for _ in range(2):
        assert shared.exchange(message).disposition == "processed"
    eventually(lambda: shared.arrived(content) == 2, "both")


def test_remembered_for_a_second(shared):
    content = document()
    message = shared.by_name("SHORT").message(content)
    first, second = shared.post(message)[2], shared.post(message)[2]
    assert first == second
    # From then on it is another message, with a receipt of its own.
    third = eventually(lambda: (answer := shared.post(message)[2]) != first and answer, "it is remembered for ever", 20)
    assert third
    eventually(lambda: shared.arrived(content) == 2, "both")


@pytest.mark.parametrize("name,asked,options,is_signed", [
    ("ACME", "signed", None, True), ("ACME", "unsigned", None, False),
    ("ACME", "unsigned", "signed-receipt-micalg=optional, sha256", False),
    ("SIGN-REQUIRED", "signed", None, False),
    ("SIGN-REQUIRED", "unsigned", "signed-receipt-protocol=required, pkcs7-signature; signed-receipt-micalg=required, sha256", True),
    ("SIGN-ALWAYS", "unsigned", None, True)])
def test_which_receipts_are_signed(shared, name, asked, options, is_signed):
    message = shared.by_name(name).message(receipt=asked)
    if options:
        message = message.replaced(Disposition_Notification_Options=options)
    assert shared.exchange(message).is_signed == is_signed


def test_a_receipt_that_cannot_be_made_as_it_is_demanded(shared):
    for options, said in (("signed-receipt-protocol=required, pgp-signature; signed-receipt-micalg=optional, sha256", "unsupported format"),
                          ("signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=required, sha9",
                           "unsupported MIC-algorithms")):
        message = shared.sender.message().replaced(Disposition_Notification_Options=options)
        assert shared.exchange(message).disposition == f"failed/failure: {said}"


def test_words_of_the_agreement(shared):
    assert shared.exchange(shared.by_name("WORDS").message()).text.splitlines() == ["Vielen Dank für Ihre Nachricht."]


def test_the_agreement_says_what_receipt_there_is(shared):
    message = shared.by_name("RULE-SYNC").message(receipt=None)
    receipt = shared.exchange(message)
    assert receipt.is_signed and receipt.mic == (digest(message.covered, "sha512"), "sha512")
    assert "sha512" in receipt.raw.split(b"\r\n")[0].decode()
    asked = shared.by_name("RULE-SYNC").message(address=shared.receipts.url)
    assert shared.exchange(asked).disposition == "processed", "in the response, whatever the message wants"
    assert not shared.exchange(shared.by_name("RULE-UNSIGNED").message()).is_signed
    assert shared.post(shared.by_name("RULE-NONE").message())[0::2] == (200, b"")


def test_names_in_quotes_and_digests_with_a_hyphen(shared):
    message = shared.by_name("QUOTES").message().replaced(
        Disposition_Notification_Options="signed-receipt-protocol=optional, pkcs7-signature")
    answer = shared.post(message)
    headers = dict(answer[1])
    assert (headers["AS2-From"], headers["AS2-To"]) == ('"GATEWAY"', '"QUOTES"')
    assert "micalg=sha-256" in headers["Content-Type"]
    assert shared.receipt(answer).mic == (digest(message.covered), "sha-256")


def test_receipts_without_certificate(shared):
    answer = shared.post(shared.by_name("NO-CERTIFICATE").message())
    assert shared.receipt(answer).is_signed  # verified with the certificate we gave openssl
    signature = shared.folder / "receipt.p7s"
    certificates = must(run(["openssl", "pkcs7", "-inform", "DER", "-in", signature, "-print_certs"])).stdout
    assert b"BEGIN CERTIFICATE" not in certificates
    assert shared.exchange(shared.sender.message()).is_signed
    assert b"BEGIN CERTIFICATE" in must(run(["openssl", "pkcs7", "-inform", "DER", "-in", signature, "-print_certs"])).stdout


@pytest.mark.parametrize("name,listed,expected", [
    ("ACME", "sha512, sha256", "sha256"), ("ACME", "sha512, sha1", "sha512"), ("FIRST", "sha512, sha256", "sha512"),
    ("OF-SIGNATURE", "sha512, sha1", "sha256"), ("ACME", "SHA-256", "SHA-256"), ("ACME", "sha2_256, sha1", "sha2_256")])
def test_digest_of_the_check(shared, name, listed, expected):
    message = shared.by_name(name).message(micalg=listed)
    receipt = shared.exchange(message)
    algorithm = {"SHA-256": "sha256", "sha2_256": "sha256"}.get(expected, expected)
    assert receipt.mic == (digest(message.covered, algorithm), expected)


def signed_over_other_line_ends(shared, name):
    """Signed with bare line feeds, which somebody on the way made CRLF."""
    sender = shared.by_name(name)
    part = sender.message(EDIFACT, layers=("sign",)).covered
    entity = mime.join_signed(part, sender.signature(part.replace(b"\r\n", b"\n")), "sha256")
    body = entity.split(b"\r\n\r\n", 1)[1]
    message = sender.message(layers=())
    kind = mime.split(entity)[0]["content-type"]
    return As2Message(message.replaced(Content_Type=kind, Content_Transfer_Encoding=None).headers, body, part)


def test_gcm_as_bouncy_castle_writes_it_is_opened_where_it_was_agreed(shared):
    for name, taken in (("ACME", False), ("BOUNCY", True), ("BOUNCY-PLAIN", False)):
        sender, content = shared.by_name(name), document()
        message = sender.message(content, layers=("sign",))
        kind = message.value("Content-Type").encode()
        sealed = gcm_in_enveloped_data(b"Content-Type: " + kind + b"\r\n\r\n" + message.body, shared.own)
        head = message.replaced(Content_Type="application/pkcs7-mime; smime-type=enveloped-data", Content_Transfer_Encoding="binary")
        receipt = shared.exchange(As2Message(head.headers, sealed, message.covered))
        assert receipt.disposition == ("processed" if taken else "processed/error: decryption-failed"), name
        if taken:
            assert receipt.mic == (digest(message.covered), "sha256")
            assert shared.arrived(content) == 1


def test_line_ends_are_tolerated_where_it_was_agreed(sealgate, as2):
    clear = {"require_encryption": False}
    as2.apply(agreements=[as2.agreement(receiving=clear),
                          as2.agreement("TOLERANT", receiving=clear, compatibility={"tolerate_line_ends": True})])
    with as2.gateway:
        assert as2.exchange(signed_over_other_line_ends(as2, "ACME")).disposition == "processed/error: integrity-check-failed"
        assert as2.exchange(signed_over_other_line_ends(as2, "TOLERANT")).disposition == "processed"
