"""FILE receive as its users see it: which files are taken, when, and what stays."""
import json
import os
import socket

import pytest

from conftest import Exchange, Folder, pause
from support.artifacts import documents
from support.gateway import leftovers
from support.program import must
from support.waiting import eventually

LATE = b"a later file"


@pytest.fixture(scope="module")
def desk(sealgate, tmp_path_factory):
    """One gateway, a location for each test."""
    exchange = Exchange(sealgate.path, tmp_path_factory.mktemp("receive"))
    exchange.case("grows")
    exchange.case("special")
    exchange.case("empty")
    exchange.case("masks", {"mask": ["*.xml", "order-??.edi"], "exclude": ["draft*", "*.old.xml"]})
    exchange.case("cases", {"mask": "*.xml", "exclude": "DRAFT*", "ignore_case": True})
    exchange.case("stable", {"stable_for": "3s"})
    exchange.case("marker", {"mask": "*.dat", "marker": ".done"})
    exchange.case("hidden", {"rename_while_reading": True})
    exchange.case("read-only", {"mask": "*.dat"})
    exchange.case("read-only-too", {"skip_read_only": False})
    exchange.case("strange", send={"file_name": "%SourceFileName%"})
    exchange.case("batches", {"batch_size": 7, "batch_bytes": "4KiB", "readers": 4})
    exchange.case("many", {"batch_size": 256, "readers": 8})
    exchange.case("suspended", receiving={"pipeline": "XMLReceive"})
    # Nothing but an event tells it in time.
    exchange.case("told", {"polling_interval": "1h"})
    with exchange:
        yield exchange
    assert leftovers(exchange.folder / "hidden") == []


def test_takes_names_that_fit_a_mask_and_no_exclusion(desk):
    inbox, outbox = desk.inbox["masks"], desk.outbox["masks"]
    taken = {"a.xml": b"1", "order-17.edi": b"2", ".xml.xml"[1:]: b"3"}
    left = {"draft.xml": b"4", "b.old.xml": b"5", "order-1.edi": b"6", "order-123.edi": b"7", "A.XML": b"8", "a.xml.tmp": b"9",
            "a.xml.part": b"10", "~a.xml": b"11"}
    for name, content in {**left, **taken}.items():
        inbox.put(name, content)
    outbox.gets(*taken.values())
    inbox.put("later.xml", LATE)
    outbox.gets(*taken.values(), LATE)
    assert inbox.files() == left


def test_ignores_case_where_told(desk):
    inbox, outbox = desk.inbox["cases"], desk.outbox["cases"]
    for name, content in {"Draft 1.xml": b"1", "ORDER.XML": b"2", "Order.Xml": b"3"}.items():
        inbox.put(name, content)
    outbox.gets(b"2", b"3")
    assert inbox.everything() == ["Draft 1.xml"]


def test_waits_for_a_file_that_grows(desk):
    """Open all the time: even when it stands still for longer than the settling time."""
    inbox, outbox = desk.inbox["grows"], desk.outbox["grows"]
    with (inbox.path / "slow.dat").open("wb", buffering=0) as file:
        for part in (b"one ", b"two ", b"three"):
            file.write(part)
            pause(1.3)
        assert outbox.everything() == []
    outbox.gets(b"one two three")
    inbox.is_empty()


def test_stable_for_waits_for_writers_that_close_in_between(desk):
    inbox, outbox = desk.inbox["stable"], desk.outbox["stable"]
    for part in (b"one ", b"two ", b"three ", b"four"):
        with (inbox.path / "pieces.dat").open("ab") as file:
            file.write(part)
        pause(0.4)
    outbox.gets(b"one two three four")
    inbox.is_empty()


def test_an_event_is_enough(desk):
    """Without it this would take until the next look, in an hour."""
    desk.inbox["told"].put("a.dat", b"told")
    desk.outbox["told"].gets(b"told", seconds=30)


def test_a_marker_says_when(desk):
    inbox, outbox = desk.inbox["marker"], desk.outbox["marker"]
    inbox.put("first.dat", b"first")
    inbox.put("second.dat", b"second")
    inbox.put("second.dat.done", b"")
    outbox.gets(b"second")
    assert inbox.everything() == ["first.dat"]
    inbox.put("first.dat.done", b"its content does not matter")
    outbox.gets(b"first", b"second")
    inbox.is_empty()


def test_read_under_a_hidden_name(desk):
    inbox, outbox = desk.inbox["hidden"], desk.outbox["hidden"]
    contents = [b"%d " % number * 20_000 for number in range(30)]
    for number, content in enumerate(contents):
        inbox.put(f"{number}.dat", content)
    # A name too long for a hidden one beside it: read in place.
    inbox.put("n" * 255, b"long")
    outbox.gets(*contents, b"long")
    inbox.is_empty()


