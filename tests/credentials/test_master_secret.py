"""The master secret changes while messages flow and while commands are killed; it comes back from its backup."""
import random
import subprocess
import threading

from conftest import Office
from support.program import must


def test_messages_flow_while_the_secret_changes(office, store):
    one = office(store=store).ready()
    with one.gateway:
        ids = {one.secret()["id"]}
        for number in range(1, 4):
            for _ in range(5):
                one.post()
            must(one.sso("secret", "rotate"))
            one.delivers(5 * number)
            ids.add(one.secret()["id"])
        assert len(ids) == 4
        assert one.messages("suspended") == []
    assert set(one.partner.users()) == {"sealgate"}
    assert one.secret()["being_changed"] is False


def test_a_rotation_that_is_killed_harms_nothing(office):
    one = office().ready()
    for number in range(20):
        one.map("partner", f"password {number}", f"user:user{number}")
    seed = random.randrange(10**6)
    print("seed", seed)
    chance, pause = random.Random(seed), threading.Event()
    with one.gateway:
        for number in range(1, 9):
            rotation = subprocess.Popen([one.gateway.program, "sso", "secret", "rotate", "--data", one.gateway.data],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            pause.wait(chance.random() * 0.08)
            rotation.kill()
            rotation.wait()
            one.post()
            one.delivers(number)
        must(one.sso("secret", "rotate"))
        one.post()
        one.delivers(9)
        assert one.secret()["being_changed"] is False and one.messages("suspended") == []


def test_a_lost_key_costs_nothing_when_there_is_a_backup(office, tmp_path):
    one = office().ready()
    (tmp_path / "password").write_text("correct horse battery\n")
    (tmp_path / "wrong").write_text("correct horse batterz\n")
    (tmp_path / "short").write_text("horse\n")
    backup = tmp_path / "secret.backup"
    weak = one.sso("secret", "backup", backup, "--password-file", tmp_path / "short")
    assert weak.returncode == 2 and not backup.exists()
    must(one.sso("secret", "backup", backup, "--password-file", tmp_path / "password"))
    assert backup.stat().st_mode & 0o777 == 0o600
    (one.gateway.data / "keys" / "default.key").unlink()
    with one.gateway:
        one.post()
        assert one.suspended()[0] == "store.key-file-missing"
        wrong = one.sso("secret", "restore", backup, "--password-file", tmp_path / "wrong")
        assert wrong.returncode == 4 and "credentials.wrong-password" in wrong.stderr
        cut = tmp_path / "cut"
        cut.write_bytes(backup.read_bytes()[:-21])
        assert one.sso("secret", "restore", cut, "--password-file", tmp_path / "password").returncode == 4
        must(one.sso("secret", "restore", backup, "--password-file", tmp_path / "password"))
        one.resume()
        one.delivers(1)
        must(one.sso("secret", "rotate"))
        old = one.sso("secret", "restore", backup, "--password-file", tmp_path / "password")
        assert old.returncode == 2 and "credentials.other-secret" in old.stderr


def test_credentials_move_with_the_store(office, sealgate, tmp_path, partner):
    one = office().ready()
    must(one.gateway("backup", tmp_path / "backup", "--with-keys"))
    two = Office(sealgate, tmp_path / "elsewhere", partner)
    must(sealgate("restore", tmp_path / "backup", "--data", tmp_path / "restored"))
    two.gateway.data = tmp_path / "restored"
    with two.gateway:
        two.post()
        two.delivers(1)
    assert partner.users() == ["sealgate"]
