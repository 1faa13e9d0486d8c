"""4 GiB out, and what that takes."""
import http.client
import pathlib
import re
import threading

import pytest

from conftest import PASSWORD, USER
from support import artifacts
from support.gateway import Gateway
from support.program import must
from support.waiting import eventually
from support.web import Nginx, basic_users, nginx_tls
from test_transfer import Socket

SIZE = 4 << 30
BLOCK = bytes(range(256)) * 4096  # 1 MiB

SERVER = """client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
server {{ {tls} location / {{ auth_basic partner; auth_basic_user_file users; proxy_pass {sink}; }} }}
"""


class Counter:
    """Counts the bytes of a body with a length, and keeps none."""

    def __init__(self):
        self.bodies, self.changed = [], threading.Condition()

    def __call__(self, server, connection):
        with connection.makefile("rb", buffering=1 << 20) as stream:
            size, line = 0, b"-"
            while line.strip():
                line = stream.readline()
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            left = size
            while left and (block := stream.read(min(left, 1 << 20))):
                left -= len(block)
        with self.changed:
            self.bodies.append((size, left))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def peak_mib(process):
    return int(re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1]) >> 10


def post(gateway, size):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=600)
    connection.request("POST", "/in", (BLOCK for _ in range(size // len(BLOCK))), {"Content-Length": str(size), "Content-Type": "text/plain"})
    answer = connection.getresponse()
    assert answer.status == 202, answer.read()
    connection.close()


@pytest.mark.soak
def test_four_gibibytes_go_out_in_constant_memory(sealgate, pki, tmp_path):
    """By TLS and Basic through nginx. The memory is that of the whole gateway, which also received and stored them."""
    counter = Counter()
    sink = Socket(counter)
    identity = pki.get("ec256", "server", extended="serverAuth", address="127.0.0.1")
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    files = {"server.pem": identity.both, "users": basic_users(**{USER: PASSWORD})}
    with Nginx(SERVER.format(tls=nginx_tls(), sink=sink.url), files, scheme="https") as server:
        gateway = Gateway(sealgate.path, tmp_path)
        must(gateway("cert", "import", pki.root, "--trust-roots"))
        settings = {"url": server.url(), "chunked": False, "authentication": "basic", "user": USER, "password_source": f"file:{password}"}
        gateway.apply(artifacts.documents(artifacts.group(maximum_body="8GiB"), artifacts.host(),
                                          artifacts.receive_port(artifacts.by_http()),
                                          artifacts.send_port("Out", "", settings=settings)))
        with gateway:
            peaks = []
            for size in (1 << 20, SIZE):
                post(gateway, size)
                eventually(lambda wanted=size: (wanted, 0) in counter.bodies, lambda: gateway.tail(), 900)
                peaks.append(peak_mib(gateway.process))
            print(f"peak memory of the gateway: {peaks[0]} MiB after 1 MiB, {peaks[1]} MiB after 4 GiB")
            assert peaks[1] < peaks[0] + 64, peaks
    sink.close()
