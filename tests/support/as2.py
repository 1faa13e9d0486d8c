"""AS2 messages as the openssl program makes them, and receipts as it checks them.

Written against RFC 4130 and apart from the product's own code. Layers are named from the inside out:
("compress", "sign", "encrypt") is compressed before it is signed.
"""
import base64
import dataclasses
import itertools
import os
import pathlib
import re
import uuid
import zlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from support import message as mime
from support.program import must, run

EDIFACT = b"UNB+UNOC:3+ACME+GATEWAY+261121:2300+1'\r\nUNH+1+ORDERS:D:96A:UN'\r\nUNT+2+1'\r\nUNZ+1+1'\r\n"
COMPRESSED, ZLIB, DATA = "1.2.840.113549.1.9.16.1.9", "1.2.840.113549.1.9.16.3.8", "1.2.840.113549.1.7.1"
ENVELOPED, RSA, AES_GCM = "1.2.840.113549.1.7.3", "1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.1.46"


def der(tag, *content):
    content = b"".join(content)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    octets = bytearray([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(groups))
    return der(0x06, bytes(octets))


def compressed_data(content, level=9):
    """CompressedData (RFC 3274), which Debian's openssl cannot write."""
    inner = der(0x30, oid(DATA), der(0xA0, der(0x04, zlib.compress(content, level))))
    return der(0x30, oid(COMPRESSED), der(0xA0, der(0x30, der(0x02, b"\0"), der(0x30, oid(ZLIB)), inner)))


def gcm_in_enveloped_data(content, recipient):
    """AES-256-GCM inside EnvelopedData, the tag behind the ciphertext: BouncyCastle's way, which openssl does not write."""
    certificate = x509.load_pem_x509_certificate(recipient.certificate.read_bytes())
    key, nonce = os.urandom(32), os.urandom(12)
    serial = certificate.serial_number
    issuer = certificate.issuer.public_bytes() + der(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))
    null = der(0x05)
    wrapped = certificate.public_key().encrypt(key, PKCS1v15())
    recipients = der(0x31, der(0x30, der(0x02, b"\0"), der(0x30, issuer), der(0x30, oid(RSA), null), der(0x04, wrapped)))
    algorithm = der(0x30, oid(AES_GCM), der(0x30, der(0x04, nonce), der(0x02, b"\x10")))
    inner = der(0x30, oid(DATA), algorithm, der(0x80, AESGCM(key).encrypt(nonce, content, None)))
    return der(0x30, oid(ENVELOPED), der(0xA0, der(0x30, der(0x02, b"\0"), recipients, inner)))


def digest(octets, name="sha256"):
    """Base64 of the digest, by openssl."""
    return base64.b64encode(must(run(["openssl", "dgst", f"-{name}", "-binary"], stdin=octets)).stdout).decode()


@dataclasses.dataclass
class As2Message:
    headers: list  # of (name, value)
    body: bytes
    covered: bytes  # what its check of the content is over (RFC 4130 7.3.1, RFC 5402 4)

    def value(self, name):
        return next(value for key, value in self.headers if key.lower() == name.lower())

    def replaced(self, **values):
        """The same with these header fields, whose names have _ for -; None takes one off."""
        names = {name.replace("_", "-").lower(): (name.replace("_", "-"), value) for name, value in values.items()}
        kept = [(name, value) for name, value in self.headers if name.lower() not in names]
        return dataclasses.replace(self, headers=kept + [pair for pair in names.values() if pair[1] is not None])


