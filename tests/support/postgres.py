"""A private PostgreSQL cluster: made once a session and copied, served on a Unix socket in a short folder, ended by pid.

PostgreSQL refuses to run as root, so everything of it runs as nobody when the tests are root. fsync stays on.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from support.program import must, run
from support.waiting import eventually

AS_ROOT = os.geteuid() == 0
NOBODY = 65534
PORT = 5432  # part of the socket's name only; nothing listens on TCP
SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "128MB", "max_wal_size": "2GB",
            "wal_level": "replica", "max_wal_senders": "10", "wal_retrieve_retry_interval": "200ms", "log_checkpoints": "off"}


def binaries():
    """The folder of PostgreSQL 15's programs."""
    for folder in ("/usr/lib/postgresql/15/bin", "/usr/bin", "/usr/local/bin"):
        if (pathlib.Path(folder) / "initdb").exists():
            return pathlib.Path(folder)
    raise AssertionError("no PostgreSQL here; 'tools/setup test' installs it")


def unprivileged(words):
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if AS_ROOT else []
    return [*drop, *map(str, words)]


class Cluster:
    """One data folder and its postmaster; starts, is stopped at once, starts again, becomes the replica of another."""

    def __init__(self, folder, name):
        self.name, self.folder, self.environment = name, folder / name, dict(os.environ)
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.process = None

    def start(self, **settings):
        words = [binaries() / "postgres", "-D", self.data, "-k", self.folder, "-p", PORT]
        for key, value in {**SETTINGS, **settings}.items():
            words += ["-c", f"{key}={value}"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(unprivileged(words), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=self.environment)
        eventually(self.ready, f"PostgreSQL {self.name}")
        return self

    def ready(self):
        assert self.process.poll() is None, f"PostgreSQL {self.name} ended:\n{self.tail()}"
        return run([binaries() / "pg_isready", "-q", "-h", self.folder, "-p", PORT]).returncode == 0

    def query(self, text, database="postgres", seconds=30):
        """The answer as text, columns divided by tabs."""
        done = must(run([binaries() / "psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", PORT, "-U",
                         "sealgate", "-d", database, "-c", text], timeout=seconds))
        return done.stdout.decode().strip()

    def create(self, database):
        self.query(f'CREATE DATABASE "{database}"')

    def set(self, **settings):
        """Written down in the data folder and in force at once."""
        for key, value in settings.items():
            self.query(f"ALTER SYSTEM SET {key} = '{value}'")
        self.query("SELECT pg_reload_conf()")

    def end(self, how=signal.SIGINT, seconds=60):
        """SIGINT: in order. SIGQUIT: at once, as after a crash. SIGKILL: the postmaster alone, its children follow."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=seconds)
        self.process = None

    def become_replica_of(self, primary):
        """A fresh copy of the primary that follows it; started, and waited for by every commit of the primary."""
        shutil.rmtree(self.data, ignore_errors=True)
        must(run(unprivileged([binaries() / "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-d",
                               f"host={primary.folder} port={PORT} user=sealgate application_name={self.name}"]), timeout=300))
        self.start()
        eventually(lambda: primary.query("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == "1",
                   f"replication to {self.name}")
        primary.set(synchronous_standby_names="*")
        eventually(lambda: primary.query("SELECT sync_state FROM pg_stat_replication") == "sync", f"{self.name} is waited for")

    def promote(self):
        """From a replica to a primary that waits for nobody."""
        assert self.query("SELECT pg_promote(true, 60)", seconds=90) == "t"
        self.set(synchronous_standby_names="")

    def tail(self, lines=30):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Postgres:
    """A folder for clusters, gone with everything that runs in it at the end of the with block."""

    template = None  # a cluster that initdb made, copied for each; for the life of this process

    def __init__(self):
        self.clusters = []

    def __enter__(self):
        # Short, because a socket's path may have 107 characters, and open to the user that PostgreSQL runs as.
        self.folder = self.make_folder("sgpg-")
        return self

    def __exit__(self, *_):
        for cluster in self.clusters:
            cluster.end(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    @staticmethod
    def make_folder(prefix):
        folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir=os.environ.get("SEALGATE_POSTGRES_FOLDER", "/var/tmp")))
        folder.chmod(0o755)
        if AS_ROOT:
            os.chown(folder, NOBODY, NOBODY)
        return folder

    @classmethod
    def made_template(cls):
        if cls.template is None:
            cls.template = tempfile.TemporaryDirectory(prefix="sgpg-template-", dir="/var/tmp")
            if AS_ROOT:
                os.chown(cls.template.name, NOBODY, NOBODY)
            must(run(unprivileged([binaries() / "initdb", "-D", f"{cls.template.name}/data", "-U", "sealgate", "-A", "trust", "-E",
                                   "UTF8", "--locale=C.UTF-8", "--no-sync"]), timeout=120))
        return pathlib.Path(cls.template.name) / "data"

    def empty(self, name):
        """A cluster without data: for become_replica_of()."""
        cluster = Cluster(self.folder, name)
        cluster.folder.mkdir()
        if AS_ROOT:
            os.chown(cluster.folder, NOBODY, NOBODY)
        self.clusters.append(cluster)
        return cluster

    def cluster(self, name="primary", environment=None, **settings):
        """A started cluster, with these in its environment."""
        made, cluster = self.made_template(), self.empty(name)
        must(run(unprivileged(["cp", "-a", made, cluster.data])))
        cluster.environment.update(environment or {})
        return cluster.start(**settings)

    @staticmethod
    def url(database, *clusters):
        """A connection string; with several clusters it leads to the one that takes writes."""
        hosts = ",".join(str(cluster.folder).replace("/", "%2F") + f":{PORT}" for cluster in clusters)
        return f"postgresql://sealgate@{hosts}/{database}" + ("?target_session_attrs=read-write" if len(clusters) > 1 else "")
