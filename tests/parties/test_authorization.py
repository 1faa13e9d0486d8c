"""Who may have a message: what came encrypted goes to hosts that are configured for the certificate, and a port that
demands a party gets messages of parties only, whoever opens them."""
import json

import pytest

from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.gateway import Gateway
from support.waiting import eventually
from support.program import must, run

NOT_MINE = "pipeline.receiver-not-authorized"
LENIENT = {"check_revocation": False}


def sealed(identity, content):
    words = ["openssl", "cms", "-encrypt", "-aes-256-cbc", "-binary", "-outform", "DER", "-recip", identity.certificate]
    return must(run(words, stdin=b"Content-Type: text/plain\r\n\r\n" + content)).stdout


def signed(identity, content):
    words = ["openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256", "-signer", identity.certificate,
             "-inkey", identity.key]
    return must(run(words, stdin=b"Content-Type: text/plain\r\n\r\n" + content)).stdout


class Stage:
    def __init__(self, sealgate, folder, pki):
        self.folder, self.pki = folder, pki
        self.own, self.other, self.partner = (pki.get("rsa", f"authorization-{name}") for name in ("own", "other", "partner"))
        self.gateway = Gateway(sealgate.path, folder)
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", self.own.both))
        for name in ("mine", "strange", "failed-mine", "failed-strange"):
            (folder / name).mkdir()

    def apply(self, *receiving, strange=()):
        ports = [file_port(name, self.folder / name, host=at, filter=wanted, retry_count=0)
                 for name, at, wanted in (("mine", "Mine", 'BTS.ReceivePortName == "In"'), ("strange", "Strange", 'BTS.ReceivePortName == "In"'),
                                          ("failed-mine", "Mine", "ErrorReport.FailureCode exists"),
                                          ("failed-strange", "Strange", "ErrorReport.FailureCode exists"))]
        self.gateway.apply(documents(
            group(), host(name="Mine", decryption_certificates=[self.own.thumbprint]),
            host(name="Strange", decryption_certificates=list(strange)), host(name="Untrusted", authentication_trusted=False),
            {"kind": "Party", "name": "Partner", "verification_certificates": [self.partner.thumbprint]}, *receiving, *ports))

    def post(self, body, path="/in", kind="application/pkcs7-mime"):
        return self.gateway.request("POST", path, body, {"Content-Type": kind})[0]

    def out(self, name):
        return [file.read_bytes() for file in (self.folder / name).iterdir() if not file.name.startswith(".")]

    def work(self, **wanted):
        found = json.loads(must(self.gateway("message", "list", "--limit", "1000", "-o", "json")).stdout)
        return [one for one in found if all(one[key] == value for key, value in wanted.items())]


@pytest.fixture
def stage(sealgate, tmp_path, pki):
    stage = Stage(sealgate, tmp_path, pki)
    yield stage
    if stage.gateway.process and stage.gateway.process.poll() is None:
        stage.gateway.kill()


def test_what_came_encrypted_goes_to_hosts_of_that_certificate_only(stage):
    at = by_http(host="Mine", pipeline="SMIMEReceive", decoder=LENIENT)
    stage.apply(receive_port(at))
    with stage.gateway:
        assert stage.post(sealed(stage.own, b"secret")) == 202
        assert stage.post(b"in clear", kind="text/plain") in (202, 500)
        eventually(lambda: stage.out("mine") and stage.work(port="strange", state="suspended"), "one copy out, one suspended")
        held = stage.work(port="strange", state="suspended")
        assert [one["failure"]["code"] for one in held] == [NOT_MINE]
        assert "Strange" in held[0]["failure"]["text"] and "decryption_certificates" in held[0]["failure"]["remedy"]
        # Neither resuming nor sending it on makes it somebody else's.
        must(stage.gateway("message", "resume", "--force", held[0]["id"]))
        eventually(lambda: [one["failure"]["code"] for one in stage.work(port="strange", state="suspended")] == [NOT_MINE], "suspended again")
        assert stage.out("strange") == []
        mine = stage.work(port="mine", state="completed")
        must(stage.gateway("message", "resend", mine[0]["id"], "--port", "strange"))
        eventually(lambda: len(stage.work(port="strange", state="suspended")) == 2, "the copy that was sent on is suspended")
        # Configured for it, the host may have it.
        stage.apply(receive_port(at), strange=[stage.own.thumbprint_sha256])
        def resumed():
            stage.gateway("message", "resume", held[0]["id"])
            return stage.out("strange") == [b"secret"]
        eventually(resumed, "the message of a host that is configured now")


