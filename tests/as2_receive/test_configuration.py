"""What `sealgate apply`, `check` and `audit` say about AS2."""
import json

import pytest

from support.artifacts import by_file
from support.program import must


def location(folder, **words):
    return {**by_file(folder, name="AS2", pipeline="AS2Receive"), **words}


def said(done):
    assert done.returncode != 0
    return done.stderr


def refused(as2, text):
    (as2.folder / "refused.yaml").write_text(text)
    return said(as2.gateway("apply", "-f", as2.folder / "refused.yaml"))


@pytest.mark.parametrize("adapter,settings", [
    ("FILE", {"folder": "/tmp/in", "mask": "*"}),
    ("SFTP", {"host": "sftp.example", "user": "a", "password_source": "file:/a", "folder": "/in", "check_host_key": False}),
    ("SOAP", {"path": "/soap"})])
def test_as2_comes_by_http_only(as2, adapter, settings):
    text = refused(as2, as2.configuration(location={"adapter": adapter, "settings": settings}))
    assert f"receive location 'AS2' takes AS2 by {adapter}, but AS2 comes by HTTP" in text and "artifacts.contradiction" in text


def test_the_response_is_for_the_receipt(as2):
    text = refused(as2, as2.configuration(port={"two_way": True}))
    assert "receive location 'AS2' takes AS2, whose receipts go into the response, but its port is two-way" in text
    assert "put the location into a one-way port" in text


def test_as2_in_a_pipeline_of_ones_own(as2):
    own = {"kind": "Pipeline", "name": "Own", "direction": "receive",
           "stages": {"decode": [{"component": "as2_decoder"}], "resolve_party": [{"component": "party_resolution"}]}}
    text = refused(as2, as2.configuration(location={"pipeline": "Own"}, port={"two_way": True}, more=[own]))
    assert "but its port is two-way" in text
    as2.apply(location={"pipeline": "Own"}, more=[own])
    with as2.gateway:
        assert as2.exchange(as2.sender.message()).disposition == "processed"


def test_message_ids_are_known_for_thirty_days_at_most(as2):
    text = refused(as2, as2.configuration(agreements=[as2.agreement(receiving={"remember_duplicates": "31d"})]))
    assert "remember_duplicates" in text


def audited(as2):
    done = as2.gateway("audit", "-o", "json")
    return {(one["code"], one["where"].split(",")[0]) for one in json.loads(done.stdout)["findings"]}


def test_locations_and_agreements_that_have_nothing_of_each_other(as2):
    as2.apply(agreements=[])
    assert ("audit.as2-without-agreement", "ReceivePort In") in audited(as2)
    as2.apply()
    codes = audited(as2)
    assert not {code for code, _ in codes} & {"audit.as2-without-agreement", "audit.agreement-not-served"}
    assert ("audit.no-evidence", "Agreement ACME and us") in codes
    as2.apply(location={"enabled": False})
    assert ("audit.agreement-not-served", "Agreement ACME and us") in audited(as2)


def test_what_weakens_an_agreement_is_told(as2):
    as2.apply(agreements=[as2.agreement(receiving={
        "require_signature": False, "require_encryption": False, "allow_expired_until": "2999-01-01T00:00:00Z", "revocation": "off",
        "remember_duplicates": "0", "receipt": {"http": {"check_server_name": False}, "delivery_hosts": ["*.example"]}})],
        location={"as2_decoder": {"check_revocation": False, "check_extended_key_usage": False}})
    codes = {code for code, _ in audited(as2)}
    assert codes >= {"audit.unsigned-accepted", "audit.agreement-in-clear", "audit.expired-allowed", "audit.revocation-off",
                     "audit.duplicates-published", "audit.server-name-unchecked", "audit.receipts-anywhere", "audit.usage-unchecked"}
    assert "audit.mixed-location" not in codes, "what passes is told of the agreement"


def test_certificates_of_as2_are_checked_before_they_fail(as2):
    """Decryption and the signatures of receipts, in the account of the location's host."""
    as2.apply()
    assert must(as2.gateway("check")).returncode == 0
    old = as2.pki.expired("rsa", "as2-old-key")
    must(as2.gateway("cert", "import", old.both))
    text = as2.configuration().replace(as2.own.thumbprint_sha256, old.thumbprint_sha256)
    as2.gateway.apply(text)
    done = as2.gateway("check", "-o", "json")
    assert done.returncode != 0
    found = {(one["code"], one["where"].split(" (")[0]) for one in json.loads(done.stdout)["findings"]}
    assert ("check.expired", "Host Default, decryption_certificates") in found
    assert ("check.expired", "Group Test, signing_certificates") in found
