"""Both companies are killed and their line is cut at random moments: each document is there once, each sender knows its fate."""
import hashlib
import itertools
import threading

import pytest

from conftest import Line
from support.waiting import eventually

SIZES = (1, 300, 10_000, 70_000, 400_000)


@pytest.mark.parametrize("messages,kills", [(60, 6), pytest.param(2000, 120, marks=pytest.mark.soak)])
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_nothing_is_lost_or_doubled(pair, choose, mode, messages, kills):
    alpha, beta = pair

    connections = itertools.count()

    def cut():
        """Every other connection, from the first on: in one direction, after so many bytes."""
        if next(connections) % 2:
            return None
        return choose.choice([(0, choose.randrange(0, 30_000)), (1, choose.randrange(0, 150))])

    there = Line(lambda: beta.gateway.port, cut)  # Alpha's messages, and receipts in the response
    back = Line(lambda: alpha.gateway.port, cut)  # receipts in a connection of their own
    receipt = {"mode": mode, "timeout": "3s", "resends": 1000}
    if mode == "async":
        receipt["delivery_url"] = f"http://127.0.0.1:{back.port}/as2"
    alpha.knows(beta, receipt, url=f"http://127.0.0.1:{there.port}/as2")
    beta.knows(alpha, {"mode": "sync"}, url=f"http://127.0.0.1:{back.port}/as2")
    for company in pair:
        company.gateway.start()
    contents, over = {}, threading.Event()

    def feed():
        for number in range(messages):
            content = f"{number}\r\n".encode() + choose.randbytes(choose.choice(SIZES))
            contents[f"order{number}.edi"] = hashlib.sha256(content).hexdigest()
            waiting = alpha.folder / f"order{number}.edi"
            waiting.write_bytes(content)
            waiting.rename(alpha.folder / "in" / waiting.name)

    def strike():
        while not over.is_set():
            over.wait(choose.uniform(0.2, 1.5))
            if over.is_set():
                return
            gateway = choose.choice(pair).gateway
            gateway.kill()
            over.wait(choose.uniform(0, 0.5))
            gateway.start(seconds=60)
            struck.append(gateway)
            if len(struck) >= kills:
                return

    struck = []
    feed()
    striker = threading.Thread(target=strike, daemon=True)
    striker.start()
    striker.join(timeout=kills * 10 + 60)
    assert not striker.is_alive()

    def told():
        return "\n".join(f"--- {company.name}\n{company.gateway.tail(15)}" for company in pair)

    try:
        eventually(lambda: len(beta.received()) >= messages, told, 120 + messages)
        eventually(lambda: [one["state"] for one in alpha.works("await")].count("completed") == messages, told, 120 + messages)
    finally:
        over.set()
    eventually(lambda: all(one["state"] in ("completed", "terminated") for kind in ("send", "receipt")
                           for company in pair for one in company.works(kind)), told, 120)
    got = beta.received()
    assert {name: hashlib.sha256(content).hexdigest() for name, content in got.items()} == contents
    assert len([one for one in beta.works("send") if one["port"] == "Keep"]) == messages, "a document was published twice"
    assert there.cuts + back.cuts > 0 and len(struck) == kills
    for line in (there, back):
        line.close()
    for company in pair:
        assert company.gateway.stop() == 0
