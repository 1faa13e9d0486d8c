"""Two gateways that are partners by AS2: what one sends, the other takes."""
import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.as2_gateway import As2Side
from support.program import must
from support.waiting import eventually


class Side(As2Side):
    """A gateway with a name of AS2. `documents` gets what it took, `receipts` what was published of receipts."""

    def __init__(self, program, folder, pki, name):
        folder.mkdir()
        super().__init__(program, folder, pki, pki.get("rsa", name.lower()))
        self.name = name

    def configure(self, other, sending=None, receiving=None, port=None):
        must(self.gateway("cert", "import", other.own.certificate))
        theirs = [other.own.thumbprint_sha256]
        agreement = {
            "kind": "Agreement", "name": "Both", "us": {"party": "Us"}, "partner": {"party": "Them"},
            "sending": {"as2_from": self.name, "as2_to": other.name, "send_ports": ["To them"], **(sending or {})},
            "receiving": {**(receiving or {}), "receipt": {"delivery_hosts": ["127.0.0.1"],
                                                           "retry": {"retry_count": 100, "retry_interval": "200ms"}}}}
        if agreement["sending"].get("encrypt", True):
            agreement["sending"].setdefault("encryption_certificates", theirs)
        ours = [self.own.thumbprint_sha256]
        url = f"http://127.0.0.1:{other.gateway.port}/as2"
        self.gateway.apply(documents(
            group(signing_certificates=ours, revocation={"policy": "off"}), host(decryption_certificates=ours),
            {"kind": "Party", "name": "Us"}, {"kind": "Party", "name": "Them", "verification_certificates": theirs},
            receive_port(by_http("AS2", "/as2", pipeline="AS2Receive"), name="From them"), receive_port(by_http("In")),
            send_port("To them", url, **{"pipeline": "AS2Send", "retry_interval": "200ms", **(port or {})}),
            send_port("Documents", self.documents.url, filter="EdiIntAS.IsAS2PayloadMessage == true"),
            send_port("Receipts", self.receipts.url, filter="EdiIntAS.IsAS2MdnResponseMessage == true"), agreement))

    def submit(self, content, content_type="application/edifact"):
        status, _, body = self.gateway.request("POST", "/in", content, {"Content-Type": content_type})
        assert status in (200, 202), (status, body)

    def awaits(self):
        """What waits for a receipt, or did; kept receipts are not counted."""
        return [one for one in self.listed() if one["kind"] == "await" and one["port"] == "To them"]

    def fate(self, *states, count=1, seconds=30):
        """The work that waits for receipts, when all of it is in these states."""
        def found():
            there = self.awaits()
            return there if len(there) == count and all(one["state"] in states for one in there) else None
        return eventually(found, lambda: f"{self.listed()}\n{self.gateway.tail()}", seconds)


@pytest.fixture
def pair(sealgate, tmp_path, pki):
    """Not started: the test configures them."""
    made = Side(sealgate, tmp_path / "we", pki, "WE"), Side(sealgate, tmp_path / "they", pki, "THEY")
    yield made
    for side in made:
        side.close()
