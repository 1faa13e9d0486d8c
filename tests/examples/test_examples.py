"""The examples are started as they stand, and messages go through them."""
import re
import shutil
import subprocess

import pytest

from examples.conftest import EXAMPLES, options_of
from support.gateway import free_port
from support.postgres import Postgres
from support.program import must, run
from support.waiting import eventually


def send(gateway, order):
    _, headers, body = order
    return gateway.request("POST", "/partners", body, headers)[0]


def test_single_node(company, gateway_named):
    gateway = gateway_named("single", "single-node")
    company.set_up(gateway)
    with gateway:
        order = company.order(1)
        assert send(gateway, order) == 202
        eventually(lambda: order[0] in company.orders(), lambda: gateway.tail())
        company.invoice(1)
        company.wait_for_invoice(1)
        # What nobody signed goes nowhere.
        assert gateway.request("POST", "/partners", b"<order/>", {"Content-Type": "application/xml"})[0] == 401
        assert gateway.stop() == 0


@pytest.fixture
def database():
    """PostgreSQL with the settings of the example."""
    text = (EXAMPLES / "postgresql-two-hosts/postgresql.conf").read_text()
    settings = dict(re.findall(r"^(\w+) = '?([^'#\n]*?)'?\s*(?:#.*)?$", text, re.M))
    assert settings.pop("listen_addresses") == "10.0.0.11"
    with Postgres() as postgres:
        cluster = postgres.cluster(**settings)
        rules = cluster.data / "pg_hba.conf"
        with rules.open("a") as file:
            file.write((EXAMPLES / "postgresql-two-hosts/pg_hba.conf").read_text())
        cluster.query("SELECT pg_reload_conf()")
        assert cluster.query("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL") == "0"
        assert cluster.query("SELECT count(*) FROM pg_hba_file_rules WHERE user_name = '{sealgate}'") == "2"
        cluster.create("sealgate")
        yield cluster


class Balancer:
    """haproxy by the example's file, in front of these gateways."""

    def __init__(self, folder, gateways):
        self.port = free_port()
        text = (EXAMPLES / "postgresql-two-hosts/haproxy.cfg").read_text()
        for word, value in (("10.0.0.5:8080", f"127.0.0.1:{self.port}"), ("10.0.0.21:8080", f"127.0.0.1:{gateways[0].port}"),
                            ("10.0.0.22:8080", f"127.0.0.1:{gateways[1].port}")):
            assert word in text
            text = text.replace(word, value)
        self.configuration = folder / "haproxy.cfg"
        self.configuration.write_text(text)
        self.through = type(gateways[0])(gateways[0].program, folder)  # a client that speaks to our port
        self.through.port = self.port

    def __enter__(self):
        must(run(["/usr/sbin/haproxy", "-c", "-f", self.configuration]))
        self.process = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", self.configuration], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def send(self, order):
        """As a partner does: it comes again until it is accepted."""
        def accepted():
            try:
                return send(self.through, order) == 202
            except OSError:
                return False
        eventually(accepted, "the order is accepted by one of the two")


def test_two_hosts_on_postgresql(company, gateway_named, database):
    _, address = options_of("postgresql-two-hosts")
    store = address.replace("10.0.0.11", Postgres.url("", database).split("@")[1].rstrip("/"))
    first, second = (gateway_named(name, "postgresql-two-hosts", store) for name in "ab")
    company.set_up(first)
    # The keys go to the other computer by hand.
    (second.data / "keys").mkdir(parents=True, mode=0o700)
    for key in (first.data / "keys").iterdir():
        shutil.copy(key, second.data / "keys")
    with first, second, Balancer(company.folder, (first, second)) as balancer:
        orders = [company.order(number) for number in range(9)]
        for order in orders[:3]:
            balancer.send(order)
        company.invoice("while both run")
        company.wait_for_invoice("while both run")
        # One is stopped for work on it, the other goes on; then it is back and the other one dies.
        assert first.stop() == 0
        for order in orders[3:6]:
            balancer.send(order)
        company.invoice("by the second")
        company.wait_for_invoice("by the second")
        first.start()
        second.kill()
        for order in orders[6:]:
            balancer.send(order)
        company.invoice("by the first again")
        company.wait_for_invoice("by the first again")
        eventually(lambda: {order[0] for order in orders} <= set(company.orders()), lambda: first.tail())
