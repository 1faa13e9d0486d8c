"""The Patroni example on one machine: three databases, an etcd, two gateways; the leader dies while messages flow."""
import itertools
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request

import pytest
import yaml

from examples.conftest import EXAMPLES, options_of
from support.gateway import free_port
from support.postgres import Postgres, binaries, unprivileged
from support.program import must, run
from support.waiting import eventually

EXAMPLE = EXAMPLES / "postgresql-patroni"
PASSWORD = "choose-one"


class Process:
    """Runs as nobody, with its output in a file."""

    def __init__(self, words, log, environment):
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(unprivileged(words), stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                            env=dict(os.environ, **environment))

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=60)


class Node:
    """One database server of the example."""

    def __init__(self, name, folder, etcd):
        self.name, self.folder, self.port, self.api = name, folder / name, free_port(), free_port()
        self.folder.mkdir()
        shutil.chown(self.folder, "nobody", "nogroup")
        text = (EXAMPLE / "patroni.yaml").read_text().replace("10.0.0.0/24", "127.0.0.1/32")
        for gateway in ("10.0.0.21/32", "10.0.0.22/32"):
            text = text.replace(gateway, "127.0.0.1/32")
        said = yaml.safe_load(text)
        said["name"] = name
        said["restapi"] = dict.fromkeys(said["restapi"], f"127.0.0.1:{self.api}")
        said["etcd3"]["hosts"] = [etcd]
        address = f"127.0.0.1:{self.port}"
        said["postgresql"].update(listen=address, connect_address=address, bin_dir=str(binaries()),
                                  data_dir=str(self.folder / "data"), pgpass=str(self.folder / "pgpass"))
        said["postgresql"]["parameters"]["unix_socket_directories"] = str(self.folder)
        (self.folder / "patroni.yaml").write_text(yaml.safe_dump(said))
        self.patroni = None

    def start(self):
        self.patroni = Process(["/usr/bin/patroni", self.folder / "patroni.yaml"], self.folder.parent / f"{self.name}.log", {})

    def ask(self, path):
        """What Patroni says of this node; nothing while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.api}/{path}", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def is_leader(self):
        return self.ask("leader") is not None

    def kill(self):
        """Patroni and its PostgreSQL, at once."""
        postmaster = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        self.patroni.process.kill()
        os.kill(postmaster, signal.SIGKILL)
        self.patroni.process.wait()

    def end(self):
        if self.patroni:
            self.patroni.end()


class Cluster:
    def __init__(self, folder):
        client, peer = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.folder = folder
        self.etcd = Process(["/usr/bin/etcd", "--data-dir", folder / "etcd", "--listen-client-urls", f"http://{client}",
                             "--advertise-client-urls", f"http://{client}", "--listen-peer-urls", f"http://{peer}",
                             "--initial-advertise-peer-urls", f"http://{peer}", "--initial-cluster", f"default=http://{peer}"],
                            folder / "etcd.log", {})
        self.nodes = [Node(f"db{number}", folder, client) for number in (1, 2, 3)]

    def start(self):
        for node in self.nodes:
            node.start()
        leader = self.leader()
        eventually(lambda: self.streaming() >= 2, self.tail, seconds=180)
        self.query(leader, f"CREATE ROLE sealgate LOGIN PASSWORD '{PASSWORD}'")
        self.query(leader, "CREATE DATABASE sealgate OWNER sealgate ENCODING 'UTF8'")
        there = "SELECT count(*) FROM pg_database WHERE datname = 'sealgate'"
        eventually(lambda: all(self.query(node, there) == b"1\n" for node in self.nodes), "the database reaches every replica")
        return self

    def leader(self, but=None):
        return eventually(lambda: next((node for node in self.nodes if node is not but and node.is_leader()), None), self.tail,
                          seconds=180)

    def streaming(self):
        """Replicas that follow, and one of them is waited for."""
        status = next(filter(None, (node.ask("patroni") for node in self.nodes if node.is_leader())), None) or {}
        replicas = status.get("replication", [])
        return len(replicas) if any(one["sync_state"] == "sync" for one in replicas) else 0

    def query(self, node, text):
        return must(run([binaries() / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(node.port), "-U", "postgres", "-c", text],
                        environment={"PGPASSWORD": PASSWORD})).stdout

    def tail(self):
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in sorted(self.folder.glob("*.log")))

    def end(self):
        for node in self.nodes:
            node.end()
        self.etcd.end()


@pytest.fixture
def databases():
    folder = Postgres.make_folder("sgpat-")
    cluster = Cluster(folder)
    try:
        yield cluster.start()
    finally:
        cluster.end()
        shutil.rmtree(folder)


class Partner(threading.Thread):
    """Sends one order after the other to whichever gateway, each until it is accepted."""

    def __init__(self, gateways, orders):
        super().__init__(daemon=True)
        self.gateways, self.orders, self.accepted, self.ends = itertools.cycle(gateways), orders, [], threading.Event()

    def run(self):
        for content, headers, body in self.orders:
            while not self.ends.is_set():
                try:
                    if next(self.gateways).request("POST", "/partners", body, headers, timeout=60)[0] == 202:
                        self.accepted.append(content)
                        break
                except OSError:
                    pass
                self.ends.wait(0.2)
            self.ends.wait(0.1)


@pytest.mark.soak
def test_the_leader_dies_while_messages_flow(company, gateway_named, databases, monkeypatch):
    _, address = options_of("postgresql-patroni")
    store = address.replace("10.0.0.11,10.0.0.12,10.0.0.13", ",".join(f"127.0.0.1:{node.port}" for node in databases.nodes))
    passwords = company.folder / "pgpass"
    passwords.write_text("".join(f"127.0.0.1:{node.port}:sealgate:sealgate:{PASSWORD}\n" for node in databases.nodes))
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    first, second = (gateway_named(name, "postgresql-patroni", store) for name in "ab")
    company.set_up(first)
    shutil.copytree(first.data / "keys", second.data / "keys")
    orders = [company.order(number) for number in range(300)]
    with first, second:
        partner = Partner((first, second), orders)
        partner.start()
        eventually(lambda: len(partner.accepted) >= 30, "orders are accepted")
        leader = databases.leader()
        before = len(partner.accepted)
        leader.kill()
        successor = databases.leader(but=leader)
        eventually(lambda: len(partner.accepted) >= before + 30, lambda: first.tail() + databases.tail(), seconds=120)
        # The old leader comes back as a replica of the new one.
        leader.start()
        eventually(lambda: databases.streaming() >= 2, databases.tail, seconds=180)
        assert successor.is_leader() and not leader.is_leader()
        partner.join(timeout=240)
        partner.ends.set()
        assert len(partner.accepted) == len(orders)
        eventually(lambda: set(partner.accepted) <= set(company.orders()), lambda: first.tail() + second.tail(), seconds=120)
        print(f"{len(orders)} orders accepted, {len(company.orders())} files: none lost")
