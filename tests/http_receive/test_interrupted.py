"""What comes in half, slowly, or to a gateway that is not there."""
import contextlib
import os
import socket
import struct
import subprocess

import pytest

from support.artifacts import by_http
from support.gateway import Recorder
from support.web import Nginx
from support.waiting import eventually
from test_floods import descriptors

HALVES = {
    "length": b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1_000_000,
    "chunk": b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" + b"x" * 500_000,
    "between chunks": b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "head": b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Le",
}


def behind(door):
    return Nginx(f"""server {{ listen 127.0.0.1:@port@; client_max_body_size 0;
        location / {{ proxy_pass http://127.0.0.1:{door.port("plain")}; proxy_request_buffering off; proxy_http_version 1.1; }} }}""")


@contextlib.contextmanager
def line_to(door, way, nginx):
    """A connection by this way; what is left of it is closed."""
    port = {"http": lambda: door.port("plain"), "nginx": lambda: nginx.ports["port"]}.get(way, door.port)()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        if way == "tls":
            with door.context().wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as client:
                yield client
        else:
            yield plain


@pytest.mark.parametrize("reset", [False, True])
def test_a_message_that_is_cut_off_leaves_nothing(door, reset):
    """Closed or reset, with and without TLS, and behind nginx: what did not come whole did not come."""
    door.apply(door.location(), door.location("/in", "plain", name="plain"),
               listeners=[door.listener(), door.listener("plain", certificates=None)])
    with door.gateway, behind(door) as nginx:
        assert door.status() == 202
        process = door.gateway.process
        before = descriptors(process)
        for way in ("http", "tls", "nginx"):
            for half in list(HALVES.values()) * 5:
                with line_to(door, way, nginx) as client:
                    client.sendall(half)
                    if reset:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        eventually(lambda: descriptors(process) <= before + 5, lambda: f"{descriptors(process)} descriptors, {before} before")
        spool = door.gateway.data / "spool"
        eventually(lambda: not spool.exists() or not os.listdir(spool), lambda: os.listdir(spool))
        assert door.status() == 202
        assert door.anybody.wait_for(lambda: door.anybody.number == 2, 30), door.anybody.number
        assert [body for _, body in door.anybody.bodies] == [b"hello"] * 2


def test_a_slow_message_that_moves_is_taken_whole(door):
    """A phone line, not an attack: curl sends 40 KiB in two seconds while others come and go."""
    door.apply(door.location())
    body = os.urandom(40 << 10)
    with door.gateway:
        url = door.url()
        slow = subprocess.Popen(["curl", "-sS", "--cacert", door.pki.root, "--limit-rate", "20K", "-H", "Content-Type: text/plain",
                                 "--data-binary", "@-", "-w", "%{http_code}", "-o", door.folder / "answer", url],
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        slow.stdin.write(body)
        slow.stdin.close()
        others = 0
        while slow.poll() is None:
            assert door.status(url=url) == 202
            others += 1
        assert slow.stdout.read() == b"202" and others > 0
        slow.stdout.close()
        assert door.anybody.wait_for(lambda: Recorder.digest(body) in door.anybody.arrived, 30)


def test_a_gateway_that_is_down_is_tried_again_by_curl(door):
    """A restart loses no message of a sender who repeats: not the one that finds nobody, and not the one that was cut."""
    door.apply(by_http())
    with door.gateway:
        port = door.gateway.port
        assert door.gateway.request("POST", "/in", b"before", {"Content-Type": "text/plain"})[0] == 202
        with socket.create_connection(("127.0.0.1", port), timeout=20) as cut:
            cut.sendall(HALVES["length"])
            door.gateway.kill()
            with contextlib.suppress(ConnectionError):
                assert cut.recv(1000) == b"", "no answer before the message is safe"
        curl = subprocess.Popen(["curl", "-v", "--retry", "100", "--retry-connrefused", "--retry-delay", "1",
                                 "--data-binary", "meanwhile", "-H", "Content-Type: text/plain",
                                 "-w", "%{http_code}", "-o", door.folder / "answer",
                                 f"http://127.0.0.1:{port}/in"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert any(b"refused" in line for line in curl.stderr), "it found nobody"
        door.gateway.start()
        said, _ = curl.communicate(timeout=60)
        assert said == b"202"
        wanted = {Recorder.digest(body) for body in (b"before", b"meanwhile")}
        assert door.anybody.wait_for(lambda: set(door.anybody.arrived) == wanted, 30), door.anybody.bodies
