"""Requests that are made to be read in two ways, fields that try to get out of their line, and what clients claim."""
import http.client
import re
import socket

import pytest

from support.pki import Pki
from support.web import Nginx

HOST = b"Host: x\r\n"
ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) ")


def exchange(port, *pieces, seconds=20):
    """What a plain listener answers to these bytes until it closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as client:
        for piece in pieces:
            client.sendall(piece)
        client.shutdown(socket.SHUT_WR)
        said = b""
        while True:
            try:
                piece = client.recv(65536)
            except ConnectionError:
                return said
            if not piece:
                return said
            said += piece


@pytest.fixture
def plain(door):
    door.apply(door.location(), listeners=[door.listener(certificates=None, trusted_proxies=["127.0.0.9"])])
    with door.gateway:
        yield door


SMUGGLING = {
    "both lengths": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "list of lengths": b"Content-Length: 5, 6\r\n\r\nhello!",
    "signed length": b"Content-Length: +5\r\n\r\nhello",
    "hexadecimal length": b"Content-Length: 0x5\r\n\r\nhello",
    "endless length": b"Content-Length: 99999999999999999999\r\n\r\nhello",
    "blank before the colon": b"Content-Length : 5\r\n\r\nhello",
    "folded coding": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "coding with a tab": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "coding twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "other coding": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "bare line feed": b"X: y\nContent-Length: 5\r\n\r\nhello",
    "bare carriage return": b"X: y\rContent-Length: 5\r\n\r\nhello",
    "nul in a field": b"X: a\x00b\r\nContent-Length: 5\r\n\r\nhello",
    "chunk size too long": b"Transfer-Encoding: chunked\r\n\r\n00000000000000000005\r\nhello\r\n0\r\n\r\n",
    "chunk size signed": b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
    "chunk without its end": b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n",
    "chunk ends in a line feed": b"Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
}


def test_smuggling_is_refused_and_ends_the_connection(plain):
    port = plain.port()
    for name, rest in SMUGGLING.items():
        second = b"POST /in HTTP/1.1\r\n" + HOST + b"Content-Length: 8\r\n\r\nsmuggled"
        said = exchange(port, b"POST /in HTTP/1.1\r\n" + HOST + rest + second)
        status = said.split(b" ", 2)[1] if said else b""
        assert status in (b"400", b"413", b"501"), f"{name}: {said}"
        assert len(ANSWER.findall(said)) == 1, f"{name}: {said}"
        assert b"Connection: close" in said and b"application/problem+json" in said, name
    good = exchange(port, b"POST /in HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\ngood")
    assert good.startswith(b"HTTP/1.1 202 ")
    assert plain.anybody.wait_for(lambda: plain.anybody.number >= 1, 30)
    assert [body for _, body in plain.anybody.bodies] == [b"good"]


def test_request_lines_that_mean_something_else(plain):
    port = plain.port()
    for line in (b"POST /in HTTP/1.1 \r\n", b"POST  /in HTTP/1.1\r\n", b"POST /in HTTP/2.0\r\n", b"POST /in\r\n", b"POST\r\n",
                 b"POST /i\x00n HTTP/1.1\r\n", b"POST /in%00 HTTP/1.1\r\n", b"POST /%zz HTTP/1.1\r\n", b" POST /in HTTP/1.1\r\n",
                 b"PO ST /in HTTP/1.1\r\n", b"POST in HTTP/1.1\r\n", b"POST /in#x HTTP/1.1\r\n"):
        said = exchange(port, line + HOST + b"Content-Length: 1\r\n\r\nx")
        assert said.split(b" ", 2)[1] in (b"400", b"404", b"505"), (line, said)
        assert len(ANSWER.findall(said)) == 1
    for hosts in (b"", b"Host: a\r\nHost: b\r\n", b"Host: a b\r\n"):
        assert exchange(port, b"POST /in HTTP/1.1\r\n" + hosts + b"Content-Length: 1\r\n\r\nx").startswith(b"HTTP/1.1 400 "), hosts
    assert exchange(port, b"POST /in/../in HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nx").startswith(b"HTTP/1.1 404 ")
    assert exchange(port, b"POST /in HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")
    assert exchange(port, b"POST /" + b"y" * 9_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n").startswith(b"HTTP/1.1 414 ")
    assert plain.anybody.number == 0


def test_pipelined_requests_are_answered_in_order(plain):
    one = b"POST /in HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\none"
    bad = b"POST /nowhere HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\ntwo"
    three = b"POST /in HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n5 \r\nthree\r\n0\r\n\r\n"
    said = exchange(plain.port(), one + bad + three)
    assert ANSWER.findall(said) == [b"202", b"404", b"202"], said
    assert plain.anybody.wait_for(lambda: plain.anybody.number == 2, 30)
    assert sorted(body for _, body in plain.anybody.bodies) == [b"one", b"three"]


def test_nothing_of_a_request_gets_into_the_head_of_its_answer(plain):
    for path in (b"/in%0d%0aSet-Cookie:%20x=1", b"/in?a=%0d%0aX-Evil:1"):
        said = exchange(plain.port(), b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n"
                        b"Message-ID: <a%0d%0aX-Evil: 1>\r\n\r\nx")
        assert b"Evil" not in said and b"Set-Cookie" not in said
    assert plain.anybody.wait_for(lambda: plain.anybody.number >= 1, 30)


def test_nobody_gives_himself_an_address_or_a_certificate(door):
    pem = door.certificate.certificate.read_text().replace("\n", "%0A")
    claims = ["-H", f"X-Client-Certificate: {pem}", "-H", "X-Forwarded-For: 192.0.2.7", "-H", "Forwarded: for=192.0.2.7"]
    door.apply(door.location(client_certificate="require"), door.location("/far", allowed_clients=["192.0.2.0/24"]),
               listeners=[door.listener(trusted_proxies=["127.0.0.9"], client_certificate_field="X-Client-Certificate")])
    with door.gateway:
        assert door.problem(*claims) == (403, "adapter.http.no-client-certificate")
        assert door.problem(*claims, url=door.url("/far")) == (403, "adapter.http.client-not-allowed")
        trusted = ["--interface", "127.0.0.9"]
        assert door.status(*claims, *trusted) == 202
        assert door.status(*claims, *trusted, url=door.url("/far")) == 202
        assert door.problem(*trusted) == (403, "adapter.http.no-client-certificate")
        assert door.problem(*claims, "-H", "X-Client-Certificate: x", *trusted) == (400, "adapter.http.ambiguous-header")
        assert door.knows(1)


def test_the_certificate_of_a_proxy_is_not_that_of_its_clients(door):
    door.apply(door.location(client_certificate="require"), door.location("/evidence", client_certificate="request"),
               listeners=[door.listener(trusted_proxies=["127.0.0.9"], client_certificates="request")])
    with door.gateway:
        own = door.with_certificate()
        assert door.status(*own) == 202
        assert door.knows(1)
        proxy = [*own, "--interface", "127.0.0.9"]
        for claims in ([], ["-H", "X-Forwarded-For: 192.0.2.7"]):
            assert door.problem(*claims, *proxy) == (403, "adapter.http.no-client-certificate")
            assert door.status(*claims, *proxy, url=door.url("/evidence")) == 202
        assert door.anybody.wait_for(lambda: door.anybody.number == 3, 30)
        assert door.partner.number == 1, "it is no evidence of the party"


def front(door, listener, *lines):
    """nginx before this listener; it asks for client certificates and passes them on."""
    more = "\n".join(lines)
    return Nginx(f"""
        server {{
          listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;
          ssl_verify_client optional_no_ca; client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
          location / {{
            proxy_pass http://127.0.0.1:{door.port(listener)};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Forwarded "for=$remote_addr;proto=https";
            proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;
            {more}
          }}
        }}""", {"server.pem": door.server.both}, scheme="https")


def test_behind_nginx(door, tmp_path):
    behind = {"certificates": None, "trusted_proxies": ["127.0.0.1"], "client_certificate_field": "X-Client-Certificate"}
    door.apply(door.location("/cert", client_certificate="require"), door.location("/near", allowed_clients=["127.0.0.2"]),
               door.location("/rfc", "rfc", allowed_clients=["127.0.0.2"]), door.location("/digest", authentication=["digest"]),
               door.location("/seldom", requests_per_second=1), users=[door.user("alice")],
               listeners=[door.listener(**behind), door.listener("rfc", **behind, forwarded="forwarded")])
    with door.gateway, front(door, "edge") as nginx, front(door, "rfc") as second:
        at = nginx.url
        assert door.status(*door.with_certificate(), url=at("/cert")) == 202
        assert door.knows(1)
        assert door.problem(url=at("/cert")) == (403, "adapter.http.no-client-certificate")
        assert door.problem("-H", f"X-Client-Certificate: {door.certificate.certificate.read_text()!r}", url=at("/cert"))[0] == 403
        (tmp_path / "elsewhere").mkdir()
        strange = Pki(tmp_path / "elsewhere", "Somebody else's root").get("ec256", "strange", extended="clientAuth")
        assert door.problem(*door.with_certificate(strange), url=at("/cert")) == (403, "adapter.http.bad-client-certificate")
        for path, server in (("/near", nginx), ("/rfc", second)):
            assert door.status("--interface", "127.0.0.2", url=server.url(path)) == 202
            assert door.status("--interface", "127.0.0.3", url=server.url(path)) == 403
            assert door.status("--interface", "127.0.0.3", "-H", "X-Forwarded-For: 127.0.0.2", "-H", "Forwarded: for=127.0.0.2",
                               url=server.url(path)) == 403, "what the client claims comes before what nginx adds"
        assert door.status("--digest", "-u", "alice:open:sesame", url=at("/digest")) == 202
        assert door.status("--digest", "-u", "alice:open:sesame", url=at("/digest"), body=b"x" * 2_000_000) == 202
        door.status("--interface", "127.0.0.4", url=at("/seldom"))
        assert door.status("--interface", "127.0.0.4", url=at("/seldom")) == 429
        assert door.status("--interface", "127.0.0.5", url=at("/seldom")) == 202
        # What nginx reads as one request is one request here.
        connection = http.client.HTTPSConnection("127.0.0.1", nginx.ports["port"], context=door.context())
        connection.request("POST", "/near", iter([b"x", b"POST /cert HTTP/1.1\r\n\r\n"]), {"Transfer-Encoding": "chunked"},
                           encode_chunked=True)
        assert connection.getresponse().status == 403
