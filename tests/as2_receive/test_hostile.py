"""Messages that mean harm: names that want to be more than names, content that wants to be believed, too much of everything."""
import concurrent.futures
import random
import socket
import uuid

import pytest

from support import message as mime
from support.artifacts import file_port
from support.as2 import EDIFACT, As2Message, compressed_data, der, digest, oid, read_receipt
from support.gateway import peak_mib
from support.waiting import eventually

AGREEMENTS = {"LENIENT": {"receiving": {"require_signature": False, "require_encryption": False}}}
NAMES = ["a\tb", "é", "\x7f", "x" * 129, "x" * 10_000, '"unfinished', '"a"b"', "a\x01b", "Content-Type: text/html", "<script>",
         '"a\\\r"', "..", "../../etc/passwd", "%0d%0aX-Injected: 1", "=?utf-8?q?=0D=0AX-Injected:_1?="]
FIELDS = ["AS2-From", "AS2-To", "Message-ID", "Disposition-Notification-To", "Disposition-Notification-Options", "Receipt-Delivery-Option",
          "AS2-Version", "AS2-Product", "Subject", "EDIINT-Features"]
# What an answer may have. Everything else came from the message.
KNOWN = {"date", "content-length", "content-type", "connection", "as2-version", "as2-from", "as2-to", "message-id", "subject",
         "mime-version", "as2-product"}


def send(shared, head, body, seconds=30):
    """(status line, header fields, body) of the answer to these bytes; everything empty when there was none."""
    with socket.create_connection(("127.0.0.1", shared.gateway.port), timeout=seconds) as connection:
        answer = b""
        try:
            connection.sendall(head + b"\r\n" + body)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before it was read
        try:
            while block := connection.recv(65536):
                answer += block
        except OSError:
            pass
    if b"\r\n\r\n" not in answer:
        return b"", [], b""
    lines, content = answer.split(b"\r\n\r\n", 1)
    first, *fields = lines.split(b"\r\n")
    return first, [field.decode("latin-1").split(": ", 1) for field in fields], content


def request(message, **replaced):
    message = message.replaced(Host="gateway", Connection="close", Content_Length=str(len(message.body)), **replaced)
    head = b"POST /as2 HTTP/1.1\r\n"
    for name, value in message.headers:
        head += name.encode() + b": " + value.encode("latin-1") + b"\r\n"
    return head, message.body


@pytest.mark.parametrize("field", FIELDS)
def test_no_name_of_a_partner_becomes_a_field(shared, field):
    small = shared.by_name("LENIENT").message(layers=(), receipt="signed")
    for name in (*NAMES, "a\0b", "a\rX-Injected: 1", "a\nX-Injected: 1", "a\r\n X-Injected: 1", "a\r\nX-Injected: 1\r\n\r\nbody"):
        head, body = request(small, Message_ID=f"<{uuid.uuid4()}@acme>")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(field.lower().encode() + b":")]
        head = b"\r\n".join([*lines[:-1], field.encode() + b": " + name.encode("latin-1"), b""])
        status, fields, content = send(shared, head, body)
        assert status.split()[1] in (b"200", b"400", b"431"), (name, status)
        names = [key.lower() for key, _ in fields]
        assert set(names) <= KNOWN and len(set(names)) == len(names), (name, fields)
        assert all(c.isprintable() for _, value in fields for c in value), (name, fields)
        if status.split()[1] == b"200" and content:
            receipt = read_receipt(fields, content, shared.folder, shared.pki.root, shared.own)
            allowed = {"reporting-ua", "original-recipient", "final-recipient", "original-message-id", "disposition",
                       "received-content-mic"}
            assert set(receipt.fields) <= allowed, (name, receipt.fields)
    assert shared.gateway.get("/health/ready")[0] == 200


FILES = ["../../etc/passwd", "..\\..\\windows\\system.ini", "/etc/passwd", "C:\\autoexec.bat", ".bashrc", "a\0b", "a\x1b[2Jb", "x" * 10_000,
         "con", "$(reboot)", "`reboot`;&|", "-rf", "é.edi", "a/b", "%2e%2e%2fpasswd", "name\u202egpj.exe"]
WAYS = ['attachment; filename="{}"', "attachment; filename*=utf-8''{}", 'attachment; filename="=?utf-8?q?{}?="']


