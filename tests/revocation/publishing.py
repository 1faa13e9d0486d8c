"""An authority with its books, a server that publishes for it, OpenSSL's OCSP responder, and a gateway that asks them."""
import contextlib
import http.server
import json
import pathlib
import subprocess
import threading

from support import artifacts
from support.gateway import Gateway, free_port
from support.pki import Identity, Pki
from support.program import must, run
from support.waiting import eventually
from support.web import Nginx

ALLOWED = {"policy": "require", "refresh": "1s", "allowed_private_hosts": ["127.0.0.1"]}


class Publisher(Nginx):
    """Serves the files that are put into it; what is not among them is 404. Stops and starts again on the same port."""

    def __init__(self, locations=""):
        """`locations`: nginx's own words, of its `location` blocks; their paths begin with something else than a file's."""
        super().__init__("types { application/pkix-crl crl; application/pkix-cert cer; }\n"
                         f"server {{ listen 127.0.0.1:@port@; root @folder@/files;\n{locations}\n}}")
        self.files = self.folder / "files"
        self.files.mkdir(mode=0o755)

    def put(self, path, content):
        """Appears whole."""
        target = self.files / path.lstrip("/")
        new = target.with_name(target.name + ".new")
        new.write_bytes(content)
        new.replace(target)

    def put_empty(self, path, size):
        """`size` zero octets that take no room."""
        with (self.files / path.lstrip("/")).open("wb") as file:
            file.truncate(size)

    def asked(self):
        """The paths of all answered requests, in their order."""
        log = self.folder / "access.log"
        return [line.split('"')[1].split()[1] for line in log.read_text().splitlines()] if log.exists() else []


class Authority(Pki):
    """Issues certificates that say where their status is published, and keeps the books that `openssl ocsp` reads."""

    def __init__(self, folder, name="Publishing Root"):
        super().__init__(folder, name)
        self.index = self.folder / "index.txt"
        self.index.write_text("")
        (self.folder / "crlnumber").write_text("01\n")
        self.configuration = self.folder / "books.conf"
        self.configuration.write_text(
            f"[ca]\ndefault_ca=x\n[x]\ndatabase={self.index}\ncrlnumber={self.folder}/crlnumber\ndefault_md=sha256\n"
            f"default_days=20\ndefault_crl_days=10\ncertificate={self.root}\nprivate_key={self.root_key}\n"
            f"new_certs_dir={self.folder}\nrand_serial=yes\npolicy=p\nunique_subject=no\ncrl_extensions=e\n"
            f"[p]\ncommonName=supplied\n[e]\nauthorityKeyIdentifier=keyid\n")

    def books(self, *words):
        return must(run(["openssl", "ca", "-batch", "-notext", "-config", self.configuration, *words]))

    def issue(self, name, *extensions, usage="digitalSignature,keyEncipherment", extended="emailProtection", ca=False):
        key, request, certificate, both, ext = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem", "both", "ext"))
        ext.write_text("\n".join(["basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign" if ca else
                                  f"basicConstraints=CA:FALSE\nkeyUsage=critical,{usage}\nextendedKeyUsage={extended}",
                                  "subjectKeyIdentifier=hash", "authorityKeyIdentifier=keyid", *extensions, ""]))
        must(run(["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}"]))
        self.books("-in", request, "-out", certificate, "-extfile", ext)
        both.write_text(key.read_text() + certificate.read_text())
        return Identity(name, "rsa", certificate, key, both)

    def revoke(self, identity):
        self.books("-revoke", identity.certificate)

    def announce_deltas(self, address):
        """In the lists from now on."""
        with self.configuration.open("a") as file:
            file.write(f"freshestCRL=URI:{address}\n")  # the file ends with the section of lists' extensions

    def hold(self, identity):
        self.books("-revoke", identity.certificate, "-crl_reason", "certificateHold")

    def delta(self, base, entries):
        """DER of a delta of the list with number `base`; `entries`: reasons by identity."""
        books = self.index.read_text()
        by_serial = {must(run(["openssl", "x509", "-noout", "-serial", "-in", one.certificate])).stdout.decode().split("=")[1].strip(): why
                     for one, why in entries.items()}
        rows = [line.split("\t") for line in books.splitlines()]
        self.index.write_text("".join("\t".join(["R", row[1], f"{row[2].split(',')[0] or '260101000000Z'},{by_serial[row[3]]}", *row[3:]])
                                      + "\n" for row in rows if row[3] in by_serial))
        with self.configuration.open("a") as file:
            file.write(f"[delta]\nauthorityKeyIdentifier=keyid\n2.5.29.27=critical,DER:0201{base:02x}\n")
        try:
            return self.list("-crlexts", "delta")
        finally:
            self.index.write_text(books)

    def list(self, *words):
        """DER of a new list."""
        path = self.folder / "list.crl"
        self.books("-gencrl", "-out", path, *words)
        return must(run(["openssl", "crl", "-in", path, "-outform", "DER"])).stdout

    def sign(self, identity, content):
        """An opaque signed message in DER."""
        return must(run(["openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-signer", identity.certificate, "-inkey",
                         identity.key], stdin=b"Content-Type: application/xml\r\n\r\n" + content)).stdout


