"""SOAP by every way to authenticate under every TLS option: the servers are those of HTTP, what arrives is an envelope."""
import concurrent.futures

import pytest
from lxml import etree

from conftest import PASSWORD, WRONG
from support.gateway import free_port
from support.soap import SOAP11, SOAP12, order
from support.sockets import Socket
from support.waiting import eventually
from test_authentication import MATRIX, name, settings
from test_transfer import reads_and_hangs


def soap(authentication, tls, more=""):
    return "soap-" + name(authentication, tls, more)


@pytest.fixture(scope="module")
def silent():
    """A server that takes everything and never answers."""
    server = Socket(reads_and_hangs)
    yield server.url
    server.close()


@pytest.fixture(scope="module")
def ports(stage, silent):
    right, wrong = stage.password(PASSWORD), stage.password(WRONG)
    nginx = stage.partners.servers["nginx"]
    cases = {"soap-down": {"url": f"http://127.0.0.1:{free_port()}/down"},
             "soap-slow": {"url": f"{silent}/slow", "answer_timeout": "1s"},
             "soap-expired": {"url": nginx.url("/anonymous/soap-expired", port="expired", scheme="https")},
             "soap-cut": {"url": nginx.url("/cut/soap-cut", port="http")},
             "soap-private": {"url": "http://partner.example/private/soap-private", "proxy": nginx.url("", port="http"), "redirects": 5},
             "soap-apache": {"url": stage.partners.url("apache", "/soap-apache"),
                             "client_certificate": stage.partners.pki.client.thumbprint}}
    for authentication, tls in MATRIX:
        case = soap(authentication, tls)
        cases[case] = settings(stage.partners, authentication, tls, case, right, use_soap12=tls == "tls13")
        if authentication != "anonymous":
            case = soap(authentication, tls, "-wrong")
            cases[case] = settings(stage.partners, authentication, tls, case, wrong)
    stage.add(cases, adapter="SOAP")
    return stage


def arrivals(ports, case, item):
    """The envelopes with this item that came under the path of the case; None for what is no envelope."""
    recorder = ports.partners.recorder
    with recorder.changed:
        found = [body for (path, *_), (_, body) in zip(recorder.journal, recorder.bodies)
                 if path.endswith(f"/{case}") and f">{item}<".encode() in body]
    return [etree.fromstring(body) for body in found]


def arrive(ports, case, item):
    assert ports.partners.recorder.wait_for(lambda: arrivals(ports, case, item), 30), f"{ports.work(case)}\n{ports.gateway.tail()}"
    envelope, = arrivals(ports, case, item)
    return envelope.tag


@pytest.mark.parametrize(("authentication", "tls"), MATRIX)
def test_delivers(ports, authentication, tls):
    case = soap(authentication, tls)
    for item in (f"small {case}", f"large {case}" + "x" * 1_000_000):
        ports.send(case, order(item=item).encode())
        assert arrive(ports, case, item) == f"{{{SOAP12 if tls == 'tls13' else SOAP11}}}Envelope"


@pytest.mark.parametrize(("authentication", "tls"), [pair for pair in MATRIX if pair[0] != "anonymous"])
def test_wrong_credentials_are_tried_again(ports, authentication, tls):
    case = soap(authentication, tls, "-wrong")
    ports.send(case, order(item=case).encode())
    failure = ports.failure(case, "retrying")
    assert "401" in failure["text"], failure
    assert not arrivals(ports, case, case)


@pytest.mark.parametrize(("case", "code"), [("soap-down", "net.unreachable"), ("soap-slow", "net.timeout"),
                                            ("soap-expired", "net.tls-not-trusted"), ("soap-cut", "net.connection-lost"),
                                            ("soap-private", "net.redirect-refused")])
def test_fails_and_is_tried_again(ports, case, code):
    ports.send(case, order(item=case).encode())
    assert ports.failure(case, "retrying")["code"] == code
    assert not arrivals(ports, case, case)


def test_apache_sees_the_client_certificate(ports):
    ports.send("soap-apache", order(item="apache").encode())
    arrive(ports, "soap-apache", "apache")


@pytest.mark.parametrize("authentication", ["anonymous", "basic", "digest-md5", "digest-sha256", "ntlm"])
def test_holds_under_load(ports, authentication):
    """100 messages by TLS 1.3, eight at a time; each arrives once."""
    case, count = soap(authentication, "tls13"), 100
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ports.send(case, order(item=f"load {authentication} {number}").encode()), range(count)))
    eventually(lambda: all(arrivals(ports, case, f"load {authentication} {number}") for number in range(count)), ports.gateway.tail)
    assert all(len(arrivals(ports, case, f"load {authentication} {number}")) == 1 for number in range(count))