def test_failed_messages_obey_it_too(stage):
    at = by_http(host="Mine", pipeline="SMIMEReceive", decoder={**LENIENT, "require_signature": True})
    stage.apply(receive_port(at, route_failed_messages=True))
    with stage.gateway:
        assert stage.post(sealed(stage.own, b"not signed")) == 202  # fails after it was opened
        assert stage.post(sealed(stage.other, b"of others")) == 202  # cannot be opened
        eventually(lambda: len(stage.out("failed-mine")) == 2, "both for who could open as much")
        eventually(lambda: len(stage.work(port="failed-strange", state="suspended")) == 2, "both suspended for the other")
        assert {one["failure"]["code"] for one in stage.work(port="failed-strange", state="suspended")} == {NOT_MINE}
        # What came in clear is nobody's secret.
        assert stage.post(b"Content-Type: text/plain\r\n\r\nhello", kind="message/rfc822") in (202, 500)
        assert stage.out("failed-strange") == [] or len(stage.out("failed-mine")) == 3


def test_a_host_that_is_not_trusted_makes_everybody_a_guest(stage):
    ports = [receive_port(by_http(f"{name} {mode}", f"/{name}-{mode}", host=at, pipeline="SMIMEReceive", decoder=LENIENT),
                          name="In" if (name, mode) == ("trusted", "none") else f"In {name} {mode}", authentication=mode)
             for name, at in (("trusted", "Mine"), ("untrusted", "Untrusted")) for mode in ("none", "drop", "keep")]
    stage.apply(*ports)
    body, stranger = signed(stage.partner, b"order"), signed(stage.other, b"order")
    with stage.gateway:
        answers = {(who, name, mode): stage.post(what, f"/{name}-{mode}") for who, what in (("partner", body), ("stranger", stranger))
                   for name in ("trusted", "untrusted") for mode in ("none", "drop", "keep")}
        refused = {key for key, status in answers.items() if status == 401}
        assert refused == {(who, name, mode) for who, name, mode in answers if mode != "none" and (who, name) != ("partner", "trusted")}
        kept = stage.work(kind="receive", state="suspended")
        assert sorted(one["port"] for one in kept if one["failure"]["code"] == "pipeline.unknown-party") == [
            "In trusted keep", "In untrusted keep", "In untrusted keep"]
        shown = must(stage.gateway("tracking", "list", "-o", "json", "--limit", "1000")).stdout.decode()
        assert "host Untrusted is not authentication trusted" in shown and "no party has the certificate" in shown
        assert f"Certificate {stage.partner.thumbprint_sha256}" in shown


def test_plain_messages_need_a_leave(stage):
    ports = [receive_port(by_http(name, f"/{name}", host="Mine", pipeline="SMIMEReceive", decoder={**LENIENT, "allow_non_mime": allowed}),
                          name=f"In {name}") for name, allowed in (("refuses", False), ("takes", True))]
    stage.apply(*ports)
    with stage.gateway:
        for name in ("refuses", "takes"):
            stage.post(b"<order/>", f"/{name}", "application/octet-stream")
        held = {one["port"]: one["failure"]["code"] for one in stage.work(state="suspended")}
        assert held == {"In refuses": "smime.not-mime", "In takes": "messaging.no-subscriber"}
