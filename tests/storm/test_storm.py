"""Kill storms: gateways, PostgreSQL and its primary die at random moments while partners send and receive.

Senders write down what was acknowledged, the receiving partner writes down what came, and the ledger compares digests:
nothing acknowledged is lost, nothing arrives under more identities than it was sent, and the ordered port keeps each
sender's order. The seed is printed; SEALGATE_SEED makes the same choices of victims and pauses again.
SEALGATE_STORM_MINUTES sets the length of each long storm (make soak), 20 by default.
"""
import os
import random
import threading
import time

import pytest

from support.ledger import Ledger
from senders import FileSender, HttpSender
from support.gateway import Recorder, leftovers
from weather import PostgresSite, SqliteSite, Storm

MINUTES = float(os.environ.get("SEALGATE_STORM_MINUTES", "20"))
ORDERED = ["/ordered"]  # ports whose order is kept
UNDER_WAY = 150  # acknowledged and not yet at the ordered port; past it the senders wait
PATIENCE = 180


class Flow:
    """Partners on both sides of a site."""

    def __init__(self, site, partner, ledger, seed):
        self.ledger, self.partner, self.site = ledger, partner, site
        self.arrived_in_order = 0
        self.seen = 0
        self.senders = [HttpSender(f"http{number}", ledger, random.Random(seed + number), self.allowed, site.ports)
                        for number in range(4)]
        self.senders.append(FileSender("file", ledger, random.Random(seed + 99), self.allowed, site.folder / "in"))

    def allowed(self):
        with self.partner.changed:
            journal = self.partner.journal
            self.arrived_in_order += sum(path == "/ordered" for path, _, _ in journal[self.seen:])
            self.seen = len(journal)
        return self.ledger.acknowledged - self.arrived_in_order < UNDER_WAY

    def end(self):
        for sender in self.senders:
            sender.stop()
        for sender in self.senders:
            sender.join(PATIENCE)

    def everything_arrived(self):
        return not any(self.ledger.missing(self.partner.journal, path) for path in ("/plain", "/ordered"))


def endure(site, partner, seed, seconds, quiet):
    ledger = Ledger()
    site.begin(partner.url.rsplit("/", 1)[0])
    flow = Flow(site, partner, ledger, seed)
    storm = Storm(site, site.choose, seconds, quiet)
    begin, last = time.monotonic(), [0, time.monotonic()]

    def alive():
        """Something is acknowledged or arrives within PATIENCE."""
        moved = ledger.acknowledged + len(partner.journal)
        if moved != last[0]:
            last[:] = [moved, time.monotonic()]
        assert time.monotonic() - last[1] < PATIENCE, f"nothing moves any more\n{site.log}\n{site.tail()}"

    try:
        storm.run(time.monotonic, alive)
    finally:
        flow.end()
    # missing() reads everything, so it is asked now and then rather than after each arrival.
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not flow.everything_arrived() and time.monotonic() < end:
        pause.wait(0.5)
    broken = ledger.check(partner.journal, ["/plain", "/ordered"], ORDERED)
    report = (f"seed {seed}: {storm.count} strikes in {time.monotonic() - begin:.0f} s, {ledger.acknowledged} messages acknowledged, "
              f"{sum(message.unanswered for message in ledger.messages.values())} requests unanswered, {len(partner.journal)} "
              f"deliveries, {ledger.copies(partner.journal)} of them copies with the same identity")
    print(report)
    assert not broken, "\n".join([report, *broken[:20], *site.log[-10:], site.tail()])
    assert ledger.acknowledged > 0 and storm.count > 0
    assert set(site.end()) == {0}, site.tail()
    # One more look: what was stopped in order delivers nothing again.
    assert not ledger.check(partner.journal, ["/plain", "/ordered"], ORDERED)
    for gateway in site.gateways:
        assert leftovers(gateway.data) == []
    assert leftovers(site.folder / "in") == [] == list((site.folder / "in").iterdir())


def seeded():
    seed = int(os.environ.get("SEALGATE_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"SEALGATE_SEED={seed}")
    return seed


def refuse(number):
    """One delivery in forty is refused, so that retries are under way when something dies."""
    return 503 if number % 40 == 0 else None


@pytest.mark.parametrize("seconds,quiet", [(20, (0.3, 2)), pytest.param(60 * MINUTES, (0.3, 5), marks=pytest.mark.soak)],
                         ids=["short", "long"])
def test_sqlite(sealgate, tmp_path, seconds, quiet):
    seed = seeded()
    with Recorder(refuse=refuse) as partner, SqliteSite(sealgate.path, tmp_path, random.Random(seed), threading.Event()) as site:
        endure(site, partner, seed, seconds, quiet)


@pytest.mark.parametrize("strikes,seconds,quiet,longest", [
    (["instance", "database", "primary"], 45, (0.5, 2), 6),
    pytest.param(["instance"], 60 * MINUTES, (0.5, 5), 20, marks=pytest.mark.soak),
    pytest.param(["database"], 60 * MINUTES, (1, 10), 0, marks=pytest.mark.soak),
    pytest.param(["primary", "instance"], 60 * MINUTES, (1, 10), 20, marks=pytest.mark.soak)],
    ids=["short", "instances", "database", "failover"])
def test_postgres(sealgate, tmp_path, strikes, seconds, quiet, longest):
    """Three host instances, a primary and a replica that every commit waits for and that takes over."""
    seed = seeded()
    with Recorder(refuse=refuse) as partner, \
            PostgresSite(sealgate.path, tmp_path, random.Random(seed), threading.Event(), strikes, longest) as site:
        endure(site, partner, seed, seconds, quiet)
