"""The AS2 report: a row for each message, for people, scripts and spreadsheets."""
import csv
import io
import json

from support.program import must
from support.waiting import eventually


def rows_of(archiving, *words):
    return json.loads(must(archiving.rows("-o", "json", *words)).stdout)


def row_of(archiving, message):
    found = rows_of(archiving, "--message-id", message.value("Message-ID"))
    assert len(found) == 1, found
    return found[0]


def test_a_message_with_its_receipt_is_a_row(archiving):
    message = archiving.sender.message(file_name="order.edi")
    receipt = archiving.exchange(message)
    row = row_of(archiving, message)
    assert {name: row[name] for name in (
        "direction", "agreement", "partner", "as2_from", "as2_to", "message_id", "file_name", "signed", "encrypted", "compressed",
        "receipt_asked_for", "status", "meaning", "disposition", "duplicate", "resends")} == {
        "direction": "received", "agreement": "ACME and us", "partner": "ACME", "as2_from": "ACME", "as2_to": "GATEWAY",
        "message_id": message.value("Message-ID"), "file_name": "order.edi", "signed": True, "encrypted": True, "compressed": False,
        "receipt_asked_for": "sync, signed", "status": "receipt-sent", "meaning": "taken, the partner has the receipt",
        "disposition": receipt.fields["disposition"], "duplicate": False, "resends": 0}
    assert row["mic"] == ", ".join(receipt.mic)
    assert int(row["bytes"]) > len(message.body)


def test_a_message_that_comes_twice_says_so(archiving):
    message = archiving.sender.message()
    archiving.exchange(message)
    archiving.exchange(message)
    assert row_of(archiving, message)["duplicate"] is True


def test_a_refused_message_says_so(archiving):
    message = archiving.sender.message(layers=("sign",))
    disposition = archiving.exchange(message).disposition
    row = row_of(archiving, message)
    assert (row["status"], row["failure"]) == ("refused", "smime.not-encrypted")
    assert row["disposition"].endswith("; " + disposition)


def test_a_receipt_on_its_way_is_pending_until_it_was_taken(archiving):
    message = archiving.sender.message(address=archiving.receipts.url)
    archiving.post(message)
    eventually(lambda: row_of(archiving, message)["status"] == "receipt-sent", lambda: row_of(archiving, message))
    assert row_of(archiving, message)["receipt_asked_for"] == "async, signed"
    nobody = archiving.sender.message(address="http://127.0.0.1:1/mdn")
    archiving.post(nobody)
    assert row_of(archiving, nobody)["status"] == "receipt-pending"
    assert [row["message_id"] for row in rows_of(archiving, "--status", "receipt-pending")] == [nobody.value("Message-ID")]


def test_without_a_receipt_there_is_none_to_wait_for(archiving):
    message = archiving.sender.message(receipt=None)
    archiving.post(message)
    row = row_of(archiving, message)
    assert (row["status"], row["receipt_asked_for"], row["disposition"]) == ("received", "no", "")


def test_filters_pages_and_order(archiving):
    sender = archiving.by_name("OPEN")
    sent = [sender.message(layers=()) for _ in range(7)]
    for message in sent:
        archiving.exchange(message)
    ids = [message.value("Message-ID") for message in reversed(sent)]
    words = ["--from", "open", "--agreement", "OPEN and us"]
    assert [row["message_id"] for row in rows_of(archiving, *words)][:7] == ids, "the newest first"
    pages, before = [], []
    for _ in range(3):
        page = rows_of(archiving, *words, "--limit", "3", *before)
        pages += [row["message_id"] for row in page]
        before = ["--before", str(page[-1]["record"])]
    assert pages[:7] == ids
    first = next(row for row in rows_of(archiving, *words) if row["message_id"] == ids[-1])
    assert [row["message_id"] for row in rows_of(archiving, *words, "--since", first["time"])][-1] in ids
    assert ids[0] not in [row["message_id"] for row in rows_of(archiving, *words, "--until", first["time"])]
    assert rows_of(archiving, *words, "--direction", "sent") == []
    assert rows_of(archiving, *words, "--partner", "Nobody") == []
    assert "there are more" in archiving.rows(*words, "--limit", "3").stderr
    bad = archiving.rows("--status", "gone")
    assert bad.returncode == 2 and "cli.bad-option" in bad.stderr


def test_agreements_without_reporting_are_left_out(archiving):
    message = archiving.by_name("QUIET").message()
    archiving.exchange(message)
    assert rows_of(archiving, "--message-id", message.value("Message-ID")) == []


def test_cells_that_a_partner_chooses_are_no_formulas(archiving):
    name = "=HYPERLINK('//evil.example','a,b').edi"
    message = archiving.by_name("OPEN").message(layers=("sign",), file_name=name, message_id="@SUM(1+1)*cmd|' /C calc'!A0")
    archiving.exchange(message)
    output = must(archiving.rows("-o", "csv", "--from", "OPEN")).stdout
    assert output.endswith(b"\r\n") and b"\n" not in output.replace(b"\r\n", b"")
    table = list(csv.DictReader(io.StringIO(output.decode(), newline="")))
    row = next(row for row in table if "SUM" in row["message_id"])
    assert row["message_id"].startswith("'@SUM")
    assert row["file_name"].startswith("'=HYPERLINK") and "a,b" in row["file_name"]
    assert all(not value.startswith(tuple("=+-@")) for row in table for value in row.values())


def test_a_table_is_for_people(archiving):
    archiving.exchange(archiving.sender.message())
    text = must(archiving.rows()).stdout.decode()
    assert text.splitlines()[0].split() == ["TIME", "DIRECTION", "FROM", "TO", "MESSAGE-ID", "FILE", "BYTES", "STATUS", "RECORD"]
    assert "taken, the partner has the receipt" in text
