"""Who is it? Names, passwords and certificates of senders, from curl and openssl."""
import hashlib
import json
import re

from support.pki import Pki
from support.program import must, run
from support.waiting import eventually

PASSWORD = ["-u", "alice:open:sesame"]


def test_basic(door):
    door.apply(door.location(authentication=["basic"]), users=[door.user("alice")])
    with door.gateway:
        assert door.status("--basic", *PASSWORD) == 202
        assert door.knows(1)
        assert door.problem() == (401, "adapter.http.unauthenticated")
        assert door.problem("--basic", "-u", "alice:wrong") == (401, "adapter.http.unauthenticated")
        assert door.problem("--basic", "-u", "mallory:open:sesame")[0] == 401
        assert door.problem("--digest", *PASSWORD)[0] == 401, "not offered"
        challenges = [value for name, value in door.curl()[1] if name == "WWW-Authenticate"]
        assert challenges == ['Basic realm="sealgate", charset="UTF-8"']
        assert door.partner.number == 1 and door.anybody.number == 1, "nothing of a stranger came in"
        headers, _ = door.anybody.bodies[0]
        assert "sesame" not in str(headers)
        assert PASSWORD[1].split(":")[-1] not in door.gateway.log.read_text()


def test_a_guesser_is_slowed_down_and_nobody_else(door):
    door.apply(door.location(authentication=["basic"]), users=[door.user("alice")])
    with door.gateway:
        assert door.status("--basic", *PASSWORD) == 202
        answers = [door.status("--basic", "-u", f"alice:guess{number}") for number in range(12)]
        assert answers[:10] == [401] * 10 and answers[-1] == 429, answers
        assert "Retry-After" in dict(door.curl("--basic", "-u", "alice:another")[1])
        assert door.status("--basic", *PASSWORD) == 202, "who was let in before is let in again"
        assert door.status("--basic", "-u", "alice:guess", "--interface", "127.0.0.2") == 401


def test_digest(door):
    users = [door.user("alice"), door.user("old", "--md5"), {**door.user("plain"), "digest_sha256": None}]
    del users[2]["digest_sha256"]
    door.apply(door.location(authentication=["digest"]), users=users, aliases=("alice", "old"))
    with door.gateway:
        assert door.status("--digest", *PASSWORD) == 202
        assert door.knows(1)
        assert door.problem("--digest", "-u", "alice:wrong") == (401, "adapter.http.unauthenticated")
        assert door.problem("--digest", "-u", "mallory:open:sesame")[0] == 401
        assert door.problem("--digest", "-u", "plain:open:sesame")[0] == 401, "has no digest"
        assert door.problem("--basic", *PASSWORD)[0] == 401
        # A body that is larger than what is read before the answer.
        assert door.status("--digest", *PASSWORD, body=b"x" * 3_000_000) == 202
        assert door.status("--anyauth", *PASSWORD) == 202
        # MD5: a client that knows nothing else.
        assert md5_digest(door, "old", "open:sesame", "/in") == 202
        assert md5_digest(door, "old", "wrong", "/in") == 401
        assert md5_digest(door, "old", "open:sesame", "/elsewhere") == 401, "an answer for another address"
        assert door.knows(4)


def md5_digest(door, user, password, uri):
    """A request with an answer to the MD5 challenge, made by hand; the status."""
    challenge = next(value for name, value in door.curl()[1] if name == "WWW-Authenticate" and "algorithm=MD5" in value)
    nonce = re.search('nonce="([^"]+)"', challenge).group(1)

    def digest(text):
        return hashlib.md5(text.encode()).hexdigest()
    response = digest(f"{digest(f'{user}:sealgate:{password}')}:{nonce}:00000001:abc:auth:{digest(f'POST:{uri}')}")
    field = (f'Authorization: Digest username="{user}", realm="sealgate", nonce="{nonce}", uri="{uri}", algorithm=MD5, '
             f'qop=auth, nc=00000001, cnonce="abc", response="{response}"')
    first = door.status("-H", field)
    if first == 202:
        assert door.status("-H", field) == 401, "the same answer twice"
    return first


def test_who_may_stay_anonymous(door):
    door.apply(door.location(authentication=["anonymous", "basic"]), users=[door.user("alice")])
    with door.gateway:
        assert door.status() == 202
        assert door.status("--basic", "-u", "alice:wrong") == 401
        assert door.status("--basic", *PASSWORD) == 202
        assert door.knows(1)
        assert door.anybody.wait_for(lambda: door.anybody.number == 2, 30)
        assert door.partner.number == 1


