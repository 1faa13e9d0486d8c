"""The service under a real systemd: the package is installed into a Debian that boots in namespaces of its own."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from packages.conftest import System, debian_with, dependencies
from support.artifacts import by_file, documents, file_port, host, receive_port
from support.program import ROOT, must, run
from support.stopped_thread import StoppedThread
from support.waiting import eventually

# Its own mounts, processes, host name and cgroups; the network is ours. What it writes stays below its root.
BOOT = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p dev/shm
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs tmpfs sys/fs/cgroup
mkdir -p sys/fs/cgroup/systemd old
mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
pivot_root . old
umount -l /old
exec env -i container=test PATH=/usr/bin:/bin:/usr/sbin:/sbin /lib/systemd/systemd --system --show-status=no \
  systemd.unified_cgroup_hierarchy=0 systemd.unit=multi-user.target
"""


class Booted(System):
    """A system whose systemd runs, as the first process of its namespace."""

    def boot(self):
        own = ["--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--cgroup"]
        words = ["unshare", *own, "bash", "-c", BOOT, "bash", self.root]
        self.outer = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
        eventually(lambda: self.first() and self("systemctl", "is-active", "dbus").stdout == b"active\n", "systemd answers")

    def first(self):
        """Its process as we see it."""
        found = run(["ps", "-o", "pid=", "--ppid", str(self.outer.pid)]).stdout.split()
        return found[0].decode() if found else None

    def __call__(self, *words, user=None, **options):
        inside = ["nsenter", "-t", self.first(), "--mount", "--pid", "--uts", "--ipc", "--root", "--wd=/"]
        drop = ["runuser", "-u", user, "--"] if user else []
        return run([*inside, *drop, *words], environment={"LC_ALL": "C.UTF-8"}, **options)

    def property(self, name):
        return must(self("systemctl", "show", "-P", name, "sealgate")).stdout.decode().strip()

    def process(self):
        """The service's process as we see it."""
        inside = self.property("MainPID")
        children = run(["ps", "-o", "pid=", "--ppid", self.first()]).stdout.decode().split()
        return next(int(pid) for pid in children
                    if re.search(rf"^NSpid:.*\t{inside}$", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M))

    def journal(self):
        return must(self("journalctl", "-u", "sealgate", "--no-pager", "-o", "cat")).stdout.decode()

    def end(self):
        self.outer.kill()
        self.outer.wait()


