"""Every way to authenticate under every TLS option, against servers that check it."""
import base64
import concurrent.futures
import pathlib

import pytest

from conftest import AUTHENTICATIONS, PASSWORD, TLS, USER, WRONG
from support.message import payload
from support.program import must
from support.waiting import eventually

MATRIX = [(authentication, tls) for authentication in AUTHENTICATIONS for tls in TLS]
WAYS = {"anonymous": {}, "basic": {"authentication": "basic"}, "digest-md5": {"authentication": "digest"},
        "digest-sha256": {"authentication": "digest"}, "ntlm": {"authentication": "ntlm"}}
LARGE = 3_000_000  # many buffers, and more than libcurl would send at once


def name(authentication, tls, more=""):
    return f"{authentication}-{tls}{more}"


def settings(partners, authentication, tls, case, password, **words):
    made = {"url": partners.address(authentication, tls, case), **WAYS[authentication], **words}
    if authentication != "anonymous":
        made |= {"user": f"CORP\\{USER}" if authentication == "ntlm" else USER, "password_source": password}
    if tls == "mutual":
        made["client_certificate"] = partners.pki.client.thumbprint
    return made


@pytest.fixture(scope="module")
def ports(stage):
    right, wrong = stage.password(PASSWORD), stage.password(WRONG)
    cases = {}
    for authentication, tls in MATRIX:
        for more, words in (("", {}), ("-length", {"chunked": False})):
            case = name(authentication, tls, more)
            cases[case] = settings(stage.partners, authentication, tls, case, right, **words)
        if authentication != "anonymous":
            case = name(authentication, tls, "-wrong")
            cases[case] = settings(stage.partners, authentication, tls, case, wrong)
    stage.wrong_source = wrong
    stage.add(cases)
    return stage


@pytest.mark.parametrize(("authentication", "tls"), MATRIX)
def test_delivers(ports, authentication, tls):
    """Small and large, in chunks and with a length."""
    for more in ("", "-length"):
        case = name(authentication, tls, more)
        small, large = ports.send(case), ports.send(case, payload(LARGE, "binary", seed=case))
        ports.delivered(case, small)
        ports.delivered(case, large)


@pytest.mark.parametrize(("authentication", "tls"), [pair for pair in MATRIX if pair[0] != "anonymous"])
def test_wrong_credentials_are_tried_again(ports, authentication, tls):
    case = name(authentication, tls, "-wrong")
    body = ports.send(case)
    failure = ports.failure(case, "retrying")
    assert failure["code"] == "adapter.http.refused" and "401" in failure["text"], failure
    assert ports.arrivals(case, body) == 0


def test_http2_is_spoken_where_it_is_offered_and_wanted(ports):
    ports.add({"no-http2": {"url": ports.partners.address("anonymous", "http2", "no-http2"), "http2": False}})
    for case, version in (("no-http2", "1.1"), ("anonymous-http2", "2.0"), ("anonymous-tls13", "1.1"), ("digest-md5-http2", "1.1")):
        ports.delivered(case, ports.send(case, f"which version {case}".encode()))
        ports.partners.wrote("nginx", f"/{case} HTTP/{version}")
    log = ports.partners.log("nginx")
    assert "/no-http2 HTTP/2.0" not in log and "/digest-md5-http2 HTTP/2.0" not in log


def test_a_password_that_changed_is_used_at_the_next_attempt(ports):
    source = ports.password(WRONG)
    ports.add({"changing": settings(ports.partners, "basic", "tls13", "changing", source)}, again="100ms")
    body = ports.send("changing")
    ports.failure("changing", "retrying")
    pathlib.Path(source.removeprefix("file:")).write_text(PASSWORD)
    ports.delivered("changing", body)


@pytest.mark.parametrize(("case", "make", "code"), [
    ("missing-password", lambda stage: f"file:{stage.folder}/none", "hosts.password-missing"),
    ("open-password", lambda stage: stage.password(PASSWORD, 0o644), "hosts.password-not-private"),
    ("empty-password", lambda stage: stage.password(""), "hosts.password-missing")])
def test_a_password_that_cannot_be_read_suspends_at_once(ports, case, make, code):
    ports.add({case: settings(ports.partners, "basic", "http", case, make(ports))})
    ports.send(case)
    assert ports.failure(case, "suspended")["code"] == code


@pytest.mark.parametrize("authentication", AUTHENTICATIONS)
def test_holds_under_load(ports, authentication):
    """200 messages from 8 senders at a time: each arrives once."""
    case = name(authentication, "tls13", "-length")
    bodies = [f"{case} message {number}".encode() * 50 for number in range(200)]
    with concurrent.futures.ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda body: ports.send(case, body), bodies))
    eventually(lambda: all(ports.arrivals(case, body) for body in bodies), lambda: ports.gateway.tail(), 60)
    assert all(ports.arrivals(case, body) == 1 for body in bodies)


def test_no_password_is_ever_told(ports):
    """Not in the log, not in what failed, not in the configuration that comes out."""
    told = ports.gateway.log.read_text(errors="replace") + ports.gateway("message", "list", "-o", "json").stdout.decode()
    for work in ports.work("basic-http-wrong"):
        told += ports.gateway("message", "show", str(work["id"]), "-o", "json").stdout.decode()
    told += must(ports.gateway("get", "all", "-o", "yaml")).stdout.decode()
    assert "basic-http-wrong" in told
    for secret in (PASSWORD, WRONG, base64.b64encode(f"{USER}:{WRONG}".encode()).decode()):
        assert secret not in told
