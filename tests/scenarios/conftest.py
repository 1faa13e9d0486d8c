"""One gateway with a port for every cell of the matrix: what a certificate is used for, times what is the matter with it."""
import dataclasses
import http.server
import json
import pathlib
import ssl
import threading

import pytest

from support import artifacts
from support.gateway import Gateway
from support.pki import Pki
from support.program import must, run
from support.waiting import eventually

STATES = ("present", "missing", "expired", "not-yet-valid", "revoked", "wrong-usage", "wrong-store", "wrong-account")
BOTH = "emailProtection,clientAuth"
FUTURE = "20300101000000Z", "20310101000000Z"


class Cast:
    """Everybody's certificates: `own` and `partner` by state. What is the matter with one is in it, or in where it lies."""

    def __init__(self, folder):
        self.pki = Pki(folder)
        self.own, self.partner = self._people("own", BOTH), self._people("partner", "emailProtection")
        agrees, signs = dict(usage="keyAgreement"), dict(usage="digitalSignature")
        self.own_agreeing, self.own_signing = self._wrong("own-agreeing", agrees), self._wrong("own-signing", signs)
        self.partner_agreeing = self._wrong("partner-agreeing", agrees)
        self.partner_signing = self._wrong("partner-signing", signs)
        self.nobody = self.pki.get("ec256", "nobody")  # of no party
        self.server = self.pki.get("ec256", "server", extended="serverAuth", address="127.0.0.1")
        self.revocations = self.pki.revocation_list(self.own["revoked"], self.partner["revoked"])

    def _wrong(self, name, options):
        return self.pki.get("ec256", name, **options)

    def _people(self, who, extended):
        made = {state: self.pki.get("ec256", f"{who}-{state}", extended=extended)
                for state in ("present", "missing", "revoked", "wrong-store", "wrong-account")}
        made["expired"] = self.pki.expired("ec256", f"{who}-expired", extended=extended)
        made["not-yet-valid"] = self.pki.dated("ec256", f"{who}-not-yet-valid", *FUTURE, extended=extended)
        return made

    def of(self, row, state):
        """The certificate of a cell."""
        if state == "wrong-usage":
            return {"sign": self.own_agreeing, "decrypt": self.own_signing, "https": self.own_signing,
                    "encrypt": self.partner_signing}.get(row, self.partner_agreeing)
        if (row, state) == ("party", "missing"):
            return self.nobody
        return (self.own if row in ("sign", "decrypt", "https") else self.partner)[state]


