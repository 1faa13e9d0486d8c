"""One gateway with a send port for every case, and the partners' servers that they send to.

A case is what its send port says. It gets what is posted to /<case>; delivered means that the recorder behind the servers
has it, whole, under that path.
"""
import contextlib
import dataclasses
import json

import pytest

from support import artifacts
from support.gateway import Gateway, Recorder
from support.message import payload
from support.ntlm import NtlmServer
from support.pki import Pki
from support.program import must
from support.waiting import eventually
from support.web import Apache, Lighttpd, Nginx, apache_proxy, apache_tls, basic_users, digest_users, nginx_tls

USER, PASSWORD, REALM = "alice", "open sesame 7", "partner"
AUTHENTICATIONS = ("anonymous", "basic", "digest-md5", "digest-sha256", "ntlm")
TLS = ("http", "tls12", "tls13", "mutual", "http2")
WRONG = "not the password 9"

SERVED = """location /anonymous/ {{ proxy_pass {recorder}; }}
location /basic/ {{ auth_basic partner; auth_basic_user_file users; proxy_pass {recorder}; }}
location /digest-md5/ {{ proxy_pass {md5}; }}
location /digest-sha256/ {{ proxy_pass {sha256}; }}
location /redirect/ {{ return 307 $scheme://127.0.0.1:$server_port/basic$request_uri; }}
location /moved/ {{ return 302 $scheme://127.0.0.1:$server_port/anonymous$request_uri; }}
location /other/ {{ return 307 $scheme://localhost:$server_port/anonymous$request_uri; }}
location /see-other/ {{ return 303 $scheme://127.0.0.1:$server_port/anonymous$request_uri; }}
location /downgrade/ {{ return 308 http://127.0.0.1:@http@/anonymous$request_uri; }}
location /private/ {{ return 307 http://127.0.0.1:@http@/anonymous$request_uri; }}
location /loop/ {{ return 307 $request_uri; }}
location /cut/ {{ return 444; }}
location /answer/ {{ proxy_pass {recorder}; proxy_method POST; }}
location /static/ {{ root files; default_type text/plain; error_page 405 =200 $uri; gzip on; gzip_types text/plain; }}
location /bomb/ {{ root files; default_type text/plain; error_page 405 =200 $uri; add_header Content-Encoding gzip; }}
"""

NGINX = """client_max_body_size 0; proxy_http_version 1.1; proxy_request_buffering on;
log_format words '$server_name $uri $server_protocol te=$http_transfer_encoding cl=$http_content_length auth=$http_authorization '
                 'ce=$http_content_encoding';
access_log words.log words;
server {{ listen 127.0.0.1:@http@; {served} }}
server {{ listen 127.0.0.1:@tls12@ ssl; ssl_protocols TLSv1.2; {identity} {served} }}
server {{ listen 127.0.0.1:@tls13@ ssl; ssl_protocols TLSv1.3; {identity} {served} }}
server {{ listen 127.0.0.1:@mutual@ ssl; {identity} ssl_client_certificate root.pem; ssl_verify_client on; {served} }}
server {{ listen 127.0.0.1:@http2@ ssl http2; ssl_protocols TLSv1.2 TLSv1.3; {identity} {served} }}
server {{ listen 127.0.0.1:@expired@ ssl; ssl_certificate expired.pem; ssl_certificate_key expired.pem; {served} }}
server {{ listen 127.0.0.1:@renamed@ ssl; ssl_certificate renamed.pem; ssl_certificate_key renamed.pem; {served} }}
server {{ listen 127.0.0.1:@stranger@ ssl; ssl_certificate stranger.pem; ssl_certificate_key stranger.pem; {served} }}
"""

DIGEST = """Listen 127.0.0.1:@port@
<Location />
AuthType Digest
AuthName partner
AuthUserFile users
Require valid-user
</Location>
ProxyPass / {recorder}/
"""

