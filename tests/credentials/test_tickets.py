"""Whoever was authenticated by the gateway is somebody else at the partner: tickets from one end to the other, with curl."""
import hashlib

from conftest import PASSWORD
from support.artifacts import by_http, documents, host, receive_port
from support.program import must, run
from support.waiting import eventually

WORD = "portal-word-1"


class Portal:
    """An office whose location /portal lets users in by Digest and gives them tickets."""

    def __init__(self, one):
        self.one = one
        digest = hashlib.md5(f"alice:sealgate:{WORD}".encode()).hexdigest()
        one.gateway.apply(documents(
            host(users=[{"name": "alice", "digest_md5": digest}]),
            receive_port(by_http(issue_sso_ticket=True, settings={"path": "/in", "authentication": ["digest"]}))), "portal.yaml")
        must(one.sso("secret", "create"))
        must(one.sso("create", "ERP", "--allow-tickets", "on"))

    def post(self):
        done = must(run(["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--digest", "-u", f"alice:{WORD}", "-H",
                         "Content-Type: text/xml", "--data", "<order/>", f"http://127.0.0.1:{self.one.gateway.port}/in"]))
        assert done.stdout == b"202", (done.stdout, self.one.gateway.tail())


def test_a_message_goes_out_in_the_name_of_its_user(office):
    one = office()
    portal = Portal(one)
    one.map("sealgate", PASSWORD)
    with one.gateway:
        portal.post()
        code, said = one.suspended()
        assert code == "credentials.tickets-off" and "receive location In by HTTP" in said
        must(one.sso("settings", "--tickets", "on"))
        one.resume()
        code, said = one.suspended()
        assert code == "credentials.no-mapping" and "user:alice" in said and "account:default" not in said
        shown = must(one.gateway("message", "show", one.messages("suspended")[0]["id"])).stdout.decode()
        assert "(hidden)" in shown and "SGT1." not in shown and "alice" in shown
        one.partner.allow(alice_there="a-word", sealgate=PASSWORD)
        one.map("alice_there", "a-word", "user:alice")
        one.resume()
        one.delivers(1)
        assert one.partner.users() == ["alice_there"]
        details = dict(one.audit("--principal", "user:alice")[0]["details"])
        assert details["ticket"] == "alice" and details["outcome"] == "ok"
        # A new master secret does not make the tickets useless that are out.
        portal.post()
        one.delivers(2)
        must(one.sso("secret", "rotate"))
        portal.post()
        one.delivers(3)


def test_a_ticket_that_expired_is_said_and_can_be_helped(office):
    one = office()
    portal = Portal(one)
    must(one.sso("settings", "--tickets", "on", "--ticket-lifetime", "1s"))
    one.map("alice_there", "a-word", "user:alice")
    with one.gateway:
        portal.post()  # the partner does not know that user yet, so it is tried again and again
        code, said = one.suspended()
        assert code == "credentials.ticket-expired" and "--ticket-lifetime" in said, said
        one.partner.allow(alice_there="a-word")
        must(one.sso("update", "ERP", "--ticket-lifetime", "1h"))
        one.resume()
        one.delivers(1)
        assert one.partner.users() == ["alice_there"]
        assert eventually(lambda: one.messages("suspended") == [], one.gateway.tail)
