"""Where a clear password must not be found: files, logs, backups, what commands print, what is sent to anybody else."""
import base64
import json
import os

from conftest import PASSWORD
from support.postgres import Postgres
from support.program import must
from support.waiting import eventually

OTHER = "Zweites-Wort-4711"


def forms(password, user):
    """How it would be recognised: as it is, as UTF-16, in base64 as Basic has it, at any offset, in hexadecimal."""
    plain = password.encode()
    found = {plain, password.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode(),
             base64.b64encode(f"{user}:{password}".encode())[6:-4]}
    for shift in range(3):
        found.add(base64.b64encode(b"x" * shift + plain)[4:-4])
    return found


def shown_in(content):
    return sorted(form for form in forms(PASSWORD, "sealgate") | forms(OTHER, "second") if form in content)


def test_no_clear_password_anywhere(office, tmp_path):
    assert shown_in(f"password={PASSWORD}".encode()), "the search finds what is there"
    (tmp_path / "pass").write_text("a long pass phrase\n")
    one = office().ready()
    one.gateway.extra = ["--log-level", "debug"]
    said = []
    with one.gateway:
        one.post()
        one.delivers(1)
        for wrong in ("second", "third"):  # refused by the partner, tried again
            one.map(wrong, OTHER)
            one.post()
        must(one.sso("update", "ERP", "--disable"))
        eventually(lambda: len(one.messages("suspended")) == 2, one.gateway.tail)
        must(one.sso("update", "ERP", "--enable"))
        for words in (["sso", "list"], ["sso", "list", "-o", "json"], ["sso", "show", "ERP"], ["sso", "show", "ERP", "-o", "json"],
                      ["sso", "audit", "--details"], ["sso", "audit", "--changes", "-o", "json"], ["sso", "secret", "show"],
                      ["sso", "secret", "rotate"], ["sso", "settings"],
                      ["sso", "secret", "backup", tmp_path / "secret.backup", "--password-file", tmp_path / "pass"],
                      ["get", "sendport", "Out", "-o", "yaml"], ["get", "sendport", "-o", "json"],
                      ["message", "list", "-o", "json"], ["tracking", "list", "--details"], ["tracking", "list", "-o", "json"],
                      ["tracking", "archive"], ["audit", "-o", "json"], ["check"], ["backup", one.folder / "backup"],
                      ["backup", one.folder / "backup-with-keys", "--with-keys"]):
            said.append(one.gateway(*words))
        for message in json.loads(one.gateway("message", "list", "-o", "json").stdout):
            said.append(one.gateway("message", "show", message["id"], "-o", "json"))
        # Wrong input is not quoted, either.
        said.append(one.sso("map", "ERP", "account:default", stdin=f"second\n{OTHER}\nthird\n".encode()))
        said.append(one.sso("map", "ERP", "account:default", stdin=f"second\n{OTHER}\x01\n".encode()))
        said.append(one.sso("map", "Nothing", "account:default", stdin=f"second\n{OTHER}\n".encode()))
        assert [done.returncode for done in said[-3:]] == [2, 2, 2]
        environment = open(f"/proc/{one.gateway.process.pid}/environ", "rb").read()
        command = open(f"/proc/{one.gateway.process.pid}/cmdline", "rb").read()
        one.gateway.stop()
    for done in said:
        assert shown_in(done.stdout) == [] and shown_in(done.stderr.encode()) == [], done.args
    assert shown_in(environment) == shown_in(command) == []
    files = [path for path in [*one.folder.rglob("*"), tmp_path / "secret.backup"] if path.is_file()]
    assert any(path.name == "sealgate.db" for path in files) and any("backup" in str(path) for path in files)
    for path in files:
        assert shown_in(path.read_bytes()) == [], path
    assert os.stat(one.gateway.data / "sealgate.db").st_mode & 0o077 == 0


def test_a_shared_store_holds_no_clear_password(office, cluster):
    cluster.create("secrecy")
    one = office(store=Postgres.url("secrecy", cluster)).ready()
    with one.gateway:
        one.post()
        one.delivers(1)
    text = "SELECT string_agg(t::text, ' ') FROM {} t"
    for table in ("credential_records", "credential_secrets", "tracking", "tracking_seals", "artifacts", "memos"):
        rows = cluster.query(text.format(table), "secrecy") or ""
        assert shown_in(str(rows).encode()) == [], table
    assert shown_in(cluster.log.read_bytes()) == []