SHA256 = """server.port = @port@
server.bind = "127.0.0.1"
server.modules = ("mod_auth", "mod_authn_file", "mod_proxy")
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "@folder@/users"
auth.require = ("" => ("method" => "digest", "realm" => "partner", "require" => "valid-user", "algorithm" => "SHA-256"))
proxy.server = ("" => (("host" => "127.0.0.1", "port" => {port})))
"""

MUTUAL_APACHE = """Listen 127.0.0.1:@port@
{tls}
ProxyPass / {recorder}/
"""

INFLATING = """Listen 127.0.0.1:@port@
LogFormat "%U %{Content-Encoding}i %{Expect}i %I" words
CustomLog words.log words
<Location /inflate>
SetInputFilter DEFLATE
</Location>
<Location /guarded>
AuthType Basic
AuthName partner
AuthUserFile users
Require valid-user
</Location>
"""

BINDS = """  bind 127.0.0.1:@tls12@ ssl crt server.pem ssl-max-ver TLSv1.2
  bind 127.0.0.1:@tls13@ ssl crt server.pem ssl-min-ver TLSv1.3
  bind 127.0.0.1:@mutual@ ssl crt server.pem ca-file root.pem verify required
  bind 127.0.0.1:@http2@ ssl crt server.pem alpn h2,http/1.1"""


@dataclasses.dataclass
class Partners:
    """The servers, by name, and everybody's certificates."""
    recorder: Recorder
    pki: Pki
    servers: dict

    def url(self, server, path, port="port", scheme=None):
        return self.servers[server].url(path, port=port, scheme=scheme)

    def address(self, authentication, tls, case):
        """Where this way of authentication is served under this TLS option."""
        scheme = "http" if tls == "http" else "https"
        if authentication == "ntlm":
            return self.url("ntlm", f"/ntlm/{case}", port="port" if tls == "http" else tls, scheme=scheme)
        return self.url("nginx", f"/{authentication}/{case}", port=tls, scheme=scheme)

    def log(self, server, name="words.log"):
        return (self.servers[server].folder / name).read_text(errors="replace")

    def wrote(self, server, words):
        """Servers write their logs a moment after they have answered."""
        eventually(lambda: words in self.log(server), lambda: f"{words} in {self.log(server)}")


def identities(folder):
    pki = Pki(folder)
    server = {"extended": "serverAuth", "address": "127.0.0.1"}
    made = {"server.pem": pki.get("ec256", "server", **server),
            "expired.pem": pki.expired("ec256", "expired-server", **server),
            "renamed.pem": pki.get("ec256", "renamed", extended="serverAuth", address="192.0.2.1")}
    other = Pki(folder.parent / "other-authority", name="Other Root")
    made["stranger.pem"] = other.get("ec256", "stranger", **server)
    pki.stranger, pki.other_root = made["stranger.pem"], other.root
    pki.client = pki.get("ec256", "client", extended="clientAuth")
    return pki, {name: one.both for name, one in made.items()} | {"root.pem": pki.root}


@pytest.fixture(scope="session")
def partners(tmp_path_factory):
    (tmp_path_factory.getbasetemp() / "other-authority").mkdir()
    pki, files = identities(tmp_path_factory.mktemp("pki", numbered=False))
    with contextlib.ExitStack() as open_servers:
        recorder = open_servers.enter_context(Recorder(keep=True))
        target = recorder.url.rsplit("/", 1)[0]
        users = basic_users(**{USER: PASSWORD})
        servers = {
            "md5": Apache(DIGEST.format(recorder=target), {"users": digest_users(REALM, **{USER: PASSWORD})},
                          modules=("auth_digest", "authn_file", "authz_user", "proxy", "proxy_http")),
            "sha256": Lighttpd(SHA256.format(port=target.rsplit(":", 1)[1]), {"users": digest_users(REALM, "sha256", **{USER: PASSWORD})}),
            "ntlm": NtlmServer(target, USER, PASSWORD, binds=BINDS, files=files),
            "apache": Apache(MUTUAL_APACHE.format(tls=apache_tls("root.pem"), recorder=target), files, scheme="https",
                             modules=("ssl", "proxy", "proxy_http")),
            "inflating": Apache(INFLATING + f"ProxyPass / {target}/\n", {"users": users},
                                modules=("deflate", "filter", "auth_basic", "authn_file", "authz_user", "proxy", "proxy_http")),
            "proxy": apache_proxy(carol="proxy word"),
        }
        served = SERVED.format(recorder=target, md5=servers["md5"].url(""), sha256=servers["sha256"].url(""))
        identity = "ssl_certificate server.pem; ssl_certificate_key server.pem;"
        servers["nginx"] = Nginx(NGINX.format(served=served, identity=identity), {**files, "users": users})
        for server in servers.values():
            open_servers.enter_context(server)
        yield Partners(recorder, pki, servers)


