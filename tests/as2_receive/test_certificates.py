"""Whose signature counts under an agreement: which certificates, until when, and what is asked about revocation."""
import datetime

import pytest

from support.program import must
from support.waiting import eventually


def moment(**later):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**later)


def rfc3339(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def expired(pki, name):
    """An identity whose time has just ended."""
    end = moment(seconds=2).replace(microsecond=0)
    made = pki.dated("rsa", name, "20200101000000Z", end.strftime("%Y%m%d%H%M%SZ"))
    eventually(lambda: moment() > end, "the end")
    return made


def known(gateway, *identities):
    """They are the partner's."""
    for identity in identities:
        must(gateway.gateway("cert", "import", identity.certificate))
    return {"verification_certificates": [one.thumbprint_sha256 for one in (gateway.acme, *identities)]}


def test_expired_certificates_count_until_a_date_and_leave_a_trace(as2):
    old, strange = expired(as2.pki, "expired-acme"), expired(as2.pki, "expired-other")
    must(as2.gateway("cert", "import", strange.certificate))
    until, gone = rfc3339(moment(days=1)), rfc3339(moment(days=-1))
    as2.apply(acme=known(as2, old),
              parties=[{"kind": "Party", "name": "Other", "verification_certificates": [strange.thumbprint_sha256]}],
              agreements=[as2.agreement("ACME"), as2.agreement("PATIENT", receiving={"allow_expired_until": until}),
                          as2.agreement("PAST", receiving={"allow_expired_until": gone})])
    with as2.gateway:
        for name, signer, taken in (("ACME", old, False), ("PAST", old, False), ("PATIENT", old, True), ("PATIENT", strange, False)):
            receipt = as2.exchange(as2.by_name(name).message(signer=signer))
            assert receipt.disposition == ("processed" if taken else "processed/error: authentication-failed"), (name, signer.name)
        as2.taken(1)
        log = as2.gateway.log.read_text()
        assert log.count("a signer's certificate has expired; passed by agreement") == 1
        assert old.thumbprint in log
        rows = must(as2.gateway("tracking", "list", "-o", "json")).stdout.decode()
        assert "certificate.expired" in rows


def test_only_certificates_that_the_agreement_names(as2):
    second, third = as2.pki.get("rsa", "acme-second"), as2.pki.get("rsa", "acme-third")
    outsider = as2.pki.get("rsa", "outsider")
    must(as2.gateway("cert", "import", outsider.certificate))
    windows = [{"certificate": second.thumbprint_sha256},
               {"certificate": third.thumbprint_sha256, "from": "2099-01-01T00:00:00Z"}]
    as2.apply(acme=known(as2, second, third),
              parties=[{"kind": "Party", "name": "Outsider", "verification_certificates": [outsider.thumbprint_sha256]}],
              agreements=[as2.agreement("ANY"), as2.agreement("NAMED", receiving={"verification_certificates": windows})])
    with as2.gateway:
        cases = [("ANY", as2.acme, True), ("ANY", second, True), ("ANY", third, True), ("ANY", outsider, False),
                 ("NAMED", second, True), ("NAMED", as2.acme, False), ("NAMED", third, False), ("NAMED", outsider, False)]
        for name, signer, taken in cases:
            receipt = as2.exchange(as2.by_name(name).message(signer=signer))
            assert receipt.disposition == ("processed" if taken else "processed/error: authentication-failed"), (name, signer.name)
        as2.taken(4)


def test_the_certificate_in_the_message_proves_nothing(as2):
    """As as2-lib has it by default: whoever brings a certificate along is believed."""
    mallory = as2.pki.get("rsa", "mallory")
    as2.apply()
    with as2.gateway:
        # Signed by Mallory, whose certificate of the same authority is inside; and with the partner's put beside it.
        for more in ((), ("-certfile", as2.acme.certificate)):
            receipt = as2.exchange(as2.sender.message(signer=mallory, sign_more=more))
            assert receipt.disposition == "processed/error: authentication-failed"
        # Mallory's signature under the partner's name: issuer and serial of the partner's certificate.
        forged = as2.sender.message(layers=("sign", "encrypt"), signer=as2.acme, sign_more=("-nocerts",))
        assert as2.exchange(forged).disposition == "processed", "the partner's own needs no certificate inside"
        as2.taken(1)


@pytest.mark.parametrize("revoked", [False, True])
def test_the_strictest_rule_about_revocation_holds(as2, revoked):
    location = {"revocation": "off"}
    agreements = [as2.agreement("EASY"), as2.agreement("STRICT", receiving={"revocation": "require"}),
                  as2.agreement("SOFT", receiving={"revocation": "prefer"})]
    as2.apply(agreements=agreements, location=location)
    own = as2.pki.get("rsa", "acme-revoked") if revoked else as2.acme
    as2.apply(agreements=agreements, location=location, acme=known(as2, own) if revoked else ())
    with as2.gateway:
        said = {name: as2.exchange(as2.by_name(name).message(signer=own)).disposition for name in ("EASY", "STRICT", "SOFT")}
        assert said == {"EASY": "processed", "STRICT": "processed/error: authentication-failed", "SOFT": "processed"}
        must(as2.gateway("cert", "import", as2.pki.revocation_list(*([own] if revoked else []))))
        expected = "processed/error: authentication-failed" if revoked else "processed"
        changes = as2.by_name("SOFT" if revoked else "STRICT")
        eventually(lambda: as2.exchange(changes.message(signer=own)).disposition == expected, "the list")
        said = {name: as2.exchange(as2.by_name(name).message(signer=own)).disposition for name in ("EASY", "STRICT", "SOFT")}
        assert said == {"EASY": "processed", "STRICT": expected, "SOFT": expected}
