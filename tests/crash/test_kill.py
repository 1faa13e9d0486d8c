"""kill -9 of a serving gateway at random moments while messages flow.

In by FILE and HTTP, out by HTTP to a partner that writes everything down and by FILE to a folder. Acknowledged means: the
request was answered 202, or the file is gone from the folder. Afterwards
- every acknowledged message has arrived, whole, in both places,
- what arrived twice carries the same identity (Sealgate-Delivery-Id), and in the folder nothing is there twice,
- nothing temporary or half-written is left, in the folders or in the data folder.
The seed is printed; SEALGATE_SEED repeats a run (the moments are as random as the machine's scheduler lets them be).
"""
import collections
import hashlib
import os
import queue
import random
import threading

import pytest

from support.artifacts import by_file, by_http, documents, file_port, host, receive_port, send_port
from support.gateway import Gateway, Recorder, leftovers


def artifacts(folder, url):
    return documents(host(), receive_port(by_file(folder), by_http()), send_port("Out by HTTP", url),
                     file_port("Out by FILE", folder / "out"))


SIZES = [1, 200, 2_000, 20_000, 70_000, 400_000]


def digest(content):
    return hashlib.sha256(content).hexdigest()


class Load:
    """Feeds messages until all are acknowledged; survives the gateway's deaths as a patient partner would."""

    def __init__(self, gateway, messages, choose):
        self.gateway, self.inbox = gateway, gateway.folder / "in"
        self.acknowledged, self.changed = {}, threading.Condition()  # digest -> message id, "" for FILE
        self.attempts = collections.Counter()
        self.by_http, self.by_file = queue.SimpleQueue(), {}
        for number in range(messages):
            content = b"message %d " % number + choose.randbytes(choose.choice(SIZES))
            if number % 2:
                self.by_http.put(content)
            else:
                self.by_file[f"{number:05}.dat"] = content
        self.messages, self.stopped = messages, threading.Event()
        self.threads = [threading.Thread(target=self.post, daemon=True) for _ in range(4)] + \
                       [threading.Thread(target=self.place, daemon=True)]
        for thread in self.threads:
            thread.start()

    def acknowledge(self, content, message_id):
        with self.changed:
            self.acknowledged[digest(content)] = message_id
            self.changed.notify_all()

    def post(self):
        while not self.stopped.is_set():
            try:
                content = self.by_http.get_nowait()
            except queue.Empty:
                return
            while not self.stopped.is_set():
                self.attempts[digest(content)] += 1
                try:
                    status, headers, _ = self.gateway.request("POST", "/in", content, {"Content-Type": "application/octet-stream"})
                except OSError:
                    status = None
                if status == 202:
                    self.acknowledge(content, headers["Sealgate-Message-Id"])
                    break
                self.stopped.wait(0.02)

    def place(self):
        """At most 20 files at a time lie in the folder, each put there by rename."""
        waiting, lying = list(self.by_file), set()
        while (waiting or lying) and not self.stopped.is_set():
            while waiting and len(lying) < 20:
                name = waiting.pop()
                hidden = self.inbox / f".{name}.tmp"
                hidden.write_bytes(self.by_file[name])
                hidden.rename(self.inbox / name)
                lying.add(name)
            for name in [name for name in lying if not (self.inbox / name).exists()]:
                lying.discard(name)
                self.acknowledge(self.by_file[name], "")
            self.stopped.wait(0.01)

    def wait_for(self, count, seconds):
        with self.changed:
            return self.changed.wait_for(lambda: len(self.acknowledged) >= count, timeout=seconds)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(timeout=60)


