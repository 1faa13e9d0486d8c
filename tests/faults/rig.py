"""One gateway between a partner that sends and a partner that can refuse; and the switch for its faults."""
import itertools
import json
import mmap
import os
import struct
import threading
import time

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.ledger import Ledger


class Faults:
    """Writes struct Control of shim.cpp."""

    def __init__(self, library, folder):
        file = folder / "faults"
        file.write_bytes(bytes(16))
        with file.open("r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), 16)
        self.environment = {"LD_PRELOAD": str(library), "SEALGATE_FAULTS": str(file), "SEALGATE_FAULTS_FOLDER": str(folder / "data")}

    def clock(self, seconds):
        """The wall clock of the gateway against the machine's."""
        self.memory[0:8] = struct.pack("<q", int(seconds))

    def disk(self, write_error=0, sync_error=0):
        self.memory[8:16] = struct.pack("<ii", write_error, sync_error)


class Rig:
    """Sends numbered messages, keeps the ledger, and says at the end what was wrong."""

    def __init__(self, program, folder, environment=None, watermark="1MiB", retry_interval="200ms"):
        self.refusing = threading.Event()
        self.partner = Recorder(refuse=lambda number: 503 if self.refusing.is_set() else None)
        self.gateway, self.watermark = Gateway(program, folder, environment=environment), watermark
        self.retry_interval = retry_interval
        self.ledger, self.numbers = Ledger(), itertools.count()

    def __enter__(self):
        try:
            self.gateway.apply(documents(group(disk_watermark=self.watermark), host(), receive_port(by_http()),
                                         send_port("Out", self.partner.url, retry_interval=self.retry_interval)))
            self.gateway.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.gateway.__exit__()
        self.partner.close()

    def send(self, size=1000):
        """(digest, status); the status is None when the connection broke or nobody listened."""
        number = next(self.numbers)
        content = f"message {number}\n".encode() + os.urandom(size)
        digest = self.ledger.enter("sender", number, content)
        try:
            status = self.gateway.request("POST", "/in", content, {"Content-Type": "application/octet-stream"})[0]
        except OSError:
            self.ledger.unanswered(digest)
            return digest, None
        if status == 202:
            self.ledger.acknowledge(digest)
        return digest, status

    def send_all(self, count, size=1000):
        """Their digests; each must be taken."""
        digests = []
        for _ in range(count):
            digest, status = self.send(size)
            assert status == 202, f"{status}\n{self.gateway.tail(6)}"
            digests.append(digest)
        return digests

    def arrives(self, digests, seconds=60):
        wanted = set(digests)
        return self.partner.wait_for(lambda: wanted <= set(self.partner.arrived), seconds)

    def everything_arrives(self, seconds=60, but=()):
        """All that was acknowledged except `but`, whole, each under one identity."""
        wanted = {digest for digest, message in self.ledger.messages.items() if message.acknowledged} - set(but)
        assert self.arrives(wanted, seconds), f"{len(wanted - set(self.partner.arrived))} did not arrive\n{self.gateway.tail(6)}"
        for digest in but:
            self.ledger.messages[digest].acknowledged = False
        assert self.ledger.check(self.partner.journal, ["/in"], []) == [], self.gateway.tail()

    def logged(self, word, seconds=30):
        """The log names it before the time is over."""
        return eventually(lambda: word in self.gateway.log.read_text(errors="replace"), seconds)

    def list(self, *words):
        done = self.gateway("message", "list", *words, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def eventually(met, seconds=30):
    pause, end = threading.Event(), time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        pause.wait(0.05)
    return True