@pytest.fixture(scope="module")
def booted(packages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("booted")
    made = Booted(debian_with([*dependencies(packages["sealgate"]), "systemd", "dbus"]), folder)
    must(System.install(made, packages["sealgate"], inside=System.__call__))
    settings = made.path("/etc/default/sealgate")
    settings.write_text(settings.read_text().replace(":8080", ":0").replace(":8443", ":0"))
    made.path("/usr/sbin/policy-rc.d").unlink()
    # A quick watchdog, and no start before the test says so.
    drop_in = made.path("/etc/systemd/system/sealgate.service.d")
    drop_in.mkdir(parents=True)
    (drop_in / "test.conf").write_text("[Service]\nWatchdogSec=4s\n")
    made.path("/etc/systemd/system-preset").mkdir(exist_ok=True)
    made.path("/etc/systemd/system-preset/00-test.preset").write_text("disable *\n")
    made.boot()
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(folder)


class TestService:
    """One life; the tests stand in its order."""

    def test_it_starts_and_says_so(self, booted):
        done = booted("systemctl", "start", "sealgate", timeout=60)
        assert done.returncode == 0, booted.journal() + done.stderr
        assert (booted.property("ActiveState"), booted.property("StatusText")) == ("active", "serving")
        assert booted("stat", "-c", "%U %a", "/var/lib/sealgate").stdout == b"sealgate 700\n"

    def test_messages_flow_within_what_the_unit_allows(self, booted):
        folder = "/srv/sealgate"
        must(booted("install", "-d", "-o", "sealgate", "-g", "sealgate", folder, f"{folder}/in", f"{folder}/out"))
        must(booted("systemctl", "restart", "sealgate"))  # the folder was not there when it started
        ports = documents(host(), receive_port(by_file(folder)), file_port("Out", f"{folder}/out"))
        must(booted("sh", "-c", "umask 022; cat > /var/lib/gateway.yaml", stdin=ports.encode()))
        must(booted("sealgate", "apply", "-f", "/var/lib/gateway.yaml", user="sealgate"))
        must(booted("sh", "-c", f"echo hello > {folder}/in/.a && mv {folder}/in/.a {folder}/in/a.dat", user="sealgate"))
        eventually(lambda: b"hello" in booted("sh", "-c", f"cat {folder}/out/*.dat").stdout, booted.journal)

    def test_reload(self, booted):
        must(booted("systemctl", "reload", "sealgate"))
        eventually(lambda: "reloaded" in booted.journal(), booted.journal)
        assert booted.property("ActiveState") == "active"

    def test_why_nothing_is_accepted_is_shown(self, booted):
        group = documents({"kind": "Group", "name": "Test", "disk_watermark": "1048576TiB"})
        must(booted("sh", "-c", "cat > /var/lib/group.yaml", stdin=group.encode()))
        must(booted("sealgate", "apply", "-f", "/var/lib/group.yaml", user="sealgate"))
        eventually(lambda: "watermark" in booted.property("StatusText"), lambda: booted.property("StatusText"))

    def test_lines_have_their_priority_in_the_journal(self, booted):
        errors = must(booted("journalctl", "-u", "sealgate", "-p", "err", "-o", "cat", "--no-pager")).stdout.decode()
        assert " error nothing new is accepted" in errors and " info " not in errors and "<3>" not in errors

    def test_a_loop_that_stands_still_ends_in_another_start(self, booted):
        assert booted.property("NRestarts") == "0"
        with StoppedThread(booted.process(), "dispatcher", gone_is_fine=True) as thread:
            eventually(thread.is_gone, booted.journal)
        eventually(lambda: booted.property("NRestarts") == "1", booted.journal)
        eventually(lambda: booted.property("ActiveState") == "active", booted.journal)
        assert re.search('a loop stands still;.* loop="dispatcher"', booted.journal())

    def test_a_sealed_credential_is_the_key_of_the_account(self, booted):
        """As packaging/systemd/credentials.conf tells it, with the host's key in place of a TPM.

        systemd mounts what it unseals for the service, which it cannot within our namespaces; so it is unsealed by hand.
        """
        text = (ROOT / "packaging" / "systemd" / "credentials.conf").read_text()
        line = next(line[1:] for line in text.splitlines() if line.startswith("#LoadCredentialEncrypted=default.key:"))
        sealed = line.split(":")[1]
        must(booted("mkdir", "-p", pathlib.Path(sealed).parent))
        seal = ["systemd-creds", "encrypt", "--with-key=host", "--name=default.key"]
        must(booted(*seal, "-", sealed, stdin=os.urandom(32)))
        folder = "/run/unsealed"
        must(booted("install", "-d", "-m", "0700", "-o", "sealgate", folder))
        must(booted("systemd-creds", "decrypt", "--name=default.key", sealed, f"{folder}/default.key"))
        must(booted("sh", "-c", f"chown sealgate {folder}/default.key; chmod 0400 {folder}/default.key"))
        show = ["sealgate", "key", "show", "--account", "default"]
        key = booted("env", f"CREDENTIALS_DIRECTORY={folder}", *show, user="sealgate")
        assert re.search("From +credential", key.stdout.decode()), key.stdout.decode() + key.stderr
        # The unit takes the drop-in.
        drop_in = "/etc/systemd/system/sealgate.service.d/credentials.conf"
        must(booted("sh", "-c", f"cat > {drop_in}", stdin=f"[Service]\n{line}\n".encode()))
        must(booted("systemctl", "daemon-reload"))
        must(booted("systemctl", "restart", "sealgate"))
        environment = must(booted("cat", f"/proc/{booted.property('MainPID')}/environ")).stdout.decode().split("\0")
        assert "CREDENTIALS_DIRECTORY=/run/credentials/sealgate.service" in environment

    def test_it_stops_in_order(self, booted):
        must(booted("systemctl", "stop", "sealgate"))
        assert booted.property("Result") == "success" and "stopped" in booted.journal()
