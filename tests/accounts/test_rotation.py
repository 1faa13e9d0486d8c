"""A new key for an account under load, cut short, on several computers, and from the service manager."""
import json
import os
import random
import shutil
import subprocess
import threading
import time

import pytest

from support.postgres import Postgres
from support.program import must

STRIKES = int(os.environ.get("SEALGATE_ROTATION_STRIKES", "20"))


class Load:
    """Sealed documents, one after the other, until stop(): all must come out opened."""

    def __init__(self, office):
        self.office, self.sent, self.ending, self.wrong = office, 0, threading.Event(), []
        self.message = office.seal()[1]
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        while not self.ending.is_set():
            try:
                self.office.post_sealed(self.message)
                self.sent += 1
            except (AssertionError, OSError) as error:
                self.wrong.append(error)
                return
            self.ending.wait(0.01)

    def stop(self):
        self.ending.set()
        self.thread.join()
        assert not self.wrong, self.wrong
        partner = self.office.partner
        assert partner.wait_for(lambda: sum(map(len, partner.arrived.values())) >= self.sent, 60), self.office.gateway.tail()
        assert self.office.suspended() == []
        return self.sent


def test_rotation_under_load_killed_at_any_instant(office, store, pki):
    people = [pki.get("ec256", f"many-{number}") for number in range(8)]
    one = office(store=store)
    one.take()
    for identity in people:
        one.take(identity)
    one.configure()
    seed = int(time.time())
    print(f"seed {seed}")
    chance = random.Random(seed)
    with one.gateway:
        load = Load(one)
        first = one.key()["id"]
        begin = time.monotonic()
        must(one("key", "rotate", "--account", one.account))
        took = time.monotonic() - begin
        assert one.key()["id"] != first
        states = set()
        for _ in range(STRIKES):
            words = [one.gateway.program, "key", "rotate", "--account", one.account, "--data", one.gateway.data,
                     *one.gateway.store]
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(chance.uniform(0, took))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            key = one.key()
            assert key["state"] in ("ready", "being renewed"), key
            states.add(key["state"])
            assert one.opens() == one.opens(chance.choice(people)) == "yes"
        assert all(one.opens(identity) == "yes" for identity in [one.identity, *people])
        must(one("key", "rotate", "--account", one.account))  # the next call goes on to the end
        assert one.key()["state"] == "ready"
        assert sorted(path.name for path in one.key_file().parent.iterdir()) == [one.key_file().name]
        must(one("cert", "import", pki.get("ec384").both, "--account", one.account))
        sent = load.stop()
        print(f"{sent} messages during {STRIKES} strikes; seen {sorted(states)}")
        assert "cannot be opened" not in one.gateway.log.read_text()
    with one.gateway:
        one.works()


def test_the_old_key_opens_nothing_afterwards(office):
    one = office()
    one.take()
    old = one.key_file().read_bytes()
    must(one("key", "rotate", "--account", one.account))
    assert one.opens() == "yes"
    one.key_file().write_bytes(old)
    assert "cannot be opened" in one.opens()


def test_imports_during_a_rotation_are_not_forgotten(office, pki):
    one = office()
    one.take()
    people = [pki.get("ec256", f"many-{number}") for number in range(8)]
    turning = threading.Event()

    def turn():
        while not turning.is_set():
            must(one("key", "rotate", "--account", one.account))

    turner = threading.Thread(target=turn)
    turner.start()
    for identity in people:
        one.take(identity)
    turning.set()
    turner.join()
    assert [one.opens(identity) for identity in people] == ["yes"] * len(people)


def test_computers_that_share_a_store(office, cluster):
    """Prepared on the first, copied, rotated on every one: each opens everything at every step."""
    cluster.create("computers")
    url = Postgres.url("computers", cluster)
    first, second = office(store=url), office(store=url)
    first.take()
    second.key_file().parent.mkdir(parents=True)
    shutil.copy(first.key_file(), second.key_file())
    must(first("key", "rotate", "--account", first.account, "--prepare"))
    following = first.key_file().with_name(f"{first.account}.key.next")
    assert first.opens() == second.opens() == "yes"
    shutil.copy(following, second.key_file().with_name(following.name))
    must(first("key", "rotate", "--account", first.account))
    assert first.opens() == second.opens() == "yes"
    must(second("key", "rotate", "--account", first.account))
    assert second.opens() == "yes" and second.key()["id"] == first.key()["id"]
    assert not following.exists()


