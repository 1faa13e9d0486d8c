"""A gateway with listeners of its own, and partners who come in by certificate or by name and password."""
import json
import ssl

import pytest

from support.artifacts import documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.program import must, run
from support.waiting import eventually

PASSWORD = "open:sesame"
WHO = {"kind": "Pipeline", "name": "Who", "direction": "receive", "stages": {"resolve_party": [{"component": "party_resolution"}]}}


class Door:
    """`partner` gets what came from a party that is known; `anybody` gets everything."""

    def __init__(self, program, folder, pki):
        self.program, self.folder, self.pki = program, folder, pki
        self.partner, self.anybody = Recorder(keep=True), Recorder(keep=True)
        self.gateway = Gateway(program.path, folder, extra=["--log-format", "json"])
        self.server = self.own("server")
        self.certificate = pki.get("ec256", "client", extended="clientAuth,emailProtection")
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", self.certificate.certificate))

    def own(self, name, names=""):
        """A server certificate of the gateway for 127.0.0.1 and `names`, in the Personal store."""
        identity = self.pki.get("ec256", f"own-{name}", extended="serverAuth", address="127.0.0.1" + names)
        must(self.gateway("cert", "import", identity.both))
        return identity

    def user(self, name, *options, password=PASSWORD):
        """The entry of a user as the command writes it."""
        made = must(run([self.program.path, "user", "hash", name, *options], stdin=f"{password}\n".encode()))
        pairs = (line[2:].split(": ", 1) for line in made.stdout.decode().splitlines())
        return {key: value.strip('"') for key, value in pairs}

    def listener(self, name="edge", **words):
        made = {"name": name, "listen": "127.0.0.1:0", "certificates": [self.server.thumbprint_sha256], **words}
        return {key: value for key, value in made.items() if value is not None}

    @staticmethod
    def location(path="/in", listener="edge", pipeline="Who", name=None, **settings):
        return {"name": name or f"At {path}", "host": "Default", "adapter": "HTTP", "pipeline": pipeline,
                "settings": {"path": path, "listener": listener, **settings}}

    def apply(self, *locations, listeners=None, users=(), policy="off", aliases=("alice",), deliver=True, **words):
        party = {"kind": "Party", "name": "Known", "verification_certificates": [self.certificate.thumbprint_sha256],
                 "aliases": [{"name": name, "qualifier": "WindowsUser", "value": name} for name in aliases]}
        ports = (send_port("Partner", self.partner.url, filter='Party.Name == "Known"'), send_port("Anybody", self.anybody.url))
        self.gateway.apply(documents(
            group(revocation={"policy": policy}),
            host(listeners=listeners or [self.listener()], users=list(users) or None, **words), WHO, party,
            receive_port(*locations), *(ports if deliver else ())))

    def said(self, message, **fields):
        """The lines of the log with this message and these fields, as mappings."""
        lines = []
        for line in self.gateway.log.read_text(errors="replace").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # half a line, so far
            if entry.get("message") == message and all(entry.get(key) == value for key, value in fields.items()):
                lines.append(entry)
        return lines

    def port(self, listener="edge"):
        lines = eventually(lambda: self.said("HTTP listener started", listener=listener), self.gateway.tail)
        return int(lines[-1]["address"].rsplit(":", 1)[1])

    def url(self, path="/in", listener="edge"):
        return f"https://127.0.0.1:{self.port(listener)}{path}"

    def curl(self, *words, url=None, body=b"hello"):
        """(status, headers, body) of a POST by curl."""
        typed = any(str(word).startswith("Content-Type:") for word in words)
        done = must(run(["curl", "-sS", "-i", "--cacert", self.pki.root, "--data-binary", "@-",
                         *([] if typed else ["-H", "Content-Type: text/plain"]), *words, url or self.url()], stdin=body))
        *_, head, content = done.stdout.split(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        return int(status.split()[1]), [tuple(field.split(": ", 1)) for field in fields], content

    def status(self, *words, **options):
        return self.curl(*words, **options)[0]

    def problem(self, *words, **options):
        """(status, code) of an answer that must be application/problem+json."""
        status, headers, content = self.curl(*words, **options)
        assert dict(headers)["Content-Type"] == "application/problem+json"
        said = json.loads(content)
        assert said["status"] == status and said["type"] == "about:blank" and said["title"] and said["detail"]
        return status, said["code"]

    def with_certificate(self, identity=None):
        identity = identity or self.certificate
        return ["--cert", identity.certificate, "--key", identity.key]

    def context(self, identity=None):
        """For Python's own client."""
        context = ssl.create_default_context(cafile=str(self.pki.root))
        if identity:
            context.load_cert_chain(identity.certificate, identity.key)
        return context

    def knows(self, count, seconds=30):
        """True when so many messages of the known party were delivered; none that was sent before is still on its way."""
        return self.partner.wait_for(lambda: self.partner.number >= count, seconds)

    def close(self):
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()
        self.partner.close()
        self.anybody.close()


@pytest.fixture
def door(sealgate, tmp_path, pki):
    made = Door(sealgate, tmp_path, pki)
    yield made
    made.close()
