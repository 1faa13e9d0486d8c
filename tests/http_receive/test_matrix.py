"""Every way to say who one is, under every TLS option, by HTTP and by SOAP, from curl."""
import itertools
import json
import re

import pytest

from conftest import PASSWORD, Door
from support.artifacts import documents, group, host, receive_port, send_port
from support.program import must, run
from support.soap import envelope
from support.web import Nginx

ADAPTERS = ("http", "soap")
AUTHENTICATIONS = ("anonymous", "basic", "digest-md5", "digest-sha256")
COLUMNS = ("http", "tls12", "tls13", "mutual", "nginx")
MATRIX = list(itertools.product(ADAPTERS, AUTHENTICATIONS, COLUMNS))
LISTENERS = {"http": "plain", "tls12": "edge", "tls13": "edge", "mutual": "mutual", "nginx": "behind"}
WORDS = {"http": [], "tls12": ["--tls-max", "1.2"], "tls13": ["--tlsv1.3"], "mutual": [], "nginx": []}
USERS = {"basic": ("basic", "alice"), "digest-md5": ("digest", "old"), "digest-sha256": ("digest", "alice")}
WRONG = "not the password 9"

FRONT = """client_max_body_size 0; proxy_request_buffering off; proxy_http_version 1.1;
server {{
  listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;
  location / {{
    proxy_pass http://127.0.0.1:{edge}; proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  }}
}}"""


def host_of(authentication):
    """MD5 is offered where a user has nothing better, and curl takes the best of what is offered."""
    return "Old" if authentication == "digest-md5" else "Default"


class Everything(Door):
    """One gateway with a location for every cell."""

    def listeners(self, prefix):
        behind = {"certificates": None, "trusted_proxies": ["127.0.0.1"]}
        return [self.listener(f"{prefix}-plain", certificates=None), self.listener(f"{prefix}-edge"),
                self.listener(f"{prefix}-mutual", client_certificates="request"), self.listener(f"{prefix}-behind", **behind)]

    def start(self):
        locations, old = [], self.user("old", "--md5")
        del old["digest_sha256"]
        for adapter, authentication, column in MATRIX:
            at = {} if authentication == "anonymous" else {"authentication": [USERS[authentication][0]]}
            if column == "mutual":
                at["client_certificate"] = "require"
            path = f"/{adapter}/{authentication}/{column}"
            locations.append({**self.location(path, f"{host_of(authentication)}-{LISTENERS[column]}", "PassThruReceive", **at),
                              "host": host_of(authentication), "adapter": adapter.upper()})
        self.gateway.apply(documents(
            group(revocation={"policy": "off"}), host(listeners=self.listeners("Default"), users=[self.user("alice")]),
            {**host(listeners=self.listeners("Old"), users=[old]), "name": "Old"},
            receive_port(*locations), send_port("Anybody", self.anybody.url)))
        self.gateway.start()
        files = {"server.pem": self.server.both}
        self.fronts = {name: Nginx(FRONT.format(edge=self.port(f"{name}-behind")), files, scheme="https").start()
                       for name in ("Default", "Old")}
        self.clients = itertools.count(1)
        return self

    def address(self, adapter, authentication, column):
        name, path = host_of(authentication), f"/{adapter}/{authentication}/{column}"
        if column == "nginx":
            return self.fronts[name].url(path)
        scheme = "http" if column == "http" else "https"
        return f"{scheme}://127.0.0.1:{self.port(f'{name}-{LISTENERS[column]}')}{path}"

    def words(self, authentication, column, password=PASSWORD, identity=None):
        """Of curl, which comes from an address of its own: who guesses is slowed down by his address."""
        number = next(self.clients)
        made = ["--interface", f"127.1.{number // 250}.{number % 250 + 1}", *WORDS[column]]
        if authentication != "anonymous":
            way, user = USERS[authentication]
            made += [f"--{way}", "-u", f"{user}:{password}"]
        return made + (self.with_certificate(identity) if column == "mutual" else [])

    def body(self, adapter, text):
        return (envelope(f"<m xmlns='urn:m'>{text}</m>") if adapter == "soap" else text).encode()

    def type(self, adapter):
        return ["-H", f"Content-Type: {'text/xml' if adapter == 'soap' else 'text/plain'}"]

    def arrived(self, text):
        return sum(text.encode() in body for _, body in list(self.anybody.bodies))

    def close(self):
        for front in getattr(self, "fronts", {}).values():
            front.close()
        super().close()


@pytest.fixture(scope="module")
def everything(sealgate, pki, tmp_path_factory):
    made = Everything(sealgate, tmp_path_factory.mktemp("everything"), pki)
    try:
        yield made.start()
    finally:
        made.close()


@pytest.mark.parametrize(("adapter", "authentication", "column"), MATRIX)
def test_takes(everything, adapter, authentication, column):
    """The right one gets in, small and large; the wrong one leaves nothing."""
    door, url = everything, everything.address(adapter, authentication, column)
    mark = f"{adapter} {authentication} {column}"
    for text in (f"small {mark}!", f"large {mark}!" + "x" * 2_000_000):
        status, _, said = door.curl(*door.type(adapter), *door.words(authentication, column), url=url, body=door.body(adapter, text))
        assert status == 202, (said, door.gateway.tail())
    assert door.anybody.wait_for(lambda: door.arrived(f"small {mark}!") and door.arrived(f"large {mark}!"), 30), door.gateway.tail()
    refused = []
    if authentication != "anonymous":
        refused.append((401, door.words(authentication, column, WRONG)))
    if column == "mutual":
        expired = door.pki.expired("ec256", "expired-client", extended="clientAuth")
        refused.append((403, door.words(authentication, column, identity=expired)))
    for wanted, words in refused:
        status, _, said = door.curl(*door.type(adapter), *words, url=url, body=door.body(adapter, f"refused {mark}!"))
        assert status == wanted, said
    assert door.arrived(f"refused {mark}!") == 0


@pytest.mark.parametrize(("adapter", "authentication", "column"), MATRIX)
def test_holds_under_load(everything, adapter, authentication, column, tmp_path):
    """Forty requests, eight at a time, over connections that curl keeps."""
    door, count = everything, 40
    mark = f"load {adapter} {authentication} {column}!"
    body = tmp_path / "body"
    body.write_bytes(door.body(adapter, mark))
    done = must(run(["curl", "-sS", "-Z", "--parallel-max", "8", "--cacert", door.pki.root, "--data-binary", f"@{body}",
                     *door.type(adapter), *door.words(authentication, column), "-w", "status %{http_code}\n",
                     "-o", tmp_path / "answer#1", f"{door.address(adapter, authentication, column)}?n=[1-{count}]"]))
    said = re.findall(r"status (\d+)", done.stdout.decode())
    assert said == ["202"] * count, (said, done.stderr, door.gateway.tail())
    assert door.anybody.wait_for(lambda: door.arrived(mark) == count, 60), (door.arrived(mark), door.gateway.tail())


def test_nobody_without_a_certificate_gets_past_a_listener_that_wants_one(everything):
    door = everything
    for adapter, authentication in itertools.product(ADAPTERS, AUTHENTICATIONS):
        words = [word for word in door.words(authentication, "tls13") if word != "--tlsv1.3"]
        status, _, said = door.curl(*door.type(adapter), *words, url=door.address(adapter, authentication, "mutual"))
        assert (status, json.loads(said)["code"]) == (403, "adapter.http.no-client-certificate") if adapter == "http" else status == 403
