"""Private keys that stay in a PKCS#11 token, and account keys that one wraps."""
import json

import pytest

from secrets_of import secrets_of, shown_in, shown_in_memory
from support.waiting import eventually
from support.program import must


@pytest.fixture(params=["rsa", "ec256"])
def identity(request, pki):
    return pki.get(request.param, f"token-{request.param}")


def with_token(office, token, identity):
    """Its key lies in the token alone."""
    token.put(identity, "office", 1)
    one = office(identity, environment=token.environment)
    must(one("cert", "import", identity.certificate, *token.words("office"), "--account", one.account))
    return one


def test_messages_are_signed_and_opened_in_the_token(office, token, identity):
    one = with_token(office, token, identity)
    one.configure()
    with one.gateway:
        one.works(opens=identity.kind == "rsa")  # softhsm2-util imports EC keys for signing only; unit tests agree on keys
        if identity.kind == "rsa":
            assert shown_in_memory(one.gateway.process.pid, {name: value for name, value in secrets_of(identity).items()
                                                             if "PKCS" in name or "PEM" in name}) == []
    shown = one.key()
    assert (shown["private_keys"], shown["in_tokens"]) == (1, 1)
    assert one.check() == []
    hidden = token.pin.rename(token.pin.with_suffix(".hidden"))
    assert one.check() == [("warning", "check.key-not-examined")]
    hidden.rename(token.pin)
    password = one.folder / "password"
    password.write_text("long enough")
    refused = one("cert", "export", identity.thumbprint, "--account", one.account, "--format", "p12", "--password-file", password,
                  "--out", "-")
    assert refused.returncode == 2 and "crypto.key-stays" in refused.stderr, refused.stderr
    must(one("key", "rotate", "--account", one.account))
    assert one.opens() == "yes"


def test_the_certificate_may_come_from_the_token_or_is_named(office, token, pki):
    identity = pki.get("rsa")
    token.put(identity, "office", 1)
    one = office(environment=token.environment)
    refused = one("cert", "import", *token.words("office"), "--account", one.account)
    assert refused.returncode == 2 and "cli.no-certificate" in refused.stderr, refused.stderr
    other = one("cert", "import", pki.get("rsa3072").certificate, *token.words("office"), "--account", one.account)
    assert other.returncode == 1 and "tokens.key-missing" in other.stderr, other.stderr
    ec = one("cert", "import", pki.get("ec256").certificate, *token.words("office"), "--account", one.account)
    assert ec.returncode == 1 and "tokens.key-missing" in ec.stderr, ec.stderr
    assert one("cert", "import").returncode == 2
    in_words = one("cert", "import", identity.certificate, "--token", "pkcs11:object=office?pin-value=271828")
    assert in_words.returncode == 2 and "tokens.bad-uri" in in_words.stderr and "271828" not in in_words.stderr


def test_a_wrong_pin_is_told_and_not_tried_again(office, token, pki):
    one = with_token(office, token, pki.get("rsa"))
    one.configure()
    token.write_pin("999999")
    refused = one("cert", "show", one.identity.thumbprint, "--account", one.account)
    assert "the token refuses the PIN" in refused.stdout.decode()
    one.gateway.start()
    log = one.gateway.log.read_text()
    assert "tokens.wrong-pin" in log and str(token.pin) in log and "999999" not in log, log
    token.write_pin("271828")
    eventually(lambda: log_has_no_new_trouble(one), "the right PIN is taken up", 60)
    one.works()


def log_has_no_new_trouble(one):
    """The last load of the configuration opened every key."""
    lines = one.gateway.log.read_text().splitlines()
    loads = [number for number, line in enumerate(lines) if "configuration loaded" in line]
    return len(loads) > 1 and not any("cannot be opened" in line for line in lines[loads[-2] + 1:loads[-1]])


def test_a_token_that_is_gone_and_comes_back(office, token, pki):
    one = with_token(office, token, pki.get("rsa"))
    one.configure()
    away = token.folder / "away"
    token.tokens.rename(away)
    token.tokens.mkdir()
    one.gateway.start()
    log = one.gateway.log.read_text()
    assert "tokens.token-missing" in log and "hosts=Default" in log.replace('"', ""), log
    token.tokens.rmdir()
    away.rename(token.tokens)
    eventually(lambda: log_has_no_new_trouble(one), "the token is found again", 60)
    one.works()


def test_an_account_key_that_a_token_wraps(office, token, pki):
    wrapping = pki.get("rsa", "wrapping")
    token.put(wrapping, "wrapping", 2)
    one = office(environment=token.environment)
    one.take()
    one.configure()
    old = one.key()["id"]
    must(one("key", "rotate", "--account", one.account, *token.words("wrapping")))
    key = one.key()
    assert key["id"] != old and key["token"].startswith("pkcs11:") and "pin-source" not in key["token"]
    assert one.key_file().read_text().startswith("sealgate account key 1\npkcs11:") and one.key_file().stat().st_mode & 0o77 == 0
    with one.gateway:
        one.works()
    must(one("key", "rotate", "--account", one.account))  # stays wrapped
    assert one.key()["token"] == key["token"] and one.opens() == "yes"
    token.pin.chmod(0o644)
    refused = one("key", "show", "--account", one.account)
    assert refused.returncode == 1 and "tokens.pin-not-private" in refused.stderr, refused.stderr
    token.pin.chmod(0o600)
    one.key_file().write_text(one.key_file().read_text()[:-40] + "\n")
    refused = one("key", "show", "--account", one.account)
    assert refused.returncode == 1 and "certificates.bad-account-key" in refused.stderr, refused.stderr


def test_a_wrapped_account_key_becomes_a_plain_one(office, token, pki):
    token.put(pki.get("rsa", "wrapping"), "wrapping", 2)
    one = office(environment=token.environment)
    one.take()
    must(one("key", "rotate", "--account", one.account, *token.words("wrapping")))
    must(one("key", "rotate", "--account", one.account, "--without-token"))
    assert one.key_file().stat().st_size == 32 and one.opens() == "yes" and "token" not in one.key()


def test_neither_pin_nor_key_is_written_anywhere(office, token, pki):
    identity = pki.get("rsa")
    one = with_token(office, token, identity)
    one.configure()
    with one.gateway:
        one.works()
    secrets = {**secrets_of(identity), "PIN": b"271828"}
    for file in [*one.gateway.data.rglob("*"), one.gateway.log]:
        if file.is_file():
            assert shown_in(file.read_bytes(), secrets) == [], file
    listed = json.loads(must(one("cert", "list", "--account", one.account, "-o", "json")).stdout)
    assert listed