class Site:
    """Answers GET and POST by path: bytes, or a function of the handler. What is not there is 404."""

    def __init__(self):
        self.pages, self.asked, self.closing = {}, [], threading.Event()
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.asked.append(self.path)
                page = site.pages.get(self.path)
                with contextlib.suppress(OSError):  # who asked may have had enough
                    if callable(page):
                        page(self, body)
                    elif page is None:
                        self.send_error(404)
                    else:
                        self.answer(page)

            do_POST = do_GET

            def answer(self, content, status=200, **headers):
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return self.base + path

    def hang(self, handler, _):
        """Says nothing until the test is over."""
        self.closing.wait(120)

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def responder(authority, signer, *words, port=None):
    """OpenSSL's responder over the books of `authority`; its address."""
    port = port or free_port()
    process = subprocess.Popen(["openssl", "ocsp", "-index", authority.index, "-port", str(port), "-CA", authority.root, "-rsigner",
                                signer.certificate, "-rkey", signer.key, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        for line in process.stdout:  # it says so when it listens
            if "ACCEPT" in line or "waiting for" in line.lower():
                break
        assert process.poll() is None, "openssl ocsp did not start"
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


class Place:
    """A gateway that takes signed messages, and one that reads what became of them."""

    def __init__(self, program, folder):
        self.gateway = Gateway(program, folder)
        self.out = pathlib.Path(folder) / "out"
        self.out.mkdir()

    def configure(self, revocation, location=(), parties=()):
        self.gateway.apply(artifacts.documents(
            artifacts.group(revocation=revocation), artifacts.host(), *parties,
            artifacts.receive_port(artifacts.by_http(pipeline="SMIMEReceive", **dict(location))),
            artifacts.file_port("Out", self.out)))

    def send(self, message):
        self.gateway.request("POST", "/in", message, {"Content-Type": "application/pkcs7-mime; smime-type=signed-data"}, timeout=60)

    def suspended(self):
        return json.loads(must(self.gateway("message", "list", "--state", "suspended", "-o", "json")).stdout)

    def delivered(self):
        return sorted(path for path in self.out.iterdir() if path.suffix == ".dat")

    def passes(self, message):
        before = len(self.delivered())
        held = len(self.suspended())
        self.send(message)
        eventually(lambda: len(self.delivered()) > before or len(self.suspended()) > held, "the message is through or suspended")
        return len(self.delivered()) > before

    def code_of_last(self):
        work = self.suspended()
        return max(work, key=lambda one: one["id"])["failure"]["code"]

    def lists(self):
        return json.loads(must(self.gateway("crl", "list", "-o", "json")).stdout)

    def source(self, address):
        return next((one for one in self.lists()["sources"] if one["source"] == address), None)