def test_no_file_name_chooses_a_folder(as2, tmp_path):
    (tmp_path / "out").mkdir()
    as2.apply(agreements=[as2.agreement(receiving=AGREEMENTS["LENIENT"]["receiving"])],
              more=[file_port("Files", tmp_path / "out", filter="EdiIntAS.IsAS2PayloadMessage == true",
                              settings={"folder": str(tmp_path / "out"), "file_name": "%MessageID%-%SourceFileName%"})])
    count = 0
    with as2.gateway:
        for name in FILES:
            for way in WAYS:
                quoted = "".join(c if c.isalnum() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in name)
                encoded = "".join(c if c.isalnum() else "".join(f"={byte:02X}" for byte in c.encode()) for c in name)
                value = way.format(quoted if "*=" in way else encoded if "=?" in way else name)
                if not value.isascii() or not value.isprintable():
                    continue
                message = as2.sender.message(layers=(), receipt="unsigned").replaced(Content_Disposition=value)
                _, headers, answer = as2.gateway.request("POST", "/as2", message.body, dict(message.headers))
                assert read_receipt(headers.items(), answer, as2.folder).disposition == "processed", value[:80]
                count += 1
        files = lambda: list((tmp_path / "out").iterdir())  # noqa: E731
        eventually(lambda: len(files()) == count, lambda: sorted(path.name for path in files()))
    for path in (tmp_path / "out").iterdir():
        assert path.is_file() and path.read_bytes() == EDIFACT
        assert not any(c in path.name for c in "/\\\0\x1b") and ".." not in path.name.split("-", 5)[-1], path.name
    assert not (tmp_path / "etc").exists() and not (tmp_path.parent / "etc").exists()


def cms(shared, content, smime_type=None, kind="application/pkcs7-mime", name="LENIENT"):
    value = kind + (f"; smime-type={smime_type}" if smime_type else "") + '; name="smime.p7m"'
    message = shared.by_name(name).message(layers=())
    return As2Message(message.replaced(Content_Type=value, Content_Transfer_Encoding="binary").headers, content, b"")


ENTITY = b"Content-Type: application/edifact\r\n\r\n" + EDIFACT
DATA = der(0x30, oid("1.2.840.113549.1.7.1"), der(0xA0, der(0x04, ENTITY)))


def content_info(kind, *fields):
    return der(0x30, oid(kind), der(0xA0, der(0x30, *fields)))


UNKNOWN = {
    "no CMS at all": b"this is not CMS",
    "an OID that nobody knows": der(0x30, oid("1.2.3.4.5"), der(0xA0, der(0x04, ENTITY))),
    "digested data": content_info("1.2.840.113549.1.7.5", der(0x02, b"\0"), der(0x30, oid("2.16.840.1.101.3.4.2.1")),
                                  DATA, der(0x04, bytes(32))),
    "authenticated data": content_info("1.2.840.113549.1.9.16.1.2", der(0x02, b"\0")),
    "compressed by nobody knows what": content_info("1.2.840.113549.1.9.16.1.9", der(0x02, b"\0"), der(0x30, oid("1.2.3.4")), DATA),
    "nothing": b"\x30\x00",
    "a length beyond everything": b"\x30\x84\xff\xff\xff\xff" + b"x" * 100,
    "endless": b"\x30\x80" * 5000,
}


@pytest.mark.parametrize("smime_type", [None, "enveloped-data", "signed-data", "compressed-data", "x"])
@pytest.mark.parametrize("what", UNKNOWN)
def test_content_that_cannot_be_opened_is_no_document(shared, what, smime_type):
    """OpenAS2 4.9 stores such content as the document, and acknowledges it."""
    before = shared.documents.number
    for kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        receipt = shared.exchange(cms(shared, UNKNOWN[what], smime_type, kind))
        assert receipt.disposition.startswith("processed/error"), receipt.disposition
        assert receipt.mic is None
    assert shared.documents.number == before


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime"])
@pytest.mark.parametrize("smime_type", [None, "x", "signed-data"])
def test_what_is_encrypted_is_opened_whatever_it_is_called(shared, kind, smime_type):
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        content = EDIFACT + uuid.uuid4().bytes
        entity = ENTITY[:-len(EDIFACT)] + content
        signed = mime.join_signed(entity, shared.sender.signature(entity), "sha256")
        receipt = shared.exchange(cms(shared, shared.sender.encrypted(signed, cipher), smime_type, kind, "ACME"))
        assert receipt.disposition == "processed"
        assert receipt.mic == (digest(entity), "sha256")
        assert shared.arrived(content) == 1


