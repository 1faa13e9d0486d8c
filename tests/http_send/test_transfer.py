"""Time limits, proxies, redirects, compression and sizes, and what breaks on the way."""
import gzip

import pytest

from conftest import PASSWORD, USER
from support.gateway import free_port
from support.message import payload
from support.sockets import Socket
from support.waiting import eventually


def hangs(server, connection):
    """Never says a word, not even in TLS."""
    server.over.wait(120)


def reads_and_hangs(server, connection):
    while connection.recv(1 << 16) and not server.over.is_set():
        pass


def cuts_the_request(_, connection):
    connection.recv(100_000)


def cuts_the_answer(_, connection):
    received = b""
    while b"the end" not in received:
        received += connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")


def answers_without_end(server, connection):
    received = b""
    while b"the end" not in received:
        received += connection.recv(1 << 16)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not server.over.is_set():
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def digits(size, seed):
    """Text that gzip makes half as large: Apache refuses what expands two hundred times."""
    return payload(size // 2, "binary", seed=seed).hex().encode()


@pytest.fixture(scope="module")
def odd():
    servers = {behave.__name__: Socket(behave)
               for behave in (hangs, reads_and_hangs, cuts_the_request, cuts_the_answer, answers_without_end)}
    yield {name: server.url for name, server in servers.items()}
    for server in servers.values():
        server.close()


@pytest.fixture(scope="module")
def ports(stage, odd):
    partners = stage.partners
    password = stage.password(PASSWORD)
    basic = {"authentication": "basic", "user": USER, "password_source": password}
    proxy = {"proxy": partners.url("proxy", ""), "proxy_user": "carol"}
    right, wrong = stage.password("proxy word"), stage.password("another word")
    static = partners.servers["nginx"].folder / "files" / "static"
    (static.parent / "bomb").mkdir(parents=True)
    static.mkdir()
    (static / "small.txt").write_bytes(b"line of text\n" * 1000)
    (static / "large.txt").write_bytes(b"line of text\n" * 200_000)
    (static.parent / "bomb" / "zeros").write_bytes(gzip.compress(bytes(64 << 20)))

    def at(path, case, port="http", **words):
        return {"url": partners.url("nginx", f"/{path}/{case}", port=port, scheme="http" if port == "http" else "https"), **words}

    def static_at(path, **words):
        return {"url": partners.url("nginx", path, port="http"), **words}
    stage.add({
        "down": {"url": f"http://127.0.0.1:{free_port()}/down"},
        "slow-answer": {"url": f"{odd['reads_and_hangs']}/slow", "answer_timeout": "1s"},
        "slow-reader": {"url": f"{odd['hangs']}/slow", "stall_timeout": "1s"},
        "slow-handshake": {"url": f"{odd['hangs']}/slow".replace("http:", "https:"), "tls_timeout": "1s"},
        "slow-altogether": {"url": f"{odd['hangs']}/slow", "timeout": "1s"},
        "cut-request": {"url": f"{odd['cuts_the_request']}/cut"},
        "cut-answer": {"url": f"{odd['cuts_the_answer']}/cut"},
        "closed": at("cut", "closed"),
        "endless": {"url": f"{odd['answers_without_end']}/endless"},
        "proxied": at("basic", "proxied", **basic, **proxy, proxy_password_source=right),
        "proxied-tls": at("basic", "proxied-tls", "tls13", **basic, **proxy, proxy_password_source=right),
        "proxy-refuses": at("anonymous", "proxy-refuses", **proxy, proxy_password_source=wrong),
        "proxy-refuses-tls": at("anonymous", "proxy-refuses-tls", "tls13", **proxy, proxy_password_source=wrong),
        "not-redirected": at("redirect", "not-redirected"),
        "redirected": at("redirect", "redirected", "tls13", redirects=2, **basic),
        "moved": at("moved", "moved", redirects=1),
        "other-host": at("other", "other-host", redirects=1, **basic),
        "see-other": at("see-other", "see-other", redirects=5),
        "downgrade": at("downgrade", "downgrade", "tls13", redirects=5),
        "loop": at("loop", "loop", redirects=10),
        # Nobody but the proxy knows this name, and it leads inside.
        "to-private": {"url": "http://partner.example/private/to-private", "proxy": partners.url("nginx", "", port="http"), "redirects": 5},
        "compressed": {"url": partners.url("inflating", "/inflate/compressed"), "gzip_request": True},
        "compressed-length": {"url": partners.url("inflating", "/inflate/compressed-length"), "gzip_request": True, "chunked": False},
        "expects": {"url": partners.url("inflating", "/expects"), "expect_continue": "2s"},
        "expects-401": {"url": partners.url("inflating", "/guarded/expects-401"), "expect_continue": "5s", "chunked": False},
    })
    stage.add({
        "answer": static_at("/static/small.txt"),
        "answer-gzip": static_at("/static/large.txt", gzip_response=True),
        "answer-too-large": static_at("/static/large.txt", maximum_response="1MiB"),
        "answer-bomb": static_at("/bomb/zeros", gzip_response=True),
    }, two_way=("answer", "answer-gzip", "answer-too-large", "answer-bomb"))
    return stage


@pytest.mark.parametrize("case", ["proxied", "proxied-tls", "redirected", "moved", "other-host", "compressed", "compressed-length",
                                  "expects"])
def test_delivers(ports, case):
    small, large = ports.send(case), ports.send(case, digits(2_000_000, case))
    ports.delivered(case, small)
    ports.delivered(case, large)


@pytest.mark.parametrize(("case", "code", "says"), [
    ("down", "net.unreachable", "reached"),
    ("slow-answer", "net.timeout", "no answer"),
    ("slow-reader", "net.timeout", "nothing more of the message"),
    ("slow-handshake", "net.timeout", "handshake"),
    ("slow-altogether", "net.timeout", "too long"),
    ("cut-request", "net.connection-lost", ""),
    ("cut-answer", "net.connection-lost", ""),
    ("closed", "net.connection-lost", ""),
    ("proxy-refuses", "adapter.http.refused", "407"),
    ("proxy-refuses-tls", "net.proxy-refused", "407"),
    ("not-redirected", "adapter.http.refused", "307"),
    ("see-other", "adapter.http.refused", "303"),
    ("downgrade", "net.redirect-refused", "https to http"),
    ("loop", "net.redirect-refused", "more than 10"),
    ("to-private", "net.redirect-refused", "127.0.0.1, which is no public address"),
    ("expects-401", "adapter.http.refused", "401")])
def test_fails_and_is_tried_again(ports, case, code, says):
    # Past all buffers between here and there: a server that reads nothing is noticed while sending.
    body = ports.send(case, payload(20_000_000 if case == "slow-reader" else 200_000, "binary", seed=case) + b"the end")
    failure = ports.failure(case, "retrying")
    assert failure["code"] == code and says in failure["text"], failure
    assert ports.arrivals(case, body) == 0


def test_the_proxy_saw_a_user_and_what_is_encrypted_only_as_a_tunnel(ports):
    for case in ("proxied", "proxied-tls"):
        ports.delivered(case, ports.send(case, f"by proxy {case}".encode()))
    ports.partners.wrote("proxy", "/basic/proxied carol 200")
    ports.partners.wrote("proxy", "CONNECT")
    assert "/basic/proxied-tls" not in ports.partners.log("proxy")


def test_credentials_stay_with_their_host(ports):
    for case in ("redirected", "other-host"):
        ports.delivered(case, ports.send(case, f"redirected {case}".encode()))
    for words in (" /other/other-host HTTP/1.1 te=- cl=21 auth=Basic", " /anonymous/other/other-host HTTP/1.1 te=- cl=21 auth=- ",
                  " /basic/redirect/redirected HTTP/1.1 te=- cl=21 auth=Basic"):
        ports.partners.wrote("nginx", words)


def test_no_body_is_sent_to_who_refuses_it_first(ports):
    body = payload(3_000_000, "binary", seed="refused")
    ports.send("expects-401", body)
    ports.partners.wrote("inflating", "/guarded/expects-401")
    sizes = [int(line.split()[3]) for line in ports.partners.log("inflating").splitlines() if "/guarded/" in line]
    assert sizes and max(sizes) < 100_000, sizes
    ports.delivered("expects", ports.send("expects", b"expected"))
    ports.partners.wrote("inflating", "/expects - 100-continue")


def test_what_arrives_compressed_was_sent_so(ports):
    for case in ("compressed", "compressed-length"):
        body = ports.send(case, digits(1_000_000, "sent so"))
        ports.delivered(case, body)
        eventually(lambda c=case, size=len(body): any(f"/{c} " in line and size / 3 < int(line.split()[3]) < size * 2 / 3
                                                      for line in ports.partners.log("inflating").splitlines()),
                   lambda: ports.partners.log("inflating"))


def test_chunks_and_lengths(ports):
    partners = ports.partners
    ports.add({"in-chunks": {"url": partners.url("nginx", "/anonymous/in-chunks", port="http")},
               "in-one": {"url": partners.url("nginx", "/anonymous/in-one", port="http"), "chunked": False}})
    for case in ("in-chunks", "in-one"):
        ports.delivered(case, ports.send(case))
    partners.wrote("nginx", "/in-chunks HTTP/1.1 te=chunked cl=- ")
    partners.wrote("nginx", "/in-one HTTP/1.1 te=- cl=20000 ")


@pytest.mark.parametrize(("case", "file"), [("answer", "small.txt"), ("answer-gzip", "large.txt")])
def test_the_answer_goes_back_to_who_asked(ports, case, file):
    status, _, answer = ports.post(case, b"a question")
    assert (status, answer) == (200, (ports.partners.servers["nginx"].folder / "files" / "static" / file).read_bytes())


@pytest.mark.parametrize(("case", "code"), [("answer-too-large", "net.answer-too-large"), ("answer-bomb", "net.answer-expands")])
def test_an_answer_past_its_limit_is_not_asked_for_again(ports, case, code):
    assert ports.post(case, b"a question")[0] == 500
    assert ports.failure(case, "suspended")["code"] == code


def test_an_endless_answer_that_nobody_wants_holds_nothing_up(ports):
    ports.send("endless", b"with the end")
    eventually(lambda: [one for one in ports.work("endless") if one["state"] == "completed"],
               lambda: f"{ports.work('endless')}\n{ports.gateway.tail()}")
