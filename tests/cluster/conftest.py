"""A PostgreSQL for the session, and groups of host instances that share a fresh database of it."""
import itertools
import time

import pytest

from support.artifacts import by_file, by_http, documents, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.postgres import Postgres
from support.waiting import eventually


class Group:
    """Host instances on one database, and their partner."""

    def __init__(self, program, folder, cluster, database):
        self.folder, self.cluster, self.database = folder, cluster, database
        (folder / "in").mkdir()
        self.partner = Recorder()
        url = Postgres.url(database, cluster)
        self.gateways = {}
        for name in ("a", "b", "c"):
            (folder / name).mkdir()
            self.gateways[name] = Gateway(program, folder / name, extra=["--host-instance", name], store=url)
        self.sent, self.tried = set(), set()

    def begin(self):
        self.apply()
        for gateway in self.gateways.values():
            gateway.start()
        return self

    def apply(self, path="/in"):
        locations = by_file(self.folder, "Files"), by_http("Posts", path)
        self.gateways["a"].apply(documents(host(), receive_port(*locations), send_port("Out", self.partner.url)))

    def query(self, text):
        return self.cluster.query("SET search_path TO sealgate; " + text, self.database)

    def members(self):
        return self.query("SELECT name FROM instances WHERE NOT dead ORDER BY name").split()

    def poller(self):
        """The instance that runs the polled location."""
        return self.query("SELECT i.name FROM leases l JOIN instances i USING (life) WHERE l.name = 'location:Files'")

    def post(self, name, content, path="/in"):
        self.tried.add(content)
        status, headers, _ = self.gateways[name].request("POST", path, content, {"Content-Type": "text/plain"})
        if status == 202:
            self.sent.add(content)
        return status, headers

    def drop(self, content):
        """A file for the polled location; counts as sent when it is gone."""
        name = content.decode().replace(" ", "-")
        hidden = self.folder / "in" / f".{name}"
        hidden.write_bytes(content)
        hidden.rename(self.folder / "in" / f"{name}.dat")
        self.tried.add(content)
        self.sent.add(content)

    def wait_for_all(self, seconds):
        """Everything that was sent arrived; says in how many seconds."""
        begin = time.monotonic()
        wanted = {Recorder.digest(content) for content in self.sent}
        arrived = self.partner.wait_for(lambda: wanted <= self.partner.arrived.keys(), seconds)
        missing = len(wanted - self.partner.arrived.keys())
        assert arrived, f"{missing} of {len(wanted)} did not arrive within {seconds} s\n{self.tail()}"
        return time.monotonic() - begin

    def check(self):
        """Nothing came that was not sent, and nothing under two identities. What was answered 503 may have come: its
        sender was told to send it again."""
        assert self.partner.arrived.keys() <= {Recorder.digest(content) for content in self.tried}
        twice = {digest: names for digest, names in self.partner.arrived.items() if len(set(names)) > 1}
        assert not twice, twice

    def copies(self):
        return sum(len(names) - 1 for names in self.partner.arrived.values())

    def tail(self):
        return "\n".join(f"== {name}\n{gateway.tail(15)}" for name, gateway in self.gateways.items())

    def end(self):
        for gateway in self.gateways.values():
            if gateway.process and gateway.process.poll() is None:
                gateway.kill()
        self.partner.close()


@pytest.fixture(scope="session")
def postgres():
    with Postgres() as postgres:
        yield postgres.cluster()


@pytest.fixture(scope="session")
def numbers():
    return itertools.count(1)


@pytest.fixture
def group(sealgate, tmp_path, postgres, numbers):
    database = f"group{next(numbers)}"
    postgres.create(database)
    group = Group(sealgate.path, tmp_path, postgres, database)
    try:
        group.begin()
        eventually(lambda: group.members() == ["a", "b", "c"], "three members")
        eventually(group.poller, "somebody polls")
        yield group
    finally:
        group.end()