class Sender:
    """A partner: signs with `identity`, encrypts to `recipient`."""

    def __init__(self, folder, identity, recipient, as2_from="ACME", as2_to="GATEWAY"):
        self.folder, self.identity, self.recipient = pathlib.Path(folder), identity, recipient
        self.as2_from, self.as2_to, self.numbers = as2_from, as2_to, itertools.count()

    def file(self, content, end):
        path = self.folder / f"{self.as2_from}-{next(self.numbers)}.{end}"
        path.write_bytes(content)
        return path

    def signature(self, part, name="sha256", signer=None, more=()):
        """Detached, DER."""
        signer = signer or self.identity
        return must(run(["openssl", "cms", "-sign", "-binary", "-outform", "DER", "-md", name, "-signer", signer.certificate,
                         "-inkey", signer.key, "-in", self.file(part, "part"), *more])).stdout

    def encrypted(self, entity, cipher="aes-256-cbc", recipient=None, more=()):
        recipient = recipient or self.recipient
        return must(run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER", f"-{cipher}", "-in", self.file(entity, "entity"),
                         *more, recipient.certificate])).stdout

    def message(self, document=EDIFACT, layers=("sign", "encrypt"), *, receipt="signed", address=None, message_id=None,
                content_type="application/edifact", file_name=None, digest_name="sha256", cipher="aes-256-cbc", signer=None,
                recipient=None, micalg=None, sign_more=(), encrypt_more=()):
        """`receipt`: "signed", "unsigned" or None; `address` is Receipt-Delivery-Option."""
        head = b"Content-Type: " + content_type.encode() + b"\r\nContent-Transfer-Encoding: binary\r\n"
        if file_name:
            head += b'Content-Disposition: attachment; filename="' + file_name.encode() + b'"\r\n'
        entity = head + b"\r\n" + document
        covered = entity if layers else document
        is_signed = False
        for layer in layers:
            if layer == "sign":
                covered, is_signed = entity, True
                name = {"sha1": "sha1"}.get(digest_name, digest_name)
                entity = mime.join_signed(entity, self.signature(entity, name, signer, sign_more), name)
            elif layer == "encrypt":
                entity = mime.pkcs7_mime(self.encrypted(entity, cipher, recipient, encrypt_more), "enveloped-data", "binary")
            else:
                if not is_signed:
                    covered = entity  # becomes what the signature covers, if there will be one
                entity = mime.pkcs7_mime(compressed_data(entity), "compressed-data", "binary")
        fields, body = entity.split(b"\r\n\r\n", 1)
        headers = [("AS2-Version", "1.2"), ("AS2-From", self.as2_from), ("AS2-To", self.as2_to),
                   ("Message-ID", message_id or f"<{uuid.uuid4()}@acme.example>"), ("Subject", "orders")]
        if receipt:
            headers.append(("Disposition-Notification-To", "as2@acme.example"))
        if receipt == "signed":
            headers.append(("Disposition-Notification-Options",
                            f"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, {micalg or digest_name}"))
        if address:
            headers.append(("Receipt-Delivery-Option", address))
        headers += [tuple(line.split(": ", 1)) for line in fields.decode().split("\r\n")]
        return As2Message(headers, body, covered)


@dataclasses.dataclass
class Receipt:
    fields: dict  # of the notification, names in lower case
    text: str
    is_signed: bool
    raw: bytes

    @property
    def disposition(self):
        """What stands after the modes: "processed", "processed/error: decryption-failed"."""
        return self.fields["disposition"].split(";", 1)[1].strip()

    @property
    def mic(self):
        """(base64, algorithm), or nothing."""
        found = self.fields.get("received-content-mic")
        return tuple(word.strip() for word in found.rsplit(",", 1)) if found else None


def parts_of(entity):
    headers, body = mime.split(entity)
    delimiter = b"--" + mime.parameter(headers["content-type"], "boundary").encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + delimiter)
    assert pieces[-1].startswith(b"--"), "the last delimiter is missing"
    return [piece[2:] for piece in pieces[1:-1]]


def read_receipt(headers, body, folder, root=None, signer=None):
    """The receipt in an answer or a request; its signature holds by openssl and is `signer`'s, or this fails."""
    fields = {name.lower(): value for name, value in headers}
    entity = b"Content-Type: " + fields["content-type"].encode() + b"\r\n\r\n" + body
    raw, is_signed = entity, fields["content-type"].startswith("multipart/signed")
    if is_signed:
        report, signature = mime.split_signed(entity)
        folder = pathlib.Path(folder)
        part, der_file, found = folder / "receipt.part", folder / "receipt.p7s", folder / "receipt.signer"
        part.write_bytes(report)
        der_file.write_bytes(signature)
        given = ["-certfile", signer.certificate, "-nointern"] if signer else []
        must(run(["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", der_file, "-content", part, "-CAfile", root,
                  "-signer", found, *given, "-out", "/dev/null"]))
        entity = report
    assert re.search(r'report-type="?disposition-notification', mime.split(entity)[0]["content-type"])
    text, notification = parts_of(entity)[:2]
    assert mime.split(notification)[0]["content-type"] == "message/disposition-notification"
    lines = mime.body_of(notification).decode().splitlines()
    pairs = dict(line.split(": ", 1) for line in lines if line)
    return Receipt({name.lower(): value for name, value in pairs.items()}, mime.body_of(text).decode(), is_signed, raw)
