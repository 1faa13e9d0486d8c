"""4 GiB through a gateway in both directions, and the memory that takes."""
import http.client
import time

from support import artifacts
from support.gateway import Gateway, peak_mib
from support.program import must
from support.sockets import Socket
from support.waiting import eventually
from support.web import Nginx, basic_users, nginx_tls

SIZE = 4 << 30
SMALL = 1 << 20
BLOCK = bytes(range(256)) * (SMALL // 256)
USER, PASSWORD = "alice", "open sesame 7"

GUARDED = """client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
server {{ {tls} location / {{ auth_basic partner; auth_basic_user_file users; proxy_pass {sink}; }} }}
"""
# nginx gives files to nobody who posts, so the refusal becomes the file.
FILES = "server { listen 127.0.0.1:@port@; client_max_body_size 0; location / { root @folder@; error_page 405 =200 $uri; } }\n"


class Counter:
    """Counts the bytes of a body with a length, and keeps none."""

    def __init__(self):
        self.bodies = []  # (announced, missing)

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
        self.bodies.append((size, left))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def figures(gateway, both):
    """What `both(size)` does with the small size and then with the large one, and what it takes."""
    both(SMALL)
    small, begin = peak_mib(gateway.process), time.monotonic()
    both(SIZE)
    return {"small_mib": small, "large_mib": peak_mib(gateway.process), "seconds": time.monotonic() - begin}


def upload(program, folder, pki):
    """Posted to a location, stored, and sent to nginx by TLS and Basic."""
    counter = Counter()
    sink = Socket(counter)
    identity = pki.get("ec256", "server", extended="serverAuth", address="127.0.0.1")
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    files = {"server.pem": identity.both, "users": basic_users(**{USER: PASSWORD})}

    def both(size):
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=600)
        connection.request("POST", "/in", (BLOCK for _ in range(size // len(BLOCK))),
                           {"Content-Length": str(size), "Content-Type": "text/plain"})
        answer = connection.getresponse()
        assert answer.status == 202, answer.read()
        connection.close()
        eventually(lambda: (size, 0) in counter.bodies, lambda: gateway.tail(), 900)

    with Nginx(GUARDED.format(tls=nginx_tls(), sink=sink.url), files, scheme="https") as server:
        gateway = Gateway(program, folder)
        must(gateway("cert", "import", pki.root, "--trust-roots"))
        settings = {"url": server.url(), "chunked": False, "authentication": "basic", "user": USER, "password_source": f"file:{password}"}
        gateway.apply(artifacts.documents(artifacts.group(maximum_body="8GiB"), artifacts.host(),
                                          artifacts.receive_port(artifacts.by_http()),
                                          artifacts.send_port("Out", "", settings=settings)))
        with gateway:
            found = figures(gateway, both)
    sink.close()
    return found


def mark(size, at):
    """The bytes of the file of `size` at `at`: all zeros, but for a number now and then."""
    return f"{size} at {at}".encode()


def marks(size):
    return range(0, size, min(size // 2, 300 << 20))


def read_to_end(answer, size):
    """Reads `size` bytes with their marks and nothing more."""
    left = [(at, mark(size, at)) for at in marks(size)]
    at, kept = 0, b""
    while block := answer.read(SMALL):
        window, start = kept + block, at - len(kept)
        while left and left[0][0] + len(left[0][1]) <= at + len(block):
            place, words = left.pop(0)
            assert window[place - start:place - start + len(words)] == words, f"other bytes at {place}"
        at, kept = at + len(block), block[-64:]
    assert at == size and not left, (at, size)


def download(program, folder, _):
    """The answer of nginx to a request-response port, stored, and read by the caller who waits at a two-way location."""
    with Nginx(FILES) as server:
        for size in (SMALL, SIZE):
            with (server.folder / f"file{size}").open("wb") as file:
                file.truncate(size)
                for at in marks(size):
                    file.seek(at)
                    file.write(mark(size, at))
        gateway = Gateway(program, folder)
        ports = []
        for size in (SMALL, SIZE):
            ports += [artifacts.receive_port(artifacts.by_http(f"At {size}", f"/file{size}", response_timeout="20m"), name=f"In {size}",
                                             two_way=True),
                      artifacts.send_port(f"Out {size}", "", settings={"url": server.url(f"/file{size}"), "timeout": "20m"},
                                          two_way=True, filter=f'BTS.ReceivePortName == "In {size}"')]
        gateway.apply(artifacts.documents(artifacts.group(maximum_body="8GiB"), artifacts.host(), *ports))

        def both(size):
            connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=1200)
            connection.request("POST", f"/file{size}", b"the file, please", {"Content-Type": "text/plain"})
            answer = connection.getresponse()
            assert answer.status == 200, (answer.read(10_000), gateway.tail())
            read_to_end(answer, size)
            connection.close()

        with gateway:
            return figures(gateway, both)
