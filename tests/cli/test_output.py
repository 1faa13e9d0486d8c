"""Tables, JSON and YAML of every command that shows something; --watch; terminals."""
import json
import os
import pty
import select
import signal
import subprocess
import time

import pytest
import yaml

from support.artifacts import documents

SHOWN = ["get all", "get Party Fabrikam", "message list", "suspended list", "status", "location list", "host list", "cert list", "check",
         "cert forecast", "audit", "crl list", "key list", "user list", "token list", "audit-log list", "tracking list",
         "report as2"]


@pytest.mark.parametrize("line", SHOWN)
def test_yaml_says_what_json_says(sealgate, configured, line):
    outputs = {}
    for form in ("table", "json", "yaml"):
        done = sealgate(*line.split(), "-o", form, "--data", configured)
        assert done.returncode in (0, 6, 7, 8), done.stderr
        outputs[form] = done.stdout.decode()
    documents_read = [one for one in yaml.safe_load_all(outputs["yaml"]) if one is not None]
    if line.startswith("get"):
        assert [one["name"] for one in documents_read] == [one["name"] for one in as_list(json.loads(outputs["json"]))]
    else:
        assert timeless(documents_read[0]) == timeless(json.loads(outputs["json"]))
    assert "\x1b" not in "".join(outputs.values())


def as_list(thing):
    return thing if isinstance(thing, list) else [thing]


def timeless(thing):
    """Without the moment of looking; YAML's own idea of times and numbers must not have changed anything."""
    if isinstance(thing, dict):
        return {name: timeless(value) for name, value in thing.items() if name not in ("at", "made", "from", "until", "now")}
    return [timeless(one) for one in thing] if isinstance(thing, list) else thing


def on_terminal(sealgate, words, columns, until=lambda seen: False, seconds=20, environment=None):
    """What a terminal of this width got, and the exit status; SIGINT once `until` holds."""
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.environ.update({"TERM": "xterm", "COLUMNS": str(columns), **(environment or {})})
        os.execv(sealgate.path, [str(sealgate.path), *map(str, words)])
    import fcntl
    import struct
    import termios
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    seen, deadline, asked = b"", time.monotonic() + seconds, False
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            block = os.read(terminal, 65536)
        except OSError:
            break
        if not block:
            break
        seen += block
        if not asked and until(seen):
            os.kill(process_id, signal.SIGINT)
            asked = True
    else:
        os.kill(process_id, signal.SIGKILL)
    _, status = os.waitpid(process_id, 0)
    os.close(terminal)
    return seen.decode(), os.waitstatus_to_exitcode(status)


def test_colours_only_on_a_terminal_that_wants_them(sealgate, configured):
    words = ["get", "Party", "--data", configured]
    assert "\x1b[1m" in on_terminal(sealgate, words, 100)[0]
    assert "\x1b" not in on_terminal(sealgate, words, 100, environment={"NO_COLOR": "1"})[0]
    assert "\x1b" not in on_terminal(sealgate, words, 100, environment={"TERM": "dumb"})[0]


def test_a_table_is_cut_to_the_terminal_and_nowhere_else(sealgate, configured):
    words = ["get", "SendPort", "--data", configured]
    seen, _ = on_terminal(sealgate, words, 80, environment={"NO_COLOR": "1"})
    lines = seen.replace("\r", "").splitlines()
    assert "…" in seen and max(map(len, lines)) <= 80
    assert any("Orders to the archive" in line for line in lines), "names stay whole"
    assert "…" not in sealgate(*words).stdout.decode()


def test_a_watch_redraws_on_a_terminal_and_ends_on_sigint(sealgate, configured):
    seen, status = on_terminal(sealgate, ["get", "Party", "--data", configured, "--watch=0.2"], 100,
                               until=lambda text: text.count(b"\x1b[2J") >= 3)
    assert status == 0 and seen.count("\x1b[H\x1b[2J") >= 3 and "every 0.2 s" in seen


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_watch_appends_what_is_new(sealgate, tmp_path, form):
    data = tmp_path / "data"

    def add(name):
        done = sealgate("apply", "-f", "-", "--data", data, stdin=documents({"kind": "Party", "name": name}).encode())
        assert done.returncode == 0, done.stderr
    add("First")
    process = subprocess.Popen([sealgate.path, "get", "Party", "-o", form, "--data", data, "--watch=0.2"], stdout=subprocess.PIPE, text=True)
    try:
        lines = []

        def read_until(word):
            while not any(word in line for line in lines):
                line = process.stdout.readline()
                assert line, "it ended"
                lines.append(line)
        read_until("First")
        add("Second")
        read_until("Second")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()
    text = "".join(lines) + rest
    assert text.count("First") == 1 and text.count("Second") == 1
    if form == "json":
        assert [json.loads(line)["name"] for line in text.splitlines()] == ["First", "Second"]
    else:
        assert text.count("NAME") == 1


def test_a_watch_takes_no_time(sealgate, configured):
    process = subprocess.Popen([sealgate.path, "get", "Party", "--data", configured, "--watch=30"], stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=2)
        spent = sum(map(int, open(f"/proc/{process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()[11:13]))
        assert spent < 100, "clock ticks of a process that waits"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()


def test_a_watch_does_not_take_the_argument_behind_it(sealgate, configured):
    """`get --watch Party` shows parties, again and again."""
    process = subprocess.Popen([sealgate.path, "get", "--watch", "Party", "-o", "json", "--data", configured], stdout=subprocess.PIPE, text=True)
    assert json.loads(process.stdout.readline())["name"] == "Fabrikam"
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    refused = sealgate("get", "Party", "Fabrikam", "--watch", "5", "--data", configured)
    assert refused.returncode == 2 and "did you mean --watch=5?" in refused.stderr
    assert "--watch[=SECONDS]" in sealgate("get", "--help").stdout.decode()
    assert "watch\\fR[=SECONDS]" in sealgate("man", "get").stdout.decode()


@pytest.mark.parametrize("period", ["0", "-1", "soon"])
def test_a_watch_of_nonsense(sealgate, configured, period):
    assert sealgate("get", "Party", "--data", configured, f"--watch={period}").returncode == 2


def test_progress_is_shown_on_a_terminal_only(sealgate, tmp_path):
    """A document that comes slowly, through a pipe whose other end is held open until the first line was drawn."""
    slow = tmp_path / "slow"
    os.mkfifo(slow)
    keeper = os.open(slow, os.O_RDWR)

    def release(seen):
        if b"Opening" not in seen:
            return False
        os.write(keeper, b"Content-Type: text/plain\r\n\r\nhello\r\n")
        os.close(keeper)
        return True
    seen, status = on_terminal(sealgate, ["smime", "decode", "-i", slow, "-o", tmp_path / "out", "--no-chain"], 100, until=release)
    assert "Opening" in seen and status in (0, -signal.SIGINT), "the document ends, or the signal comes first"
    quiet = sealgate("smime", "decode", "-i", "/dev/null", "-o", tmp_path / "out", "--no-chain")
    assert "Opening" not in quiet.stderr