def test_read_only_files_stay_and_are_told_once(desk):
    inbox, outbox = desk.inbox["read-only"], desk.outbox["read-only"]
    inbox.put("locked.txt", b"fits no mask", 0o444)
    inbox.put("locked.dat", b"locked", 0o444)
    desk.says("read-only file is left alone", "/locked.dat")
    for number in range(5):
        inbox.put(f"{number}.dat", b"free")
        outbox.gets(*[b"free"] * (number + 1))
    assert len(desk.lines("read-only", "locked.dat")) == 1
    assert not desk.lines("locked.txt")
    os.chmod(inbox.path / "locked.dat", 0o644)
    outbox.gets(*[b"free"] * 5, b"locked")


def test_read_only_files_are_taken_where_told(desk):
    inbox, outbox = desk.inbox["read-only-too"], desk.outbox["read-only-too"]
    inbox.put("locked.dat", b"locked", 0o444)
    outbox.gets(b"locked")
    inbox.is_empty()


def test_what_is_no_file_is_left_alone(desk, tmp_path):
    inbox, outbox = desk.inbox["special"], desk.outbox["special"]
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for partners")
    os.symlink(secret, inbox.path / "link.dat")
    os.symlink(tmp_path / "nothing", inbox.path / "dangling.dat")
    os.mkfifo(inbox.path / "pipe.dat")
    (inbox.path / "folder.dat").mkdir()
    (inbox.path / "folder.dat" / "inside.dat").write_bytes(b"subfolders are not looked into")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(inbox.path / "s.dat"))
        inbox.put("later.dat", LATE)
        outbox.gets(LATE)
        assert inbox.everything() == ["dangling.dat", "folder.dat", "link.dat", "pipe.dat", "s.dat"]
    assert secret.read_bytes() == b"not for partners"


def test_names_of_odd_bytes(desk):
    """Whatever a file system may hold arrives; what could do harm in a name of ours is not taken over."""
    inbox, outbox = desk.inbox["strange"], desk.outbox["strange"]
    harmless = [b"a b.dat", "Bestellung-\u00dc-\u6ce8\u6587.dat".encode(), b"-rf", b"$(touch x);'.dat"]
    odd = [b"line\nbreak.dat", b"\xff\xfe.dat", b"back\\slash.dat", b"tab\t.dat", b"%MessageID%.dat", b"star*.dat"]
    for number, name in enumerate(harmless + odd):
        with open(os.path.join(os.fsencode(inbox.path), b".new"), "wb") as file:
            file.write(b"%d" % number)
        os.rename(os.path.join(os.fsencode(inbox.path), b".new"), os.path.join(os.fsencode(inbox.path), name))
        # One name at a time: those that are not taken over are all called alike.
        eventually(lambda content=b"%d" % number: content in outbox.contents(), lambda: desk.gateway.tail())
        for path in outbox.path.iterdir():
            assert "\n" not in path.name and "*" not in path.name and "\\" not in path.name
            if path.name.startswith("%"):
                path.rename(outbox.path / f"literal {number}")
    names = {os.fsencode(name) for name in outbox.files()}
    assert set(harmless) <= names
    inbox.is_empty()


def test_an_empty_file_is_removed_and_told(desk):
    inbox = desk.inbox["empty"]
    inbox.put("empty.dat", b"")
    desk.says("an empty file was removed", "/empty.dat")
    eventually(lambda: "empty.dat" not in inbox.everything(), inbox.everything)


def test_a_batch_is_small_and_everything_gets_its_turn(desk):
    inbox, outbox = desk.inbox["batches"], desk.outbox["batches"]
    contents = [b"%d" % number + b"." * (number * 100) for number in range(60)]
    for number, content in enumerate(contents):
        inbox.put(f"{number:02}.dat", content)
    outbox.gets(*contents)
    inbox.is_empty()


def test_thousands_of_files_each_once(desk):
    inbox, outbox = desk.inbox["many"], desk.outbox["many"]
    contents = [b"order %d" % number for number in range(2000)]
    for number, content in enumerate(contents):
        inbox.put(f"{number:05}.dat", content)
    outbox.gets(*contents, seconds=120)
    inbox.is_empty()


def test_a_file_whose_pipeline_fails_is_suspended_and_gone(desk):
    inbox = desk.inbox["suspended"]
    inbox.put("bad.dat", b"this is no XML")
    inbox.is_empty()
    found = json.loads(must(desk.gateway("message", "list", "--state", "suspended", "-o", "json")).stdout)
    assert len(found) == 1, found


