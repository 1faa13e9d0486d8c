"""TLS of listeners, looked at by openssl s_client and Python's own client."""
import http.client

from support.program import run
from support.waiting import eventually


def s_client(door, *words, listener="edge", request=b""):
    """What openssl s_client says; an empty request ends it after the handshake."""
    done = run(["openssl", "s_client", "-connect", f"127.0.0.1:{door.port(listener)}", "-CAfile", door.pki.root, *words], stdin=request)
    return done.stdout.decode(errors="replace") + done.stderr


def subject(said):
    return next((line.split("CN = ", 1)[1].split(",")[0] for line in said.splitlines() if line.startswith("subject=")), None)


def test_names_choose_the_certificate(door):
    two = door.own("two", ",DNS:two.example,DNS:*.two.example")
    door.apply(door.location(), listeners=[door.listener(certificates=[door.server.thumbprint_sha256, two.thumbprint_sha256])])
    with door.gateway:
        assert subject(s_client(door, "-noservername")) == "own-server"
        assert subject(s_client(door, "-servername", "two.example")) == "own-two"
        assert subject(s_client(door, "-servername", "orders.two.example")) == "own-two"
        assert subject(s_client(door, "-servername", "unknown.example")) == "own-server"
        assert "Verify return code: 0 (ok)" in s_client(door)


def test_a_certificate_is_renewed_without_dropping_anybody(door):
    fresh = door.own("fresh")
    door.apply(door.location())
    with door.gateway:
        port = door.port()
        open_one = http.client.HTTPSConnection("127.0.0.1", port, context=door.context())

        def post():
            open_one.request("POST", "/in", b"x", {"Content-Type": "text/plain"})
            answer = open_one.getresponse()
            answer.read()
            return answer.status
        assert post() == 202
        socket = open_one.sock
        session = door.folder / "session"
        s_client(door, "-tls1_2", "-sess_out", session)
        door.apply(door.location(), listeners=[door.listener(certificates=[fresh.thumbprint_sha256])])
        eventually(lambda: subject(s_client(door)) == "own-fresh", door.gateway.tail)
        assert post() == 202 and open_one.sock is socket, "on the connection of before"
        assert door.port() == port
        assert "Reused, TLSv1.2" in s_client(door, "-tls1_2", "-sess_in", session), "a session outlives its certificate"
        # One that cannot be used changes nothing.
        bad = door.pki.expired("ec256", "gone", extended="serverAuth", address="127.0.0.1")
        assert door.gateway("cert", "import", bad.both).returncode == 0
        door.apply(door.location(), listeners=[door.listener(certificates=[bad.thumbprint_sha256])])
        lines = eventually(lambda: door.said("a TLS listener goes on with the certificates it has"), door.gateway.tail)
        assert "pipeline.certificate-expired" in lines[0]["reason"]
        assert subject(s_client(door)) == "own-fresh"
        assert post() == 202


def test_sessions_are_resumed(door):
    door.apply(door.location())
    with door.gateway:
        request = b"POST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        for version in ("-tls1_2", "-tls1_3"):
            session = door.folder / f"session{version}"
            assert "New, TLSv1" in s_client(door, version, "-sess_out", session, "-ign_eof", request=request)
            said = s_client(door, version, "-sess_in", session, "-ign_eof", request=request)
            assert "Reused, TLSv1" in said and "202 Accepted" in said, said


def test_a_resumed_session_still_shows_who_it_was(door):
    door.apply(door.location(client_certificate="require"), listeners=[door.listener(client_certificates="request")])
    with door.gateway:
        session = door.folder / "session"
        request = b"POST /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
        said = s_client(door, "-cert", door.certificate.certificate, "-key", door.certificate.key, "-sess_out", session,
                        "-ign_eof", request=request)
        assert "202 Accepted" in said
        said = s_client(door, "-sess_in", session, "-ign_eof", request=request)
        assert "Reused" in said and "202 Accepted" in said, said
        assert door.knows(2)
        assert "403 Forbidden" in s_client(door, "-ign_eof", request=request)


def test_the_least_version(door):
    door.apply(door.location(), door.location("/strict", "strict"),
               listeners=[door.listener(), door.listener("strict", minimum_tls="1.3")])
    with door.gateway:
        assert "TLSv1.2" in s_client(door, "-tls1_2")
        assert "Cipher is (NONE)" in s_client(door, "-tls1_1")
        assert "Cipher is (NONE)" in s_client(door, "-tls1_2", listener="strict")
        assert "TLSv1.3" in s_client(door, "-tls1_3", listener="strict")
        assert door.status(url=door.url("/strict", "strict")) == 202
        assert door.status(url=door.url("/strict")) == 404, "each listener has its own locations"


def test_a_listener_comes_when_its_certificate_does(door):
    late = door.pki.get("ec256", "late", extended="serverAuth", address="127.0.0.1")
    wrong = door.pki.get("ec256", "no-server")
    assert door.gateway("cert", "import", wrong.both).returncode == 0
    door.gateway.apply("kind: Group\nname: Test\nrevocation: {policy: off}\n")
    listeners = [door.listener(certificates=[late.thumbprint_sha256])]
    door.apply(door.location(), listeners=listeners)
    with door.gateway:
        lines = eventually(lambda: door.said("an HTTP listener cannot be opened; it is tried again"), door.gateway.tail)
        assert "pipeline.certificate-missing" in lines[0]["reason"]
        assert door.gateway("cert", "import", late.both).returncode == 0
        assert door.status() == 202
        assert len(door.said("an HTTP listener cannot be opened; it is tried again")) == 1, "said once"
        # Moved to another address: who comes finds it there.
        before = door.port()
        door.apply(door.location(), listeners=[{**listeners[0], "maximum_connections": 500, "connections_per_address": 100}])
        eventually(lambda: len(door.said("HTTP listener started")) == 2, door.gateway.tail)
        assert door.port() != before or door.status() == 202
        door.apply(listeners=[door.listener("other")])
        eventually(lambda: door.said("HTTP listener stopped", listener="edge"), door.gateway.tail)
