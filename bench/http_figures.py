"""HTTP in both directions beside nginx as the limit: requests, their times, TLS handshakes, and what 4 GiB take."""
import contextlib
import json
import re
import statistics
import subprocess

import throughput
from contestants import Contestant, Sealgate
from support.artifacts import documents, group, host, receive_port
from support.gateway import Gateway
from support.large import SIZE as LARGE
from support.large import download, upload
from support.pki import Pki
from support.program import must, run
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


class NginxProxy(Contestant):
    """The limit of sending: passes every request on to the partner, over connections that it keeps."""

    name, title = "nginx-proxy", "nginx as a proxy"

    def start(self):
        partner = self.url.split("/")[2]
        self.server = Nginx(f"upstream partner {{ server {partner}; keepalive 64; keepalive_requests 1000000; }}\n"
                            "server { listen 127.0.0.1:@port@; client_max_body_size 0; keepalive_requests 1000000;\n"
                            'proxy_http_version 1.1; proxy_set_header Connection ""; location / { proxy_pass http://partner; } }').start()
        self.processes, self.ports = [self.server.process], [self.server.ports["port"]]

    def stop(self):
        self.processes = []
        self.server.close()


def passed_on(build, folder, contestant, seconds, connections, senders):
    """From the load generator by way of the contestant to the partner."""
    folder.mkdir(exist_ok=True)
    with throughput.Sink(build) as sink, contestant(build, folder, sink.url, senders) as running:
        turn = throughput.measure(running, build, sink, seconds, connections)
    return {"rate": turn["carried"], "p50_ms": turn["through_p50_ms"], "p99_ms": turn["through_p99_ms"]}


def posted(build, seconds, senders):
    """By our HTTP client with nothing before it, from as many threads as the gateway sends with."""
    with throughput.Sink(build) as sink:
        must(run([build / "sealgate_bench_posts", sink.url, "--threads", senders, "--size", SIZE, "--seconds", seconds],
                 timeout=seconds + 60))
        found = sink.count()
    return {"rate": found["arrived"] / seconds, "p50_ms": found["latency"]["p50_us"] / 1000, "p99_ms": found["latency"]["p99_us"] / 1000}


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


def large(build, folder, pki):
    """Peak memory of the gateway in MiB, after 1 MiB and after all, and seconds."""
    found = {}
    for name, way in (("upload", upload), ("download", download)):
        (folder / name).mkdir()
        found[name] = way(build / "sealgate", folder / name, pki)
        print(f"  {name}: {json.dumps(found[name])}", flush=True)
    return found


def measure(build, folder, rounds, seconds, connections, senders):
    folder.mkdir()
    (folder / "pki").mkdir()
    pki = Pki(folder / "pki")
    found = {"requests": {}, "sending": {}, "handshakes": {}}

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
        way = folder / f"sending{turn}"
        note("sending", NginxProxy.title, passed_on(build, way, NginxProxy, seconds, connections, senders))
        note("sending", "Sealgate's HTTP client alone", posted(build, seconds, senders))
        note("sending", "Sealgate, committed, then sent", passed_on(build, way, Sealgate, seconds, connections, senders))
    middle = {kind: {name: {key: statistics.median(value[key] for value in values) for key in values[0]}
                     for name, values in found[kind].items()} for kind in ("requests", "sending")}
    return {"settings": {"rounds": rounds, "seconds": seconds, "connections": connections, "size": SIZE, "senders": senders},
            **middle, "large": large(build, folder, pki),
            "handshakes": {name: statistics.median(values) for name, values in found["handshakes"].items()}}


def table(title, rates):
    text = ["", f"| {title} | messages | p50 | p99 |", "|---|---|---|---|"]
    return text + [f"| {name} | {row['rate']:.0f}/s | {row['p50_ms']:.2f} ms | {row['p99_ms']:.2f} ms |" for name, row in rates.items()]


def render(results):
    """The page's section."""
    settings = results["settings"]
    text = ["## HTTP beside nginx", "",
            f"POSTs of {settings['size'] // 1024} KiB over {settings['connections']} connections that stay open, the load generator",
            f"on the same machine, {settings['seconds']} s each after a warm-up, in turn, median of {settings['rounds']} rounds. nginx with",
            "one worker answers 202 and forgets the body; our server does the same with nothing behind it; the gateway answers when the",
            "message is committed. The times are those to the answer."]
    text += table("receiving", results["requests"])
    text += ["", "The same load passed on to a partner; the times are those from the load generator to the partner. Our client alone",
             f"posts from {settings['senders']} threads, as many as the gateway sends with, and needs no load generator."]
    text += table("sending", results["sending"])
    text += ["", f"TLS handshakes, P-256, {CLIENTS} processes of `openssl s_time`:", "",
             "| | nginx | Sealgate | ratio |", "|---|---|---|---|"]
    for kind in KINDS:
        theirs, ours = (results["handshakes"][f"{who}, {kind}"] for who in ("nginx", "Sealgate"))
        text.append(f"| {kind} | {theirs:.0f}/s | {ours:.0f}/s | {ours / theirs:.2f} |")
    text += ["", f"{LARGE >> 30} GiB. Upload: posted to a location, stored, sent to nginx by TLS and Basic. Download: the answer of nginx to a",
             "request-response port, stored, and read by the caller who waits at a two-way location. Peak memory of the whole gateway:", "",
             "| | after 1 MiB | after all | time |", "|---|---|---|---|"]
    for name, row in results["large"].items():
        text.append(f"| {name} | {row['small_mib']} MiB | {row['large_mib']} MiB | {row['seconds']:.0f} s |")
    return text + ["", "```", "bench/run.py --build build/release --only http --write docs/benchmarks.md", "```", ""]
