"""The server itself: TLS, limits, headers, events, and what is no request at all."""
import http.client
import json
import socket
import ssl
import subprocess
import threading
import time

import pytest

from support.api import Administered, operations
from support.waiting import eventually


def raw(api, octets, seconds=10):
    """What comes back for these octets, until the server closes."""
    with socket.create_connection(("127.0.0.1", api.port), timeout=seconds) as plain:
        with api.context.wrap_socket(plain, server_hostname="localhost") as channel:
            channel.sendall(octets)
            answer = b""
            while block := channel.recv(65536):
                answer += block
                if b"Connection: close" not in answer and b"\r\n\r\n" in answer and octets.count(b"keep"):
                    break
            return answer


def test_the_description_is_for_everybody_and_nothing_else(api):
    served = api.get("/openapi.yaml", token="")
    assert served.status == 200 and served.body.startswith(b"openapi: 3.1.0")
    assert api.get("/session", token="").status == 401
    for path in ("", "/", "/nothing", "/artifacts/", "/artifacts/widgets", "/openapi.yaml/"):
        assert api.get(path, token="").status in (401, 404), path


def test_answers_are_safe_in_a_browser(api):
    for answer in (api.get("/artifacts"), api.get("/nothing"), api.get("/artifacts", token="")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_methods_that_are_not_there_are_named(api):
    answer = api("PATCH", "/artifacts/hosts/Default")
    assert answer.status == 405 and answer.headers["Allow"] == "GET, PUT, DELETE"
    for method in ("OPTIONS", "TRACE", "HEAD", "FOO"):
        assert api(method, "/artifacts").status == 405


@pytest.mark.parametrize("path", ["/artifacts?limit=1", "/artifacts/hosts?limit=0", "/artifacts/hosts?limit=1001", "/artifacts/hosts?limit=a",
                                  "/artifacts/hosts?limit=1&limit=2", "/artifacts/hosts?search=%00", "/artifacts/hosts?search=%ff", "/artifacts/hosts/%0a",
                                  "/artifacts/hosts?search=" + "x" * 257, "/artifacts/widgets/x"])
def test_parameters_that_are_wrong(api, path):
    answer = api.get(path)
    assert answer.status == 400 and answer.code == "api.bad-parameter" and answer.json["remedy"]


def test_bodies_that_are_wrong(api):
    assert api("POST", "/apply", body="{", content_type="application/json").status == 400
    assert api("POST", "/apply", body="x", content_type="text/plain").status == 415
    assert api("POST", "/apply").status == 400
    assert api("POST", "/apply", body=b"\xff\xfe", content_type="application/yaml").status == 400
    assert api("POST", "/apply", body="a: [", content_type="application/yaml").status == 422
    assert api("POST", "/apply", body="[" * 100_000, content_type="application/yaml").status == 422
    assert api("POST", "/apply", body="[" * 100_000 + "]" * 100_000).status == 400
    assert api("PUT", "/send-ports/Out/state", body=b" " * 70_000).status == 413
    assert api.get("/artifacts", Accept="image/png").status == 406


def test_requests_that_are_too_large_or_none_at_all(api):
    assert b" 431 " in raw(api, b"GET /api/v1/artifacts HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 40_000 + b"\r\n\r\n")
    assert b" 414 " in raw(api, b"GET /api/v1/" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 400 " in raw(api, b"\x00\x01\x02\r\n\r\n")
    smuggled = b"POST /api/v1/apply HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert b" 400 " in raw(api, smuggled)


def test_only_tls_is_spoken(api):
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as plain:
        plain.sendall(b"GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"openapi" not in plain.recv(65536)
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as plain, pytest.raises((ssl.SSLError, OSError)):
        old.wrap_socket(plain)


def test_the_certificate_is_made_once_and_its_key_is_private(sealgate, tmp_path):
    administered = Administered(sealgate.path, tmp_path)
    try:
        administered.start()
        folder = administered.gateway.data / "api"
        first = (folder / "tls.pem").read_bytes()
        assert (folder / "tls.key").stat().st_mode & 0o777 == 0o600
        told = subprocess.run(["openssl", "x509", "-in", folder / "tls.pem", "-noout", "-text"], capture_output=True, check=True).stdout
        assert b"DNS:localhost" in told and b"IP Address:127.0.0.1" in told and b"CA:FALSE" in told
        assert len(administered.invitations) == 1
        assert administered.gateway.stop() == 0
        administered.start()
        assert (folder / "tls.pem").read_bytes() == first
        (folder / "tls.key").chmod(0o644)
        assert administered.gateway.stop() == 0
        refused = administered.gateway("serve", "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0")
        assert refused.returncode != 0 and "api.no-identity" in refused.stderr
    finally:
        administered.close()


def test_the_status_is_one_sentence_with_its_figures(api):
    status = api.ok("GET", "/status")
    assert status["sentence"].endswith(".") and status["health"] in ("good", "warning") and status["group"] == "Test"
    assert status["instances"] == {"alive": 1, "silent": 0}
    instance = api.ok("GET", "/host-instances")["items"][0]
    assert instance["state"] == "alive" and instance["configuration"] == status["revision"]


def events_of(answer):
    blocks = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in answer.body.decode().split("\n\n")]
    return [block for block in blocks if "event" in block]


def test_events_tell_what_changed_since(api):
    first = events_of(api.get("/events?once=true"))
    assert {one["event"] for one in first} == {"configuration", "certificates", "status"}
    assert json.loads(next(one["data"] for one in first if one["event"] == "status"))["sentence"]
    last, changed = first[-1]["id"], None
    name = f"Of events {time.monotonic_ns()}"
    threading.Timer(0.3, lambda: api("PUT", f"/artifacts/parties/{name.replace(' ', '%20')}", json={"kind": "Party", "name": name})).start()
    for _ in range(20):
        events = events_of(api.get("/events?once=true", Last_Event_ID=last))
        changed = next((one for one in events if one["event"] == "configuration"), None)
        if changed:
            break
        last = events[-1]["id"] if events else last
    assert changed and json.loads(changed["data"])["revision"] > 0


def test_those_who_wait_do_not_keep_the_gateway_from_stopping(sealgate, tmp_path):
    administered = Administered(sealgate.path, tmp_path).start().make_administrator()
    try:
        last = events_of(administered.api.get("/events?once=true"))[-1]["id"]
        begun, ended = [], []

        def wait():
            connection = administered.api.connection()
            try:
                connection.request("GET", "/api/v1/events", None, {"Authorization": f"Bearer {administered.api.token}", "Last-Event-ID": last})
                answer = connection.getresponse()
                begun.append(answer.status)
                answer.read()
                ended.append("as a whole")
            except (http.client.HTTPException, OSError) as cut:  # the gateway is gone, and may say so in the middle
                ended.append(repr(cut))
            finally:
                connection.close()

        waiters = [threading.Thread(target=wait) for _ in range(5)]
        for one in waiters:
            one.start()
        eventually(lambda: len(begun) == 5, lambda: f"{begun} {ended}")
        before = time.monotonic()
        assert administered.gateway.stop() == 0
        for one in waiters:
            one.join(10)
        assert time.monotonic() - before < 10
        assert begun == [200] * 5 and len(ended) == 5, ended
    finally:
        administered.close()


def test_each_operation_says_who_may_and_what_the_log_calls_it():
    for operation_id, method, _, operation in operations():
        assert operation["x-permission"] and operation["summary"], operation_id
        assert method == "GET" or operation["x-audit"], operation_id
