"""SFTP send: how it arrives, and what breaks on the way."""
import contextlib
import socket
import threading

import asyncssh
import pytest

from conftest import PASSWORD
from support.disk import remount, small_disk
from support.message import payload
from support.program import must
from support.sftp import AsyncServer, Keys, Sshd, Wire
from support.waiting import eventually


def test_a_message_arrives_whole_under_its_name(stage, sshd, key):
    stage.add_sending("out-plain", sshd.settings("in", key, file_name="order-%MessageID%.xml"))
    body = stage.send("out-plain")
    stage.delivered(sshd.path("in"), body)
    assert sshd.names("in")[0].startswith("order-")
    eventually(lambda: all(one["state"] == "completed" for one in stage.work("out-plain")), lambda: stage.work("out-plain"))


def test_a_folder_may_count_from_the_home(stage):
    with AsyncServer() as server:
        settings = server.settings("in", stage.secret(PASSWORD))
        stage.add_sending("home", {**settings, "folder": "in"})
        stage.delivered(server.folder / "in", stage.send("home"))


@pytest.mark.parametrize("interactive", (False, True), ids=("password", "keyboard-interactive"))
def test_a_password_logs_in(stage, interactive):
    name = f"word-{interactive}"
    with AsyncServer(interactive=interactive) as server:
        stage.add_sending(name, server.settings("in", stage.secret(PASSWORD)))
        stage.delivered(server.folder / "in", stage.send(name))


def test_name_and_password_come_from_an_affiliate_application(stage, gateway):
    must(gateway("sso", "secret", "create"))
    must(gateway("sso", "create", "Partner"))
    must(gateway("sso", "map", "Partner", "account:default", stdin=f"alice\n{PASSWORD}\n".encode()))
    with AsyncServer() as server:
        settings = server.settings("in", None, user=None, affiliate_application="Partner")
        stage.add_sending("looked-up", settings)
        stage.delivered(server.folder / "in", stage.send("looked-up"))
        assert server.attempts == [("alice", PASSWORD)]


def test_a_wrong_password_is_tried_again_and_works_once_it_is_right(stage):
    with AsyncServer() as server:
        source = stage.secret("not the password 9")
        stage.add_sending("wrong", server.settings("in", source), again="500ms")
        body = stage.send("wrong")
        assert "adapter.sftp.login-refused" in stage.failure("wrong")
        stage.folder.joinpath("secret-1").write_text(PASSWORD + "\n")
        stage.delivered(server.folder / "in", body)


def test_a_password_that_others_can_read_suspends(stage):
    with AsyncServer() as server:
        source = stage.secret(PASSWORD)
        stage.folder.joinpath("secret-1").chmod(0o644)
        stage.add_sending("readable", server.settings("in", source))
        stage.send("readable")
        assert "hosts.password-not-private" in stage.failure("readable", "suspended")
        assert not server.attempts


@pytest.mark.parametrize("algorithm, file_format", (("ssh-ed25519", "openssh"), ("ecdsa-sha2-nistp256", "openssh"),
                                                    ("ecdsa-sha2-nistp384", "pkcs8-pem")))
def test_a_key_with_a_passphrase_logs_in(stage, algorithm, file_format):
    name = f"{algorithm}-{file_format}"
    key = Keys(stage.folder, passphrase="of the key", algorithm=algorithm, file_format=file_format)
    with Sshd(key.public) as server:
        stage.add_sending(name, server.settings("in", key, key_passphrase_source=stage.secret("of the key")))
        stage.delivered(server.path("in"), stage.send(name))


