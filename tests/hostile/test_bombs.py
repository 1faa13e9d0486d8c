"""Inputs made to exhaust: refused as over a limit, in little memory."""
import zlib

import pytest

from hostile_helpers import MEMORY_KIB, refused
from support import message
from support.program import measured

OPTIONS = ["--no-chain", "--allow-non-mime"]


def decode(sealgate, source, out, *more):
    done = measured([sealgate.path, "smime", "decode", "-i", source, "-o", out, *OPTIONS, *more], timeout=120)
    assert done.peak_kib < MEMORY_KIB, f"{done.peak_kib} KiB resident"
    return done


def der(tag, content):
    size = len(content)
    head = bytes([size]) if size < 0x80 else (lambda b: bytes([0x80 | len(b)]) + b)(size.to_bytes((size.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + head + content


def oid(text):
    first, second, *rest = (int(piece) for piece in text.split("."))
    octets = bytes([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, 0x80 | (number & 0x7F))
        octets += bytes(groups)
    return der(0x06, octets)


def compressed_data(content):
    """CompressedData of RFC 3274 around content that is compressed already."""
    algorithm = der(0x30, oid("1.2.840.113549.1.9.16.3.8"))
    inner = der(0x30, oid("1.2.840.113549.1.7.1") + der(0xA0, der(0x04, content)))
    return der(0x30, oid("1.2.840.113549.1.9.16.1.9") + der(0xA0, der(0x30, der(0x02, b"\0") + algorithm + inner)))


def test_nested_multiparts(sealgate, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    with source.open("wb") as file:
        for level in range(10_000):
            file.write(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level))
        file.write(b"Content-Type: text/plain\r\n\r\nhello\r\n")
        for level in reversed(range(10_000)):
            file.write(b"--b%d--\r\n" % level)
    refused(decode(sealgate, source, out), out, 8)


def test_nested_multiparts_of_one_boundary(sealgate, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' * 10_000 + b"\r\nhello\r\n--b--\r\n")
    refused(decode(sealgate, source, out), out, 3, 8)


def test_many_parts(sealgate, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 200_000 + b"--b--\r\n")
    refused(decode(sealgate, source, out), out, 8)


@pytest.mark.parametrize("shape", ["one field", "one folded field", "many fields", "no colon"])
def test_header_of_100_mb(sealgate, tmp_path, shape):
    source, out = tmp_path / "in", tmp_path / "out"
    with source.open("wb") as file:
        file.write(b"Content-Type: text/plain\r\n")
        line = {"one field": b"a" * 998, "one folded field": b" " + b"a" * 990 + b"\r\n", "many fields": b"X-A: " + b"a" * 990 + b"\r\n",
                "no colon": b"a" * 998}[shape]
        file.write(b"X-Large: " if shape != "no colon" else b"")
        for _ in range(100_000):
            file.write(line)
        file.write(b"\r\n\r\nhello\r\n")
    refused(decode(sealgate, source, out), out, 3, 8)


def test_zip_bomb(sealgate, tmp_path):
    """1:100,000 and more, in two layers, because one of zlib ends at about 1:1,000."""
    source, out = tmp_path / "in", tmp_path / "out"
    squeeze = zlib.compressobj(9)
    inner = b"".join([squeeze.compress(b"Content-Type: text/plain\r\n\r\n"), *(squeeze.compress(bytes(1 << 20)) for _ in range(256)),
                      squeeze.flush()])
    entity = b"Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    outer = compressed_data(zlib.compress(entity + compressed_data(inner), 9))
    source.write_bytes(message.pkcs7_mime(outer, "compressed-data"))
    ratio = (256 << 20) / len(outer)
    assert ratio > 100_000, ratio
    refused(decode(sealgate, source, out), out, 8)


def test_one_layer_bomb(sealgate, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    bomb = compressed_data(zlib.compress(b"Content-Type: text/plain\r\n\r\n" + bytes(512 << 20), 9))
    source.write_bytes(message.pkcs7_mime(bomb, "compressed-data"))
    refused(decode(sealgate, source, out), out, 8)


def test_many_layers(sealgate, tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    content = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    for _ in range(200):
        content = message.pkcs7_mime(compressed_data(zlib.compress(content)), "compressed-data", "binary")
    source.write_bytes(content)
    refused(decode(sealgate, source, out), out, 8)


@pytest.mark.parametrize("octets", [b"\x30\x80" * 100_000, b"\x24\x80" * 100_000, b"\x30\x84\xff\xff\xff\xff" + bytes(1000),
                                    b"\x30\x89" + b"\xff" * 1000, b"\x06\x80\x80\x80", bytes(100_000)],
                         ids=["nested sequences", "nested strings", "4 GiB claimed", "length of 9 octets", "no oid", "zeros"])
def test_hostile_ber(sealgate, tmp_path, octets):
    source, out = tmp_path / "in", tmp_path / "out"
    signed = b"\x30\x80" + oid("1.2.840.113549.1.7.2") + b"\xa0\x80"
    for number, content in enumerate((octets, signed + octets)):
        source.write_bytes(message.pkcs7_mime(content, "signed-data"))
        refused(decode(sealgate, source, out), out, 3, 8)
        if number:
            source.write_bytes(content)
            refused(decode(sealgate, source, out), out, 3, 8)