def test_client_certificates(door, tmp_path):
    known, stranger = door.certificate, door.pki.get("ec256", "stranger", extended="clientAuth")
    expired = door.pki.expired("ec256", "expired", extended="clientAuth")
    mail_only = door.pki.get("ec256", "mail-only")
    (tmp_path / "elsewhere").mkdir()
    other = Pki(tmp_path / "elsewhere", "Somebody else's root").get("ec256", "untrusted", extended="clientAuth")
    door.apply(door.location("/require", client_certificate="require"), door.location("/request", client_certificate="request"),
               door.location("/off"), listeners=[door.listener(client_certificates="request")])
    with door.gateway:
        url = door.url("/require")
        assert door.status(*door.with_certificate(known), url=url) == 202
        assert door.knows(1)
        assert door.problem(url=url) == (403, "adapter.http.no-client-certificate")
        for bad in (expired, mail_only, other):
            assert door.problem(*door.with_certificate(bad), url=url) == (403, "adapter.http.bad-client-certificate"), bad.name
        assert door.status(*door.with_certificate(stranger), url=url) == 202, "good, but nobody's"
        reasons = [line["reason"] for line in door.said("an HTTP client was refused", code="adapter.http.bad-client-certificate")]
        assert any("chain-expired" in reason for reason in reasons) and any("chain-no-issuer" in reason for reason in reasons), reasons
        # Where it is only asked for, a bad one is as good as none.
        assert door.status(*door.with_certificate(expired), url=door.url("/request")) == 202
        assert door.status(url=door.url("/request")) == 202
        assert door.status(*door.with_certificate(known), url=door.url("/off")) == 202
        assert door.status(*door.with_certificate(known), url=door.url("/request")) == 202
        assert door.knows(2)
        assert door.anybody.wait_for(lambda: door.anybody.number == 6, 30)
        assert door.partner.number == 2, "only what was proven is a party's"


def test_what_a_client_sends_along_completes_its_path_and_is_not_trusted(door, tmp_path):
    issuing = door.pki.subordinate(tmp_path / "issuing", "Issuing")
    (tmp_path / "elsewhere").mkdir()
    foreign = Pki(tmp_path / "elsewhere", "Somebody else's root")
    chains = {}
    for name, authority in (("partner", issuing), ("alone", issuing), ("foreign", foreign)):
        identity = authority.get("ec256", name, extended="clientAuth")
        chains[name] = tmp_path / f"{name}-chain.pem"
        more = "" if name == "alone" else authority.root.read_text()
        chains[name].write_text(identity.certificate.read_text() + more)
        chains[name, "key"] = identity.key
    door.apply(door.location(client_certificate="require"), listeners=[door.listener(client_certificates="request")])
    with door.gateway:
        for name in ("alone", "foreign"):
            assert door.problem("--cert", chains[name], "--key", chains[name, "key"]) == (403, "adapter.http.bad-client-certificate")
        assert door.status("--cert", chains["partner"], "--key", chains["partner", "key"]) == 202
        # A resumed session brings nothing along any more.
        request = b"POST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        words = ["openssl", "s_client", "-connect", f"127.0.0.1:{door.port()}", "-CAfile", door.pki.root, "-ign_eof"]
        own = ["-cert", chains["partner"], "-key", chains["partner", "key"], "-cert_chain", issuing.root]
        for more in (["-sess_out", tmp_path / "session", *own], ["-sess_in", tmp_path / "session"]):
            said = run([*words, *more], stdin=request)
            assert b"202 Accepted" in said.stdout, (more, said.stdout)
        assert b"Reused" in said.stdout


def test_a_revoked_client_certificate_is_none(door):
    revoked = door.pki.get("ec256", "revoked", extended="clientAuth")
    door.apply(door.location(client_certificate="require"), listeners=[door.listener(client_certificates="request")],
               policy="require")
    with door.gateway:
        assert door.problem(*door.with_certificate()) == (403, "adapter.http.bad-client-certificate"), "nobody can say"
        must(door.gateway("cert", "import", door.pki.revocation_list(revoked)))
        eventually(lambda: door.status(*door.with_certificate()) == 202, door.gateway.tail)
        assert door.problem(*door.with_certificate(revoked)) == (403, "adapter.http.bad-client-certificate")
        assert any("revoked" in line["reason"] for line in door.said("an HTTP client was refused"))


def test_a_listener_that_insists(door):
    door.apply(door.location(client_certificate="require"), listeners=[door.listener(client_certificates="require")])
    with door.gateway:
        assert door.status(*door.with_certificate()) == 202
        done = run(["curl", "-sS", "--cacert", door.pki.root, "-d", "x", door.url()])
        assert done.returncode in (35, 56) and b"" == done.stdout, done.stderr


def test_certificate_and_password_together(door):
    door.apply(door.location(client_certificate="require", authentication=["basic"]), users=[door.user("alice")],
               listeners=[door.listener(client_certificates="request")])
    with door.gateway:
        assert door.status(*door.with_certificate(), "--basic", *PASSWORD) == 202
        assert door.status(*door.with_certificate()) == 401
        assert door.status("--basic", *PASSWORD) == 403


def test_a_user_is_changed_while_it_runs(door):
    door.apply(door.location(authentication=["basic"]), users=[door.user("alice")])
    with door.gateway:
        assert door.status("--basic", *PASSWORD) == 202
        door.apply(door.location(authentication=["basic"]), users=[door.user("alice", password="changed")])
        eventually(lambda: door.status("--basic", *PASSWORD) == 401, "the old password is refused")
        assert door.status("--basic", "-u", "alice:changed") == 202
        shown = door.gateway("get", "Host", "Default", "-o", "json")
        assert b"changed" not in shown.stdout and json.loads(must(shown).stdout)
