"""Bytes that changed on the disk: never handed to a partner, reported by a stable code, and no other message's concern."""
import pytest

from rig import Rig, eventually


def flip(file, offset, count=1):
    with file.open("r+b") as opened:
        opened.seek(offset)
        octets = opened.read(count)
        opened.seek(offset)
        opened.write(bytes(octet ^ 0xFF for octet in octets))


def spool_files(rig):
    return sorted(path for path in (rig.gateway.data / "bodies").rglob("*") if path.is_file() and path.stat().st_size > 0)


def suspended(rig):
    return rig.list("--state", "suspended")


@pytest.mark.parametrize("running", [True, False], ids=["while serving", "while stopped"])
@pytest.mark.parametrize("where", [0, 150_000, 299_999, "cut", "gone"])
def test_spool_file(sealgate, tmp_path, where, running):
    with Rig(sealgate.path, tmp_path) as rig:
        rig.refusing.set()
        victim, = rig.send_all(1, 300_000)
        file, = spool_files(rig)
        rig.send_all(3, 300_000)
        rig.send_all(3)
        if not running:
            assert rig.gateway.stop() == 0
        if where == "gone":
            file.unlink()
        elif where == "cut":
            with file.open("r+b") as opened:
                opened.truncate(100_000)
        else:
            flip(file, where)
        if not running:
            rig.gateway.start()
        rig.refusing.clear()
        rig.everything_arrives(but=[victim])
        assert eventually(lambda: len(suspended(rig)) == 1), rig.gateway.tail()
        entry, = suspended(rig)
        assert "store.body-missing" in str(entry) if where == "gone" else "store.body-damaged" in str(entry)
        assert victim not in rig.partner.arrived
        rig.send_all(3, 300_000)
        rig.everything_arrives(but=[victim])
        assert rig.gateway.stop() == 0


def pages(file):
    with file.open("rb") as opened:
        size = int.from_bytes(opened.read(18)[16:18], "big")
    size = 65536 if size == 1 else size
    return size, file.stat().st_size // size


@pytest.mark.parametrize("content", [b"\x00", b"\xa5"], ids=["zeros", "noise"])
@pytest.mark.parametrize("share", [0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.99])
def test_database_page(sealgate, tmp_path, share, content):
    """Either it does not start and says why, or what it can still deliver is right and the rest is reported."""
    with Rig(sealgate.path, tmp_path) as rig:
        rig.refusing.set()
        old = rig.send_all(40, 10_000)
        assert rig.gateway.stop() == 0
        database = rig.gateway.data / "sealgate.db"
        assert not list(rig.gateway.data.glob("*-wal")), "stopped in order, the log of the database is taken over"
        size, count = pages(database)
        with database.open("r+b") as opened:
            opened.seek(int(share * count) * size)
            opened.write(content * size)
        rig.refusing.clear()
        try:
            rig.gateway.start(seconds=20)
        except AssertionError:
            assert "[store.corrupt]" in rig.gateway.tail(), rig.gateway.tail()
            return
        fresh = [digest for digest, status in (rig.send(10_000) for _ in range(10)) if status == 202]
        # Whatever is acknowledged now must go out; what was there before goes out whole or is reported.
        assert rig.arrives(fresh, 30) or rig.logged("store.corrupt"), rig.gateway.tail()
        reported = eventually(lambda: set(old) <= set(rig.partner.arrived) or "store." in rig.gateway.log.read_text(), 30)
        assert reported, f"{len(set(old) - set(rig.partner.arrived))} messages are missing and nothing is said\n{rig.gateway.tail()}"
        strangers = set(rig.partner.arrived) - set(rig.ledger.messages)
        assert not strangers, "altered bytes were delivered"
