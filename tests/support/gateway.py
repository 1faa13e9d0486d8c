"""A running `sealgate serve`, and a partner that writes down what it gets."""
import collections
import hashlib
import http.client
import http.server
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

from support.program import must, run


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """One data folder and the process that serves it; starts, is killed, starts again, on the same port."""

    def __init__(self, program, folder, extra=(), environment=None, store=None, confine=None):
        """`store` is the connection string of a PostgreSQL; without one the data folder is the store. `confine` runs in the
        new process before the program does."""
        self.confine = confine
        self.program, self.folder, self.extra = pathlib.Path(program), pathlib.Path(folder), list(extra)
        self.store = ["--store", store] if store else []
        self.environment = dict(os.environ, **(environment or {}))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self.port, self.process, self.lives = free_port(), None, 0

    def apply(self, text, name="gateway.yaml"):
        document = self.folder / name
        document.write_text(text)
        return must(self("apply", "-f", document))

    def __call__(self, *words, **options):
        """A command on this data folder, beside the serving process."""
        return run([self.program, *words, "--data", self.data, *self.store], **options)

    def start(self, seconds=30):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.program, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                                             *self.store, *self.extra], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment, preexec_fn=self.confine)
        self.lives += 1
        pause = threading.Event()
        for _ in range(seconds * 50):
            if self.process.poll() is not None:
                raise AssertionError(f"serve ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if self.get("/health/ready")[0] == 200:
                    return self
            except OSError:
                pass
            pause.wait(0.02)
        raise AssertionError(f"serve is not ready after {seconds} s:\n{self.tail()}")

    def get(self, path):
        return self.request("GET", path)

    def request(self, method, path, body=None, headers=None, timeout=30):
        """(status, headers, body); OSError when the connection broke before the answer was complete."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=40):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()


class Recorder:
    """An HTTP partner: keeps the digest and the identity of every body that arrived whole, and then answers.

    `refuse(number)` may name a status for the delivery with that number in place of 200; it is recorded as refused.
    """

    def __init__(self, refuse=lambda number: None, keep=False):
        self.arrived = collections.defaultdict(list)  # digest -> identities, in order
        self.journal = []  # (path, digest, identity) of the same, in the order of arrival
        self.bodies, self.number, self.changed = [], 0, threading.Condition()
        self.slowness = 0
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                try:
                    body = self.whole_body()
                except (OSError, ValueError):
                    self.close_connection = True
                    return
                with recorder.changed:
                    recorder.number += 1
                    status = refuse(recorder.number)
                    if status is None:
                        digest, identity = recorder.digest(body), self.headers["Sealgate-Delivery-Id"]
                        recorder.arrived[digest].append(identity)
                        recorder.journal.append((self.path, digest, identity))
                        if keep:
                            recorder.bodies.append((dict(self.headers), body))
                        recorder.changed.notify_all()
                if recorder.slowness:
                    threading.Event().wait(recorder.slowness)
                self.send_response(status or 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def whole_body(self):
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    size = int(self.headers["Content-Length"])
                    body = self.rfile.read(size)
                    if len(body) != size:
                        raise ValueError("cut off")
                    return body
                pieces = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    piece = self.rfile.read(size + 2)
                    if len(piece) != size + 2:
                        raise ValueError("cut off")
                    pieces.append(piece[:-2])
                self.rfile.readline()
                return b"".join(pieces)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request, client_address):
                pass  # a killed gateway cuts connections; that is what is tested

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/in"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @staticmethod
    def digest(content):
        return hashlib.sha256(content).hexdigest()

    def pause(self, seconds):
        """From now on each answer comes so much after the body."""
        self.slowness = seconds

    def wait_for(self, condition, seconds):
        """True as soon as condition() holds; it is asked after each arrival."""
        with self.changed:
            return self.changed.wait_for(condition, timeout=seconds)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def peak_mib(process):
    """The most memory that it ever had."""
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1]) >> 10


def leftovers(folder):
    """Names below `folder` that look temporary or half-written."""
    endings = (".tmp", ".part", ".wip", ".new")
    return sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob("*")
                  if path.is_file() and (path.name.startswith(".") or path.name.lower().endswith(endings) or "BTS-WIP" in path.name))
