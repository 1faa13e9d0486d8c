"""A client of the administration API that says exactly what it sends, and a gateway that serves it."""
import dataclasses
import http.client
import json as json_module
import re
import ssl
import subprocess
import urllib.parse

import yaml

from support.gateway import Gateway
from support.program import ROOT
from support.waiting import eventually

DESCRIPTION = yaml.safe_load((ROOT / "src" / "api" / "openapi.yaml").read_text())
PERMISSIONS = DESCRIPTION["components"]["schemas"]["Permission"]["enum"]
PASSWORD = "correct horse battery staple"


def operations():
    """(operationId, method, path, operation) of everything that is described."""
    for path, item in DESCRIPTION["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield operation["operationId"], method.upper(), path, operation


@dataclasses.dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json_module.loads(self.body)

    @property
    def code(self):
        return self.json["code"]


class Caller:
    """What whoever can be called with method and path can do besides."""

    def get(self, path, **options):
        return self("GET", path, **options)

    def ok(self, method, path, **options):
        answer = self(method, path, **options)
        assert answer.status in (200, 201, 204), (method, path, answer.status, answer.body[:2000])
        return answer.json if answer.body and "json" in answer.headers["Content-Type"] else answer


class Api(Caller):
    def __init__(self, port, certificate):
        self.port, self.token, self.cookie, self.csrf = port, None, None, None
        self.context = ssl.create_default_context(cafile=certificate)

    def connection(self, timeout=60):
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=timeout)

    def __call__(self, method, path, json=None, body=None, content_type="application/json", token=None, **headers):
        """`token=""`: without any; else the client's own. Headers by name with _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if json is not None:
            body = json_module.dumps(json)
        if body is not None:
            sent.setdefault("Content-Type", content_type)
        token = self.token if token is None else token
        if token:
            sent["Authorization"] = f"Bearer {token}"
        connection = self.connection()
        try:
            connection.request(method, "/api/v1" + path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def pages(self, path, limit):
        """Every item of a list, page by page."""
        items, cursor = [], None
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = self.ok("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{more}")
            assert len(page["items"]) <= limit
            items += page["items"]
            cursor = page.get("next")
            if not cursor:
                return items

    def etag(self, path):
        return self.get(path).headers["ETag"]


class Session(Caller):
    """Somebody who has signed in with name and password, and sends what the console sends."""

    def __init__(self, api, name, password):
        self.api, self.name, self.password = api, name, password
        self.sign_in()

    def sign_in(self):
        answer = self.api("POST", "/session", json={"name": self.name, "password": self.password}, token="")
        assert answer.status == 200, answer.body
        self.cookie, self.csrf = answer.headers["Set-Cookie"].split(";")[0], answer.json["csrf"]

    def __call__(self, method, path, **options):
        return self.api(method, path, token="", Cookie=self.cookie, X_CSRF_Token=self.csrf, **options)

    def own_session(self):
        return next(one["id"] for one in self.ok("GET", "/profile/sessions")["items"] if one["this"])


def self_signed(folder, subject):
    """Files of a private key and of its certificate."""
    key, certificate = folder / "self-signed.key", folder / "self-signed.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                    "-out", certificate, "-subj", subject, "-days", "300"], check=True, capture_output=True)
    return key, certificate


def quoted(name):
    return urllib.parse.quote(name, safe="")


class Administered:
    """A gateway with its API, and an administrator's token for everything."""

    def __init__(self, program, folder, *options):
        self.gateway = Gateway(program, folder, extra=["--api", "127.0.0.1:0", *options])

    def start(self):
        """Also once more, after gateway.stop()."""
        said = lambda pattern: re.findall(pattern, self.gateway.log.read_text(errors="replace"))
        ports = lambda: said(r'serving the administration .*?listen="?127\.0\.0\.1:(\d+)')
        earlier = len(ports()) if self.gateway.log.exists() else 0
        self.gateway.start()
        listening = eventually(lambda: ports()[earlier:], self.gateway.tail)
        self.api = Api(int(listening[-1]), self.gateway.data / "api" / "tls.pem")
        self.invitations = said(r"#invitation=(\S+)")
        return self

    def make_administrator(self):
        """By the invitation that the first start prints; leaves the client with a token for everything."""
        invitation = eventually(lambda: re.findall(r"#invitation=(\S+)", self.gateway.log.read_text(errors="replace")),
                                self.gateway.tail)[-1]
        answer = self.api("POST", "/invitations/accept", json={"invitation": invitation, "name": "ada", "password": PASSWORD})
        assert answer.status == 200, answer.body
        self.api.cookie, self.api.csrf = answer.headers["Set-Cookie"].split(";")[0], answer.json["csrf"]
        self.api.token = self.issue("everything", PERMISSIONS)
        return self

    def issue(self, name, scopes):
        """A token with these scopes, made by the administrator in a session of its own: tests end the others."""
        session = Session(self.api, "ada", PASSWORD)
        answer = session("POST", "/tokens", json={"name": name, "scopes": list(scopes), "until": self.tomorrow()})
        assert answer.status == 201, answer.body
        return answer.json["token"]

    @staticmethod
    def tomorrow():
        import datetime
        return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def close(self):
        self.gateway.__exit__()
