"""Accounts under test: gateways whose messages need the private key of their account, and tokens that keep such keys."""
import base64
import dataclasses
import json
import os
import pathlib
import re
import shutil
import tempfile

import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.program import must, run
from support.stores import cluster, store  # noqa: F401  fixtures

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN, OFFICER_PIN = "271828", "314159"
OPENS = {"pipeline": "SMIMEReceive", "decoder": {"check_revocation": False}}
SEALED = {"pipeline": "SMIMETransmit", "encoder": {"signature_type": "clear", "check_revocation": False}}


class Office:
    """A gateway that opens what comes to /sealed and signs what comes to /plain, both with the key of one certificate."""

    def __init__(self, sealgate, folder, identity, account="office", environment=None, store=None):
        folder.mkdir(exist_ok=True)
        self.sealgate, self.folder, self.identity, self.account = sealgate, folder, identity, account
        self.environment = environment or {}
        self.partner = Recorder(keep=True)
        self.gateway = Gateway(sealgate.path, folder, environment=self.environment, store=store)
        self.number = 0

    def configure(self):
        self.gateway.apply(documents(
            group(signing_certificates=[self.identity.thumbprint]),
            host(account=self.account, decryption_certificates=[self.identity.thumbprint]),
            receive_port(by_http("Sealed", "/sealed", **OPENS)), receive_port(by_http("Plain", "/plain"), name="Plain"),
            send_port("Opened", self.partner.url),
            send_port("Signed", self.partner.url, filter='BTS.ReceivePortName == "Plain"', **SEALED)))

    def __call__(self, *words):
        return self.gateway(*words, environment=self.environment)

    def take(self, identity=None):
        """A certificate with its key in a file."""
        return must(self("cert", "import", (identity or self.identity).both, "--account", self.account))

    def seal(self):
        """A new document, sealed for us: (document, message)."""
        self.number += 1
        source, target = self.folder / "document", self.folder / "sealed"
        document = f"document {self.number} of {self.folder}".encode()
        source.write_bytes(document)
        must(self.sealgate.encode(source, target, encrypt_to=[self.identity]))
        return document, target.read_bytes()

    def post(self, path, content, kind="text/plain"):
        status, _, said = self.gateway.request("POST", path, content, {"Content-Type": kind})
        assert status == 202, (status, said, self.gateway.tail())

    def post_sealed(self, message):
        head, body = message.split(b"\r\n\r\n", 1)
        headers = dict(line.split(": ", 1) for line in re.sub(r"\r\n[ \t]+", " ", head.decode()).split("\r\n"))
        status, _, said = self.gateway.request("POST", "/sealed", body, headers)
        assert status == 202, (status, said, self.gateway.tail())

    def works(self, seconds=30, opens=True):
        """Something sealed is opened, and something plain is signed."""
        document, message = self.seal()
        if opens:
            self.post_sealed(message)
        text = document + b" in plain"
        self.post("/plain", text)
        signed = base64.b64encode(text)

        def seen():
            opened = not opens or any(document in body and text not in body for _, body in self.partner.bodies)
            return opened and any(signed in b"".join(body.split()) or text in body
                                  for headers, body in self.partner.bodies if "signed" in headers.get("Content-Type", ""))

        assert self.partner.wait_for(seen, seconds), (self.partner.bodies[-3:], self.gateway.tail())

    def suspended(self):
        return json.loads(must(self("message", "list", "--state", "suspended", "-o", "json")).stdout)

    def key(self):
        return json.loads(self("key", "show", "--account", self.account, "-o", "json").stdout)

    def opens(self, identity=None):
        """What `cert show` says of the private key: "yes", or why not."""
        shown = json.loads(must(self("cert", "show", (identity or self.identity).thumbprint, "--account", self.account, "-o",
                                     "json")).stdout)
        return [store["private_key"] for store in shown["stores"] if store["store"] == "Personal"][0]

    def check(self, environment=None):
        """What `sealgate check` says about private keys: (severity, code) of each finding."""
        done = self.gateway("check", "-o", "json", environment=self.environment if environment is None else environment)
        assert done.returncode in (0, 6, 7), done.stderr
        return sorted({(one["severity"], one["code"]) for one in json.loads(done.stdout)["findings"] if "key" in one["code"]})

    def key_file(self):
        return self.gateway.data / "keys" / f"{self.account}.key"

    def close(self):
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()
        self.partner.close()


@pytest.fixture
def office(sealgate, tmp_path, pki):
    """office(identity, **options): made, not yet configured or started."""
    made = []

    def make(identity=None, **options):
        made.append(Office(sealgate, tmp_path / f"office{len(made)}", identity or pki.get("rsa"), **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Token:
    """A SoftHSM token in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.tokens = folder / "tokens"
        self.tokens.mkdir(parents=True)
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\n"
                                              "log.level = ERROR\n")
        self.environment = {"SOFTHSM2_CONF": str(folder / "softhsm2.conf")}
        self.pin = folder / "pin"
        self.write_pin(PIN)
        self.tool("--init-token", "--free", "--label", "Office", "--so-pin", OFFICER_PIN, "--pin", PIN)

    def tool(self, *words):
        return must(run(["softhsm2-util", *words], environment=self.environment))

    def write_pin(self, pin):
        self.pin.write_text(pin + "\n")
        self.pin.chmod(0o600)

    def put(self, identity, label, number):
        pkcs8 = self.folder / "key"
        must(run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", identity.key, "-out", pkcs8]))
        self.tool("--import", pkcs8, "--token", "Office", "--label", label, "--id", f"{number:02}", "--pin", PIN)
        pkcs8.unlink()

    def words(self, label, token="Office"):
        return ["--token", f"pkcs11:token={token};object={label}", "--pin-file", self.pin, "--module", LIBRARY]


@pytest.fixture
def token(tmp_path):
    return Token(tmp_path / "hsm")


@dataclasses.dataclass
class User:
    """An operating-system user without a name, and the program as that user runs it."""
    number: int
    folder: pathlib.Path
    path: pathlib.Path


@pytest.fixture
def users(sealgate):
    """Two of them, each with a folder; gone afterwards."""
    assert os.geteuid() == 0, "the tests of two operating-system users run as root"
    top = pathlib.Path(tempfile.mkdtemp(prefix="sgusers-", dir="/var/tmp"))
    top.chmod(0o755)
    program = top / "sealgate"
    shutil.copy2(sealgate.path, program)
    program.chmod(0o755)
    made = []
    for number in (12001, 12002):
        folder = top / str(number)
        folder.mkdir(mode=0o700)
        os.chown(folder, number, number)
        runner = top / f"as-{number}"
        runner.write_text(f'#!/bin/sh\nexec setpriv --reuid={number} --regid={number} --clear-groups {program} "$@"\n')
        runner.chmod(0o755)
        made.append(User(number, folder, runner))
    yield made
    shutil.rmtree(top)
