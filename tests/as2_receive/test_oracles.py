"""What somebody learns who sends changed copies of an encrypted message: whatever is wrong inside, the answer is the same, as long
as the last one, and as fast.
"""
import random
import statistics
import time
import uuid

import pytest

from support import message as mime
from support.as2 import EDIFACT, As2Message, read_receipt

ROUNDS, ATTEMPTS = 40, 4


def sealed(sender, entity):
    message = sender.message(layers=("encrypt",))
    return As2Message(message.headers, sender.encrypted(entity), b"")


def changed(message, at, bits=1):
    body = bytearray(message.body)
    body[at] ^= bits
    return As2Message(message.headers, bytes(body), b"")


@pytest.fixture(scope="module")
def wrong(shared):
    """The same message, wrong inside in one way each."""
    sender = shared.sender
    part = b"Content-Type: application/edifact\r\n\r\n" + EDIFACT * 40
    good = mime.join_signed(part, sender.signature(part), "sha256")
    whole = sealed(sender, good)
    assert shared.exchange(whole).disposition == "processed"
    key = whole.body.index(b"\x04\x82\x01\x00")  # the encrypted key: 256 octets
    mallory = shared.pki.get("rsa", "oracle-mallory")
    return {
        "another key": changed(whole, key + 100),
        "padding": changed(whole, -17),
        "last block": changed(whole, -1),
        "middle": changed(whole, len(whole.body) // 2),
        "no structure": sealed(sender, random.Random(1).randbytes(len(good))),
        "half a structure": sealed(sender, good[:-200] + b"x" * 200),
        "bad signature": sealed(sender, good.replace(b"UNH+1", b"UNH+2", 1)),
        "signature of another content": sealed(sender, mime.join_signed(part, sender.signature(part + b"x"), "sha256")),
        "not signed": sealed(sender, part + b" " * (len(good) - len(part))),
        "signed by a stranger over other content": sealed(sender, mime.join_signed(part, sender.signature(b"x", signer=mallory), "sha256")),
    }


def answer_to(shared, message):
    """(seconds, headers, body), under a new Message-ID."""
    fields = dict(message.replaced(Message_ID=f"<{uuid.uuid4()}@acme.example>").headers)
    begin = time.perf_counter()
    status, headers, body = shared.gateway.request("POST", "/as2", message.body, fields)
    seconds = time.perf_counter() - begin
    assert status == 200
    return seconds, headers, body


def test_dispositions_and_sizes_are_the_same(shared, wrong):
    said, sizes, names, words = set(), set(), set(), set()
    for message in wrong.values():
        _, headers, body = answer_to(shared, message)
        receipt = read_receipt(headers.items(), body, shared.folder, shared.pki.root, shared.own)
        said.add(receipt.disposition)
        words.add(receipt.text)
        sizes.add(len(body))
        names.add(tuple(name for name, _ in headers.items()))
        assert receipt.mic is None
    assert said == {"processed/error: decryption-failed"}
    assert len(sizes) == len(names) == len(words) == 1


def test_times_are_the_same(shared, wrong):
    """Medians of interleaved requests. Noise of the machine moves all of them: one calm attempt of some is enough."""
    choose, seen = random.Random(7), []
    for _ in range(ATTEMPTS):
        times = {name: [] for name in wrong}
        for _ in range(ROUNDS):
            for name in choose.sample(list(wrong), len(wrong)):
                times[name].append(answer_to(shared, wrong[name])[0])
        medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
        usual = statistics.median(medians.values())
        quartiles = [statistics.quantiles(values, n=4) for values in times.values()]
        spread = statistics.median(upper - lower for lower, _, upper in quartiles) * 1000
        seen.append(({name: round(value, 2) for name, value in medians.items()}, round(spread, 2)))
        # Within the noise of single requests: their interquartile range, and no less than a tenth of what a request takes.
        if max(abs(value - usual) for value in medians.values()) <= max(spread, usual / 10):
            print(seen[-1])
            return
    raise AssertionError(f"in ms, and the noise: {seen}")
