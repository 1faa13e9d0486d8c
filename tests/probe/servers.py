"""Servers that are broken in one way each, made with `openssl s_server`, nginx and a bare socket."""
import contextlib
import datetime
import pathlib
import socket
import subprocess
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from support.gateway import free_port
from support.program import must, run
from support.waiting import eventually

SERVER = "extendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature,keyEncipherment"
HERE = "subjectAltName=IP:127.0.0.1,DNS:localhost"


class Authority:
    """A root with an intermediate below it, and certificates of any kind, on the openssl program."""

    def __init__(self, folder, name):
        self.folder, self.name = pathlib.Path(folder), name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.root = self._own("root", f"/CN={name} Root")
        self.intermediate, self.intermediate_key = self.make("intermediate", extensions="basicConstraints=critical,CA:TRUE\n"
                                                             "keyUsage=critical,keyCertSign,cRLSign")

    def _own(self, name, subject, bits=2048):
        """A self-signed authority."""
        must(run(["openssl", "req", "-x509", "-newkey", f"rsa:{bits}", "-nodes", "-keyout", self.folder / f"{name}.key", "-out",
                  self.folder / f"{name}.pem", "-days", "90", "-subj", subject, "-addext", "basicConstraints=critical,CA:TRUE",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign"]))
        return self.folder / f"{name}.pem"

    def make(self, name, *, extensions=f"{SERVER}\n{HERE}", by="root", key=("rsa", "2048"), digest="sha256", dates=None):
        """(certificate, key). `dates`: two times of openssl, else 60 days from now on."""
        key_file, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        must(run(["openssl", "req", "-new", "-newkey", f"{key[0]}:{key[1]}", "-nodes", "-keyout", key_file, "-out", request,
                  "-subj", f"/CN={self.name} {name}"]))
        (self.folder / f"{name}.ext").write_text(f"{extensions}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        books = self.folder / f"books-{name}"
        books.mkdir()
        (books / "index.txt").write_text("")
        (books / "ca.conf").write_text(f"[ca]\ndefault_ca=x\n[x]\ndatabase={books}/index.txt\nnew_certs_dir={books}\nrand_serial=yes\n"
                                       "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
        when = ["-startdate", dates[0], "-enddate", dates[1]] if dates else ["-days", "60"]
        must(run(["openssl", "ca", "-batch", "-notext", "-config", books / "ca.conf", "-cert", self.folder / f"{by}.pem", "-keyfile",
                  self.folder / f"{by}.key", "-md", digest, "-in", request, "-out", certificate, "-extfile",
                  self.folder / f"{name}.ext", *when]))
        return certificate, key_file

    def self_signed(self):
        must(run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "alone.key", "-out",
                  self.folder / "alone.pem", "-days", "60", "-subj", "/CN=alone", "-addext", HERE]))
        return self.folder / "alone.pem", self.folder / "alone.key"

    def ocsp_answer(self, certificate, *, revoked=False, signer=None, age=0):
        """A file with an OCSP response about a certificate of the root, `age` days old and good for two."""
        signer = signer or self
        load = lambda path: x509.load_pem_x509_certificate(path.read_bytes())  # noqa: E731
        made = datetime.datetime.utcnow() - datetime.timedelta(days=age, minutes=1)
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            load(certificate), load(self.root), hashes.SHA1(), status, made, made + datetime.timedelta(days=2),
            made if revoked else None, None).responder_id(ocsp.OCSPResponderEncoding.HASH, load(signer.root))
        key = serialization.load_pem_private_key((signer.folder / "root.key").read_bytes(), None)
        answer = self.folder / f"answer-{len(list(self.folder.glob('answer-*')))}.der"
        answer.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))
        return answer


@contextlib.contextmanager
def s_server(identity, *words, chain=None):
    """`openssl s_server` with this (certificate, key); gives the port."""
    port = free_port()
    more = ["-cert_chain", chain] if chain else []
    process = subprocess.Popen([str(word) for word in (
        "openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", identity[0], "-key", identity[1], "-www", *more, *words)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: process.poll() is None and _listens(port), lambda: f"s_server listens: {process.returncode}")
        yield port
    finally:
        process.kill()
        process.wait()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def bare(behave):
    """A listener whose connections are given to `behave`, each in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)
            threading.Thread(target=_quietly, args=(behave, connection), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            connection.close()


def _quietly(behave, connection):
    with contextlib.suppress(OSError):
        behave(connection)


def cut(connection):
    """Reads the hello and goes away."""
    connection.recv(4096)
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def flood(connection):
    """A record of a handshake, and more of them, for ever."""
    connection.recv(4096)
    # A Certificate-like message that says it is 16 MiB long.
    connection.sendall(b"\x16\x03\x03\x40\x00\x02\xff\xff\xff" + b"\x00" * 16380)
    while True:
        connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x00" * 16384)