def test_a_wrong_passphrase_a_strange_key_and_an_open_key_file(stage, sshd, key):
    locked = Keys(stage.folder, "locked", passphrase="of the key")
    stage.add_sending("passphrase", sshd.settings("in", locked, key_passphrase_source=stage.secret("another")))
    stage.add_sending("out-stranger", sshd.settings("in", Keys(stage.folder, "out-stranger")))
    readable = Keys(stage.folder, "readable")
    (stage.folder / "readable").chmod(0o640)
    stage.add_sending("open-key", sshd.settings("in", readable))
    for name in ("passphrase", "out-stranger", "open-key"):
        stage.send(name)
    assert "adapter.sftp.login-refused" in stage.failure("passphrase")
    assert "adapter.sftp.login-refused" in stage.failure("out-stranger")
    assert "hosts.key-file-not-private" in stage.failure("open-key", "suspended")
    assert sshd.names("in") == []


def test_nobody_there_and_nobody_who_answers(stage, sshd, key):
    with Wire(sshd.port) as wire:
        wire.freeze()
        stage.add_sending("frozen", sshd.settings("in", key, port=wire.port, login_timeout="1s"), again="500ms")
        frozen = stage.send("frozen")
        assert "adapter.sftp.timeout" in stage.failure("frozen")
        sshd.stop()
        stage.add_sending("out-down", sshd.settings("in", key), again="500ms")
        bodies = frozen, stage.send("out-down")
        assert "adapter.sftp.unreachable" in stage.failure("out-down")
        wire.freeze(False)
        sshd.start()
        eventually(lambda: len(sshd.whole("in")) == 2, stage.gateway.tail)
    assert sorted(path.read_bytes() for path in sshd.path("in").iterdir()) == sorted(bodies)


