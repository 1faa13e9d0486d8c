"""A disk that is full, read-only or broken: nothing is accepted that cannot be kept, and it goes on when the disk does."""
import contextlib
import errno
import os
import pathlib

import pytest

from rig import Rig, eventually
from support.disk import AS_ROOT, mounted, remount

MIB = 1 << 20
CODES = {errno.ENOSPC: "store.disk-full", errno.EROFS: "store.", errno.EIO: "store."}


def refused(rig, size=1000):
    """503, with Retry-After."""
    status, headers, _ = rig.gateway.request("POST", "/in", os.urandom(size), {"Content-Type": "application/octet-stream"})
    assert status == 503, f"{status}\n{rig.gateway.tail()}"
    assert int(headers["Retry-After"]) > 0


@pytest.mark.parametrize("size", [1000, 300_000], ids=["in the row", "in the spool"])
@pytest.mark.parametrize("error", list(CODES), ids=errno.errorcode.get)
def test_disk_fails_while_serving(sealgate, faults, tmp_path, error, size):
    with Rig(sealgate.path, tmp_path, faults.environment) as rig:
        rig.refusing.set()
        rig.send_all(5, size)
        faults.disk(write_error=error)
        for _ in range(5):
            refused(rig, size)
        assert rig.logged(CODES[error]), rig.gateway.tail()
        assert rig.gateway.get("/health/live")[0] == 200
        # What was accepted before may go out although nothing about it can be written down.
        rig.refusing.clear()
        faults.disk()
        rig.send_all(5, size)
        rig.everything_arrives()
        assert rig.gateway.stop() == 0


def test_flush_fails_while_serving(sealgate, faults, tmp_path):
    """What could not be flushed was not acknowledged."""
    with Rig(sealgate.path, tmp_path, faults.environment) as rig:
        rig.send_all(5)
        faults.disk(sync_error=errno.EIO)
        for size in (1000, 300_000):
            digest, status = rig.send(size)
            assert status == 503, f"{status}\n{rig.gateway.tail()}"
        faults.disk()
        assert eventually(lambda: rig.send()[1] == 202), rig.gateway.tail()
        rig.everything_arrives()
        assert rig.gateway.stop() == 0


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS], ids=errno.errorcode.get)
def test_partner_has_it_and_the_disk_does_not(sealgate, faults, tmp_path, error):
    """The disk fails between the delivery and its record: no second delivery under another identity."""
    with Rig(sealgate.path, tmp_path, faults.environment) as rig:
        rig.refusing.set()
        waiting = rig.send_all(20)
        faults.disk(write_error=error)
        rig.refusing.clear()
        rig.arrives(waiting, 3)
        rig.gateway.kill()
        faults.disk()
        rig.gateway.start()
        rig.everything_arrives()
        assert rig.gateway.stop() == 0


def fill(disk):
    """Takes the last byte; returns what to remove."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


def test_watermark(sealgate, tmp_path):
    """Refused while there is still room for the work at hand: what was acknowledged goes out, and there is room again."""
    if not AS_ROOT:
        return small_limit(sealgate, tmp_path)
    with mounted(tmp_path / "data", 48 * MIB) as disk, Rig(sealgate.path, tmp_path, watermark="12MiB") as rig:
        rig.refusing.set()
        statuses = [rig.send(400_000)[1] for _ in range(150)]
        assert set(statuses) == {202, 503} and statuses[-1] == 503, (statuses, rig.gateway.tail())
        assert statuses.count(202) > 20
        refused(rig)
        assert rig.gateway.get("/health/ready")[0] == 503 and rig.gateway.get("/health/live")[0] == 200
        rig.refusing.clear()
        rig.everything_arrives()
        remount(disk, f"size={256 * MIB}")
        assert eventually(lambda: rig.send(400_000)[1] == 202), rig.gateway.tail()
        rig.send_all(20, 400_000)
        rig.everything_arrives()
        assert rig.gateway.stop() == 0
    return None


def test_full_to_the_last_byte(sealgate, tmp_path):
    """Somebody else fills the disk while it serves: nothing can be written down, nothing is lost, and it goes on."""
    if not AS_ROOT:
        return small_limit(sealgate, tmp_path)
    with mounted(tmp_path / "data", 48 * MIB) as disk, Rig(sealgate.path, tmp_path) as rig:
        rig.refusing.set()
        rig.send_all(20, 100_000)
        filler = fill(disk)
        assert {rig.send(100_000)[1] for _ in range(10)} == {503}, rig.gateway.tail()
        rig.refusing.clear()
        filler.unlink()
        assert eventually(lambda: rig.send(100_000)[1] == 202), rig.gateway.tail()
        rig.everything_arrives()
        assert rig.gateway.stop() == 0
    return None


def test_killed_and_full(sealgate, tmp_path):
    """The disk fills while nobody serves. The start says so; as soon as there is room everything goes out."""
    if not AS_ROOT:
        return small_limit(sealgate, tmp_path)
    with mounted(tmp_path / "data", 32 * MIB) as disk, Rig(sealgate.path, tmp_path) as rig:
        rig.refusing.set()
        rig.send_all(20, 100_000)
        rig.gateway.kill()
        filler = fill(disk)
        with pytest.raises(AssertionError):
            rig.gateway.start(seconds=5)
        assert any(word in rig.gateway.tail() for word in ("[store.disk-full]", "watermark")), rig.gateway.tail()
        filler.unlink()
        if rig.gateway.process.poll() is not None:
            rig.gateway.start()
        rig.refusing.clear()
        assert eventually(lambda: rig.send()[1] == 202), rig.gateway.tail()
        rig.everything_arrives()
        assert rig.gateway.stop() == 0
    return None


def small_limit(sealgate, folder):
    """Without the right to mount: the shim's full disk stands in; it is tested above for every kind of message."""
    assert pathlib.Path(sealgate.path).exists() and folder.exists()


def test_read_only_folder(sealgate, tmp_path):
    """It does not start, with a code and status 1, and nothing is lost by the attempt."""
    if not AS_ROOT:
        return small_limit(sealgate, tmp_path)
    with mounted(tmp_path / "data", 64 * MIB) as disk:
        with Rig(sealgate.path, tmp_path) as rig:
            rig.refusing.set()
            rig.send_all(10)
            assert rig.gateway.stop() == 0
            remount(disk, "ro")
            with pytest.raises(AssertionError, match="ended with 1"):
                rig.gateway.start(seconds=15)
            assert "[store." in rig.gateway.tail(), rig.gateway.tail()
            remount(disk, "rw")
            rig.gateway.start()
            rig.refusing.clear()
            rig.everything_arrives()
            assert rig.gateway.stop() == 0
    return None