class TlsPartner:
    """An https server that demands a client certificate of the authority, and keeps the names of those who showed one."""

    def __init__(self, cast):
        self.bodies = bodies = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                subject = dict(pair[0] for pair in self.connection.getpeercert()["subject"])
                bodies.append((subject["commonName"], self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cast.server.certificate, cast.server.key)
        context.load_verify_locations(cast.pki.root)
        context.verify_mode = ssl.CERT_REQUIRED
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def cell(row, state):
    return f"{row}-{state}"


@dataclasses.dataclass
class Stage:
    gateway: Gateway
    cast: Cast
    partner: TlsPartner
    folder: pathlib.Path

    def delivered(self, name):
        """The contents that came out for a cell."""
        if name.startswith("https-"):
            return [body for _, path, body in self.partner.bodies if path == f"/{name}"]
        return [file.read_bytes() for file in sorted((self.folder / name).iterdir()) if not file.name.startswith(".")]

    def work(self, *more):
        return json.loads(must(self.gateway("message", "list", "--limit", "1000", "-o", "json", *more)).stdout)

    def failure(self, name):
        """Why the last message of a cell is suspended; None when it is not."""
        found = [one for one in self.work("--state", "suspended") if one["port"] in (name, f"in {name}", f"At {name}")]
        return found[-1]["failure"] if found else None

    def post(self, name, body, kind="text/plain"):
        status, _, answer = self.gateway.request("POST", f"/{name}", body, {"Content-Type": kind})
        # A port that keeps messages of nobody known tells the sender so, as BizTalk does.
        assert status == 202 or (status == 401 and name.startswith("party-")), (name, status, answer)

    def signed(self, identity, attach):
        words = ["openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256",
                 "-signer", identity.certificate, "-inkey", identity.key, *([] if attach else ["-nocerts"])]
        return must(run(words, stdin=b"Content-Type: text/plain\r\n\r\nsigned")).stdout

    def encrypted(self, identity):
        words = ["openssl", "cms", "-encrypt", "-aes-256-cbc", "-binary", "-outform", "DER", "-recip", identity.certificate]
        return must(run(words, stdin=b"Content-Type: text/plain\r\n\r\nsecret")).stdout

    def send(self, row, state):
        """What the partner or the application hands in for this cell."""
        name, identity = cell(row, state), self.cast.of(row, state)
        if row in ("verify", "party"):
            # The store is asked only for what the message does not bring along.
            attach = row == "party" or state in ("expired", "not-yet-valid", "revoked", "wrong-usage")
            self.post(name, self.signed(identity, attach), "application/pkcs7-mime; smime-type=signed-data")
        elif row == "decrypt":
            self.post(name, self.encrypted(identity), "application/pkcs7-mime; smime-type=enveloped-data")
        else:
            self.post(name, b"plain text of " + name.encode())

    def settle(self, seconds=40):
        """Until nothing is on its way."""
        def under_way():
            return self.work("--state", "ready,active,retrying,scheduled")

        eventually(lambda: not under_way(), under_way, seconds)

    def until(self, condition, seconds=20):
        """A gateway takes up a change of its stores within half a second."""
        eventually(condition, self.gateway.tail, seconds)


def own_row(row, state, cast, partner):
    """A plain message comes in, and goes out by a port that needs the certificate."""
    name, words = cell(row, state), {}
    if row == "sign":
        words = {"pipeline": "SMIMETransmit", "encoder": {"signature_type": "blob"},
                 "signing_certificates": [cast.of(row, state).thumbprint]}
    elif row == "encrypt":
        words = {"pipeline": "SMIMETransmit", "encoder": {"enable_encryption": True},
                 "encryption_certificates": [cast.of(row, state).thumbprint], "party": "P present"}
    elif row == "https":
        words = {"adapter": "HTTP", "settings": {"url": f"{partner.url}/{name}", "chunked": False,
                                                 "client_certificate": cast.of(row, state).thumbprint}}
    return [artifacts.receive_port(artifacts.by_http(f"At {name}", f"/{name}"), name=f"in {name}"), words]


def configuration(cast, partner, folder):
    made = [artifacts.group(), artifacts.host(), artifacts.host(name="Other", account="other")]
    owners = {state: cast.partner[state] for state in STATES if state != "wrong-usage"} | {"wrong-usage": cast.partner_agreeing}
    made += [{"kind": "Party", "name": f"P {state}", "verification_certificates": [one.thumbprint]}
             for state, one in owners.items()]
    for row in ("sign", "encrypt", "https", "verify", "party", "decrypt"):
        for state in STATES:
            name, words = cell(row, state), {}
            (folder / name).mkdir()
            if row in ("sign", "encrypt", "https"):
                port, words = own_row(row, state, cast, partner)
            else:
                at = {"host": "Default", "pipeline": "SMIMEReceive", "decoder": {"require_signature": True}}
                if row == "decrypt":
                    made.append(artifacts.host(name=name, decryption_certificates=[cast.of(row, state).thumbprint]))
                    at = {"host": name, "pipeline": "SMIMEReceive", "decoder": {"require_encryption": True}}
                    words = {"host": name}  # what came encrypted goes out by hosts of that certificate only
                port = artifacts.receive_port(artifacts.by_http(f"At {name}", f"/{name}", **at), name=f"in {name}",
                                              authentication="keep" if row == "party" else None)
            out = artifacts.file_port(name, folder / name, filter=f'BTS.ReceivePortName == "in {name}"', retry_count=0)
            made += [port, {**out, **words}]
    return artifacts.documents(*made)


def fill_stores(gateway, cast):
    own, partner = cast.own, cast.partner
    must(gateway("cert", "import", cast.pki.root, "--trust-roots"))
    must(gateway("cert", "import", cast.revocations))
    mine = [own[state] for state in ("present", "expired", "not-yet-valid", "revoked")] + [cast.own_agreeing, cast.own_signing]
    must(gateway("cert", "import", *(one.both for one in mine)))
    must(gateway("cert", "import", own["wrong-account"].both, "--account", "other"))
    theirs = [partner[state] for state in ("present", "expired", "not-yet-valid", "revoked")]
    theirs += [cast.partner_agreeing, cast.partner_signing, own["wrong-store"]]
    must(gateway("cert", "import", *(one.certificate for one in theirs), "--store", "OtherPeople"))
    # Whoever imports a partner's certificate: it is there for every account.
    must(gateway("cert", "import", partner["wrong-account"].certificate, "--store", "OtherPeople", "--account", "other"))
    must(gateway("cert", "import", partner["wrong-store"].certificate, "--store", "TrustedRoots"))


@pytest.fixture(scope="session")
def stage(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    cast = Cast(tmp_path_factory.mktemp("cast"))
    partner = TlsPartner(cast)
    gateway = Gateway(sealgate.path, folder)
    fill_stores(gateway, cast)
    document = folder / "gateway.yaml"
    document.write_text(configuration(cast, partner, folder))
    # The cells of wrong usage are there on purpose.
    must(gateway("apply", "-f", document, "--accept-wrong-usage"))
    with gateway:
        stage = Stage(gateway, cast, partner, folder)
        for row in ("sign", "encrypt", "https", "verify", "party", "decrypt"):
            for state in STATES:
                stage.send(row, state)
        stage.settle()
        yield stage
    partner.close()
