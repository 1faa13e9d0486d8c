"""Payloads, and just enough MIME and BER to hand a message to a peer that knows neither.

Written against the RFCs and apart from the product's own code, so that a fault of the product cannot hide here too.
"""
import base64
import quopri
import random


def payload(size, kind, seed=2026):
    """`size` bytes: "binary", or lines of text that end in "text-lf" or "text-crlf"."""
    source = random.Random(f"{seed}-{size}-{kind}")
    if kind == "binary":
        block = source.randbytes(min(size, 1 << 20))
        return (block * (size // max(len(block), 1) + 1))[:size]
    end = b"\r\n" if kind == "text-crlf" else b"\n"
    line = b"UNA:+.? 'UNB+UNOC:3+SENDER+RECEIVER+261121:0730+%05d'" % source.randrange(99999) + end
    text = (line * (size // len(line) + 1))[:size]
    # Cut in the middle of a line end: leave no lone CR behind.
    return text[:-1] + b"'" if text.endswith(b"\r") else text


def lines_as_lf(data):
    return data.replace(b"\r\n", b"\n")


def lines_as_crlf(data):
    return lines_as_lf(data).replace(b"\n", b"\r\n")


def entity(content, content_type, encoding, end=b"\r\n"):
    """A MIME entity around `content`, which gets the transfer encoding."""
    if encoding == "base64":
        content = base64.encodebytes(content).replace(b"\n", end)
    head = b"Content-Type: " + content_type.encode() + end + b"Content-Transfer-Encoding: " + encoding.encode() + end + end
    return head + content


def split(message):
    """(headers with lower-case names, body as transferred)"""
    for blank, end in ((b"\r\n\r\n", b"\r\n"), (b"\n\n", b"\n")):
        at = message.find(blank)
        first_lf = message.find(b"\n")
        if at >= 0 and message[:first_lf + 1].endswith(end):
            head, body = message[:at + len(end)], message[at + len(blank):]
            break
    else:
        raise AssertionError(f"no MIME header in {message[:80]!r}")
    headers = {}
    for line in head.replace(b"\r\n", b"\n").replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.decode().lower()] = value.decode().strip()
    return headers, body


def body_of(message):
    """The body of a MIME entity without its transfer encoding."""
    headers, body = split(message)
    encoding = headers.get("content-transfer-encoding", "7bit").lower()
    if encoding == "base64":
        return base64.b64decode(body)
    if encoding == "quoted-printable":
        return quopri.decodestring(body)
    return body


def parameter(value, name):
    for piece in value.split(";")[1:]:
        key, _, text = piece.partition("=")
        if key.strip().lower() == name:
            return text.strip().strip('"')
    raise AssertionError(f"no {name} in {value!r}")


def split_signed(message):
    """(exact bytes that are signed, DER of the signature) of a multipart/signed message."""
    headers, body = split(message)
    delimiter = b"--" + parameter(headers["content-type"], "boundary").encode()
    starts, at = [], 0
    while (at := body.find(delimiter, at)) >= 0:
        if at == 0 or body[at - 1:at] == b"\n":
            starts.append(at)
        at += len(delimiter)
    assert len(starts) == 3, f"multipart/signed has two parts; {len(starts)} delimiters here"

    def piece(number):
        begin, end = body.index(b"\n", starts[number]) + 1, starts[number + 1] - 1
        return body[begin:end - 1 if body[end - 1:end] == b"\r" else end]

    return piece(0), body_of(piece(1))


def join_signed(part, signature, digest):
    """A multipart/signed message around the exact bytes `part`."""
    boundary = b"=_sealgate-peer-boundary"
    head = (b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=' + digest.encode() +
            b'; boundary="' + boundary + b'"\r\nMIME-Version: 1.0\r\n\r\n')
    tail = entity(signature, 'application/pkcs7-signature; name="smime.p7s"', "base64")
    return head + b"--" + boundary + b"\r\n" + part + b"\r\n--" + boundary + b"\r\n" + tail + b"\r\n--" + boundary + b"--\r\n"


def pkcs7_mime(der, kind, encoding="base64"):
    return b"MIME-Version: 1.0\r\n" + entity(der, f'application/pkcs7-mime; smime-type={kind}; name="smime.p7m"', encoding)


def octets(ber):
    """Every OCTET STRING in a BER structure, in order, joined; for a CompressedData that is its content."""
    found, at, stop = [], 0, len(ber)
    while at < stop:
        tag, at = ber[at], at + 1
        length, at = ber[at], at + 1
        if length == 0x80:  # indefinite: walk into it; the end-of-contents octets are a primitive of length 0
            continue
        if length > 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(ber[at:at + count], "big"), at + count
        if tag & 0x20:
            continue
        if tag in (0x04, 0x80):
            found.append(ber[at:at + length])
        at += length
    return b"".join(found)
