"""A folder of a hundred thousand files."""
import os
import time

import pytest

from support.waiting import eventually

FILES = 100_000


@pytest.mark.soak
def test_a_hundred_thousand_files_in_bounded_memory(exchange):
    """They lie there when the gateway starts; each arrives once."""
    exchange.case("many", {"batch_size": 256, "readers": 8})
    inbox, outbox = exchange.inbox["many"], exchange.outbox["many"]
    for number in range(FILES):
        (inbox.path / f"{number:06}.dat").write_bytes(b"order %d" % number)
    began = time.monotonic()
    exchange.start()

    def peak():
        with open(f"/proc/{exchange.gateway.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    eventually(lambda: not any(True for _ in os.scandir(inbox.path)), "files are left", 1800)
    taken = time.monotonic() - began
    eventually(lambda: sum(1 for entry in os.scandir(outbox.path) if not entry.name.startswith(".")) >= FILES, "messages are left", 1800)
    sent = time.monotonic() - began
    assert sorted(outbox.files().values()) == sorted(b"order %d" % number for number in range(FILES))
    print(f"{FILES} files taken in {taken:.0f} s ({FILES / taken:.0f}/s), sent in {sent:.0f} s ({FILES / sent:.0f}/s), peak {peak()} KiB")
    assert peak() < 256 * 1024
    assert exchange.gateway.stop() == 0
