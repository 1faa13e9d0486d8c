"""kill -9 while messages come in: every partner who goes on until it has its receipt has delivered once, and has one receipt."""
import collections
import os
import pathlib
import queue
import random
import threading
import uuid

import pytest

from support.as2 import EDIFACT, digest, read_receipt
from support.as2_gateway import As2Gateway
from support.program import must, run


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    must(run(["c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, pathlib.Path(__file__).with_name("shim.cpp")]))
    return library


@pytest.fixture
def mortal(sealgate, tmp_path, pki, shim):
    made = As2Gateway(sealgate, tmp_path, pki)
    made.apply()
    made.gateway.environment.update(LD_PRELOAD=str(shim), SEALGATE_KILL=str(tmp_path / "kill"))
    made.gateway.start()
    yield made
    made.close()


def attempt(as2, message):
    """(status, headers, body); nothing when the gateway died."""
    try:
        status, headers, body = as2.gateway.request("POST", "/as2", message.body, dict(message.headers))
    except OSError:
        return None
    return status, headers.items(), body


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("way", ["sync", "async"])
def test_death_between_the_commit_and_the_answer(mortal, when, way):
    content = EDIFACT + uuid.uuid4().bytes
    message = mortal.sender.message(content, address=mortal.receipts.url if way == "async" else None)
    (mortal.folder / "kill").write_text(when)
    lost = attempt(mortal, message)
    mortal.gateway.process.wait(timeout=30)
    if when == "before":
        assert lost is None
    (mortal.folder / "kill").unlink()
    mortal.gateway.start()
    if way == "async":
        # The work was part of the commit: the receipt comes, whether the message is sent again or not; perhaps twice, when it was
        # on its way already.
        assert mortal.receipts.wait_for(lambda: mortal.receipts.number >= 1, 30), mortal.gateway.tail()
    answers = [attempt(mortal, message) for _ in range(2)]
    if way == "sync":
        receipts = [read_receipt(headers, body, mortal.folder, mortal.pki.root, mortal.own) for _, headers, body in answers]
        assert answers[0][2] == answers[1][2]
        assert lost is None or lost[2] == answers[0][2]
    else:
        assert [(status, body) for status, _, body in answers] == [(200, b"")] * 2
        assert mortal.receipts.wait_for(lambda: mortal.receipts.number >= 3, 30), mortal.gateway.tail()
        receipts = [read_receipt(headers.items(), body, mortal.folder, mortal.pki.root, mortal.own)
                    for headers, body in mortal.receipts.bodies]
        assert len({body for _, body in mortal.receipts.bodies}) == 1
    assert {receipt.mic for receipt in receipts} == {(digest(message.covered), "sha256")}
    mortal.arrived(content)
    identities = mortal.documents.arrived[mortal.documents.digest(content)]
    assert len(set(identities)) == 1


@pytest.mark.parametrize("messages,kills", [(60, 4), pytest.param(600, 40, marks=pytest.mark.soak)])
def test_kills_at_random_moments(as2, messages, kills):
    seed = int(os.environ.get("SEALGATE_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"SEALGATE_SEED={seed}")
    choose = random.Random(seed)
    as2.apply()
    waiting, receipts, changed = queue.SimpleQueue(), collections.defaultdict(set), threading.Condition()
    contents = {}
    for number in range(messages):
        content = b"%d " % number + EDIFACT + choose.randbytes(choose.choice([1, 2_000, 70_000]))
        message = as2.sender.message(content, address=as2.receipts.url if number % 3 == 0 else None)
        contents[message.value("Message-ID")] = as2.documents.digest(content)
        waiting.put(message)
    stopped = threading.Event()

    def send():
        while not stopped.is_set():
            try:
                message = waiting.get_nowait()
            except queue.Empty:
                return
            while not stopped.is_set():
                answer = attempt(as2, message)
                if answer and answer[0] == 200:
                    with changed:
                        receipts[message.value("Message-ID")].add(answer[2])
                        changed.notify_all()
                    if choose.random() < 0.8:  # else: as if it had been lost
                        break
                stopped.wait(0.02)

    with as2.gateway:
        senders = [threading.Thread(target=send, daemon=True) for _ in range(4)]
        for sender in senders:
            sender.start()
        try:
            for kill in range(kills):
                goal = int((kill + choose.random()) * messages / kills)
                with changed:
                    assert changed.wait_for(lambda: len(receipts) >= goal, 60), as2.gateway.tail()  # noqa: B023
                stopped.wait(choose.uniform(0, 0.03))
                as2.gateway.kill()
                as2.gateway.start()
            for sender in senders:
                sender.join(timeout=120)
                assert not sender.is_alive(), as2.gateway.tail()
        finally:
            stopped.set()
        assert as2.documents.wait_for(lambda: set(contents.values()) <= set(as2.documents.arrived), 60), as2.gateway.tail()
        wanted = set(list(contents)[::3])
        assert as2.receipts.wait_for(lambda: wanted <= told(as2), 60), as2.gateway.tail()
        assert as2.gateway.stop() == 0
    assert set(receipts) == set(contents)
    assert all(len(bodies) == 1 for bodies in receipts.values()), "two receipts for one message"
    assert set(as2.documents.arrived) == set(contents.values())
    for identities in as2.documents.arrived.values():
        assert len(set(identities)) == 1, "published twice"


def told(as2):
    """Message-IDs that receipts came for."""
    found = set()
    for headers, body in list(as2.receipts.bodies):
        line = next(line for line in body.decode(errors="replace").splitlines() if line.startswith("Original-Message-ID"))
        found.add(line.split(": ", 1)[1])
    return found