def test_a_key_that_opens_nothing_is_not_thrown_away(office, pki):
    """A private key under a key that is lost: the rotation says which and keeps both keys."""
    one = office()
    one.take()
    lost = pki.get("ec256", "lost")
    one.key_file().rename(one.folder / "kept")
    one.take(lost)
    shutil.copy(one.folder / "kept", one.key_file())
    refused = one("key", "rotate", "--account", one.account)
    assert refused.returncode != 0 and "store.keys-left" in refused.stderr and lost.thumbprint in refused.stderr
    assert one.opens() == "yes" and one.key()["state"] == "being renewed"
    must(one("cert", "remove", lost.thumbprint, "--account", one.account, "--with-key"))
    must(one("key", "rotate", "--account", one.account))
    assert one.opens() == "yes" and one.key()["state"] == "ready"


def test_a_credential_of_the_service_manager(office, tmp_path):
    one = office()
    one.take()
    one.configure()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    one.key_file().rename(credentials / "office.key")
    one.environment["CREDENTIALS_DIRECTORY"] = one.gateway.environment["CREDENTIALS_DIRECTORY"] = str(credentials)
    (credentials / "office.key").chmod(0o440)  # systemd lets a group have it
    assert one.key()["origin"] == "credential" and one.opens() == "yes"
    assert one.check() == []
    assert one.check(environment={}) == [("warning", "check.key-not-examined")], "only the service has the credential"
    there = (credentials / "office.key").read_bytes()
    (credentials / "office.key").chmod(0o640)
    (credentials / "office.key").write_bytes(bytes(32))
    assert one.check() == [("error", "check.key-unusable")]
    (credentials / "office.key").write_bytes(there)
    (credentials / "office.key").chmod(0o440)
    with one.gateway:
        one.works()
    refused = one("key", "rotate", "--account", one.account)
    assert refused.returncode == 8 and "store.key-is-credential" in refused.stderr and "office.key.next" in refused.stderr
    (credentials / "office.key.next").write_bytes(os.urandom(32))
    (credentials / "office.key.next").chmod(0o440)
    done = must(one("key", "rotate", "--account", one.account))
    assert "office.key.next" in done.stderr
    (credentials / "office.key.next").rename(credentials / "office.key")
    assert one.opens() == "yes" and one.key()["state"] == "ready"
    (credentials / "office.key").chmod(0o444)
    assert "store.key-file-not-private" in one("key", "show", "--account", one.account).stderr


@pytest.mark.parametrize("damage, reason", [
    (lambda file: file.chmod(0o640), "can be reached by others"), (lambda file: file.chmod(0o604), "can be reached by others"),
    (lambda file: os.chown(file, 12001, 12001), "belongs to another user"), (lambda file: file.write_bytes(b"short"), "5 bytes"),
    (lambda file: (file.rename(file.with_name("else")), file.symlink_to(file.with_name("else"))), "symbolic link"),
    (lambda file: (file.unlink(), file.mkdir()), "no plain file"), (lambda file: file.unlink(), "does not exist")])
def test_a_key_file_that_is_refused(office, damage, reason):
    one = office()
    one.take()
    damage(one.key_file())
    for words in (["key", "show", "--account", one.account], ["key", "rotate", "--account", one.account]):
        refused = one(*words)
        assert refused.returncode != 0 and reason in refused.stderr and str(one.key_file()) in refused.stderr, refused.stderr
    one.configure()
    one.gateway.start()
    log = one.gateway.log.read_text()
    assert reason in log and "hosts=Default" in log.replace('"', ""), log


def test_lists_keys(office):
    one = office()
    one.take()
    one.configure()
    rows = json.loads(must(one("key", "list", "-o", "json")).stdout)
    facts = [(row["account"], row["origin"], row["state"], row["private_keys"]) for row in rows]
    assert facts == [("office", "file", "ready", 1)]
    assert len(rows[0]["id"]) == 16 and rows[0]["since"].startswith("20")
    table = must(one("key", "list")).stdout.decode()
    assert "office" in table and rows[0]["id"] in table
    assert one("key", "rotate", "--account", "tracking").returncode == 8
    assert one("key", "rotate", "--account", "nobody").returncode == 2
