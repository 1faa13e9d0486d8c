"""SFTP receive: each file once, whatever the server and the network do."""
import os
import threading

import asyncssh
import pytest

from conftest import PASSWORD
from support.message import payload
from support.sftp import AsyncServer, Wire
from support.waiting import eventually


def files(folder):
    return sorted(path.read_bytes() for path in folder.iterdir() if not path.name.startswith("."))


def wait_for(stage, folder, bodies, seconds=40):
    eventually(lambda: len(files(folder)) >= len(bodies),
               lambda: f"{len(files(folder))} files in {folder}\n{stage.gateway.tail()}", seconds)
    assert files(folder) == sorted(bodies)


def gone(stage, server, folder="out"):
    eventually(lambda: server.names(folder) == [], lambda: f"{server.names(folder)}\n{stage.gateway.tail()}")


def test_files_come_in_and_are_removed(stage, sshd, key):
    target = stage.add_receiving("plain", sshd.settings("out", key, mask="*.xml"))
    bodies = [payload(1_000 * number + 1, "binary", seed=number) for number in range(5)]
    for number, body in enumerate(bodies):
        sshd.put(f"out/order {number} 'x\"y\\z#%20.xml", body)
    sshd.put("out/other.txt", b"not for us")
    sshd.put("out/.hidden.xml", b"not for us")
    sshd.path("out/folder.xml").mkdir()
    wait_for(stage, target, bodies)
    eventually(lambda: sshd.names("out") == [".hidden.xml", "folder.xml", "other.txt"], lambda: sshd.names("out"))


def test_files_are_moved_to_a_folder(stage):
    with AsyncServer() as server:
        target = stage.add_receiving("moved", server.settings("out", stage.secret(PASSWORD), move_to="/done"))
        server.put("out/a.xml", b"one")
        wait_for(stage, target, [b"one"])
        gone(stage, server)
        server.put("out/a.xml", b"two")
        wait_for(stage, target, [b"one", b"two"])
        gone(stage, server)
        assert len(server.names("done")) == 2 and "a.xml" in server.names("done")


def test_a_file_that_is_being_written_waits(stage, sshd, key):
    target = stage.add_receiving("growing", sshd.settings("out", key, stable_for="2s"))
    pace = threading.Event()
    with (sshd.path("out") / "a.xml").open("wb") as slow_partner:
        for _ in range(12):
            slow_partner.write(b"x" * 1000)
            slow_partner.flush()
            pace.wait(0.4)
            assert files(target) == []
    wait_for(stage, target, [b"x" * 12_000])


def up(stage, name):
    """What the metrics say of a location."""
    line = f'sealgate_receive_location_up{{location="{name}"}} '
    text = stage.gateway.get("/metrics")[2].decode()
    return next(found.removeprefix(line) for found in text.splitlines() if found.startswith(line))


def test_a_server_that_comes_back(stage, sshd, key):
    target = stage.add_receiving("down", sshd.settings("out", key))
    sshd.put("out/a.xml", b"one")
    wait_for(stage, target, [b"one"])
    sshd.stop()
    stage.said('the folder of an SFTP location cannot be read; it is tried again location="down"')
    eventually(lambda: up(stage, "down") == "0", stage.gateway.tail)
    sshd.put("out/b.xml", b"two")
    sshd.start()
    wait_for(stage, target, [b"one", b"two"])
    eventually(lambda: up(stage, "down") == "1", stage.gateway.tail)


def test_a_missing_folder_is_looked_for(stage, sshd, key):
    target = stage.add_receiving("missing", sshd.settings("later", key))
    stage.said("adapter.sftp.not-found")
    sshd.path("later").mkdir()
    sshd.path("later").chmod(0o777)
    sshd.put("later/a.xml", b"one")
    wait_for(stage, target, [b"one"])


@pytest.mark.parametrize("after", (2_000, 5_000, 9_000, 100_000, 700_000))
def test_a_cut_in_the_middle_is_no_second_message(stage, sshd, key, after):
    body = payload(600_000, "binary", seed=after)
    with Wire(sshd.port) as wire:
        wire.cut_after(after)
        target = stage.add_receiving(f"cut-{after}", sshd.settings("out", key, port=wire.port))
        sshd.put("out/a.xml", body)
        wait_for(stage, target, [body])
        gone(stage, sshd)
        sshd.put("out/b.xml", b"the next")
        wait_for(stage, target, [body, b"the next"])
        assert after > 600_000 or wire.cuts == 1


class MeansHarm(asyncssh.SFTPServer):
    """Lists names that lead elsewhere, and notes what it is asked for."""
    asked = []

    def listdir(self, path):
        names = [b"../secret.xml", b"/etc/passwd.xml", b"a/b.xml", b"x\n../y.xml", b"x\x00.xml", b"ghost.xml",
                 b".sealgate-taken-../../x.xml", b"n" * 1000 + b".xml", *super().listdir(path)]
        return [asyncssh.SFTPName(name, b"-rw-rw-rw- 1 a a 1 Jan 1 00:00 " + name, asyncssh.SFTPAttrs(size=1)) for name in names]

    def open(self, path, pflags, attrs):
        self.asked.append(path)
        return super().open(path, pflags, attrs)

    def remove(self, path):
        self.asked.append(path)
        return super().remove(path)

    def rename(self, oldpath, newpath):
        self.asked += [oldpath, newpath]
        return super().rename(oldpath, newpath)


def test_names_that_mean_harm_lead_nowhere(stage):
    MeansHarm.asked = []
    with AsyncServer(MeansHarm) as server:
        (server.folder / "secret.xml").write_bytes(b"above the folder")
        target = stage.add_receiving("harm", server.settings("out", stage.secret(PASSWORD), mask="*.xml"))
        server.put("out/good.xml", b"good")
        server.put(os.fsdecode(b"out/\xff\xfe.xml"), b"of another alphabet")
        wait_for(stage, target, [b"good", b"of another alphabet"])
        gone(stage, server)
    names = (b"ghost.xml", b"good.xml", b"\xff\xfe.xml")
    allowed = [b"/out/" + before + name for name in names for before in (b"", b".sealgate-taken-")]
    assert [path for path in MeansHarm.asked if path not in allowed] == []


def test_a_hundred_files_at_once(stage, sshd, key):
    bodies = [payload(2_000 + number, "binary", seed=number) for number in range(100)]
    for number, body in enumerate(bodies):
        sshd.put(f"out/{number}.xml", body)
    target = stage.add_receiving("many", sshd.settings("out", key))
    wait_for(stage, target, bodies)
    gone(stage, sshd)
    assert sshd.logins() < 10


def test_a_wrong_password_reads_nothing_until_it_is_right(stage):
    with AsyncServer() as server:
        server.put("out/a.xml", b"one")
        target = stage.add_receiving("in-wrong", server.settings("out", stage.secret("not the password 9")))
        stage.said("adapter.sftp.login-refused")
        assert files(target) == []
        (stage.folder / "secret-1").write_text(PASSWORD + "\n")
        wait_for(stage, target, [b"one"])


def test_a_wrong_host_key_reads_nothing(stage):
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    with AsyncServer() as server:
        server.put("out/a.xml", b"one")
        stage.add_receiving("stranger", server.settings("out", stage.secret(PASSWORD), host_keys=[other]))
        stage.said("none of those in host_keys")
        assert server.names("out") == ["a.xml"] and not server.attempts
