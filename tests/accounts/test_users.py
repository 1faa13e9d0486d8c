"""Two operating-system users share one group; neither opens the other's keys."""
import os
import re
import shutil
import time

import pytest

from secrets_of import secrets_of, shown_in, shown_in_memory
from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.postgres import Postgres
from support.program import must, run

OPENS = {"pipeline": "SMIMEReceive", "decoder": {"check_revocation": False}}


def sealed_for(sealgate, identity, folder):
    (folder / "document").write_bytes(b"for " + identity.name.encode())
    must(sealgate.encode(folder / "document", folder / "sealed", encrypt_to=[identity]))
    head, body = (folder / "sealed").read_bytes().split(b"\r\n\r\n", 1)
    return dict(line.split(": ", 1) for line in re.sub(r"\r\n[ \t]+", " ", head.decode()).split("\r\n")), body


class Shared:
    """One database, two accounts, a host each; an instance for each user."""

    def __init__(self, users, pki, cluster):
        database = f"users{time.monotonic_ns()}"
        cluster.create(database)
        self.cluster, self.database, self.store = cluster, database, Postgres.url(database, cluster)
        self.names = ("alpha", "beta")
        self.own = {name: pki.get("rsa", f"{name}-key") for name in self.names}
        self.secrets = {name: secrets_of(self.own[name]) for name in self.names}
        self.users = dict(zip(self.names, users))
        self.partner = Recorder(keep=True)
        self.gateways = {}
        for name, user in self.users.items():
            extra = ["--host-instance", name, "--account", name]
            self.gateways[name] = Gateway(user.path, user.folder, extra=extra, store=self.store)
            own = user.folder / "own.pem"
            shutil.copy(self.own[name].both, own)
            os.chown(own, user.number, user.number)
            self.gateways[name].log.touch()
            must(self.gateways[name]("cert", "import", own, "--account", name))
            own.unlink()
        self.gateways["alpha"].apply(documents(
            group(), *[host(name=name.title(), account=name, decryption_certificates=[self.own[name].thumbprint])
                       for name in self.names],
            *[receive_port(by_http(f"For {name}", f"/{name}", host=name.title(), **OPENS), name=f"In {name}")
              for name in self.names],
            *[send_port(f"Out {name}", f"{self.partner.url}/{name}", host=name.title(),
                        filter=f'BTS.ReceivePortName == "In {name}"') for name in self.names]))

    def close(self):
        for gateway in self.gateways.values():
            if gateway.process and gateway.process.poll() is None:
                gateway.kill()
        self.partner.close()


@pytest.fixture
def shared(users, pki, cluster):
    shared = Shared(users, pki, cluster)
    yield shared
    shared.close()


def test_each_opens_its_own(shared, sealgate, tmp_path):
    for gateway in shared.gateways.values():
        gateway.start()
    for name, gateway in shared.gateways.items():
        headers, body = sealed_for(sealgate, shared.own[name], tmp_path)
        assert gateway.request("POST", f"/{name}", body, headers)[0] == 202
        other = shared.gateways[[other for other in shared.names if other != name][0]]
        assert other.request("POST", f"/{name}", body, headers)[0] == 404, "a location of a host that does not run there"
    expected = {b"for alpha-key", b"for beta-key"}
    arrived = shared.partner.wait_for(lambda: expected <= {body for _, body in shared.partner.bodies}, 30)
    assert arrived, shared.gateways["beta"].tail()
    for name, gateway in shared.gateways.items():
        assert f"{name}: {name.title()}" in gateway.log.read_text(), "it says which hosts run"
        mine, others = shared.secrets[name], shared.secrets[[other for other in shared.names if other != name][0]]
        assert shown_in_memory(gateway.process.pid, mine), "the search finds what is there"
        assert shown_in_memory(gateway.process.pid, others) == []
        log = gateway.log.read_bytes()
        assert shown_in(log, mine) == shown_in(log, others) == []


def test_the_other_key_cannot_be_opened_and_serve_says_so(shared, sealgate, tmp_path):
    """The user of alpha runs all hosts: without beta's key file, and then with one that belongs to the user of beta."""
    alpha, beta = shared.users["alpha"], shared.users["beta"]
    keys = alpha.folder / "data" / "keys"
    greedy = Gateway(alpha.path, alpha.folder, extra=["--host-instance", "greedy"], store=shared.store)
    (keys / "beta.key").unlink(missing_ok=True)
    for copied, reason in ((False, "does not exist"), (True, "cannot be read")):
        if copied:
            shutil.copy(beta.folder / "data" / "keys" / "beta.key", keys / "beta.key")
            os.chown(keys / "beta.key", beta.number, beta.number)
            (keys / "beta.key").chmod(0o600)
        greedy.log.write_text("")
        with greedy:
            log = greedy.log.read_text()
            told = [line for line in log.splitlines() if "private key cannot be opened" in line]
            assert told and all(word in told[0] for word in ("beta", "Beta", reason)), log
            assert "Alpha" not in " ".join(told)
            headers, body = sealed_for(sealgate, shared.own["beta"], tmp_path)
            greedy.request("POST", "/beta", body, headers)
            assert shown_in_memory(greedy.process.pid, shared.secrets["beta"]) == []
    assert not any(body == b"for beta-key" for _, body in shared.partner.bodies)
    password = alpha.folder / "password"
    password.write_text("long enough")
    os.chown(password, alpha.number, alpha.number)
    refused = shared.gateways["alpha"]("cert", "export", shared.own["beta"].thumbprint, "--account", "beta", "--format", "p12",
                                       "--password-file", password, "--out", "-")
    assert refused.returncode != 0 and shown_in(refused.stdout, shared.secrets["beta"]) == []


def test_the_database_holds_no_key_in_clear(shared):
    dump = must(run(["pg_dump", "-h", shared.cluster.folder, "-U", "sealgate", "-d", shared.database])).stdout
    assert b"sealgate.certificates" in dump
    binary = b"".join(bytes.fromhex(value.decode()) for value in re.findall(rb"\\\\x([0-9a-f]+)", dump))
    for secrets in shared.secrets.values():
        assert shown_in(dump, secrets) == shown_in(binary, secrets) == []


def test_a_shared_folder_of_certificates(users, pki, tmp_path):
    """The same with certificates as files below one folder: what belongs to the one is not even readable by the other."""
    alpha, beta = users
    folder = alpha.folder.parent / "certificates"
    folder.mkdir()
    folder.chmod(0o777)
    own = pki.get("rsa", "alpha-key")
    for user, name in ((alpha, "alpha"), (beta, "beta")):
        copy = user.folder / "own.pem"
        shutil.copy(own.both, copy)
        os.chown(copy, user.number, user.number)
        must(run([user.path, "cert", "import", copy, "--account", name, "--folder", folder, "--data", user.folder / "data"]))
    refused = run([beta.path, "cert", "show", own.thumbprint, "--account", "alpha", "--folder", folder,
                   "--data", beta.folder / "data"])
    assert refused.returncode != 0 and "ermission" in refused.stderr, refused.stderr
    for file in folder.rglob("*.key"):
        assert shown_in(file.read_bytes(), secrets_of(own)) == []
