"""Messages that went out: a gateway that sends to itself under two names, and to partners that do not answer."""
import json

import pytest

from conftest import ARCHIVE, Archiving, commands_of, files_of, verify
from support.artifacts import by_http, host, receive_port, send_port
from support.gateway import Recorder
from support.program import must
from support.waiting import eventually

DOCUMENT = b"UNB+UNOC:3+GATEWAY+ACME'\r\n"


class Sending(Archiving):
    """What is posted to /NAME goes to the AS2 name NAME."""

    def agreements_with(self, name, receiving=None, **sending):
        """Ours that sends, and that of the partner, who is this gateway, too."""
        certificate = [self.acme.thumbprint_sha256]
        sealed = {"sign": True, "encrypt": True, "encryption_certificates": certificate} if sending.get("encrypt", True) else {}
        ours = self.agreement(f"{name} in", sending={"as2_to": name, "send_ports": [f"To {name}"], **sealed, **ARCHIVE, **sending})
        theirs = self.agreement(name, receiving={"as2_from": "GATEWAY", "as2_to": name, "receipt": {}, **(receiving or {})})
        theirs.update(name=f"{name} itself", us={"party": "ACME"}, partner={"party": "Us"})
        theirs["sending"] = {"as2_from": name, "as2_to": "GATEWAY", "signing_certificates": certificate, "sign": False, "encrypt": False}
        return [ours, theirs]

    def serve(self, partners):
        must(self.gateway("cert", "import", self.acme.both))
        agreements, ports, receivers = [], [], []
        for name, (url, words) in partners.items():
            agreements += self.agreements_with(name, **words)
            receivers.append(receive_port(by_http(name=f"From {name}", path=f"/{name}"), name=f"For {name}"))
            ports.append(send_port(f"To {name}", url or f"http://127.0.0.1:{self.gateway.port}/as2", pipeline="AS2Send", party="ACME",
                                   filter=f'BTS.ReceivePortName == "For {name}"'))
        text = self.configuration(agreements=agreements, more=[*receivers, *ports])
        both = [self.own.thumbprint_sha256, self.acme.thumbprint_sha256]
        text = text.replace(json.dumps(host(decryption_certificates=both[:1]), indent=1), json.dumps(host(decryption_certificates=both), indent=1))
        text = text.replace(json.dumps({"kind": "Party", "name": "Us"}, indent=1),
                            json.dumps({"kind": "Party", "name": "Us", "verification_certificates": both[:1]}, indent=1))
        self.gateway.apply(text)
        self.gateway.start()

    def send(self, name, document=DOCUMENT):
        """The row of the report, as soon as there is one."""
        before = {row["record"] for row in self.sent(name)}
        status, _, _ = self.gateway.request("POST", f"/{name}", document, {"Content-Type": "application/edifact"})
        assert status == 202
        return eventually(lambda: next((row for row in self.sent(name) if row["record"] not in before), None), self.gateway.tail)

    def sent(self, name, *words):
        return json.loads(must(self.rows("-o", "json", "--direction", "sent", "--to", name, *words)).stdout)

    def becomes(self, row, status):
        def now():
            found = self.sent(row["as2_to"], "--message-id", row["message_id"])[0]
            return found if found["status"] == status else None
        return eventually(now, lambda: f"{self.sent(row['as2_to'])} {self.gateway.tail()}", 60)


@pytest.fixture(scope="module")
def sending(sealgate, tmp_path_factory, pki):
    made = Sending(sealgate, tmp_path_factory.mktemp("sending"), pki)
    silent = Recorder()
    made.serve({
        "SELF": (None, {}),
        "PLAIN": (None, {"sign": False, "encrypt": False, "receiving": {"require_signature": False, "require_encryption": False}}),
        "STRICT": (None, {"receiving": {"require_compression": True}}),
        "SILENT": (silent.url, {"receipt": {"timeout": "1s", "resends": 1}}),
        "AWAY": ("http://127.0.0.1:1/as2", {}),
        "UNASKED": (silent.url, {"receipt": {"mode": "none"}}),
    })
    yield made
    made.close()
    silent.close()


@pytest.mark.parametrize("name", ["SELF", "PLAIN"])
def test_what_was_sent_and_acknowledged_is_proven(sending, tmp_path, name):
    row = sending.becomes(sending.send(name), "acknowledged")
    assert row["disposition"].endswith("processed")
    assert (row["direction"], row["partner"], row["receipt_asked_for"]) == ("sent", "ACME", "sync, signed")
    assert (row["mic_form"], row["resends"], row["transmissions"]) == ("exact", 0, 1)
    target = sending.export(row["message"], tmp_path / "evidence")
    done = verify(target)
    assert done.returncode == 0, (done.stderr, commands_of(target))
    request = (target / "message.http").read_bytes()
    assert b"AS2-From: GATEWAY\r\n" in request
    assert (target / "documents" / "01-document").read_bytes() == DOCUMENT
    commands = commands_of(target)
    assert "openssl base64" in commands and "receipt.p7s" in commands
    assert ("message.p7s" in commands) == (name == "SELF")
    assert (target / ("message-signed.bin" if name == "SELF" else "message-checked.bin")).read_bytes().endswith(DOCUMENT)
    for path in files_of(target):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert verify(target).returncode != 0, path
        path.write_bytes(whole)


def test_the_document_leads_to_what_it_was_sent_as(sending, tmp_path):
    row = sending.becomes(sending.send("SELF"), "acknowledged")
    steps = json.loads(must(sending.gateway("tracking", "show", row["message"], "-o", "json")).stdout)
    document = next(value for step in steps for name, value in step["details"] if name == "as2.encoded_from")
    sending.export(document, tmp_path / "evidence")
    assert (tmp_path / "evidence" / "receipt.p7s").exists()


def test_what_the_partner_refused_is_proven_with_his_receipt(sending, tmp_path):
    row = sending.becomes(sending.send("STRICT"), "failed")
    assert "error" in row["disposition"] and row["failure"] == "hosts.as2-refused"
    target = sending.export(row["message"], tmp_path / "evidence")
    assert verify(target).returncode == 0
    assert (target / "receipt.p7s").exists()


def test_who_does_not_answer_is_waited_for_and_then_given_up(sending, tmp_path):
    row = sending.becomes(sending.send("SILENT"), "resends-exhausted")
    assert (row["resends"], row["transmissions"]) == (1, 2)
    target = sending.export(row["message"], tmp_path / "evidence")
    assert verify(target).returncode == 0
    assert "No receipt is known so far" in (target / "README.md").read_text()


def test_what_is_under_way_says_so(sending):
    assert sending.becomes(sending.send("AWAY"), "sending")["receipt_asked_for"] == "sync, signed"
    assert sending.becomes(sending.send("UNASKED"), "sent")["receipt_asked_for"] == "no"
