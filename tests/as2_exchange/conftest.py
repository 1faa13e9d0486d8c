"""Two gateways, each a company: documents that one finds in a folder go to the other by AS2, over a line that can be cut."""
import json
import os
import pathlib
import random
import socket
import threading

import pytest

from support.artifacts import by_file, documents, group, host, receive_port
from support.gateway import Gateway
from support.program import must

BLOCK = 16 * 1024


class Line:
    """A TCP line to `target`, cut at random: `cut(bytes)` says after how many of one direction, None for not at all."""

    def __init__(self, target, cut):
        self.target, self.cut, self.cuts = target, cut, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target()), timeout=30)
            except OSError:
                near.close()
                continue
            doom, lock = self.cut(), threading.Lock()
            for number, (source, sink) in enumerate(((near, far), (far, near))):
                limit = doom[1] if doom and doom[0] == number else None
                threading.Thread(target=self._pump, args=(source, sink, limit, lock), daemon=True).start()

    def _pump(self, source, sink, limit, lock):
        passed = 0
        try:
            while block := source.recv(BLOCK):
                if limit is not None and passed + len(block) > limit:
                    sink.sendall(block[:limit - passed])
                    with lock:
                        self.cuts += 1
                    # Both ends learn of it at once, as when a firewall resets a connection.
                    for end in (source, sink):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    break
                sink.sendall(block)
                passed += len(block)
            else:
                sink.shutdown(socket.SHUT_WR)
                return
        except OSError:
            pass
        for end in (source, sink):
            # A socket that the other direction still reads from would stay open: it is woken first.
            for leave in (lambda: end.shutdown(socket.SHUT_RDWR), end.close):
                try:
                    leave()
                except OSError:
                    pass

    def close(self):
        self.listener.close()


class Company:
    """Its documents to send are in `folder`/in, what it has received in `folder`/out."""

    def __init__(self, program, folder, pki, name):
        self.name, self.folder = name, pathlib.Path(folder)
        for place in ("in", "out"):
            (self.folder / place).mkdir(parents=True)
        self.identity = pki.get("rsa", name.lower())
        self.gateway = Gateway(program.path, self.folder)
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", self.identity.both))

    def knows(self, other, receipt, *, url, attempts="200ms", source=None, sink=None):
        """All that it has to know; `url` is where the other takes messages. `source` and `sink` are instead of the folders."""
        must(self.gateway("cert", "import", other.identity.certificate, "--store", "OtherPeople"))
        thumbprint = self.identity.thumbprint_sha256
        agreement = {
            "kind": "Agreement", "name": f"With {other.name}", "us": {"party": self.name}, "partner": {"party": other.name},
            "sending": {"as2_from": self.name, "as2_to": other.name, "send_ports": ["Out"],
                        "encryption_certificates": [other.identity.thumbprint_sha256],
                        "file_name_source": "pattern", "file_name": "%FILE.ReceivedFileName%", "receipt": receipt},
            "receiving": {"receipt": {"delivery_hosts": ["127.0.0.1"], "retry": {"retry_count": 1000, "retry_interval": attempts}}}}
        folder = by_file(self.folder, settings={"folder": str(self.folder / "in"), "mask": "*", "polling_interval": "100ms"})
        files = {"adapter": "FILE", "settings": {"folder": str(self.folder / "out"), "file_name": "%SourceFileName%"}}
        self.gateway.apply(documents(
            group(signing_certificates=[thumbprint], revocation={"policy": "off"}, maximum_body="8GiB"),
            host(decryption_certificates=[thumbprint]), {"kind": "Party", "name": self.name},
            {"kind": "Party", "name": other.name, "verification_certificates": [other.identity.thumbprint_sha256]}, agreement,
            receive_port(source or folder),
            receive_port({"name": "AS2", "host": "Default", "adapter": "HTTP", "settings": {"path": "/as2"}, "pipeline": "AS2Receive"},
                         name="Partners"),
            {"kind": "SendPort", "name": "Out", "host": "Default", "adapter": "HTTP", "settings": {"url": url}, "pipeline": "AS2Send",
             "party": other.name, "filter": 'BTS.ReceivePortName == "In"', "retry_count": 1000, "retry_interval": attempts},
            {"kind": "SendPort", "name": "Keep", "host": "Default", "pipeline": "PassThruTransmit", **(sink or files),
             "filter": "EdiIntAS.IsAS2PayloadMessage == true", "retry_count": 1000, "retry_interval": attempts}))

    def works(self, kind):
        """What `sealgate message list` shows of the kind."""
        said = must(self.gateway("message", "list", "-o", "json", "--kind", kind, "--limit", "100000")).stdout
        return json.loads(said)

    def received(self):
        """{name: content} of what is in the folder behind."""
        return {path.name: path.read_bytes() for path in (self.folder / "out").iterdir() if not path.name.startswith(".")}


@pytest.fixture
def pair(sealgate, tmp_path, pki):
    made = [Company(sealgate, tmp_path / name, pki, name) for name in ("Alpha", "Beta")]
    yield made
    for company in made:
        company.gateway.__exit__()


@pytest.fixture
def choose():
    seed = int(os.environ.get("SEALGATE_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"SEALGATE_SEED={seed}")
    return random.Random(seed)
