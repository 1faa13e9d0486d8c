"""Partners that send: each waits for the acknowledgement of one message before it sends the next, and never gives up."""
import http.client
import threading

SIZES = [1, 100, 1_000, 10_000, 70_000, 300_000]
WEIGHTS = [2, 10, 20, 10, 3, 1]


class Sender:
    """`allowed()` is False while too much is under way, so that what arrives keeps up with what is sent."""

    def __init__(self, name, ledger, choose, allowed):
        self.name, self.ledger, self.choose, self.allowed = name, ledger, choose, allowed
        self.stopped, self.cut = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True, name=name)
        self.thread.start()

    def run(self):
        number = 0
        while not self.stopped.is_set():
            if not self.allowed():
                self.stopped.wait(0.05)
                continue
            content = f"{self.name} {number}\n".encode() + self.choose.randbytes(self.choose.choices(SIZES, WEIGHTS)[0])
            self.bring(number, content, self.ledger.enter(self.name, number, content))
            number += 1

    def stop(self):
        """No further message; the one under way is still brought to its end."""
        self.stopped.set()

    def join(self, seconds=90):
        self.thread.join(timeout=seconds)
        stuck = self.thread.is_alive()
        self.cut.set()
        self.thread.join(timeout=30)
        assert not stuck, f"{self.name}: not acknowledged within {seconds} s"


class HttpSender(Sender):
    """Posts until it is answered 202, over a kept connection, after each failure to a listener chosen anew."""

    def __init__(self, name, ledger, choose, allowed, ports):
        self.ports, self.line = ports, None
        super().__init__(name, ledger, choose, allowed)

    def bring(self, number, content, digest):
        while not self.cut.is_set():
            status = self.attempt(content, digest)
            if status == 202:
                self.ledger.acknowledge(digest)
                return
            if status not in (None, 503):
                self.ledger.surprise(f"{status} to a POST")
            self.line.close()
            self.line = None
            self.cut.wait(0.02)

    def attempt(self, content, digest):
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.choose.choice(self.ports), timeout=120)
            try:
                self.line.connect()
            except OSError:
                return None  # nobody there: certainly not taken
        try:
            self.line.request("POST", "/in", content, {"Content-Type": "application/octet-stream"})
            answer = self.line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            self.ledger.unanswered(digest)
            return None


class FileSender(Sender):
    """Puts a file into a folder by rename; acknowledged when it is gone. A file is never put there twice."""

    def __init__(self, name, ledger, choose, allowed, folder):
        self.folder = folder
        super().__init__(name, ledger, choose, allowed)

    def bring(self, number, content, digest):
        final, hidden = self.folder / f"{number:06}.dat", self.folder / f".{number:06}.tmp"
        hidden.write_bytes(content)
        hidden.rename(final)
        while final.exists():
            if self.cut.wait(0.01):
                return
        self.ledger.acknowledge(digest)
