"""Evidence of messages that came: the commands in its README hold, and hold no more when one byte changes."""
import os
import random
import re
import subprocess
import zipfile

import pytest

from conftest import commands_of, files_of, verify
from support.as2 import EDIFACT
from support.program import must, run

LAYERS = {
    "plain": (), "signed": ("sign",), "encrypted": ("encrypt",), "signed and encrypted": ("sign", "encrypt"),
    "compressed before signing, encrypted": ("compress", "sign", "encrypt"),
    "compressed after signing": ("sign", "compress"),
}


def taken(archiving, name="ACME", **words):
    """The Message-ID of a message that was taken, and the message."""
    message = archiving.by_name(name).message(**words)
    assert archiving.exchange(message).disposition == "processed"
    return message.value("Message-ID"), message


@pytest.mark.parametrize("name", LAYERS)
def test_the_commands_of_the_readme_hold(archiving, tmp_path, name):
    content = EDIFACT + name.encode()
    message_id, message = taken(archiving, "OPEN", document=content, layers=LAYERS[name], file_name="order 1.edi")
    target = archiving.export(message_id, tmp_path / "evidence")
    done = verify(target)
    assert done.returncode == 0, (done.stderr, commands_of(target))
    request = (target / "message.http").read_bytes()
    assert request.endswith(b"\r\n\r\n" + message.body)
    assert f"Message-ID: {message_id}\r\n".encode() in request
    assert (target / "documents" / "01-order_1.edi").read_bytes() == content
    assert "sign" not in LAYERS[name] or (target / "message-signed.bin").read_bytes() == message.covered
    assert "sign" in LAYERS[name] or (target / "message-checked.bin").read_bytes() == message.covered
    commands = commands_of(target)
    for word in ("sha256sum", "receipt.p7s", "log/seal-", "openssl base64"):
        assert word in commands
    assert ("message.p7s" in commands) == ("sign" in LAYERS[name])


def test_one_byte_changed_anywhere_makes_them_fail(archiving, tmp_path):
    message_id, _ = taken(archiving)
    target = archiving.export(message_id, tmp_path / "evidence")
    seed = random.randrange(1 << 32)
    chosen = random.Random(seed)
    commands = commands_of(target)
    for path in files_of(target):
        whole = path.read_bytes()
        places = {0, len(whole) - 1, len(whole) // 2, *(chosen.randrange(len(whole)) for _ in range(4))}
        for place in sorted(places):
            for bit in (0x01, 0x20):
                path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1:])
                done = subprocess.run(["sh", "-e"], input=commands, cwd=target, text=True, capture_output=True, check=False)
                assert done.returncode != 0, (path.name, place, bit, seed)
        path.write_bytes(whole)
    assert verify(target).returncode == 0


def without_sums(folder):
    """The commands that do not ask SHA256SUMS: who forges can write that anew."""
    return "".join(line for line in commands_of(folder).splitlines(True) if "SHA256SUMS" not in line)


@pytest.mark.parametrize("name", ["message-signed.bin", "receipt-signed.bin", "message.http", "receipt.http",
                                  "documents/01-document", "certificates/chain.pem", "message.p7s"])
def test_the_signature_and_the_log_prove_without_the_sums(archiving, tmp_path, name):
    message_id, _ = taken(archiving)
    target = archiving.export(message_id, tmp_path / "evidence")
    whole = (target / name).read_bytes()
    assert subprocess.run(["sh", "-e"], input=without_sums(target), cwd=target, text=True, capture_output=True,
                          check=False).returncode == 0
    (target / name).write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    assert subprocess.run(["sh", "-e"], input=without_sums(target), cwd=target, text=True, capture_output=True,
                          check=False).returncode != 0


def test_a_zip_holds_the_same(archiving, tmp_path):
    message_id, _ = taken(archiving)
    folder = archiving.export(message_id, tmp_path / "folder")
    archive = archiving.export(message_id, tmp_path / "order.zip")
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert all(name.startswith("order/") and ".." not in name for name in names)
        opened.extractall(tmp_path)
    assert verify(tmp_path / "order").returncode == 0
    assert {path.relative_to(folder) for path in files_of(folder)} == {
        path.relative_to(tmp_path / "order") for path in files_of(tmp_path / "order")}
    assert must(run(["unzip", "-tq", archive])).returncode == 0
    assert os.stat(archive).st_mode & 0o777 == 0o600
    assert os.stat(folder).st_mode & 0o777 == 0o700


