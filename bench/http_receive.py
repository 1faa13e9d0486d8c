"""Receiving by HTTP beside nginx as the limit: requests, their times, and TLS handshakes, full and resumed, in turns."""
import contextlib
import json
import re
import statistics
import subprocess

import throughput
from support.artifacts import documents, group, host, receive_port
from support.gateway import Gateway
from support.pki import Pki
from support.program import must
from support.waiting import eventually
from support.web import Nginx, nginx_tls

SIZE = 10 * 1024
CLIENTS = 2  # processes of openssl s_time at a time
KINDS = {"full, TLS 1.3": ["-new", "-tls1_3"], "full, TLS 1.2": ["-new", "-tls1_2"], "resumed, TLS 1.2": ["-reuse", "-tls1_2"]}


class Receiver:
    """A gateway with a plain listener and one with TLS, and no send port: what comes in is committed and stays."""

    def __init__(self, build, folder, pki):
        folder.mkdir()
        self.gateway = Gateway(build / "sealgate", folder, extra=["--log-format", "json"])
        server = pki.get("ec256", "bench-server", extended="serverAuth", address="127.0.0.1")
        must(self.gateway("cert", "import", server.both))
        listeners = [{"name": "plain", "listen": "127.0.0.1:0"},
                     {"name": "tls", "listen": "127.0.0.1:0", "certificates": [server.thumbprint_sha256]}]
        locations = [{"name": name, "host": "Default", "adapter": "HTTP", "settings": {"path": "/in", "listener": name}}
                     for name in ("plain", "tls")]
        self.gateway.apply(documents(group(), host(listeners=listeners), receive_port(*locations)))

    def port(self, listener):
        pattern = re.compile(rf'"HTTP listener started".*"listener":"{listener}","address":"127.0.0.1:(\d+)"')
        return int(eventually(lambda: pattern.search(self.gateway.log.read_text()), self.gateway.tail)[1])

    def __enter__(self):
        self.gateway.start()
        self.ports = {name: self.port(name) for name in ("plain", "tls")}
        return self

    def __exit__(self, *_):
        self.gateway.__exit__()


@contextlib.contextmanager
def bare_front(build):
    """The port of our HTTP server with nothing behind it."""
    with subprocess.Popen([build / "sealgate_bench_bare_front"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def nginx(pki):
    """Answers 202 to everything, the second port without TLS."""
    server = pki.get("ec256", "bench-server", extended="serverAuth", address="127.0.0.1")
    answer = "client_max_body_size 0; location / { return 202; } keepalive_requests 1000000;"
    return Nginx(f"server {{ {nginx_tls()} {answer} ssl_session_cache shared:s:10m; }}\nserver {{ listen 127.0.0.1:@plain@; {answer} }}",
                 {"server.pem": server.both})


def requests(build, port, seconds, connections):
    report = throughput.load(build, [port], seconds, connections, size=SIZE)
    return {"rate": report["acknowledged"] / report["seconds"], "p50_ms": report["latency"]["p50_us"] / 1000,
            "p99_ms": report["latency"]["p99_us"] / 1000}


def handshakes(port, words, seconds):
    """A second, by openssl s_time, whose connections end after the handshake."""
    clients = [subprocess.Popen(["openssl", "s_time", "-connect", f"127.0.0.1:{port}", "-time", str(seconds), *words],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(CLIENTS)]
    total = 0
    for client in clients:
        said = client.communicate(timeout=seconds * 10 + 60)[0]
        total += int(re.search(r"(\d+) connections in \d+ real seconds", said)[1])
    return total / seconds


def measure(build, folder, rounds, seconds, connections):
    folder.mkdir()
    (folder / "pki").mkdir()
    pki = Pki(folder / "pki")
    found = {"requests": {}, "handshakes": {}}

    def note(kind, name, value):
        found[kind].setdefault(name, []).append(value)
        print(f"  {name}: {json.dumps(value)}", flush=True)

    for turn in range(rounds):
        with nginx(pki) as limit:
            note("requests", "nginx", requests(build, limit.ports["plain"], seconds, connections))
            for kind, words in KINDS.items():
                note("handshakes", f"nginx, {kind}", handshakes(limit.ports["port"], words, seconds))
        with bare_front(build) as port:
            note("requests", "Sealgate, nothing behind", requests(build, port, seconds, connections))
        with Receiver(build, folder / f"gateway{turn}", pki) as receiver:
            note("requests", "Sealgate, committed", requests(build, receiver.ports["plain"], seconds, connections))
            for kind, words in KINDS.items():
                note("handshakes", f"Sealgate, {kind}", handshakes(receiver.ports["tls"], words, seconds))
    return {"settings": {"rounds": rounds, "seconds": seconds, "connections": connections, "size": SIZE},
            "requests": {name: {key: statistics.median(value[key] for value in values) for key in values[0]}
                         for name, values in found["requests"].items()},
            "handshakes": {name: statistics.median(values) for name, values in found["handshakes"].items()}}


def render(results):
    settings, rates = results["settings"], results["requests"]
    text = ["## Receiving by HTTP", "",
            f"POSTs of {settings['size'] // 1024} KiB over {settings['connections']} connections that stay open, the load generator on the same",
            f"machine, {settings['seconds']} s each, median of {settings['rounds']} rounds. nginx answers 202 and forgets the body; our server does the",
            "same with nothing behind it; the gateway answers when the message is committed.", "",
            "| | requests | p50 | p99 |", "|---|---|---|---|"]
    for name, row in rates.items():
        text.append(f"| {name} | {row['rate']:.0f}/s | {row['p50_ms']:.2f} ms | {row['p99_ms']:.2f} ms |")
    text += ["", f"TLS handshakes, P-256, {CLIENTS} processes of `openssl s_time`:", "", "| | nginx | Sealgate | ratio |", "|---|---|---|---|"]
    for kind in KINDS:
        theirs, ours = (results["handshakes"][f"{who}, {kind}"] for who in ("nginx", "Sealgate"))
        text.append(f"| {kind} | {theirs:.0f}/s | {ours:.0f}/s | {ours / theirs:.2f} |")
    return text + [""]
