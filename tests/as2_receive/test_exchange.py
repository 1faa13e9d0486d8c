"""Messages of a partner who has openssl and curl, from the request to the document behind and the receipt."""
import hashlib
import socket
import uuid

import pytest

from support.as2 import EDIFACT, digest, read_receipt
from support.message import payload

LAYERS = {
    "plain": (), "signed": ("sign",), "encrypted": ("encrypt",), "signed and encrypted": ("sign", "encrypt"),
    "compressed": ("compress",), "compressed before signing": ("compress", "sign"),
    "compressed after signing": ("sign", "compress"), "compressed before signing, encrypted": ("compress", "sign", "encrypt"),
    "compressed after signing, encrypted": ("sign", "compress", "encrypt"), "compressed, encrypted": ("compress", "encrypt"),
}
AGREEMENTS = {"LENIENT": {"receiving": {"require_signature": False, "require_encryption": False}}}


def document():
    """One that no other test sends."""
    return EDIFACT + uuid.uuid4().bytes


@pytest.mark.parametrize("name", LAYERS)
def test_each_nesting_is_acknowledged_with_the_check_that_openssl_computes(shared, name):
    content = document()
    message = shared.by_name("LENIENT").message(content, LAYERS[name])
    receipt = shared.exchange(message)
    assert receipt.disposition == "processed"
    assert receipt.is_signed
    assert receipt.mic == (digest(message.covered), "sha256")
    assert receipt.fields["original-message-id"] == message.value("Message-ID")
    assert receipt.fields["final-recipient"] == "rfc822; GATEWAY"
    assert shared.arrived(content) == 1


@pytest.mark.parametrize("name", ["sha1", "sha384", "sha512"])
def test_the_check_has_the_digest_of_the_signature(shared, name):
    message = shared.by_name("LENIENT").message(layers=("encrypt",), micalg=name)
    receipt = shared.exchange(message)
    assert receipt.mic == (digest(message.covered, name), name)


def test_without_a_request_there_is_no_receipt(shared):
    content = document()
    status, headers, body = shared.post(shared.sender.message(content, receipt=None))
    assert (status, body) == (200, b"")
    assert "content-type" not in {name.lower() for name, _ in headers}
    assert shared.arrived(content) == 1
    assert shared.post(shared.sender.message(layers=("encrypt",), receipt=None))[0] == 202, "kept, for a person to look at"


def test_a_receipt_at_an_address_comes_there_and_not_in_the_response(shared):
    content = document()
    message = shared.sender.message(content, address=shared.receipts.url + "?partner=acme&kind=receipt")
    before = shared.receipts.number
    status, headers, body = shared.post(message)
    assert (status, body) == (200, b"")
    assert shared.receipts.wait_for(lambda: shared.receipts.number > before, 30), shared.gateway.tail()
    headers, body = shared.receipts.bodies[-1]
    receipt = read_receipt(headers.items(), body, shared.folder, shared.pki.root, shared.own)
    assert receipt.disposition == "processed"
    assert receipt.mic == (digest(message.covered), "sha256")
    assert receipt.fields["original-message-id"] == message.value("Message-ID")
    assert (headers["AS2-From"], headers["AS2-To"]) == ("GATEWAY", "ACME")
    assert shared.receipts.journal[-1][0].endswith("?partner=acme&kind=receipt")
    assert shared.arrived(content) == 1


def test_who_sends_again_gets_the_same_bytes(shared):
    content = document()
    message = shared.sender.message(content)
    first, second, third = (shared.post(message) for _ in range(3))
    assert first[2] == second[2] == third[2]
    fixed = [[pair for pair in headers if pair[0].lower() != "date"] for _, headers, _ in (first, second, third)]
    assert fixed[0] == fixed[1] == fixed[2]
    # Sealed again, with another key and another time, under the same Message-ID.
    again = shared.post(shared.sender.message(content, message_id=message.value("Message-ID")))
    assert again[2] == first[2]
    assert shared.arrived(content) == 1