class Stage:
    """The gateway, which learns the cases of a test module at once."""

    def __init__(self, gateway, partners, folder):
        self.gateway, self.partners, self.folder = gateway, partners, folder
        self.cases = {}

    def password(self, text, mode=0o600):
        path = self.folder / f"password-{len(list(self.folder.glob('password-*')))}"
        path.write_text(text + "\n")
        path.chmod(mode)
        return f"file:{path}"

    def add(self, cases, two_way=(), again="1h", adapter="HTTP"):
        """`cases`: name -> settings of the adapter. Failed attempts are not repeated within the time of a test, unless `again` is short."""
        made = []
        for name, settings in cases.items():
            both = {"two_way": True} if name in two_way else {}
            made += [artifacts.receive_port(artifacts.by_http(f"At {name}", f"/{name}"), name=f"in {name}", **both),
                     artifacts.send_port(name, "", adapter=adapter, settings=settings, filter=f'BTS.ReceivePortName == "in {name}"',
                                         retry_interval=again, **both)]
        self.cases |= cases
        self.gateway.apply(artifacts.documents(*made), name=f"{next(iter(cases))}.yaml")
        for name in cases:
            eventually(lambda n=name: self.gateway.request("GET", f"/{n}")[0] != 404, f"the location of {name}")

    def post(self, name, body, kind="text/plain"):
        return self.gateway.request("POST", f"/{name}", body, {"Content-Type": kind}, timeout=60)

    def send(self, name, body=None):
        body = payload(20_000, "binary", seed=name) if body is None else body
        status, _, answer = self.post(name, body)
        assert status == 202, (status, answer)
        return body

    def arrivals(self, name, body):
        """How often this body came under the path of the case."""
        digest = Recorder.digest(body)
        return sum(path.endswith(f"/{name}") and found == digest for path, found, _ in list(self.partners.recorder.journal))

    def delivered(self, name, body, seconds=30):
        assert self.partners.recorder.wait_for(lambda: self.arrivals(name, body), seconds), f"{self.work(name)}\n{self.gateway.tail()}"
        assert self.arrivals(name, body) == 1

    def work(self, name):
        listed = must(self.gateway("message", "list", "--limit", "1000", "-o", "json")).stdout
        return [one for one in json.loads(listed) if one["port"] == name]

    def failure(self, name, state, seconds=30):
        """Why the newest message of this case is where it is; the state is "retrying" or "suspended"."""
        def found():
            return [one["failure"] for one in self.work(name) if one["state"] == state and one.get("failure")]
        return eventually(found, lambda: f"{name} is {state}: {self.work(name)}\n{self.gateway.tail()}", seconds)[-1]


@pytest.fixture(scope="session")
def gateway(sealgate, partners, tmp_path_factory):
    gateway = Gateway(sealgate.path, tmp_path_factory.mktemp("gateway"))
    must(gateway("cert", "import", partners.pki.root, "--trust-roots"))
    must(gateway("cert", "import", partners.pki.client.both))
    must(gateway("cert", "import", partners.pki.stranger.certificate, "--store", "OtherPeople"))
    gateway.apply(artifacts.documents(artifacts.group(), artifacts.host()))
    with gateway:
        yield gateway


@pytest.fixture(scope="module")
def stage(gateway, partners, tmp_path_factory):
    return Stage(gateway, partners, tmp_path_factory.mktemp("stage"))