def test_bombs_and_nests(shared):
    zeros = b"Content-Type: application/octet-stream\r\n\r\n" + bytes(64 << 20)
    bomb = compressed_data(zeros)
    for _ in range(3):
        bomb = compressed_data(b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" + bomb)
    nest = ENTITY
    for _ in range(200):
        nest = b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n\r\n" + compressed_data(nest, 1)
    before = shared.documents.number
    assert len(bomb) < 1 << 20
    assert shared.exchange(cms(shared, nest.split(b"\r\n\r\n", 1)[1], "compressed-data")).disposition.startswith("processed/error")
    parts = b"--b\r\n\r\nx\r\n" * 5000 + b"--b--\r\n"
    boundaries = b"x"
    for number in range(300):
        mark = f"b{number}".encode()
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n"
        boundaries = head + boundaries + b"\r\n--" + mark + b"--"
    deep = boundaries.split(b"\r\n\r\n", 1)[1]
    for kind, content in (('multipart/mixed; boundary="b"', parts), ('multipart/mixed; boundary="b299"', deep)):
        receipt = shared.exchange(cms(shared, content, kind=kind))
        assert receipt.disposition.startswith("processed/error"), kind
    assert shared.documents.number == before
    shared.post(cms(shared, bomb, "compressed-data"))
    assert peak_mib(shared.gateway.process) < 200
    assert shared.gateway.get("/health/ready")[0] == 200


def test_cut_at_each_kibibyte(shared):
    """Whole for HTTP, half for everything inside."""
    whole = shared.sender.message(mime.payload(20_000, "binary"), receipt="unsigned")
    clear = shared.by_name("LENIENT").message(mime.payload(20_000, "text-crlf"), layers=("sign",), receipt="unsigned")
    before = shared.documents.number
    for message in (whole, clear):
        for size in range(1, len(message.body), 1024):
            _, headers, answer = shared.gateway.request("POST", "/as2", message.body[:size], dict(message.headers))
            receipt = read_receipt(headers.items(), answer, shared.folder)
            assert receipt.disposition.startswith("processed/error"), size
            assert receipt.mic is None
    assert shared.documents.number == before
    assert shared.exchange(whole).disposition == "processed", "what was refused may come again"


def test_connections_cut_at_each_kibibyte(shared):
    message = shared.sender.message(mime.payload(20_000, "binary"))
    before, waiting = shared.documents.number, len(shared.listed())
    for size in range(0, len(message.body), 1024):
        head, body = request(message)
        status, _, _ = send(shared, head, body[:size], seconds=5)
        assert status in (b"", b"HTTP/1.1 400 Bad Request"), status
    assert (shared.documents.number, len(shared.listed())) == (before, waiting)
    assert shared.exchange(message).disposition == "processed"


def test_slow_senders_hold_nobody_up(shared):
    message = shared.sender.message(mime.payload(200_000, "binary"))
    head, body = request(message)
    slow = [socket.create_connection(("127.0.0.1", shared.gateway.port), timeout=30) for _ in range(60)]
    try:
        for number, connection in enumerate(slow):
            connection.sendall(head + b"\r\n" + body[:number * 1000])
        for _ in range(5):
            assert shared.exchange(shared.sender.message()).disposition == "processed"
        slow[0].sendall(body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += slow[0].recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
    finally:
        for connection in slow:
            connection.close()


def test_a_hundred_at_once_with_one_message_id(shared):
    content = EDIFACT + uuid.uuid4().bytes
    message = shared.sender.message(content)
    fields = dict(message.headers)

    def deliver(_):
        while True:
            status, _, body = shared.gateway.request("POST", "/as2", message.body, fields, timeout=60)
            if status != 503:
                return status, body

    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(deliver, range(100)))
    assert {status for status, _ in answers} == {200}
    assert len({body for _, body in answers}) == 1, "one receipt for all"
    assert shared.arrived(content) == 1
    again = shared.documents.arrived[shared.documents.digest(content)]
    assert len(again) == 1


def test_damage_never_changes_what_is_taken(shared):
    """Any bit of a signed and encrypted message: either it makes no difference or the message is refused."""
    content = EDIFACT + uuid.uuid4().bytes
    message = shared.sender.message(content, receipt="unsigned")
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    choose, refused = random.Random(seed), 0
    for _ in range(150):
        body = bytearray(message.body)
        at = choose.randrange(len(body))
        body[at] ^= 1 << choose.randrange(8)
        damaged = As2Message(message.replaced(Message_ID=f"<{uuid.uuid4()}@acme>").headers, bytes(body), b"")
        _, headers, answer = shared.gateway.request("POST", "/as2", damaged.body, dict(damaged.headers))
        receipt = read_receipt(headers.items(), answer, shared.folder)
        if receipt.disposition == "processed":
            assert receipt.mic == (digest(message.covered), "sha256")
        else:
            refused += 1
            # Damaged where it says that it is encrypted, it is no encrypted message: nothing is tried, and nothing told.
            outside = receipt.disposition == "processed/error: unexpected-processing-error" and at < 32
            assert outside or receipt.disposition == "processed/error: decryption-failed", (at, receipt.disposition)
    assert refused > 100
