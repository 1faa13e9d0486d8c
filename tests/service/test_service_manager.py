"""A test that plays systemd: a datagram socket as NOTIFY_SOCKET, a watchdog, signals. And what systemd says of our units."""
import errno
import json
import mmap
import os
import pathlib
import re
import signal
import socket
import threading

import pytest
import seccomp

from support.artifacts import by_file, by_http, documents, file_port, group, host, receive_port
from support.gateway import Gateway
from support.program import ROOT, must, run
from support.stopped_thread import StoppedThread
from support.waiting import eventually

UNITS = sorted((ROOT / "packaging" / "systemd").glob("*.service"))
WATCHDOG = 4.0  # seconds


class Manager:
    """Hears what a service tells its manager."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name)
        self.heard, self.changed = [], threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while word := self.socket.recv(4096).decode():
            with self.changed:
                self.heard.append(word)
                self.changed.notify_all()

    def count(self, word):
        return sum(told.split("\n")[0] == word for told in self.heard)

    def wait_for(self, word, times=1, seconds=30):
        with self.changed:
            found = self.changed.wait_for(lambda: self.count(word) >= times, seconds)
        assert found, f"{word} was not told {times} times in {seconds} s: {self.heard}"

    def is_silent(self, word, seconds):
        """Whether it is not told again within this time."""
        with self.changed:
            before = self.count(word)
            return not self.changed.wait_for(lambda: self.count(word) > before, seconds)

    def end(self):
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sender.sendto(b"", self.socket.getsockname())


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path):
    name = str(tmp_path / "notify") if request.param == "path" else f"\0sealgate-test-{os.getpid()}-{tmp_path.name}"
    manager = Manager(name)
    manager.name = name.replace("\0", "@")
    yield manager
    manager.end()


def gateway_under(sealgate, folder, manager, **more):
    environment = {"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": str(int(WATCHDOG * 1e6)), **more}
    return Gateway(sealgate.path, folder, extra=["--allow-core-dumps"], environment=environment)


def test_ready_alive_reloading_stopping(sealgate, tmp_path, manager):
    gateway = gateway_under(sealgate, tmp_path, manager)
    gateway.start()
    manager.wait_for("READY=1")
    manager.wait_for("STATUS=serving")
    manager.wait_for("WATCHDOG=1", 3, seconds=3 * WATCHDOG)
    gateway.process.send_signal(signal.SIGHUP)
    manager.wait_for("READY=1", 2)
    told = [word.split("\n")[0] for word in manager.heard]
    reloading = told.index("RELOADING=1")
    assert told.index("READY=1") < reloading < len(told) - 1 - told[::-1].index("READY=1")
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", manager.heard[reloading])
    assert gateway.stop() == 0
    manager.wait_for("STOPPING=1")
    assert "READY=1" not in manager.heard[manager.heard.index("STOPPING=1"):]


@pytest.mark.parametrize("loop", ["dispatcher", "housekeeper", "membership"])
@pytest.mark.parametrize("manager", ["path"], indirect=True)
def test_a_loop_that_stands_still_starves_the_watchdog(sealgate, tmp_path, manager, loop):
    gateway = gateway_under(sealgate, tmp_path, manager)
    with gateway:
        manager.wait_for("WATCHDOG=1", 2)
        with StoppedThread(gateway.process.pid, loop):
            # It is fed once more at most, when the slowest of the others went round; then systemd would end it.
            eventually(lambda: f'loop="{loop}"' in gateway.log.read_text(), "the log names the loop")
            assert manager.is_silent("WATCHDOG=1", WATCHDOG)
            assert gateway.get("/health/live")[0] == 200  # the rest of the program answers, which is no sign of life
        manager.wait_for("WATCHDOG=1", manager.count("WATCHDOG=1") + 2)


@pytest.mark.parametrize("manager", ["path"], indirect=True)
def test_the_watchdog_of_another_process_is_not_fed(sealgate, tmp_path, manager):
    with gateway_under(sealgate, tmp_path, manager, WATCHDOG_PID="1"):
        manager.wait_for("READY=1")
        assert manager.is_silent("WATCHDOG=1", WATCHDOG / 2)


@pytest.mark.parametrize("manager", ["path"], indirect=True)
def test_why_nothing_is_accepted_is_the_status(sealgate, tmp_path, manager):
    gateway = gateway_under(sealgate, tmp_path, manager)
    with gateway:
        gateway.apply(documents(group(disk_watermark="1048576TiB"), host()))
        manager.wait_for("STATUS=not accepting messages: the disk is below its watermark")
        assert gateway.get("/health/ready")[::2] == (503, b"the disk is below its watermark\n")
        assert gateway.get("/health/live")[0] == 200
        gateway.apply(documents(group(disk_watermark="0"), host()))
        manager.wait_for("STATUS=serving", 2)
        assert gateway.get("/health/ready")[0] == 200


def test_a_manager_that_is_gone_holds_up_nothing(sealgate, tmp_path):
    environment = {"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "1000"}
    with Gateway(sealgate.path, tmp_path, environment=environment) as gateway:
        assert gateway.stop() == 0


def levels(gateway):
    return {json.loads(line)["level"] for line in gateway.log.read_text().splitlines()}


def test_the_log_level_changes_at_run_time(sealgate, tmp_path):
    gateway = Gateway(sealgate.path, tmp_path, extra=["--log-format", "json", "--log-level", "warning"])
    level = [sealgate.path, "log-level", "--data", gateway.data]
    with gateway:
        gateway.apply(documents(host(), receive_port(by_http())))
        assert levels(gateway) == set()
        assert must(run(level)).stdout == b"as serve --log-level says\n"
        assert must(run([*level, "info"])).stdout == b"info until the gateway ends\n"
        eventually(lambda: '"to":"info"' in gateway.log.read_text(), "the change is in the log")
        gateway.apply(documents(receive_port(by_http(path="/other"))))
        eventually(lambda: "info" in levels(gateway), "lines of the new level")
        # For a time: then as before.
        assert b"error until 20" in must(run([*level, "error", "--for", "2s"])).stdout
        eventually(lambda: '"to":"error"' in gateway.log.read_text(), "the level for a time")
        eventually(lambda: '"to":"warning"' in gateway.log.read_text(), "back to that of the option")
        must(run([*level, "info"]))
        eventually(lambda: gateway.log.read_text().count('"to":"info"') == 2, "info again")
        assert must(run([*level, "--reset"])).stdout == b"as serve --log-level says\n"
        eventually(lambda: gateway.log.read_text().count('"to":"warning"') == 2, "taken back")
        must(run([*level, "debug"]))
        gateway.kill()
        # What was chosen for one life does not last into the next.
        gateway.start()
        assert must(run(level)).stdout == b"as serve --log-level says\n"


@pytest.mark.parametrize("words", [["loud"], ["debug", "--for", "soon"], ["--for", "5m"], ["debug", "--reset"],
                                   ["debug", "--for", "0s"]])
def test_a_level_that_is_none_is_refused(sealgate, tmp_path, words):
    done = sealgate("log-level", "--data", tmp_path, *words)
    assert done.returncode == 2, done.stderr
    assert not (tmp_path / "log-level").exists()


def test_a_file_of_somebody_else_is_no_level(sealgate, tmp_path):
    with Gateway(sealgate.path, tmp_path) as gateway:
        for content in (b"", b"loud\n", b"debug tomorrow\n", b"debug 2020-01-01T00:00:00Z\n", b"x" * 5000):
            (gateway.data / "log-level").write_bytes(content)
            assert must(run([sealgate.path, "log-level", "--data", gateway.data])).stdout == b"as serve --log-level says\n"


def test_lines_for_the_journal_begin_with_their_priority(sealgate, tmp_path):
    log = tmp_path / "journal"
    log.touch()
    where = log.stat()
    for stream, pattern in ((f"{where.st_dev}:{where.st_ino}", r"<6>\d{4}-"), ("1:1", r"\d{4}-")):
        gateway = Gateway(sealgate.path, tmp_path, environment={"JOURNAL_STREAM": stream})
        gateway.log = log
        os.truncate(log, 0)
        with gateway:
            assert all(re.match(pattern, line) for line in log.read_text().splitlines())


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
class TestUnit:
    def test_systemd_finds_nothing_wrong_with_it(self, sealgate, tmp_path, unit):
        # At its place there may be no program, and no manual page either.
        text = unit.read_text().replace("/usr/bin/sealgate", str(sealgate.path.resolve()))
        copy = tmp_path / unit.name
        copy.write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))
        name = copy if "@" not in unit.name else tmp_path / unit.name.replace("@", "@a")
        if name != copy:
            name.symlink_to(copy)
        done = run(["systemd-analyze", "verify", "--man=no", name])
        assert (done.returncode, done.stderr) == (0, "")

    def test_it_exposes_little(self, unit):
        done = run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", unit])
        said = done.stdout.decode()
        print(said[said.index("Overall"):] if "Overall" in said else said)
        assert done.returncode == 0, f"{said}\n{done.stderr}"


def allowed_calls(unit):
    """What the SystemCallFilter lines of a unit leave, group by group as systemd knows them."""
    def calls(name):
        if not name.startswith("@"):
            return {name}
        lines = must(run(["systemd-analyze", "syscall-filter", "--no-pager", name])).stdout.decode().splitlines()
        return {call for line in lines[1:] if (word := line.strip()) and not word.startswith("#") for call in calls(word)}
    allowed = set()
    for words in re.findall(r"^SystemCallFilter=(.*)$", unit.read_text(), re.M):
        for name in words.removeprefix("~").split():
            allowed = allowed - calls(name) if words.startswith("~") else allowed | calls(name)
    return allowed


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_messages_flow_under_the_filter_of_system_calls(sealgate, tmp_path, unit):
    """The unit's filter and MemoryDenyWriteExecute as systemd makes them, by seccomp around the real program."""
    names = allowed_calls(unit)

    def confine():
        execute = seccomp.SyscallFilter(seccomp.ALLOW)
        write_execute = mmap.PROT_WRITE | mmap.PROT_EXEC
        execute.add_rule(seccomp.ERRNO(errno.EPERM), "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, write_execute, write_execute))
        made_executable = seccomp.Arg(2, seccomp.MASKED_EQ, mmap.PROT_EXEC, mmap.PROT_EXEC)
        execute.add_rule(seccomp.ERRNO(errno.EPERM), "mprotect", made_executable)
        execute.load()
        filter_ = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
        for name in names:
            try:
                filter_.add_rule(seccomp.ALLOW, name)
            except (RuntimeError, ValueError):
                pass  # of another architecture, or younger than the library
        filter_.load()

    gateway = Gateway(sealgate.path, tmp_path, confine=confine)
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    gateway.apply(documents(host(), receive_port(by_http(), by_file(tmp_path)), file_port("Out", tmp_path / "out")))
    with gateway:
        assert "Seccomp:\t2" in pathlib.Path(f"/proc/{gateway.process.pid}/status").read_text()
        for body in (b"small", b"x" * (3 << 20)):
            assert gateway.request("POST", "/in", body)[0] == 202
            eventually(lambda content=body: content in {file.read_bytes() for file in (tmp_path / "out").iterdir()}, "a message")
        (tmp_path / "in" / "one.dat").write_bytes(b"a file")
        eventually(lambda: b"a file" in {file.read_bytes() for file in (tmp_path / "out").iterdir()}, "the file")
        assert gateway.get("/metrics")[0] == 200
        assert gateway.stop() == 0
