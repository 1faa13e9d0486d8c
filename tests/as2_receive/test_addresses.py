"""Receipts that go to an address: only where the agreement allows, and until they are taken."""
import contextlib
import http.server
import json
import ssl
import threading

import pytest

from support.artifacts import send_port
from support.as2 import read_receipt
from support.gateway import Recorder
from support.program import must
from support.waiting import eventually

ONCE = {"retry": {"retry_count": 0, "retry_interval": "100ms"}}


def receipt_words(**words):
    return {"receiving": {"receipt": words}}


AGREEMENTS = {
    "ELSEWHERE": receipt_words(delivery_hosts=["acme.example", "*.acme.example"], **ONCE),
    "BELOW": receipt_words(delivery_hosts=["*.localhost"], **ONCE),
    "ONCE": receipt_words(**ONCE),
    "SHY": receipt_words(http={"expect_continue": "2s", "keep_alive": False}),
    "TRUSTING": receipt_words(http={"check_server_name": False}),
}

REFUSED = ["http://127.0.0.1:@/in", "http://localhost:@/in", "http://[::1]:@/in", "http://[::ffff:127.0.0.1]:@/in", "http://127.1:@/in",
           "http://2130706433:@/in", "http://0x7f000001:@/in", "http://0177.0.0.1:@/in", "http://0.0.0.0:@/in",
           "http://169.254.169.254/latest/meta-data", "http://acme.example.evil.test:@/in", "http://evilacme.example:@/in",
           "http://acme.example@127.0.0.1:@/in", "http://acme.example:x@127.0.0.1:@/in", "http://127.0.0.1:@#acme.example",
           "http://127.0.0.1:@?acme.example", "http://127.0.0.1:@\\@acme.example/", "http://acme.example:@%00.127.0.0.1/",
           "http://acme.example :@/in", "http:/127.0.0.1:@/in", "http:127.0.0.1:@/in", "//127.0.0.1:@/in", "127.0.0.1:@/in",
           "ftp://acme.example/in", "file:///etc/passwd", "gopher://acme.example:@/_x", "javascript:alert(1)", "dict://127.0.0.1:@/x",
           "mailto:as2@acme.example", "http://", "http://:@/in", "http://acme.example:99999/in", "https://" + "a" * 3000 + ".acme.example/",
           "http://acme.example\xe9:@/in"]


@pytest.mark.parametrize("address", REFUSED, ids=range(len(REFUSED)))
def test_an_address_that_was_not_agreed_on_is_not_called(shared, address):
    before = shared.receipts.number
    message = shared.by_name("ELSEWHERE").message(address="x").replaced(
        Receipt_Delivery_Option=address.replace("@/", shared.receipts.url.split(":")[2].split("/")[0] + "/", 1))
    status, headers, body = shared.gateway.request("POST", "/as2", message.body,
                                                   {name: value.encode("latin-1") for name, value in message.headers})
    receipt = read_receipt(headers.items(), body, shared.folder, shared.pki.root, shared.own)
    assert receipt.disposition == "processed", "it goes into the response"
    assert shared.receipts.number == before
    assert shared.listed("--kind", "receipt") == [] or not any(
        one["port"] == "ELSEWHERE and us" for one in shared.listed("--kind", "receipt"))


def failures(shared, port):
    """Codes of the receipts that wait for a person under this agreement."""
    return [one["failure"]["code"] for one in shared.listed("--kind", "receipt", "--state", "suspended") if one["port"] == f"{port} and us"]


def test_a_name_that_only_a_pattern_allows_is_not_called_at_home(shared):
    """Somebody else decides where such names lead; curl resolves every name below localhost to this computer."""
    before = shared.receipts.number
    address = shared.receipts.url.replace("127.0.0.1", "any.localhost")
    assert shared.post(shared.by_name("BELOW").message(address=address))[0::2] == (200, b"")
    eventually(lambda: failures(shared, "BELOW"), "the receipt waits for a person")
    assert shared.receipts.number == before


