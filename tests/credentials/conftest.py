"""Credentials under test: a gateway whose partner, a real nginx, demands a name and a password."""
import base64
import json

import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.program import must
from support.stores import cluster, store  # noqa: F401  fixtures
from support.waiting import eventually
from support.web import Nginx, basic_users

PASSWORD = "Xq7-geheimes-Wort-9"
SERVER = """server {{
    listen 127.0.0.1:@port@;
    client_max_body_size 0;
    location / {{ auth_basic "partner"; auth_basic_user_file users; proxy_pass {url}; }}
}}"""


class Partner:
    """nginx with Basic in front of a recorder: what reaches that one has passed."""

    def __init__(self, **passwords):
        self.recorder = Recorder(keep=True)
        self.server = Nginx(SERVER.format(url=self.recorder.url.removesuffix("/in")), {"users": basic_users(**passwords)})

    def allow(self, **passwords):
        """From now on these; nginx reads the file at each request."""
        self.server.write("users", basic_users(**passwords))

    def users(self):
        """Who sent what has arrived, in its order."""
        sent = [dict((name.lower(), value) for name, value in headers.items()) for headers, _ in self.recorder.bodies]
        return [base64.b64decode(headers["authorization"].split()[1]).decode().split(":")[0] for headers in sent]

    def waits_for(self, number, seconds=30):
        return self.recorder.wait_for(lambda: len(self.recorder.bodies) >= number, seconds)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.close()
        self.recorder.close()


class Office:
    """A gateway that sends what comes to /in to the partner, with name and password of the application ERP."""

    def __init__(self, sealgate, folder, partner, store=None, adapter="HTTP", **port):
        folder.mkdir(exist_ok=True)
        self.folder, self.partner, self.adapter = folder, partner, adapter
        self.gateway = Gateway(sealgate.path, folder, store=store)
        self.port = {"retry_count": 1000, "retry_interval": "100ms", **port}
        self.configure()

    def configure(self, application="ERP"):
        self.gateway.apply(documents(
            group(), host(), receive_port(by_http()),
            {**send_port("Out", "", adapter=self.adapter, **self.port),
             "settings": {"url": self.partner.server.url(), "authentication": "basic",
                          "affiliate_application": application}}))

    def sso(self, *words, **options):
        return self.gateway("sso", *words, **options)

    def map(self, user, password, principal="account:default", application="ERP", place=None):
        at = ["--place", place] if place else []
        return must(self.sso("map", application, principal, *at, stdin=f"{user}\n{password}\n".encode()))

    def ready(self, user="sealgate", password=PASSWORD):
        """A master secret, the application and its mapping."""
        must(self.sso("secret", "create"))
        must(self.sso("create", "ERP"))
        self.map(user, password)
        return self

    def post(self, content="<order/>"):
        status, _, said = self.gateway.request("POST", "/in", content, {"Content-Type": "text/xml"})
        assert status == 202, (status, said, self.gateway.tail())

    def delivers(self, number):
        assert self.partner.waits_for(number), (self.partner.users(), self.gateway.tail(), self.partner.server.log())

    def messages(self, state):
        return json.loads(must(self.gateway("message", "list", "--state", state, "-o", "json")).stdout)

    def suspended(self):
        """The one message that waits for a person: (code, everything that is said of it)."""
        waiting = eventually(lambda: self.messages("suspended"), self.gateway.tail)
        assert len(waiting) == 1, waiting
        failure = waiting[0]["failure"]
        return failure["code"], json.dumps(failure, ensure_ascii=False)

    def resume(self):
        must(self.gateway("message", "resume", self.messages("suspended")[0]["id"]))

    def audit(self, *words):
        return json.loads(must(self.sso("audit", *words, "-o", "json")).stdout)

    def secret(self):
        return json.loads(must(self.sso("secret", "show", "-o", "json")).stdout)

    def close(self):
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()


@pytest.fixture
def partner():
    with Partner(sealgate=PASSWORD) as one:
        yield one


@pytest.fixture
def office(sealgate, tmp_path, partner):
    """office(**options): configured, not yet started."""
    made = []

    def make(**options):
        made.append(Office(sealgate, tmp_path / f"office{len(made)}", partner, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