def test_a_refused_message_is_proven_with_its_receipt(archiving, tmp_path):
    message = archiving.sender.message(layers=("encrypt",))
    assert archiving.exchange(message).disposition.startswith("processed/error")
    target = archiving.export(message.value("Message-ID"), tmp_path / "evidence")
    assert verify(target).returncode == 0
    assert (target / "message.http").read_bytes().endswith(message.body)
    assert (target / "receipt.p7s").exists()
    assert not (target / "documents").exists()
    assert "was refused" in (target / "README.md").read_text()


def test_what_was_not_archived_is_said_with_the_field_that_keeps_it(archiving, tmp_path):
    for name, here, missing in (("NOTHING", [], ["encoded", "decoded", "receipts"]), ("ENCODED", ["message.http"], ["decoded", "receipts"])):
        message_id, _ = taken(archiving, name)
        done = archiving.gateway("evidence", "export", message_id, "-o", tmp_path / name)
        must(done)
        readme = (tmp_path / name / "README.md").read_text()
        for field in missing:
            assert f"receiving.archive.{field}" in done.stderr
            assert f"receiving.archive.{field}" in readme
        for file in here:
            assert (tmp_path / name / file).exists()
        assert verify(tmp_path / name).returncode == 0


def test_a_message_is_found_by_each_of_its_ids(archiving, tmp_path):
    message_id, _ = taken(archiving)
    row = archiving.rows("--message-id", message_id, "-o", "csv").stdout.decode().split("\r\n")[1]
    uuid = row.rsplit(",", 1)[1]
    for number, one in enumerate((message_id, message_id.strip("<>"), uuid)):
        archiving.export(one, tmp_path / str(number))
        assert (tmp_path / str(number) / "message.http").exists()


def test_a_failure_leaves_nothing(archiving, tmp_path):
    message_id, _ = taken(archiving)
    unknown = archiving.gateway("evidence", "export", "<nobody@acme.example>", "-o", tmp_path / "none")
    assert unknown.returncode == 2 and "evidence.nothing-known" in unknown.stderr
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine").write_text("mine")
    taken_name = archiving.gateway("evidence", "export", message_id, "-o", there)
    assert taken_name.returncode == 2 and "evidence.target-exists" in taken_name.stderr
    assert (there / "mine").read_text() == "mine"
    key = archiving.gateway.data / "keys" / "tracking.key"
    whole = key.read_bytes()
    try:
        key.write_bytes(bytes(32))
        for target in ("folder", "file.zip"):
            damaged = archiving.gateway("evidence", "export", message_id, "-o", tmp_path / target)
            assert damaged.returncode == 1 and "messaging.tracked-body-damaged" in damaged.stderr
    finally:
        key.write_bytes(whole)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def test_a_partner_chooses_no_path_and_no_markup(archiving, tmp_path):
    hostile = '../../<script>alert(1)</script>&amp;".edi'
    message = archiving.by_name("OPEN").message(layers=("sign",), message_id="<<b>x</b>'`$(id)`|[a](b)@acme.example>",
                                                file_name=hostile.replace('"', r'\"'))
    assert archiving.exchange(message).disposition == "processed"
    target = archiving.export(message.value("Message-ID"), tmp_path / "evidence")
    assert verify(target).returncode == 0
    page = (target / "report.html").read_text()
    assert "<script" not in page and "<b>x" not in page
    assert "Content-Security-Policy" in page and not re.search(r"<[^>]*(src|href)=", page)
    assert "<b>" not in (target / "README.md").read_text()
    documents = [path.name for path in (target / "documents").iterdir()]
    assert len(documents) == 1 and set(documents[0]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert all(tmp_path in path.parents for path in files_of(tmp_path))


def test_seals_can_be_left_out(archiving, tmp_path):
    message_id, _ = taken(archiving)
    target = archiving.export(message_id, tmp_path / "evidence", "--without-seals")
    assert verify(target).returncode == 0
    assert not list((target / "log").glob("seal-*")) if (target / "log").exists() else True
    assert "left out" in (target / "README.md").read_text()
