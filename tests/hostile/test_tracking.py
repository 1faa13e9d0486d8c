"""The tracking log as evidence: journeys, a chain that anybody can recompute, and what somebody does to it behind our back.

The hashes are recomputed here from the archive alone, by the description in docs/tracking.md.
"""
import datetime
import gzip
import hashlib
import json
import re
import sqlite3
import uuid

import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.waiting import eventually
from support.program import must


def artifacts(url):
    bodies = {"bodies": ["before-receive-pipeline", "after-receive-pipeline"]}
    return documents(group(), host(), receive_port(by_http("Orders by HTTP", "/orders"), name="Orders", tracking=bodies),
                     receive_port(by_http("Quiet by HTTP", "/quiet"), name="Quiet", tracking={"events": False}),
                     send_port("Out", url, filter="BTS.ReceivePortName exists", retry_count=50,
                               tracking={"bodies": ["after-send-pipeline"]}))


EVENTS = ["received", "refused", "unroutable", "routed", "attempted", "sent", "suspended", "resumed", "resent", "terminated",
          "acknowledged", "body-stored"]


def answer(done):
    return json.loads(must(done).stdout)


@pytest.fixture
def flow(sealgate, tmp_path):
    """A gateway whose partner refuses the first delivery, after three messages were sealed."""
    partner = Recorder(refuse=lambda number: 503 if number == 1 else None)
    with partner:
        gateway = Gateway(sealgate.path, tmp_path)
        gateway.apply(artifacts(partner.url))
        with gateway:
            for number in range(3):
                assert gateway.request("POST", "/orders", f"<order n='{number}'/>".encode())[0] == 202
            assert gateway.request("POST", "/quiet", b"not for the log")[0] == 202
            assert partner.wait_for(lambda: len(partner.journal) == 4, 60)
            eventually(lambda: len(listed(gateway, "--event", "sent")) == 4, "four deliveries in the log")
            eventually(lambda: sealed(gateway), "everything sealed")
            yield gateway


def sealed(gateway):
    """Everything that was committed so far."""
    done = gateway("tracking", "head", "-o", "json")
    return done.returncode == 0 and json.loads(done.stdout)["unsealed"] == 0


def listed(gateway, *words):
    return answer(gateway("tracking", "list", "-o", "json", *words))


def details(record):
    return dict(record["details"])


def number(value):
    out = b""
    while value >= 0x80:
        out, value = out + bytes([value & 0x7f | 0x80]), value >> 7
    return out + bytes([value])


def text(value):
    return number(len(value.encode())) + value.encode()


def identity(value):
    if not value:
        return b"\0"
    return b"\1" + uuid.UUID(value).bytes if re.fullmatch("[0-9a-f-]{36}", value) else b"\2" + text(value)