def test_a_server_that_does_not_even_take_connections(stage, key, sshd):
    """Its queue is full, so the system answers nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        with contextlib.ExitStack() as waiting:
            for _ in range(4):
                filler = waiting.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", port))
            stage.add_sending("deaf", sshd.settings("in", key, port=port, connect_timeout="1s"))
            stage.send("deaf")
            failure = stage.failure("deaf")
    assert "adapter.sftp.timeout" in failure and "there was no connection after 1000 ms" in failure


def test_a_web_server_is_no_ssh_server(stage, gateway, sshd, key):
    stage.add_sending("http", sshd.settings("in", key, port=gateway.port, login_timeout="2s"))
    stage.send("http")
    failure = stage.failure("http")
    assert "adapter.sftp.no-handshake" in failure or "adapter.sftp.timeout" in failure


@pytest.mark.parametrize("after", (2_000, 4_000, 30_000, 400_000))
def test_a_cut_in_the_middle_leaves_one_whole_file(stage, sshd, key, after):
    name = f"out-cut-{after}"
    with Wire(sshd.port) as wire:
        stage.add_sending(name, sshd.settings("in", key, port=wire.port), again="500ms")
        wire.cut_after(after)
        body = stage.send(name, payload(1_000_000, "binary", seed=after))
        stage.delivered(sshd.path("in"), body)
        assert wire.cuts == 1


def test_a_transfer_that_stands_still_is_given_up(stage, sshd, key):
    with Wire(sshd.port) as wire:
        stage.add_sending("stall", sshd.settings("in", key, port=wire.port, stall_timeout="1s"), again="500ms")
        stage.delivered(sshd.path("in"), stage.send("stall", b"first"))
        wire.freeze()
        stage.send("stall", b"second")
        assert "adapter.sftp.timeout" in stage.failure("stall")
        wire.freeze(False)
        eventually(lambda: len(sshd.whole("in")) == 2 == len(sshd.names("in")), stage.gateway.tail)


class LosesAnswers(asyncssh.SFTPServer):
    """Does what it is asked to, and is gone before it says so."""
    lost = 0

    def rename(self, oldpath, newpath):
        super().rename(oldpath, newpath)
        if type(self).lost < 2:
            type(self).lost += 1
            self.channel.get_connection().abort()


def test_a_rename_whose_answer_is_lost_is_no_second_file(stage):
    LosesAnswers.lost = 0
    with AsyncServer(LosesAnswers) as server:
        stage.add_sending("lost", server.settings("in", stage.secret(PASSWORD), file_name="order.xml"), again="500ms")
        body = stage.send("lost")
        eventually(lambda: "order.xml" in server.names("in"), stage.gateway.tail)
        (server.folder / "in" / "order.xml").rename(server.folder / "taken.xml")  # the partner is quick
        eventually(lambda: all(one["state"] == "completed" for one in stage.work("lost")), lambda: stage.work("lost"))
        assert LosesAnswers.lost >= 1
        assert (server.folder / "taken.xml").read_bytes() == body
        assert server.names("in") == []


class Swallows(asyncssh.SFTPServer):
    def write(self, file_obj, offset, data):
        return len(data)


def test_a_server_that_lies_is_not_believed(stage):
    with AsyncServer(Swallows) as server:
        stage.add_sending("lies", server.settings("in", stage.secret(PASSWORD)))
        stage.send("lies")
        assert "adapter.sftp.incomplete" in stage.failure("lies")
        assert all(found.startswith(".") for found in server.names("in"))


def test_a_full_disk_is_tried_again_and_gets_no_half_file(stage, sshd, key):
    with small_disk(sshd.path("small"), 1 << 20) as (folder, limit):
        if limit:  # without root: the server itself is limited
            sshd.stop()
            sshd.start(preexec=limit)
        stage.add_sending("full", sshd.settings("small", key), again="500ms")
        body = stage.send("full", payload(2 << 20, "binary"))
        assert "adapter.sftp." in stage.failure("full")
        assert [name for name in sshd.names("small") if not name.startswith(".")] == []
        if limit:
            sshd.stop()
            sshd.start()
        else:
            remount(folder, "size=16m")
        stage.delivered(folder, body)
        stage.end("full")


def test_a_missing_folder_one_without_permission_and_a_name_that_is_taken(stage, sshd, key):
    stage.add_sending("out-missing", sshd.settings("nowhere", key), again="500ms")
    body = stage.send("out-missing")
    assert "adapter.sftp.not-found" in stage.failure("out-missing")
    sshd.path("nowhere").mkdir(mode=0o777)
    sshd.path("nowhere").chmod(0o777)
    stage.delivered(sshd.path("nowhere"), body)
    stage.add_sending("forbidden", {**sshd.settings("in", key), "folder": "/proc"})
    stage.send("forbidden")
    assert "adapter.sftp." in stage.failure("forbidden")
    sshd.put("in/order.xml", b"of somebody else")
    stage.add_sending("taken", sshd.settings("in", key, file_name="order.xml"), again="500ms")
    mine = stage.send("taken")
    assert "adapter.sftp.exists" in stage.failure("taken")
    assert sshd.path("in/order.xml").read_bytes() == b"of somebody else"
    sshd.path("in/order.xml").unlink()
    stage.delivered(sshd.path("in"), mine)


def test_overwriting_replaces_the_file(stage, sshd, key):
    sshd.put("in/status.xml", b"older and longer than what comes" * 10_000)
    stage.add_sending("over", sshd.settings("in", key, file_name="status.xml", copy_mode="overwrite"))
    for body in (b"first", b"second"):
        stage.send("over", body)
        eventually(lambda b=body: sshd.path("in/status.xml").exists() and sshd.path("in/status.xml").read_bytes() == b,
                   stage.gateway.tail)
    assert sshd.names("in") == ["status.xml"]


def test_a_hundred_messages_side_by_side(stage, sshd, key):
    stage.add_sending("out-many", sshd.settings("in", key), again="1s")
    bodies = [payload(3_000 + number, "binary", seed=number) for number in range(100)]
    threads = [threading.Thread(target=stage.send, args=("out-many", body)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: len(sshd.whole("in")) == 100 == len(sshd.names("in")),
               lambda: f"{len(sshd.names('in'))} files\n{stage.gateway.tail()}")
    assert sorted(path.read_bytes() for path in sshd.path("in").iterdir()) == sorted(bodies)
    assert sshd.logins() < 60, "connections are used again"
