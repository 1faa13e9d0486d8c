"""FILE send: names, copy modes, and folders that are missing, full or forbidden."""
import contextlib
import os
import re
import stat
import tempfile

import pytest

from conftest import Exchange, pause
from support.artifacts import documents, file_port, group, host, receive_port
from support.disk import AS_ROOT, mounted, remount
from support.program import must, run
from support.waiting import eventually

DATE, TIME, ZONE, ID = r"\d{4}-\d\d-\d\d", r"\d{6}", r"[+-]\d{4}", r"[0-9a-f]{8}-[0-9a-f-]{27}"
MACROS = {
    "%MessageID%.xml": ID + r"\.xml",
    "%SourceFileName%.copy": r"order 1\.dat\.copy",
    "%datetime%": DATE + "T" + TIME,
    "%datetime.tz%": DATE + "T" + TIME + ZONE,
    "%datetime_bts2000%": r"\d{17}",
    "%time%-%time.tz%": TIME + "-" + TIME + ZONE,
    "%SourceParty%": "Contoso",
    "%SourcePartyQualifier%": "Certificate",
    "to-%DestinationParty%": "to-Fabrikam",
    "to-%DestinationPartyQualifier%": "to-DUNS",
    "100%%MessageID%": "100%" + ID,
}


def test_every_macro(sealgate, tmp_path, pki):
    """In the name of a message whose party is known by its signature, through ports of a party."""
    signer = pki.get("rsa", "file-macros")
    exchange = Exchange(sealgate.path, tmp_path)
    must(exchange.gateway("cert", "import", pki.root, "--trust-roots"))
    must(exchange.gateway("cert", "import", signer.certificate))
    exchange.case("in", receiving={"pipeline": "SMIMEReceive", "decoder": {"check_revocation": False}})
    exchange.artifacts = [
        *exchange.artifacts[:2], group(), {"kind": "Party", "name": "Contoso", "verification_certificates": [signer.thumbprint]},
        {"kind": "Party", "name": "Fabrikam", "aliases": [{"name": "D-U-N-S", "qualifier": "DUNS", "value": "123456789"}]}]
    for number, pattern in enumerate(MACROS):
        (tmp_path / f"{number}").mkdir()
        port = file_port(f"Port {number}", tmp_path / f"{number}", filter='BTS.ReceivePortName == "in"', party="Fabrikam")
        port["settings"]["file_name"] = pattern
        exchange.artifacts.append(port)
    content = b"Content-Type: text/plain\r\n\r\nan order"
    words = ["openssl", "cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-md", "sha256", "-signer", signer.certificate,
             "-inkey", signer.key]
    signed = must(run(words, stdin=content)).stdout
    with exchange:
        exchange.inbox["in"].put("order 1.dat", b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
                                                b"Content-Transfer-Encoding: binary\r\n\r\n" + signed)
        for number, pattern in enumerate(MACROS):
            folder = tmp_path / f"{number}"
            eventually(lambda at=folder: list(at.iterdir()), exchange.gateway.tail)
            (name,) = [path.name for path in folder.iterdir()]
            assert re.fullmatch(MACROS[pattern], name), f"{pattern} made {name}"


@pytest.mark.parametrize("name,word", [("%messageid%.xml", "messageid"), ("%datetime_bts%", "datetime_bts"), ("a%Date%b%MessageID%", "Date"),
                                       ("%MessageID%%MessageID", None), ("50%-%MessageID%", None), ("%MessageID%-100%.xml", None)])
def test_a_macro_that_is_none_is_refused_at_apply(sealgate, tmp_path, name, word):
    port = file_port("Out", tmp_path)
    port["settings"]["file_name"] = name
    document = tmp_path / "gateway.yaml"
    document.write_text(documents(host(), port))
    done = sealgate("apply", "-f", document, "--data", tmp_path / "data", "--dry-run")
    if word is None:
        assert done.returncode == 0, done.stderr
    else:
        assert done.returncode != 0
        assert f"%{word}%" in done.stderr and "artifacts.bad-value" in done.stderr and "%DestinationParty%" in done.stderr


@pytest.mark.parametrize("settings", [{"file_name": "../escape.xml"}, {"file_name": "/etc/passwd"}, {"file_name": ".."},
                                      {"folder": "/srv/../etc"}, {"temporary_folder": "relative"}, {"temporary_folder": "/srv/../etc"},
                                      {"temporary_folder": "/tmp", "copy_mode": "append"}, {"copy_mode": "create"}])