def milliseconds(value):
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return ((moment - epoch) // datetime.timedelta(milliseconds=1)).to_bytes(8, "big", signed=True)


def encoded(record):
    pairs = b"".join(text(name) + text(value) for name, value in record["details"])
    return (b"\1" + milliseconds(record["at"]) + bytes([EVENTS.index(record["event"])]) + identity(record["message"]) +
            identity(record["work"]) + text(record["port"]) + text(record["party"]) + text(record["instance"]) +
            number(len(record["details"])) + pairs)


def recomputed(seal, records):
    head = b"sealgate tracking 1\n" + bytes.fromhex(seal["previous"])
    head += b"".join(seal[name].to_bytes(8, "big") for name in ("number", "first", "count")) + milliseconds(seal["sealed"])
    body = b"".join(number(len(one)) + one for one in map(encoded, records))
    return hashlib.sha256(head + body).hexdigest()


def archive_everything(gateway):
    must(gateway("tracking", "archive", "--before", "2100-01-01T00:00:00Z"))
    files = sorted((gateway.data / "archive").glob("*.jsonl.gz"))
    assert files
    return files


def test_the_journey_tells_what_happened_and_bodies_come_back(flow):
    gateway = flow
    attempt = listed(gateway, "--event", "attempted")
    assert len(attempt) == 1 and details(attempt[0])["status"] == "503"
    journey = answer(gateway("tracking", "show", attempt[0]["message"], "-o", "json"))
    assert [record["event"] for record in journey][-2:] == ["attempted", "sent"]
    by_delivery = answer(gateway("tracking", "show", attempt[0]["work"], "-o", "json"))
    assert by_delivery == journey
    received = [record for record in listed(gateway, "--event", "received")]
    assert {record["port"] for record in received} == {"Orders"}, "the quiet port leaves nothing"
    for record in received:
        known = details(record)
        assert known["location"] == "Orders by HTTP" and known["matched"] == "Out" and known["remote_address"] == "127.0.0.1"
        body = must(gateway("tracking", "body", known["body.before-receive-pipeline"])).stdout
        assert hashlib.sha256(body).hexdigest() == known["sha256"] and body.startswith(b"<order")
    assert len(listed(gateway, "--address", "/orders")) == 3
    assert len(listed(gateway, "--text", "ORDERS BY")) == 3
    assert listed(gateway, "--from", "2100-01-01T00:00:00Z") == []
    shown = must(gateway("tracking", "show", received[0]["message"])).stdout.decode()
    assert len(shown.strip().splitlines()) >= 3 and "for Out" in shown
    assert b"Journey" in must(gateway("message", "show", received[0]["message"])).stdout


def test_anybody_can_recompute_the_chain_from_the_archive(flow):
    gateway = flow
    head = must(gateway("tracking", "head")).stdout.decode().strip()
    (file,) = archive_everything(gateway)
    digest, name = file.with_name(file.name + ".sha256").read_text().split()
    assert name == file.name and digest == hashlib.sha256(file.read_bytes()).hexdigest()
    previous, seal, records = "00" * 32, None, []
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    for line in [*lines, {"seal": None}]:
        if "seal" not in line:
            records.append(line)
            continue
        if seal is not None:
            assert seal["previous"] == previous and seal["count"] == len(records)
            assert [record["sequence"] for record in records] == list(range(seal["first"], seal["first"] + seal["count"]))
            assert recomputed(seal, records) == seal["hash"]
            previous = seal["hash"]
        seal, records = line["seal"], []
    assert previous == head
    must(gateway("tracking", "verify", "--archive", file))
    assert must(gateway("tracking", "verify", "--anchor", head)), "the cut is still known"
    assert gateway.request("POST", "/orders", b"after the cut")[0] == 202
    eventually(lambda: listed(gateway, "--event", "sent", "--from", lines[-1]["at"]), "the log goes on")
    eventually(lambda: sealed(gateway), "everything sealed")
    must(gateway("tracking", "verify", "--anchor", head))
    changed = gzip.decompress(file.read_bytes()).replace(b"Orders by HTTP", b"Orders by FTPS")
    file.write_bytes(gzip.compress(changed))
    assert gateway("tracking", "verify", "--archive", file).returncode == 5


@pytest.mark.parametrize("damage", [
    "UPDATE tracking_seals SET count = count + 1",
    "DELETE FROM tracking_seals WHERE number = (SELECT min(number) FROM tracking_seals)",
    "UPDATE tracking_seals SET records = zeroblob(length(records))",
    "UPDATE tracking_seals SET sealed = sealed + 60000",
])
def test_what_somebody_does_to_the_database_shows(flow, damage):
    gateway = flow
    assert gateway.request("POST", "/orders", b"of a later seal")[0] == 202
    eventually(lambda: len(listed(gateway, "--event", "sent")) == 5 and sealed(gateway), "a second seal")
    must(gateway("tracking", "verify"))
    with sqlite3.connect(gateway.data / "sealgate.db", timeout=30) as database:
        database.execute(damage)
    done = gateway("tracking", "verify")
    assert done.returncode == 5 and "messaging.tracking-broken" in done.stderr
    done = gateway("tracking", "archive", "--before", "2100-01-01T00:00:00Z")
    assert done.returncode != 0 and not list((gateway.data / "archive").glob("*.gz"))


def test_a_log_cut_short_shows_against_an_anchor(flow):
    gateway = flow
    head = must(gateway("tracking", "head")).stdout.decode().strip()
    with sqlite3.connect(gateway.data / "sealgate.db", timeout=30) as database:
        database.execute("DELETE FROM tracking_seals WHERE number = (SELECT max(number) FROM tracking_seals)")
    assert gateway("tracking", "verify", "--anchor", head).returncode == 5


def test_the_database_alone_opens_no_body(flow):
    gateway = flow
    digest = details(listed(gateway, "--event", "received")[0])["body.before-receive-pipeline"]
    gateway.stop()
    for file in gateway.data.glob("sealgate.db*"):
        with sqlite3.connect(gateway.data / "sealgate.db") as database:
            chunks = b"".join(row[0] for row in database.execute("SELECT content FROM tracked_chunks"))
        assert b"<order" not in chunks, file
    key = gateway.data / "keys" / "tracking.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.write_bytes(bytes(32))
    done = gateway("tracking", "body", digest, "-o", gateway.folder / "out")
    assert done.returncode != 0 and "messaging.tracked-body-damaged" in done.stderr
    assert not (gateway.folder / "out").exists()
    key.chmod(0o644)
    assert "store.key-file-not-private" in gateway("tracking", "body", digest).stderr


@pytest.mark.parametrize("words, status", [
    (["list", "--event", "eaten"], 2), (["list", "--from", "yesterday"], 2), (["list", "--certificate", "xyz"], 2),
    (["show", "00000000-0000-7000-8000-000000000000"], 2), (["show", "nonsense"], 2), (["verify", "--anchor", "12"], 2),
    (["archive"], 2), (["body", "12"], 2), (["body", "00" * 32], 2), (["head"], 2), (["fly"], 2),
])
def test_what_makes_no_sense_is_told(sealgate, tmp_path, words, status):
    gateway = Gateway(sealgate.path, tmp_path)
    gateway.apply(artifacts("http://127.0.0.1:1/"))
    done = gateway("tracking", *words)
    assert done.returncode == status and done.stderr, done
