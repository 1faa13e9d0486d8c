"""Files that are not there, not readable, not writable, full, and a decode that is killed."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import pytest

from hostile_helpers import PAYLOAD, refused
from support import message
from support.disk import small_disk
from support.program import must, run

AS_ROOT = os.geteuid() == 0
MIB = 1 << 20


def test_empty_file(open_sealed, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b"")
    refused(open_sealed(source, out), out, 3)


def test_directory(sealgate, open_sealed, sealed, tmp_path):
    out = tmp_path / "out"
    refused(open_sealed(tmp_path, out), out, 2)
    done = open_sealed(sealed["opaque"], tmp_path)
    assert done.returncode in (1, 2)
    assert tmp_path.is_dir()


def test_missing(sealgate, open_sealed, sealed, people, tmp_path):
    out = tmp_path / "out"
    refused(open_sealed(tmp_path / "missing", out), out, 2)
    refused(sealgate("smime", "decode", "-i", sealed["opaque"], "-o", out, "--key", tmp_path / "missing"), out, 2)
    refused(open_sealed(sealed["opaque"], tmp_path / "no" / "such" / "out"), tmp_path / "out", 1, 2)


@pytest.mark.parametrize("words", [[], ["-i"], ["-i", "x"], ["--nonsense"], ["-i", "x", "-o", "y", "--at", "yesterday"],
                                   ["-i", "x", "-o", "y", "--part-index", "minus one"]], ids=" ".join)
def test_usage(sealgate, tmp_path, words):
    done = sealgate("smime", "decode", *words, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert list(tmp_path.iterdir()) == []


@contextlib.contextmanager
def open_to_everybody():
    """A folder that another user may enter; pytest's own are closed."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sealgate-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def as_nobody(program, folder, *words):
    """Runs the program as a user without rights when the tests run as root, who may read everything."""
    copy = folder / "sealgate"
    if not copy.exists():
        shutil.copy(program.path, copy)
        copy.chmod(0o755)
    drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if AS_ROOT else []
    return run([*drop, copy, *words], cwd=folder)


def test_no_permission_to_read(sealgate, sealed, tmp_path):
    with open_to_everybody() as folder:
        source, out = folder / "in", folder / "open" / "out"
        out.parent.mkdir()
        out.parent.chmod(0o777)
        shutil.copy(sealed["signed"], source)
        source.chmod(0)
        refused(as_nobody(sealgate, folder, "smime", "decode", "-i", source, "-o", out, "--no-chain"), out, 2)
        source.chmod(0o644)
        must(as_nobody(sealgate, folder, "smime", "decode", "-i", source, "-o", out, "--no-chain"))


def test_no_permission_to_write(sealgate, sealed, tmp_path):
    with open_to_everybody() as folder:
        source, out = folder / "in", folder / "closed" / "out"
        out.parent.mkdir(mode=0o555)
        out.parent.chmod(0o555)
        shutil.copy(sealed["signed"], source)
        source.chmod(0o644)
        refused(as_nobody(sealgate, folder, "smime", "decode", "-i", source, "-o", out, "--no-chain"), out, 1, 2)


@pytest.mark.parametrize("spool_too", [False, True])
@pytest.mark.parametrize("job", ["decode", "encode"])
def test_full_disk(sealgate, people, tmp_path, job, spool_too):
    source, sealed = tmp_path / "in", tmp_path / "sealed"
    source.write_bytes(message.payload(6 * MIB, "binary"))
    must(sealgate.encode(source, sealed, sign="opaque", signer=people["sender"], encrypt_to=[people["recipient"]]))
    with small_disk(tmp_path / "disk", MIB) as (disk, limit):
        out = disk / "out"
        options = dict(preexec=limit, environment={"TMPDIR": str(disk)} if spool_too else {})
        if job == "decode":
            done = sealgate.decode(sealed, out, keys=[people["recipient"]], trust=people["root"], **options)
        else:
            done = sealgate.encode(source, out, sign="clear", signer=people["sender"], encrypt_to=[people["recipient"]], **options)
        code = refused(done, out, 1)
        assert code in ("io.disk-full", "io.write-failed")
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("job", ["decode", "encode"])
def test_killed(sealgate, people, tmp_path, job):
    """kill -9 in the middle: no output, no temporary file. The pipe tells how far the program has come."""
    source, sealed, folder = tmp_path / "in", tmp_path / "sealed", tmp_path / "work"
    folder.mkdir()
    source.write_bytes(message.payload(8 * MIB, "binary"))
    must(sealgate.encode(source, sealed, sign="opaque", signer=people["sender"], encrypt_to=[people["recipient"]]))
    out = folder / "out"
    words = {"decode": ["--key", people["recipient"].both, "--trust", people["root"]],
             "encode": ["--sign", "opaque", "--signer", people["sender"].certificate, "--signer-key", people["sender"].key]}[job]
    data = (sealed if job == "decode" else source).read_bytes()
    for share in (0.1, 0.5, 0.9, 1.0):
        process = subprocess.Popen([sealgate.path, "smime", job, "-i", "-", "-o", out, *words], stdin=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=str(folder)))
        # A pipe holds 64 KiB: when write() returns, all but that was taken.
        process.stdin.write(data[:int(len(data) * share)])
        process.stdin.flush()
        process.kill()
        process.wait()
        process.stdin.close()
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_interrupted(sealgate, tmp_path, number):
    folder = tmp_path / "work"
    folder.mkdir()
    process = subprocess.Popen([sealgate.path, "smime", "encode", "-i", "-", "-o", folder / "out"], stdin=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=dict(os.environ, TMPDIR=str(folder)),
                               # Who runs the tests in the background has given them a SIGINT that is ignored.
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
    process.stdin.write(bytes(4 * MIB))
    process.stdin.flush()
    process.send_signal(number)
    assert process.wait(timeout=30) != 0
    process.stdin.close()
    assert list(folder.iterdir()) == []


def test_standard_output_waits_for_the_verdict(sealgate, open_sealed, sealed, people):
    """-o - prints nothing of a message that is refused."""
    done = sealgate("smime", "decode", "-i", sealed["signed"], "-o", "-", "--no-chain")
    assert must(done).stdout == PAYLOAD
    damaged = bytearray(message.body_of(sealed["signed"].read_bytes()))
    damaged[-10] ^= 1
    done = sealgate("smime", "decode", "-i", "-", "-o", "-", "--no-chain", stdin=bytes(damaged))
    assert done.returncode == 5, done.stderr
    assert done.stdout == b""
