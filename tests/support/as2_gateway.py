"""Gateways that exchange messages by AS2, with each other or with a partner who sends by openssl and curl."""
import json

from support.artifacts import documents, group, host, receive_port, send_port
from support.as2 import Sender, read_receipt
from support.gateway import Gateway, Recorder
from support.program import must, run
from support.waiting import eventually

OPTIONAL = ("receiving", "sending", "compatibility")


class As2Side:
    """A gateway with a certificate of its own, not started. `documents` gets every document that was taken, `receipts` what
    there is of receipts."""

    def __init__(self, program, folder, pki, own):
        self.folder, self.pki, self.own = folder, pki, own
        self.documents, self.receipts = Recorder(keep=True), Recorder(keep=True)
        self.gateway = Gateway(program.path, folder, extra=["--log-format", "json"])
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", own.both))

    def arrived(self, document, seconds=30):
        """How often it did, when it did."""
        times = lambda: sum(body == document for _, body in self.documents.bodies)  # noqa: E731
        assert self.documents.wait_for(times, seconds), self.gateway.tail()
        return times()

    def listed(self, *words):
        """Work, as `sealgate message list` shows it."""
        return json.loads(must(self.gateway("message", "list", "-o", "json", "--limit", "10000", *words)).stdout)

    def close(self):
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()
        self.documents.close()
        self.receipts.close()


class As2Gateway(As2Side):
    """It has a partner, ACME, who sends by openssl and curl."""

    def __init__(self, program, folder, pki):
        super().__init__(program, folder, pki, pki.get("rsa", "gateway"))
        self.acme = pki.get("rsa", "acme")
        self.sender = Sender(folder, self.acme, self.own)
        self.continued = False  # whether the last request was told to go on
        must(self.gateway("cert", "import", self.acme.certificate))

    def agreement(self, as2_name="ACME", **words):
        """With ACME; `receiving`, `sending` and `compatibility` add to what there is."""
        made = {"kind": "Agreement", "name": f"{as2_name} and us", "us": {"party": "Us"}, "partner": {"party": "ACME"},
                "sending": {"as2_from": "GATEWAY", "as2_to": as2_name, "sign": False, "encrypt": False},
                "receiving": {"receipt": {"delivery_hosts": ["127.0.0.1"], "retry": {"retry_count": 100, "retry_interval": "200ms"}}}}
        for part in OPTIONAL:
            for name, value in words.pop(part, {}).items():
                inner = made.setdefault(part, {})
                inner[name] = {**inner[name], **value} if isinstance(value, dict) and name in inner else value
        return {**made, **words}

    def configuration(self, *, agreements=None, location=None, parties=(), policy="off", acme=(), port=None, more=()):
        here = {"name": "AS2", "host": "Default", "adapter": "HTTP", "settings": {"path": "/as2"}, "pipeline": "AS2Receive",
                **(location or {})}
        known = {"kind": "Party", "name": "ACME", "verification_certificates": [self.acme.thumbprint_sha256], **dict(acme)}
        return documents(
            group(signing_certificates=[self.own.thumbprint_sha256],
                  revocation=policy if isinstance(policy, dict) else {"policy": policy}),
            host(decryption_certificates=[self.own.thumbprint_sha256]), known, {"kind": "Party", "name": "Us"}, *parties,
            receive_port(here, **(port or {})), *(agreements if agreements is not None else [self.agreement()]),
            send_port("Documents", self.documents.url, filter="EdiIntAS.IsAS2PayloadMessage == true"), *more)

    def apply(self, **words):
        self.gateway.apply(self.configuration(**words))

    def post(self, message, *words, path="/as2"):
        """(status, headers, body) of the message by curl."""
        body = self.folder / "request.body"
        body.write_bytes(message.body)
        fields = [word for name, value in message.headers for word in ("-H", f"{name}: {value}" if value else f"{name};")]
        done = must(run(["curl", "-sS", "-i", "--data-binary", f"@{body}", *fields, *words,
                         f"http://127.0.0.1:{self.gateway.port}{path}"]))
        answer = done.stdout
        self.continued = answer.startswith(b"HTTP/1.1 100")
        while answer.startswith(b"HTTP/1.1 100"):
            answer = answer.split(b"\r\n\r\n", 1)[1]
        head, content = answer.split(b"\r\n\r\n", 1)
        status, *lines = head.decode().split("\r\n")
        return int(status.split()[1]), [tuple(line.split(": ", 1)) for line in lines], content

    def receipt(self, answer, signer=None):
        """The receipt in a response."""
        status, headers, content = answer
        assert status == 200, (status, content)
        return read_receipt(headers, content, self.folder, self.pki.root, signer or self.own)

    def exchange(self, message, *words):
        return self.receipt(self.post(message, *words))

    def by_name(self, as2_name):
        """The partner under another of its AS2 names."""
        return Sender(self.folder, self.acme, self.own, as2_name)

    def taken(self, count, seconds=30):
        """The documents, when there are `count`; more would be a fault."""
        assert self.documents.wait_for(lambda: self.documents.number >= count, seconds), (self.documents.number, self.gateway.tail())
        assert self.documents.number == count
        return [body for _, body in self.documents.bodies]

    def suspended(self, *codes):
        """Codes of what waits for a person, when they are these."""
        def found():
            there = [one["failure"]["code"] for one in self.listed("--state", "suspended") if one.get("failure")]
            return there if not codes or sorted(there) == sorted(codes) else None
        return eventually(found, lambda: f"{self.listed('--state', 'suspended')}")