def test_a_rejected_file_is_set_aside(sealgate, tmp_path, pki):
    """The port throws away what comes from nobody known; a file is not thrown away."""
    exchange = Exchange(sealgate.path, tmp_path)
    exchange.case("strict", receiving={"pipeline": "SMIMEReceive"})
    exchange.artifacts[1]["authentication"] = "drop"
    with exchange:
        exchange.inbox["strict"].put("a.dat", b"Content-Type: text/plain\r\n\r\nwho am I?")
        exchange.says("a file was rejected and set aside", "/a.dat")
        eventually(lambda: exchange.inbox["strict"].files() == {}, exchange.inbox["strict"].everything)
        (name,) = exchange.inbox["strict"].everything()
        assert name.startswith(".sealgate-rejected-") and name.endswith("-a.dat")
        assert (exchange.inbox["strict"].path / name).read_bytes().endswith(b"who am I?")


def metric(exchange, name):
    line = f'sealgate_receive_location_up{{location="{name} by FILE"}} '
    text = exchange.gateway.get("/metrics")[2].decode()
    return [found.removeprefix(line) for found in text.splitlines() if found.startswith(line)]


def test_a_folder_that_is_missing_goes_and_comes_back(exchange):
    exchange.case("away")
    inbox, outbox = exchange.inbox["away"], exchange.outbox["away"]
    inbox.path.rmdir()
    exchange.start()
    exchange.says("folder of a FILE location is lost", "adapter.file.no-folder")
    eventually(lambda: metric(exchange, "away") == ["0"], lambda: metric(exchange, "away"))
    assert exchange.gateway.get("/health/ready")[0] == 200
    pause(2.5)  # some more looks at what is not there
    assert len(exchange.lines("folder of a FILE location is lost")) == 1
    inbox.path.mkdir()
    inbox.put("a.dat", b"back")
    outbox.gets(b"back")
    eventually(lambda: metric(exchange, "away") == ["1"], lambda: metric(exchange, "away"))
    # A share that is taken away and another one that comes in its place.
    inbox.path.rename(inbox.path.with_name("old"))
    eventually(lambda: len(exchange.lines("folder of a FILE location is lost")) == 2, exchange.gateway.tail)
    inbox.path.mkdir()
    inbox.put("b.dat", b"again")
    outbox.gets(b"again", b"back")
    assert exchange.gateway.stop() == 0


def test_without_inotify_polling_finds_everything(sealgate, tmp_path, shim):
    exchange = Exchange(sealgate.path, tmp_path, {"LD_PRELOAD": str(shim), "SEALGATE_NO_INOTIFY": "1"})
    exchange.case("polled")
    with exchange:
        exchange.says("are not announced", str(exchange.inbox["polled"].path))
        for number in range(3):
            exchange.inbox["polled"].put(f"{number}.dat", b"%d" % number)
        exchange.outbox["polled"].gets(b"0", b"1", b"2")
        exchange.inbox["polled"].is_empty()


def test_a_location_that_is_changed_and_a_gateway_that_is_stopped_while_files_flow(exchange):
    """Each is taken once, and none stays under a hidden name."""
    exchange.case("flow", {"rename_while_reading": True, "readers": 4})
    inbox, outbox = exchange.inbox["flow"], exchange.outbox["flow"]
    contents = [b"order %d" % number for number in range(600)]
    for number, content in enumerate(contents):
        inbox.put(f"{number:04}.dat", content)
    exchange.start()
    location = exchange.artifacts[1]["locations"][0]
    for number, change in enumerate(({"batch_size": 5}, {"mask": ["*.dat", "*.xml"]}, {"readers": 1}), 1):
        eventually(lambda least=number * 100: len(outbox.everything()) >= least, exchange.gateway.tail)
        location["settings"].update(change)
        exchange.gateway.apply(documents(*exchange.artifacts))
    assert exchange.gateway.stop() == 0
    assert leftovers(inbox.path) == []
    exchange.gateway.start()
    outbox.gets(*contents)
    inbox.is_empty()
    assert exchange.gateway.stop() == 0


@pytest.mark.parametrize("hidden", [False, True], ids=["in place", "renamed while reading"])
def test_two_gateways_that_know_nothing_of_each_other_on_one_folder(sealgate, tmp_path, hidden):
    """Each file is taken by one of them."""
    inbox = Folder(tmp_path / "in")
    pair = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        exchange = Exchange(sealgate.path, tmp_path / name)
        exchange.case("shared", {"folder": str(inbox.path), "readers": 4, "rename_while_reading": hidden})
        pair.append(exchange)
    contents = sorted(b"%d" % number for number in range(400))
    with pair[0], pair[1]:
        for content in contents:
            inbox.put(f"{content.decode()}.dat", content)
        taken = lambda: sorted(content for exchange in pair for content in exchange.outbox["shared"].contents())  # noqa: E731
        eventually(lambda: len(taken()) >= len(contents), lambda: len(taken()))
        inbox.is_empty()
        assert taken() == contents
        for exchange in pair:
            assert exchange.gateway.stop() == 0
