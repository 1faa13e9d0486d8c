"""What a location takes, and what the answers to everything else say."""
import json
import socket

from support.artifacts import by_http, documents, file_port, host, receive_port
from support.waiting import eventually


def test_limits_of_a_location(door):
    door.apply(door.location(content_types=["text/plain", "application/*"], maximum_body="64KiB"),
               door.location("/here", allowed_clients=["127.0.0.1"]), door.location("/there", allowed_clients=["192.0.2.0/24"]),
               door.location("/seldom", requests_per_second=2))
    with door.gateway:
        assert door.status() == 202
        assert door.status("-H", "Content-Type: APPLICATION/edifact; charset=x") == 202
        status, headers, _ = door.curl("-H", "Content-Type: image/png")
        assert status == 415 and dict(headers)["Accept"] == "text/plain, application/*"
        assert door.problem("-H", "Content-Type:") == (415, "adapter.http.content-type")
        assert door.problem("-H", "Content-Encoding: gzip") == (415, "adapter.http.content-coding")
        assert door.problem(body=b"x" * 70_000) == (413, "adapter.http.body-too-large")
        assert door.problem("-H", "Transfer-Encoding: chunked", body=b"x" * 200_000) == (413, "adapter.http.body-too-large")
        assert door.problem(body=b"") == (400, "adapter.http.empty-body")
        assert door.problem(url=door.url("/nowhere")) == (404, "adapter.http.no-location")
        assert door.status(url=door.url("/here")) == 202
        assert door.problem("--interface", "127.0.0.2", url=door.url("/here")) == (403, "adapter.http.client-not-allowed")
        assert door.problem(url=door.url("/there")) == (403, "adapter.http.client-not-allowed")
        answers = [door.curl(url=door.url("/seldom")) for _ in range(4)]
        late = [headers for status, headers, _ in answers if status == 429]
        assert answers[0][0] == 202 and late and "Retry-After" in dict(late[0])
        assert door.status("--interface", "127.0.0.2", url=door.url("/seldom")) == 202, "another client"
        door.anybody.wait_for(lambda: door.anybody.number >= 5, 30)
        assert all(len(body) < 70_000 for _, body in door.anybody.bodies)


def test_other_methods(door):
    door.apply(door.location(authentication=["basic"]), users=[door.user("alice")])
    with door.gateway:
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "post"):
            status, headers, _ = door.curl("-X", method)
            assert status == 405 and dict(headers)["Allow"] == "POST", method
        said = raw(door, b"HEAD /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert said.startswith(b"HTTP/1.1 405 ") and said.endswith(b"\r\n\r\n")
        assert int(said.split(b"Content-Length: ")[1].split(b"\r\n")[0]) > 0
        assert raw(door, b"GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 404 "), \
            "how the gateway feels is not for partners"


def raw(door, request, listener="edge"):
    """Everything that the server answers to these bytes, by TLS."""
    with socket.create_connection(("127.0.0.1", door.port(listener)), timeout=30) as plain:
        with door.context().wrap_socket(plain, server_hostname="127.0.0.1") as client:
            client.sendall(request)
            said = b""
            while piece := client.recv(65536):
                said += piece
            return said


def test_failed_requests(door, tmp_path):
    """BizTalk's table: suspended and 202, or refused and nothing kept; who waits for a response gets 500."""
    strict = {"pipeline": "XMLReceive"}
    locations = [door.location("/keep", **strict), door.location("/drop", suspend_failed_requests=False, **strict)]
    door.gateway.apply(documents(
        host(listeners=[door.listener()]), receive_port(*locations, name="One way"),
        receive_port(door.location("/ask", **strict), name="Two ways", two_way=True),
        receive_port(by_http(), name="Known"), file_port("Out", tmp_path, filter='BTS.ReceivePortName == "Nowhere"')))
    with door.gateway:
        status, _, content = door.curl(url=door.url("/keep"), body=b"no XML")
        assert status == 202 and json.loads(content)["status"] == "suspended"
        assert door.problem(url=door.url("/drop"), body=b"no XML") == (500, "adapter.http.not-accepted")
        assert door.problem(url=door.url("/ask"), body=b"no XML") == (500, "adapter.http.not-accepted")
        eventually(lambda: len(json.loads(door.gateway("message", "list", "-o", "json").stdout)) == 2, "two are suspended")


def test_nobody_known_where_somebody_must_be(door):
    door.gateway.apply(documents(host(listeners=[door.listener()]), {"kind": "Pipeline", "name": "Who", "direction": "receive",
                                 "stages": {"resolve_party": [{"component": "party_resolution"}]}},
                                 receive_port(door.location(), name="Strict", authentication="drop")))
    with door.gateway:
        status, headers, _ = door.curl()
        assert status == 401 and "WWW-Authenticate" in dict(headers)
