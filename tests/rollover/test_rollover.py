"""Certificates are replaced on both sides while messages flow; none fails."""
import datetime
import json
import threading

import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.waiting import eventually
from support.program import must

MESSAGES = 1000
SENDERS = 4
SEALED = {"pipeline": "SMIMETransmit", "encoder": {"signature_type": "blob", "enable_encryption": True, "check_revocation": False}}
OPENS = {"pipeline": "SMIMEReceive", "decoder": {"require_signature": True, "require_encryption": True, "check_revocation": False}}


class Side:
    """One company: its own identities by "old" and "new", and what it says about both sides."""

    def __init__(self, program, folder, name, pki):
        folder.mkdir()
        self.name, self.folder = name, folder
        self.gateway = Gateway(program, folder)
        self.own = {age: pki.get("rsa", f"{name}-{age}") for age in ("old", "new")}
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        self.take_own("old")

    def take_own(self, age):
        must(self.gateway("cert", "import", self.own[age].both))

    def take(self, partner, age):
        must(self.gateway("cert", "import", partner.own[age].certificate, "--store", "OtherPeople"))

    def suspended(self):
        return json.loads(must(self.gateway("message", "list", "--state", "suspended", "-o", "json")).stdout)

    def details(self, name):
        """All values of a detail in the tracking log."""
        found = json.loads(must(self.gateway("tracking", "list", "--limit", "10000", "-o", "json")).stdout)
        records = found["records"] if isinstance(found, dict) else found
        return {value for record in records for value in values_of(record["details"], name)}


def values_of(details, name):
    if isinstance(details, dict):
        found = details.get(name, [])
        return found if isinstance(found, list) else [found]
    return [detail["value"] if isinstance(detail, dict) else detail[1] for detail in details
            if (detail["name"] if isinstance(detail, dict) else detail[0]) == name]


def at(identity, since=None, until=None):
    """One assignment, from or until a switch date."""
    made = {"certificate": identity.thumbprint_sha256, "from": since, "until": until}
    return {key: value for key, value in made.items() if value}


def soon(seconds):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ"), then


class Pair:
    """Contoso gets plain documents, seals them for Fabrikam, and Fabrikam opens them."""

    def __init__(self, sealgate, folder, pki, recorder):
        self.recorder = recorder
        self.contoso, self.fabrikam = (Side(sealgate.path, folder / name, name, pki) for name in ("contoso", "fabrikam"))
        self.contoso.take(self.fabrikam, "old")
        self.fabrikam.take(self.contoso, "old")

    def apply_contoso(self, signing, recipients):
        out = send_port("Out", f"http://127.0.0.1:{self.fabrikam.gateway.port}/edi", retry_count=0, encryption_certificates=recipients, **SEALED)
        self.contoso.gateway.apply(documents(group(signing_certificates=signing), host(), receive_port(by_http()), out))

    def apply_fabrikam(self, signers, keys):
        self.fabrikam.gateway.apply(documents(
            group(), host(decryption_certificates=keys), {"kind": "Party", "name": "Contoso", "verification_certificates": signers},
            receive_port(by_http("Edi", "/edi", **OPENS), authentication="keep"), send_port("Out", self.recorder.url, filter='Party.Name == "Contoso"')))


@pytest.fixture
def pair(sealgate, tmp_path, pki):
    with Recorder() as recorder:
        pair = Pair(sealgate, tmp_path, pki, recorder)
        pair.apply_fabrikam([at(pair.contoso.own["old"])], [at(pair.fabrikam.own["old"])])
        pair.apply_contoso([at(pair.contoso.own["old"])], [at(pair.fabrikam.own["old"])])
        with pair.fabrikam.gateway, pair.contoso.gateway:
            yield pair


class Stream:
    """Documents that flow into Contoso; it may be held before a number is sent."""

    def __init__(self, gateway):
        self.gateway, self.sent, self.allowed, self.state = gateway, [], 0, threading.Condition()
        self.threads = [threading.Thread(target=self._run, daemon=True) for _ in range(SENDERS)]
        self.numbers = iter(range(MESSAGES))
        self.wrong = []
        for thread in self.threads:
            thread.start()

    def _run(self):
        while True:
            with self.state:
                number = next(self.numbers, None)
                if number is None:
                    return
                self.state.wait_for(lambda: number < self.allowed)
            content = b"document %d" % number
            try:
                status = self.gateway.request("POST", "/in", content, {"Content-Type": "text/plain"})[0]
            except OSError as error:
                status = error
            with self.state:
                self.sent.append(content)
                if status != 202:
                    self.wrong.append((number, status))
                self.state.notify_all()

    def go(self, until):
        with self.state:
            self.allowed = until
            self.state.notify_all()

    def past(self, number, seconds=120):
        with self.state:
            assert self.state.wait_for(lambda: len(self.sent) >= number, timeout=seconds), len(self.sent)


def test_a_thousand_messages_flow_while_both_sides_change_their_certificates(pair):
    contoso, fabrikam, recorder = pair.contoso, pair.fabrikam, pair.recorder
    stream = Stream(contoso.gateway)
    stream.go(500)
    stream.past(100)
    # The receiver takes both, side by side; then the sender changes over at a moment that it says before.
    fabrikam.take_own("new")
    fabrikam.take(contoso, "new")
    pair.apply_fabrikam([at(contoso.own["old"]), at(contoso.own["new"])], [at(fabrikam.own["old"]), at(fabrikam.own["new"])])
    contoso.take_own("new")
    contoso.take(fabrikam, "new")
    switch, moment = soon(3)
    pair.apply_contoso([at(contoso.own["old"]), at(contoso.own["new"], since=switch)],
                       [at(fabrikam.own["old"], until=switch), at(fabrikam.own["new"], since=switch)])
    stream.go(800)
    eventually(lambda: datetime.datetime.now(datetime.timezone.utc) > moment, "the switch")
    before = len(stream.sent)
    stream.go(MESSAGES)
    stream.past(before)
    # What was sealed before the switch is through when everything that was sent until now has arrived.
    with stream.state:
        until_now = {recorder.digest(content) for content in stream.sent}
    assert recorder.wait_for(lambda: until_now <= recorder.arrived.keys(), 120), contoso.gateway.tail() + fabrikam.gateway.tail()
    pair.apply_fabrikam([at(contoso.own["new"])], [at(fabrikam.own["new"])])
    must(fabrikam.gateway("cert", "remove", fabrikam.own["old"].thumbprint, "--with-key"))
    stream.past(MESSAGES)

    assert not stream.wrong, stream.wrong
    assert recorder.wait_for(lambda: len(recorder.arrived) == MESSAGES, 120), contoso.gateway.tail() + fabrikam.gateway.tail()
    assert set(recorder.arrived) == {recorder.digest(b"document %d" % number) for number in range(MESSAGES)}
    assert not contoso.suspended() and not fabrikam.suspended()
    # Both were in use on both sides.
    assert fabrikam.details("signer.thumbprint") == {contoso.own[age].thumbprint.replace(" ", "") for age in ("old", "new")}
    assert fabrikam.details("decryption.thumbprint") == {fabrikam.own[age].thumbprint.replace(" ", "") for age in ("old", "new")}