def test_settings_that_lead_elsewhere_are_refused_at_apply(sealgate, tmp_path, settings):
    port = file_port("Out", tmp_path)
    port["settings"].update(settings)
    document = tmp_path / "gateway.yaml"
    document.write_text(documents(host(), port))
    assert sealgate("apply", "-f", document, "--data", tmp_path / "data", "--dry-run").returncode != 0


@pytest.mark.parametrize("settings", [{"mask": "../*"}, {"mask": []}, {"mask": ["*.xml", "*.xml"]}, {"exclude": "a/b"}, {"marker": "/x"},
                                      {"stable_for": "2d"}, {"batch_size": 0}, {"batch_bytes": "10"}, {"readers": 17}, {"marker": ""}])
def test_settings_of_a_location_that_are_refused_at_apply(sealgate, tmp_path, settings):
    location = {"name": "In", "host": "Default", "adapter": "FILE", "settings": {"folder": str(tmp_path), **settings}}
    document = tmp_path / "gateway.yaml"
    document.write_text(documents(host(), receive_port(location)))
    done = sealgate("apply", "-f", document, "--data", tmp_path / "data", "--dry-run")
    assert done.returncode != 0, settings
    assert "gateway.yaml:" in done.stderr


@pytest.fixture(scope="module")
def desk(sealgate, tmp_path_factory):
    exchange = Exchange(sealgate.path, tmp_path_factory.mktemp("send"))
    (exchange.folder / "spool").mkdir()
    named = {"file_name": "order.xml"}
    exchange.case("new", send=named)
    exchange.case("over", send={**named, "copy_mode": "overwrite"})
    exchange.case("append", {"readers": 4}, send={**named, "copy_mode": "append"})
    exchange.case("temporary", send={"temporary_folder": str(exchange.folder / "spool")})
    exchange.case("made", send={"folder": str(exchange.folder / "made/a/b"), "create_folder": True})
    exchange.case("missing", send={"folder": str(exchange.folder / "missing/later")})
    exchange.case("full")
    exchange.case("full-append", send={**named, "copy_mode": "append"})
    exchange.case("forbidden")
    exchange.case("large")
    with exchange:
        yield exchange


def waits(desk, port, *words):
    """The log says that a delivery of this port failed and will be tried again."""
    desk.says(f"{port} out", *words)


def test_create_new_waits_for_the_name(desk):
    desk.outbox["new"].put("order.xml", b"somebody else's")
    desk.inbox["new"].put("a.dat", b"ours")
    waits(desk, "new", "adapter.file.exists")
    assert desk.outbox["new"].files() == {"order.xml": b"somebody else's"}
    (desk.outbox["new"].path / "order.xml").unlink()
    desk.outbox["new"].gets(b"ours")


def test_overwrite_replaces_as_a_whole(desk):
    desk.outbox["over"].put("order.xml", b"x" * 100_000)
    os.chmod(desk.outbox["over"].path / "order.xml", 0o400)
    desk.inbox["over"].put("a.dat", b"ours")
    eventually(lambda: desk.outbox["over"].files() == {"order.xml": b"ours"}, desk.gateway.tail)


def test_append_keeps_every_message_whole(desk):
    lines = [b"%04d" % number * 500 + b"\n" for number in range(80)]
    desk.outbox["append"].put("order.xml", b"first\n")
    for number, line in enumerate(lines):
        desk.inbox["append"].put(f"{number}.dat", line)
    content = lambda: desk.outbox["append"].files()["order.xml"]  # noqa: E731
    eventually(lambda: len(content()) >= len(lines) * 2001 + 6, lambda: len(content()))
    assert sorted(content().splitlines(keepends=True)) == sorted([b"first\n", *lines])
    assert content().startswith(b"first\n")


def test_written_in_a_temporary_folder(desk):
    temporary = desk.folder / "spool"
    temporary.rename(desk.folder / "away")
    desk.inbox["temporary"].put("a.dat", b"ours")
    waits(desk, "temporary", "adapter.file.no-folder", "/spool")
    assert desk.outbox["temporary"].everything() == []
    (desk.folder / "away").rename(temporary)
    desk.outbox["temporary"].gets(b"ours")
    assert list(temporary.iterdir()) == []