def test_the_same_message_id_of_another_partner_is_another_message(shared):
    identity = f"<{uuid.uuid4()}@everybody>"
    documents = [document(), document()]
    shared.exchange(shared.sender.message(documents[0], message_id=identity))
    shared.exchange(shared.by_name("LENIENT").message(documents[1], message_id=identity))
    assert [shared.arrived(one) for one in documents] == [1, 1]


def test_one_date_and_one_length(shared):
    _, headers, body = shared.post(shared.sender.message())
    names = [name.lower() for name, _ in headers]
    assert names.count("date") == 1 and names.count("content-length") == 1
    assert len(set(names)) == len(names)
    assert int(dict(headers)["Content-Length"]) == len(body)


@pytest.fixture(scope="module")
def large(shared):
    return shared.sender.message(payload(50 << 20, "binary"))


@pytest.mark.parametrize("words", [["-H", "Transfer-Encoding: chunked"], ["-H", "Expect:", "--http1.0"],
                                   pytest.param([], marks=pytest.mark.soak), pytest.param(["-H", "Expect:"], marks=pytest.mark.soak)])
def test_fifty_mebibytes_by_each_framing(shared, large, words):
    message = large.replaced(Message_ID=f"<{uuid.uuid4()}@acme.example>")
    receipt = shared.exchange(message, *words)
    assert receipt.disposition == "processed"
    assert receipt.mic == (digest(message.covered), "sha256")
    assert shared.continued == ("Expect:" not in words), "curl asks by itself"
    shared.documents.bodies.clear()
    key = hashlib.sha256(payload(50 << 20, "binary")).hexdigest()
    assert shared.documents.wait_for(lambda: shared.documents.arrived.pop(key, None), 60)


def raw(shared, head, body):
    """The answer to these bytes, whole."""
    with socket.create_connection(("127.0.0.1", shared.gateway.port), timeout=30) as connection:
        connection.sendall(head + b"\r\n" + body)
        answer = b""
        while block := connection.recv(65536):
            answer += block
    return answer


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
@pytest.mark.parametrize("spell", [str.lower, str.upper, str.swapcase])
def test_names_of_header_fields_in_any_case(shared, version, spell):
    content = document()
    message = shared.sender.message(content)
    head = b"POST /as2 HTTP/" + version + b"\r\n"
    fields = [("Host", "gateway"), ("Connection", "close, TE"), ("Content-Length", str(len(message.body)).zfill(9)), *message.headers]
    for name, value in fields:
        head += f"{spell(name)}:{value}\r\n".encode()
    answer = raw(shared, head, message.body)
    lines, body = answer.split(b"\r\n\r\n", 1)
    assert lines.startswith(b"HTTP/1.1 200")
    fields = [tuple(line.split(": ", 1)) for line in lines.decode().split("\r\n")[1:]]
    receipt = read_receipt(fields, body, shared.folder, shared.pki.root, shared.own)
    assert receipt.mic == (digest(message.covered), "sha256")
    assert shared.arrived(content) == 1


def test_folded_fields_and_a_name_in_quotes(shared):
    content = document()
    message = shared.sender.message(content)
    head = f"POST /as2 HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nContent-Length: {len(message.body)}\r\n".encode()
    for name, value in message.headers:
        value = f'"{value}"' if name.startswith("AS2-From") else value.replace("; ", ";\r\n\t")
        head += f"{name}: {value}\r\n".encode()
    lines, body = raw(shared, head, message.body).split(b"\r\n\r\n", 1)
    assert lines.startswith(b"HTTP/1.1 200"), lines
    assert b'\r\nAS2-To: "ACME"\r\n' in lines, "answered in the style of the request"
    assert b"AS2-From: GATEWAY\r\n" in lines
    assert shared.arrived(content) == 1