def kill_while_it_runs(sealgate, folder, messages, kills, patience):
    seed = int(os.environ.get("SEALGATE_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"SEALGATE_SEED={seed}")
    choose = random.Random(seed)
    for name in ("in", "out"):
        (folder / name).mkdir()
    # One delivery in fifty is refused, so that retries are under way when the gateway dies.
    with Recorder(refuse=lambda number: 503 if number % 50 == 0 else None) as partner:
        gateway = Gateway(sealgate.path, folder, ["--workers", "8"])
        gateway.apply(artifacts(folder, partner.url))
        with gateway:
            load = Load(gateway, messages, choose)
            try:
                for kill in range(kills):
                    # Somewhere in the kill's own share of the messages, and a little later than an event.
                    goal = int((kill + choose.random()) * messages / kills)
                    assert load.wait_for(goal, patience), f"stuck at {len(load.acknowledged)} of {goal}, kill {kill}\n{gateway.tail()}"
                    load.stopped.wait(choose.uniform(0, 0.03))
                    gateway.kill()
                    gateway.start()
                assert load.wait_for(messages, patience), f"{len(load.acknowledged)} of {messages} acknowledged\n{gateway.tail()}"
            finally:
                load.stop()
            everything = set(load.acknowledged)
            arrived = partner.wait_for(lambda: everything <= set(partner.arrived), patience)
            assert arrived, f"{len(everything - set(partner.arrived))} acknowledged messages did not arrive; seed {seed}\n{gateway.tail()}"
            in_folder = wait_for_files(folder / "out", everything, patience)
            assert gateway.stop() == 0, gateway.tail()
    check(load, partner, in_folder, folder)
    assert gateway.lives == kills + 1
    return load, partner


def wait_for_files(folder, everything, patience):
    """{digest: names} of the output folder, once everything is there."""
    pause, known, found = threading.Event(), {}, collections.defaultdict(list)
    for _ in range(int(patience * 10)):
        for path in folder.glob("*.dat"):
            if path.name not in known:
                known[path.name] = digest(path.read_bytes())
                found[known[path.name]].append(path.name)
        if everything <= set(found):
            return found
        pause.wait(0.1)
    raise AssertionError(f"{len(everything - set(found))} acknowledged messages are not in the output folder")


def check(load, partner, in_folder, folder):
    sent = set(load.acknowledged)
    assert set(partner.arrived) == sent, "something arrived that nobody sent, or half of something"
    assert set(in_folder) == sent, "something was written that nobody sent, or half of something"
    files = {digest(content) for content in load.by_file.values()}
    for message, identities in partner.arrived.items():
        assert None not in identities, "a delivery without identity"
        # A sender that got no answer posts again, and that may count as another message; a file never does.
        allowed = 1 if message in files else load.attempts[message]
        assert len(set(identities)) <= allowed, f"{len(set(identities))} identities for one message sent {allowed} times"
        assert len(in_folder[message]) <= allowed, f"{in_folder[message]} for one message sent {allowed} times"
    assert leftovers(folder / "in") == []
    assert leftovers(folder / "out") == []
    assert leftovers(folder / "data") == []
    assert list((folder / "in").iterdir()) == []


@pytest.mark.parametrize("messages,kills", [(100, 5), pytest.param(1000, 50, marks=pytest.mark.soak)])
def test_nothing_acknowledged_is_lost(sealgate, tmp_path, messages, kills):
    load, partner = kill_while_it_runs(sealgate, tmp_path, messages, kills, patience=120)
    again = sum(len(identities) - len(set(identities)) for identities in partner.arrived.values())
    print(f"{messages} messages, {kills} kills: {partner.number} deliveries, {again} of them copies with the same identity, "
          f"{sum(load.attempts.values())} requests for {len(load.attempts)} messages")


def test_sigterm_finishes_what_is_running(sealgate, tmp_path):
    """Stopped in order: nothing is delivered twice at all."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    with Recorder() as partner:
        gateway = Gateway(sealgate.path, tmp_path)
        gateway.apply(artifacts(tmp_path, partner.url))
        with gateway:
            load = Load(gateway, 60, random.Random(7))
            try:
                for goal in (10, 25, 40):
                    assert load.wait_for(goal, 60), gateway.tail()
                    assert gateway.stop() == 0, gateway.tail()
                    gateway.start()
                assert load.wait_for(60, 60), gateway.tail()
            finally:
                load.stop()
            assert partner.wait_for(lambda: set(load.acknowledged) <= set(partner.arrived), 60), gateway.tail()
            in_folder = wait_for_files(tmp_path / "out", set(load.acknowledged), 60)
            assert gateway.stop() == 0
    check(load, partner, in_folder, tmp_path)
    assert all(len(identities) == len(set(identities)) for identities in partner.arrived.values())