def test_makes_its_folder_where_told(desk):
    desk.inbox["made"].put("a.dat", b"ours")
    folder = desk.folder / "made/a/b"
    eventually(lambda: folder.is_dir() and [path.read_bytes() for path in folder.glob("*.dat")] == [b"ours"], desk.gateway.tail)
    assert stat.S_IMODE(folder.stat().st_mode) & 0o007 == 0


def test_a_missing_folder_is_waited_for(desk):
    desk.inbox["missing"].put("a.dat", b"ours")
    waits(desk, "missing", "adapter.file.no-folder", "create the folder, mount the share")
    folder = desk.folder / "missing/later"
    assert not folder.exists()
    folder.mkdir()
    eventually(lambda: [path.read_bytes() for path in folder.glob("*.dat")] == [b"ours"], desk.gateway.tail)


@pytest.mark.parametrize("case", ["full", "full-append"])
def test_a_full_disk_leaves_nothing_half_written(desk, case):
    if not AS_ROOT:
        return  # without the right to mount: the unit tests have the same with a limit on the size of files
    inbox, outbox = desk.inbox[case], desk.outbox[case]
    with mounted(outbox.path, 1 << 20):
        inbox.put("small.dat", b"small\n")
        outbox.gets(b"small\n")
        large = b"x" * (3 << 20)
        inbox.put("large.dat", large)
        waits(desk, case, "io.disk-full")
        before = {"small": b"small\n"}
        eventually(lambda: outbox.contents() == list(before.values()), outbox.everything)
        remount(outbox.path, "size=16m")
        if case == "full":
            outbox.gets(b"small\n", large)
        else:
            eventually(lambda: outbox.files() == {"order.xml": b"small\n" + large}, outbox.everything)
        eventually(lambda: len(outbox.everything()) == (2 if case == "full" else 1), outbox.everything)


def test_a_folder_that_nothing_may_be_written_to(desk):
    inbox, outbox = desk.inbox["forbidden"], desk.outbox["forbidden"]
    with contextlib.ExitStack() as stack:
        if AS_ROOT:  # whom no mode of a folder stops
            stack.enter_context(mounted(outbox.path, 1 << 20))
            remount(outbox.path, "ro")
        else:
            outbox.path.chmod(0o500)
        inbox.put("a.dat", b"ours")
        waits(desk, "forbidden", "Read-only file system" if AS_ROOT else "Permission denied", "adapter.file.failed")
        if AS_ROOT:
            remount(outbox.path, "rw")
        else:
            outbox.path.chmod(0o700)
        outbox.gets(b"ours")


def test_a_temporary_folder_on_another_disk_suspends(exchange, tmp_path):
    """No attempt can succeed: a file moves as a whole on one file system only."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        assert os.stat(other).st_dev != tmp_path.stat().st_dev
        exchange.case("moved", send={"temporary_folder": other})
        exchange.start()
        exchange.inbox["moved"].put("a.dat", b"ours")
        exchange.says("moved out", "adapter.file.other-disk")
        listed = lambda: exchange.gateway("message", "list", "--state", "suspended", "-o", "json").stdout  # noqa: E731
        eventually(lambda: b"adapter.file.other-disk" in listed(), listed)
        assert os.listdir(other) == [] and exchange.outbox["moved"].everything() == []


def test_nobody_sees_half_a_file(desk):
    """Somebody who looks all the time, as partners' pick-up jobs do."""
    inbox, outbox = desk.inbox["large"], desk.outbox["large"]
    large = os.urandom(20 << 20)
    inbox.put("large.dat", large)
    seen = set()
    while not seen & {len(large)}:
        seen |= {path.stat().st_size for path in outbox.path.glob("*.dat")}
        pause(0.001)
    assert seen == {len(large)}


def test_the_audit_looks_at_the_temporary_folder(sealgate, tmp_path):
    """Messages lie in it before they have their names."""
    open_to_all, closed = tmp_path / "open", tmp_path / "closed"
    for folder, mode in ((open_to_all, 0o777), (closed, 0o700)):
        folder.mkdir()
        folder.chmod(mode)
    port = file_port("Out", closed)
    port["settings"]["temporary_folder"] = str(open_to_all)
    document = tmp_path / "gateway.yaml"
    document.write_text(documents(host(), port))
    must(sealgate("apply", "-f", document, "--data", tmp_path / "data"))
    found = sealgate("audit", "--data", tmp_path / "data", "-o", "json").stdout.decode()
    assert str(open_to_all) in found and str(closed) not in found, found
