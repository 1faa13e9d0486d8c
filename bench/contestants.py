"""What takes part in the throughput run: each starts on a free port, tells its processes, and ends by pid."""
import mmap
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.artifacts import by_http, documents, host, receive_port, send_port  # noqa: E402
from support.gateway import Gateway, free_port  # noqa: E402
from support.postgres import Postgres  # noqa: E402
from support.program import must, run  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
RABBITMQ = pathlib.Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


def get(port, path, seconds=30):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=seconds) as answer:
        return answer.read()


def wait_until(met, what, seconds=60, process=None):
    pause, end = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < end:
        if process and process.poll() is not None:
            raise AssertionError(f"{what}: the process ended with {process.returncode}")
        try:
            if met():
                return
        except OSError:
            pass
        pause.wait(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


def processor_seconds(pids):
    """Of these processes and everything below them, children that ended included."""
    parents, used = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.name)] = int(fields[1])
        used[int(entry.name)] = sum(map(int, fields[11:15])) / TICKS
    family = set(pids)
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used.get(pid, 0.0) for pid in family)


class Syncs:
    """Counts the flushes of whatever runs with its environment (bench/throughput/count_syncs.cpp)."""

    def __init__(self, build, file):
        file.write_bytes(bytes(8))
        file.chmod(0o666)
        self.environment = {"LD_PRELOAD": str(build / "libsealgate_bench_syncs.so"), "SEALGATE_SYNCS": str(file)}
        with file.open("r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), 8)

    def count(self):
        return struct.unpack("<Q", self.memory[:8])[0]


class Contestant:
    """`ports` take the messages, `pids` are the processes whose time counts."""

    name, title = "", ""

    def __init__(self, build, folder, url, senders):
        self.build, self.folder, self.url, self.senders = build, folder / self.name, url, senders
        self.folder.mkdir()
        self.syncs = Syncs(build, self.folder / "syncs")
        self.processes, self.ports = [], []

    @property
    def pids(self):
        return [process.pid for process in self.processes]

    def spawn(self, words, environment=None, **options):
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stderr=log,
                                       env=dict(os.environ, **(environment or {})), **{"stdout": log, **options})
        self.processes.append(process)
        return process

    def spawn_front(self, words):
        """A program of ours that prints the port it listens on."""
        front = self.spawn(words, self.syncs.environment, stdout=subprocess.PIPE)
        self.ports = [int(front.stdout.readline())]

    def stop(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            if process.stdout:
                process.stdout.close()
        self.processes = []

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()


class PlainLog(Contestant):
    name, title = "plain-log", "plain log"

    def start(self):
        self.spawn_front([self.build / "sealgate_bench_plain_log", self.folder, self.url, "--senders", self.senders])


class RabbitMq(Contestant):
    """A broker of its own: node name, ports, cookie, configuration and data are in the folder."""

    name, title = "rabbitmq", "RabbitMQ"

    def start(self):
        home = self.folder / "home"
        home.mkdir()
        amqp, distribution, names = free_port(), free_port(), free_port()
        config = self.folder / "rabbitmq.conf"
        config.write_text(f"listeners.tcp.local = 127.0.0.1:{amqp}\nlog.console = false\n")
        (self.folder / "plugins").write_text("[].\n")
        erlang = {"HOME": str(home), "ERL_EPMD_PORT": str(names), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        self.spawn(["epmd", "-port", names, "-address", "127.0.0.1"], erlang)
        broker = self.spawn([RABBITMQ], {
            **erlang, **self.syncs.environment, "RABBITMQ_NODENAME": f"bench{os.getpid()}@localhost",
            "RABBITMQ_DIST_PORT": str(distribution), "RABBITMQ_CONFIG_FILE": str(config.with_suffix("")),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null", "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"})
        wait_until(lambda: self.speaks_amqp(amqp), "RabbitMQ", 120, broker)
        self.spawn_front([self.build / "sealgate_bench_rabbit", amqp, self.url, "--senders", self.senders])

    @staticmethod
    def speaks_amqp(port):
        """Ready when it answers the protocol header."""
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"AMQP\x00\x00\x09\x01")
            return line.recv(1) == b"\x01"


class Sealgate(Contestant):
    """On SQLite: one process, one data folder."""

    name, title = "sealgate-sqlite", "Sealgate, SQLite"
    instances, store = 1, None
    backlog = None  # (count, bytes, "suspended" or "scheduled"): waits for the port Absent from the beginning

    def start(self):
        self.gateways = []
        for number in range(self.instances):
            folder = self.folder / f"instance{number + 1}"
            folder.mkdir()
            self.gateways.append(Gateway(self.build / "sealgate", folder, self.words(number), self.syncs.environment, self.store))
        self.gateways[0].apply(documents(
            host(send_threads=self.senders), receive_port(by_http()),
            send_port("Out", self.url, settings={"url": self.url, "chunked": False}, retry_interval="1s"),
            send_port("Absent", "http://127.0.0.1:9/", state="stopped", filter=None)))
        if self.backlog:
            count, size, kind = self.backlog
            must(run([self.build / "sealgate_bench_backlog", self.gateways[0].data, self.store or "sqlite", "Absent", count, size, kind],
                     timeout=3600))
        begin = time.monotonic()
        for gateway in self.gateways:
            self.processes.append(gateway.start(seconds=300).process)
        self.start_seconds = (time.monotonic() - begin) / self.instances
        self.ports = [gateway.port for gateway in self.gateways]

    def words(self, number):
        return []


class SealgatePostgres(Sealgate):
    """Two host instances on a PostgreSQL of their own: a Unix socket, fsync on, nothing tuned but its memory."""

    name, title = "sealgate-postgres", "Sealgate, PostgreSQL, two instances"
    instances = 2

    def start(self):
        self.postgres = Postgres()
        self.postgres.__enter__()
        cluster = self.postgres.cluster(environment=self.syncs.environment, shared_buffers="512MB")
        cluster.create("sealgate")
        self.store = Postgres.url("sealgate", cluster)
        super().start()
        self.processes.append(cluster.process)

    def words(self, number):
        return ["--host-instance", f"instance{number + 1}"]

    def stop(self):
        for gateway in getattr(self, "gateways", []):
            gateway.__exit__()
        self.processes = []
        self.postgres.__exit__()

