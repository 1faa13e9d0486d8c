"""A company of the demo: its certificates, made by openssl, and its gateway; and the wire between two of them."""
import http.client
import http.server
import pathlib
import socket
import string
import subprocess
import threading
import time


class Failed(Exception):
    pass


def run(*words, stdin=None):
    done = subprocess.run([str(word) for word in words], capture_output=True, input=stdin, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}\nended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def wait_for(what, look, seconds=30):
    """look()'s first answer that is not empty."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise Failed(f"waited {seconds} s for {what}")


class Authority:
    """A certification authority in a folder, with a revocation list."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.certificate, self.key, self.crl = (self.folder / file for file in ("root.pem", "root.key", "root.crl"))
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.certificate, "-days", "3650",
            "-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        configuration = self.folder / "ca.conf"
        (self.folder / "index.txt").write_text("")
        configuration.write_text(f"[ca]\ndefault_ca=x\n[x]\ndatabase={self.folder}/index.txt\ndefault_md=sha256\ndefault_crl_days=30\n")
        run("openssl", "ca", "-config", configuration, "-cert", self.certificate, "-keyfile", self.key, "-gencrl", "-out", self.crl)

    def issue(self, name, organisation, mail):
        """(certificate, key) for signing and encryption."""
        certificate, key, request, extensions = (self.folder / f"{name}.{end}" for end in ("pem", "key", "csr", "ext"))
        extensions.write_text("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\n"
                              f"extendedKeyUsage=emailProtection\nsubjectAltName=email:{mail}\n")
        run("openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request,
            "-subj", f"/CN={name}/O={organisation}/emailAddress={mail}")
        run("openssl", "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "365",
            "-extfile", extensions, "-out", certificate)
        return certificate, key


def thumbprint(certificate):
    return run("openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha1").split("=")[1].strip().replace(":", "")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """One company's `sealgate serve`."""

    def __init__(self, program, folder):
        self.program, self.folder, self.data = program, folder, folder / "data"
        self.port, self.process = free_port(), None
        self.log = folder / "gateway.log"

    def __call__(self, *words):
        return run(self.program, *words, "--data", self.data)

    def apply(self, template, values):
        document = self.folder / pathlib.Path(template).name
        document.write_text(string.Template(pathlib.Path(template).read_text()).substitute(values))
        return self("apply", "-f", document)

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([self.program, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(f"the gateway ({self.log})", self.ready)

    def ready(self):
        if self.process.poll() is not None:
            raise Failed(f"the gateway ended:\n{self.log.read_text(errors='replace')}")
        try:
            return post(f"127.0.0.1:{self.port}", "/health/ready", method="GET")[0] == 200
        except OSError:
            return False

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()


def post(address, path, body=None, headers=None, method="POST"):
    """(status, headers, body)"""
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, list(answer.headers.items()), answer.read()
    finally:
        connection.close()


class Wire:
    """Carries requests to a gateway, byte for byte, and keeps a copy: what an eavesdropper would have."""

    def __init__(self, port):
        self.requests = []
        wire = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.body()
                wire.requests.append((list(self.headers.items()), body))
                kept = {name: value for name, value in self.headers.items()
                        if name.lower() not in ("transfer-encoding", "content-length", "connection", "host", "expect")}
                status, headers, answer = post(f"127.0.0.1:{port}", self.path, body, kept)
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def body(self):
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    return self.rfile.read(int(self.headers["Content-Length"]))
                pieces = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    pieces.append(self.rfile.read(size + 2)[:-2])
                self.rfile.readline()
                return b"".join(pieces)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/partners"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
