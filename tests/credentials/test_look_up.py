"""Name and password come from an affiliate application, at each attempt, and whoever lacks them is told what to do."""
import json

import pytest

from conftest import PASSWORD
from support.program import must
from support.waiting import eventually


@pytest.mark.parametrize("adapter", ["HTTP", "SOAP"])
def test_name_and_password_are_those_of_the_application(office, store, adapter):
    one = office(store=store, adapter=adapter).ready()
    with one.gateway:
        one.post()
        one.delivers(1)
        assert one.partner.users() == ["sealgate"]
        # Both sides change the password: what is under way is tried again, with what holds then.
        one.partner.allow(sealgate2="another-one")
        one.post()
        eventually(lambda: one.messages("retrying"), one.gateway.tail)
        one.map("sealgate2", "another-one")
        one.delivers(2)
        assert one.partner.users()[-1] == "sealgate2"
        found = one.audit("--application", "ERP")
        assert len(found) >= 3 and {record["port"] for record in found} == {"Out"}
        assert {"application", "outcome", "account", "principal"} <= {name for name, _ in found[0]["details"]}
        assert found[0]["message"], "the look-up is in the journey of its message"
        must(one.gateway("tracking", "verify"))


def test_whoever_lacks_credentials_is_told_what_to_do(office):
    one = office()
    with one.gateway:
        one.post()
        steps = [
            ("credentials.no-master-secret", lambda: must(one.sso("secret", "create"))),
            ("credentials.no-such-application", lambda: must(one.sso("create", "ERP"))),
            ("credentials.no-mapping", lambda: one.map("sealgate", PASSWORD) and must(one.sso("update", "ERP", "--disable"))),
            ("credentials.application-disabled",
             lambda: must(one.sso("update", "ERP", "--enable", "--user", "account:nobody"))),
            ("credentials.not-a-user", lambda: must(one.sso("update", "ERP", "--user", "mapped"))),
        ]
        for code, mend in steps:
            found, said = one.suspended()
            assert found == code, said
            for part in ("send port Out", "affiliate application ERP", "sealgate sso"):
                assert part in said, (part, said)
            assert one.partner.users() == []
            mend()
            one.resume()
        one.delivers(1)
        outcomes = [dict(record["details"])["outcome"] for record in one.audit("--application", "ERP")]
        assert outcomes == ["ok"] + [code for code, _ in reversed(steps)]
        assert len(one.audit("--outcome", "credentials.no-mapping")) == 1


def test_an_application_that_is_missing_is_told_before_a_message_finds_out(office):
    one = office()
    said = one.gateway("apply", "-f", one.gateway.folder / "gateway.yaml", "--dry-run").stderr
    assert said == "", "nothing of it changes"
    one.configure("Another")
    shown = one.gateway("check", "-o", "json")
    finding, = json.loads(shown.stdout)["findings"]
    assert shown.returncode == 6 and finding["code"] == "check.no-application" and "sso create Another" in finding["remedy"]
    must(one.sso("secret", "create"))
    must(one.sso("create", "ERP"))
    for name, warned in (("Third", True), ("ERP", False)):
        document = one.gateway.folder / "gateway.yaml"
        document.write_text(document.read_text().replace("Another", name).replace("Third", name))
        said = must(one.gateway("apply", "-f", document)).stderr
        assert (f"there is no affiliate application '{name}'" in said) == warned, said
    assert must(one.gateway("check")).stdout.startswith(b"nothing would fail")


def test_a_group_application_takes_the_first_that_holds(office):
    one = office()
    must(one.sso("secret", "create"))
    must(one.sso("create", "ERP", "--type", "group"))
    one.partner.allow(rest="r-password", host="h-password")
    one.map("rest", "r-password", "everyone")
    with one.gateway:
        one.post()
        one.delivers(1)
        one.map("host", "h-password", "account:default", place=1)
        one.post()
        one.delivers(2)
        must(one.sso("unmap", "ERP", "account:default"))
        one.post()
        one.delivers(3)
    assert one.partner.users() == ["rest", "host", "rest"]


def test_a_key_of_the_account_that_is_renewed_opens_the_secret_afterwards(office):
    one = office().ready()
    with one.gateway:
        one.post()
        one.delivers(1)
        must(one.gateway("key", "rotate", "--account", "default"))
        one.post()
        one.delivers(2)


def test_an_account_that_may_not_open_credentials_gets_none(office):
    one = office().ready()
    must(one.sso("secret", "grant", "--account", "spare"))
    must(one.sso("secret", "revoke", "--account", "default"))
    with one.gateway:
        one.post()
        assert one.suspended()[0] == "credentials.not-granted"
        must(one.sso("secret", "grant", "--account", "default"))
        one.resume()
        one.delivers(1)
    refused = one.sso("secret", "revoke", "--account", "nobody")
    assert refused.returncode != 0 and "credentials.not-granted" in refused.stderr
