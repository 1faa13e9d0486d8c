"""kill -9 and a second host instance: nothing is lost, nothing comes twice."""
import random
import threading

import pytest

from support.artifacts import documents, file_port, group, host, receive_port
from support.gateway import Gateway
from support.message import payload
from support.postgres import Postgres
from support.waiting import eventually


def contents(folder):
    return sorted(path.read_bytes() for path in folder.iterdir() if not path.name.startswith("."))


def through(sshd, key, target):
    """A gateway that takes files from "out" of the server and puts them into its "in"."""
    location = {"name": "From", "host": "Default", "adapter": "SFTP", "pipeline": "PassThruReceive",
                "settings": sshd.settings("out", key, polling_interval="100ms", stable_for="100ms")}
    sending = {**file_port("To", target), "adapter": "SFTP", "settings": sshd.settings("in", key, file_name="%SourceFileName%"),
               "retry_interval": "200ms"}
    return documents(group(), host(), receive_port(location), sending)


def test_kills_lose_and_double_nothing(sealgate, sshd, key, tmp_path):
    choose = random.Random(2026)
    gateway = Gateway(sealgate.path, tmp_path)
    gateway.apply(through(sshd, key, tmp_path))
    bodies = {f"{number}.xml": payload(20_000 + number, "binary", seed=number) for number in range(60)}
    taken = {}  # by a partner who takes each file the moment it is there
    over = threading.Event()

    def partner():
        while not over.is_set():
            for path in list(sshd.path("in").iterdir()):
                if not path.name.startswith("."):
                    taken.setdefault(path.name, []).append(path.read_bytes())
                    path.unlink()
            over.wait(0.01)

    thread = threading.Thread(target=partner)
    thread.start()
    try:
        for number, (name, body) in enumerate(bodies.items()):
            sshd.put(f"out/{name}", body)
            if number % 10 == 0:
                if gateway.process:
                    gateway.kill()
                gateway.start()
                over.wait(choose.uniform(0.3, 1.0))
        eventually(lambda: len(taken) == len(bodies) and sshd.names("out") == [],
                   lambda: f"{len(taken)} of {len(bodies)}\n{gateway.tail()}")
        gateway.stop()
    finally:
        over.set()
        thread.join()
        if gateway.process.poll() is None:
            gateway.kill()
    assert {name: copies for name, copies in taken.items() if copies != [bodies[name]]} == {}
    assert [name for name in sshd.names("in") if name.startswith(".")] == []


@pytest.fixture(scope="module")
def postgres():
    with Postgres() as postgres:
        yield postgres.cluster()


def test_one_host_instance_polls_and_another_takes_over(sealgate, sshd, key, postgres, tmp_path):
    postgres.create("sftp")
    url = Postgres.url("sftp", postgres)
    gateways = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        gateways.append(Gateway(sealgate.path, tmp_path / name, extra=["--host-instance", name], store=url))
    gateways[0].apply(through(sshd, key, tmp_path))
    for gateway in gateways:
        gateway.start()
    try:
        bodies = [payload(5_000, "binary", seed=number) for number in range(40)]
        for number, body in enumerate(bodies[:20]):
            sshd.put(f"out/{number}.xml", body)
        eventually(lambda: len(contents(sshd.path("in"))) == 20, gateways[0].tail)
        polling = [gateway for gateway in gateways if 'receive location started location="From"' in gateway.tail(200)]
        assert len(polling) == 1, [gateway.tail(50) for gateway in gateways]
        polling[0].kill()
        for number, body in enumerate(bodies[20:], start=20):
            sshd.put(f"out/{number}.xml", body)
        eventually(lambda: len(contents(sshd.path("in"))) == 40, gateways[1].tail, seconds=90)
        assert contents(sshd.path("in")) == sorted(bodies)
    finally:
        for gateway in gateways:
            if gateway.process.poll() is None:
                gateway.kill()
