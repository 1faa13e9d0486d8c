"""Where a private key must not be found: the database, the logs, what commands print, the memory of others, core dumps."""
import os
import pathlib

from secrets_of import secrets_of, shown_in, shown_in_memory
from support.gateway import Gateway
from support.program import must


def limits_of(process):
    for line in pathlib.Path(f"/proc/{process}/limits").read_text().splitlines():
        if line.startswith("Max core file size"):
            return line.split()[4]
    raise AssertionError("no such limit")


def is_dumpable(process, user):
    """A process that cannot be dumped belongs to root in /proc, whoever runs it."""
    return os.stat(f"/proc/{process}/environ").st_uid == user


def test_files_and_output_hold_no_key(office, pki):
    identity = pki.get("rsa", "secret")
    secrets = secrets_of(identity)
    assert shown_in(identity.key.read_bytes(), secrets) == ["PEM"], "the search finds what is there"
    one = office(identity)
    taken = one.take()
    one.configure()
    one.gateway.extra = ["--log-level", "debug"]
    with one.gateway:
        one.works()
        assert shown_in_memory(one.gateway.process.pid, secrets), "the search finds what is there"
        said = [taken, one("key", "rotate", "--account", one.account)]
        one.works()
        for words in (["cert", "list"], ["cert", "show", identity.thumbprint, "--account", one.account],
                      ["cert", "show", identity.thumbprint, "--account", one.account, "-o", "json"], ["key", "list"],
                      ["key", "show", "--account", one.account],
                      ["cert", "export", identity.thumbprint, "--account", one.account],
                      ["cert", "export", identity.thumbprint, "--account", one.account, "--format", "p12"], ["get", "host"],
                      ["audit"], ["check"], ["backup", one.folder / "backup"],
                      ["backup", one.folder / "backup-with-keys", "--with-keys"]):
            said.append(one(*words))
        one.gateway.stop()
    for done in said:
        assert shown_in(done.stdout, secrets) == shown_in(done.stderr.encode(), secrets) == [], done.args
    key = {"account key": one.key_file().read_bytes()}
    for file in [path for path in one.folder.rglob("*") if path.is_file()]:
        content = file.read_bytes()
        assert shown_in(content, secrets) == [], file
        assert file.name == one.key_file().name or shown_in(content, key) == [], file


def test_no_core_dumps_unless_asked_for(users, office, pki):
    user = users[0]
    assert user.number != 0
    for extra, dumps in (([], False), (["--allow-core-dumps"], True)):
        gateway = Gateway(user.path, user.folder, extra=extra)
        gateway.log.touch()
        with gateway:
            process = gateway.process.pid
            assert is_dumpable(process, user.number) == dumps
            assert (limits_of(process) == "0") != dumps


def test_an_export_needs_a_password(office, tmp_path):
    one = office()
    one.take()
    exported = one("cert", "export", one.identity.thumbprint, "--account", one.account, "--format", "p12", "--out",
                   tmp_path / "x.p12")
    assert exported.returncode != 0 and not (tmp_path / "x.p12").exists()
    must(one("cert", "export", one.identity.thumbprint, "--account", one.account, "--out", tmp_path / "x.pem"))
    assert b"PRIVATE" not in (tmp_path / "x.pem").read_bytes()
