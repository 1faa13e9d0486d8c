"""kill -9 of the sender while messages are encoded, sent and acknowledged: each arrives once, and is acknowledged."""
import random
import threading

import pytest

ROUNDS, DOCUMENTS = 4, 12


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_each_document_arrives_once_and_is_acknowledged(pair, mode):
    we, they = pair
    receipt = {"mode": mode, "timeout": "2s", "resends": 1000,
               **({"delivery_url": f"http://127.0.0.1:{we.gateway.port}/as2"} if mode == "async" else {})}
    we.configure(they, sending={"receipt": receipt}, port={"retry_count": 1000})
    they.configure(we)
    they.gateway.start()
    we.gateway.start()
    chance, pause, sent = random.Random(17), threading.Event(), []
    for number in range(ROUNDS):
        for one in range(DOCUMENTS):
            content = f"document {mode} {number} {one}".encode()
            we.submit(content)
            sent.append(content)
        pause.wait(chance.uniform(0, 0.4))  # the moment of the kill, not a wait for something
        we.gateway.kill()
        we.gateway.start()
    we.fate("completed", count=len(sent), seconds=60)
    assert they.documents.wait_for(lambda: they.documents.number >= len(sent), 30)
    assert sorted(body for _, body in they.documents.bodies) == sorted(sent)
    assert all(one["state"] in ("completed", "terminated") for one in we.listed())