class Odd(http.server.ThreadingHTTPServer):
    """Answers with these statuses, one after the other, the last one for ever."""
    daemon_threads = True

    def __init__(self, *statuses, location=None):
        outer, self.bodies, self.statuses = self, [], list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                outer.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0])
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/receipts?x=1"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(shared, status):
    before, waiting = shared.receipts.number, len(failures(shared, "ONCE"))
    with Odd(status, location=shared.receipts.url) as odd:
        shared.post(shared.by_name("ONCE").message(address=odd.url))
        eventually(lambda: len(failures(shared, "ONCE")) == waiting + 1, "the receipt waits for a person")
        assert len(odd.bodies) == 1
    assert shared.receipts.number == before
    assert set(failures(shared, "ONCE")) == {"hosts.receipt-not-taken"}


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_success_ends_it(shared, status):
    with Odd(status) as odd:
        shared.post(shared.sender.message(address=odd.url))
        eventually(lambda: odd.bodies, shared.gateway.tail)
        eventually(lambda: not shared.listed("--kind", "receipt", "--state", "ready,active,retrying"), "it is done")
        assert len(odd.bodies) == 1


def test_it_is_sent_again_until_it_is_taken(shared):
    with Odd(503, 500, 429, 200) as odd:
        shared.post(shared.sender.message(address=odd.url))
        eventually(lambda: len(odd.bodies) == 4, shared.gateway.tail)
        assert len(set(odd.bodies)) == 1, "the same bytes each time"


def test_a_person_resumes_what_was_given_up(shared):
    with Odd(500, 200) as odd:
        shared.post(shared.by_name("ONCE").message(address=odd.url))
        waiting = eventually(lambda: [one for one in shared.listed("--kind", "receipt", "--state", "suspended")
                                      if "500" in json.dumps(one["failure"])], lambda: shared.listed("--kind", "receipt"))
        assert len(waiting) == 1
        must(shared.gateway("message", "resume", waiting[0]["id"]))
        eventually(lambda: len(odd.bodies) == 2, shared.gateway.tail)


def test_how_the_request_is_made(shared):
    for name, expect, connection in (("SHY", "100-continue", "close"), ("ACME", None, None)):
        before = shared.receipts.number
        shared.post(shared.by_name(name).message(address=shared.receipts.url))
        assert shared.receipts.wait_for(lambda: shared.receipts.number > before, 30), shared.gateway.tail()  # noqa: B023
        headers = {key.lower(): value for key, value in shared.receipts.bodies[-1][0].items()}
        assert (headers.get("expect"), headers.get("connection")) == (expect, connection)
        assert "sealgate-delivery-id" not in headers


def test_the_name_of_the_server_is_checked_unless_it_was_agreed_otherwise(shared):
    server = shared.pki.get("rsa", "elsewhere-server", extended="serverAuth", address="127.0.0.2")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    with Recorder(keep=True) as recorder:
        recorder.server.socket = context.wrap_socket(recorder.server.socket, server_side=True)
        address = recorder.url.replace("http:", "https:")
        shared.post(shared.by_name("ONCE").message(address=address))
        eventually(lambda: [code for code in failures(shared, "ONCE") if code.startswith("net.")], "it is refused")
        assert recorder.number == 0
        shared.post(shared.by_name("TRUSTING").message(address=address))
        assert recorder.wait_for(lambda: recorder.number == 1, 30), shared.gateway.tail()


def test_the_agreement_says_where_receipts_go(as2):
    """Then the address needs no list, and the message has no say."""
    with contextlib.ExitStack() as stack:
        other = stack.enter_context(Recorder(keep=True))
        as2.apply(agreements=[as2.agreement("RULE", receiving={"receipt": {
            "rule": "agreement", "mode": "async", "delivery_url": as2.receipts.url, "delivery_hosts": []}})])
        stack.enter_context(as2.gateway)
        for words in ({"receipt": None}, {"address": other.url}, {}):
            assert as2.post(as2.by_name("RULE").message(**words))[0::2] == (200, b"")
        assert as2.receipts.wait_for(lambda: as2.receipts.number == 3, 30), as2.gateway.tail()
        assert other.number == 0


def test_without_a_list_the_hosts_of_the_send_ports_are_called(as2):
    agreements = [as2.agreement("PORTS", sending={"send_ports": ["To ACME"]}, receiving={"receipt": {"delivery_hosts": []}}),
                  as2.agreement("NONE", receiving={"receipt": {"delivery_hosts": []}})]
    as2.apply(agreements=agreements, more=[send_port("To ACME", as2.receipts.url, pipeline="AS2Send", filter='BTS.ReceivePortName == "never"')])
    with as2.gateway:
        assert as2.post(as2.by_name("PORTS").message(address=as2.receipts.url))[0::2] == (200, b"")
        assert as2.receipts.wait_for(lambda: as2.receipts.number == 1, 30), as2.gateway.tail()
        assert as2.exchange(as2.by_name("NONE").message(address=as2.receipts.url)).disposition == "processed"
        assert as2.receipts.number == 1
