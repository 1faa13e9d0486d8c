"""sealgate tls probe against servers that are broken in one way each: the code names the fault."""
import json
import shutil
import socket

import pytest

from servers import HERE, SERVER, Authority, bare, cut, flood, s_server
from support.artifacts import documents, group, host, send_port
from support.gateway import free_port
from support.program import must, run
from support.waiting import eventually
from support.web import Nginx, apache_proxy, basic_users


class World:
    """An authority that is trusted, one that is not, a store, and the program."""

    def __init__(self, program, folder):
        self.program, self.folder, self.data = program, folder, folder / "data"
        self.known = Authority(folder / "known", "Known")
        self.other = Authority(folder / "other", "Other")
        self.good = self.known.make("good")
        self.apply(group(), host())
        must(self("cert", "import", self.known.root, "--trust-roots"))

    def __call__(self, *words, **options):
        return self.program(*words, "--data", self.data, environment={"SSL_CERT_FILE": "/nonexistent"}, **options)

    def apply(self, *artifacts):
        file = self.folder / "artifacts.yaml"
        file.write_text(documents(*artifacts))
        must(self("apply", "-f", file))

    def probe(self, *words, status=None):
        done = self("tls", "probe", *words, "-o", "json", timeout=60)
        assert done.stdout, done.stderr
        report = json.loads(done.stdout)
        if status is not None:
            assert done.returncode == status, report["verdict"]
        return report

    def at(self, port, *words, **options):
        """One handshake is enough for most faults."""
        return self.probe(f"https://127.0.0.1:{port}/", "--no-ciphers", *words, **options)


@pytest.fixture(scope="module")
def world(sealgate, tmp_path_factory):
    return World(sealgate, tmp_path_factory.mktemp("probe"))


def code(report):
    return report["verdict"]["code"]


def codes(report):
    return [finding["code"] for finding in report["findings"]]


def test_a_good_server_is_good(world):
    with s_server(world.good) as port:
        report = world.probe(f"https://localhost:{port}/", status=0)
    assert code(report) == "probe.good" and not [f for f in report["findings"] if f["severity"] == "error"]
    assert report["tls"]["version"] == "TLS 1.3" and report["chain"]["trusted"] and report["chain"]["name_fits"]
    accepted = {each["version"]: each["accepted"] for each in report["tls"]["versions"]}
    assert accepted == {"TLS 1.0": False, "TLS 1.1": False, "TLS 1.2": True, "TLS 1.3": True}
    suites = {each["version"]: [cipher["name"] for cipher in each["ciphers"]] for each in report["tls"]["versions"]}
    assert "TLS_AES_256_GCM_SHA384" in suites["TLS 1.3"] and "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" in suites["TLS 1.2"]
    assert all(each["complete"] for each in report["tls"]["versions"])
    assert [link["trusted"] for link in report["chain"]["path"]] == [False, True]
    assert 58 <= report["chain"]["path"][0]["days_left"] <= 60


def test_the_story_is_told_in_words(world):
    with s_server(world.good) as port:
        done = must(world("tls", "probe", f"https://127.0.0.1:{port}/"))
    story = done.stdout.decode()
    for word in ("Reached", "connected in", "Handshake", "TLS 1.3", "Chain, 1 certificate sent", "└─ CN=Known good", "[trusted]",
                 "Revocation", "Client certificate", "HTTP", "Verdict", "good"):
        assert word in story, story


CERTIFICATES = {
    "expired": (dict(dates=("20240101000000Z", "20240201000000Z")), "probe.expired", 6),
    "early": (dict(dates=("20450101000000Z", "20460101000000Z")), "probe.not-yet-valid", 6),
    "wrong-name": (dict(extensions=f"{SERVER}\nsubjectAltName=DNS:elsewhere.example"), "probe.wrong-name", 6),
    "wrong-usage": (dict(extensions=f"{HERE}\nextendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature"), "probe.wrong-usage", 6),
    "sha1": (dict(digest="sha1"), "probe.weak-signature", 8),
    "small-key": (dict(key=("rsa", "1024")), "probe.weak-key", 8),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_bad_certificate_is_named(world, name):
    options, expected, status = CERTIFICATES[name]
    identity = world.known.make(name, **options)
    with s_server(identity, "-cipher", "DEFAULT@SECLEVEL=0") as port:
        report = world.at(port, status=status)
    assert code(report) == expected, codes(report)
    assert [c for c in codes(report) if c.startswith("probe.") and c not in (expected, "probe.revocation-unknown")] == []
    assert report["chain"]["path"][0]["faults"][0].startswith(expected)


def test_a_self_signed_certificate_is_named_unless_it_is_trusted(world):
    with s_server(world.known.self_signed()) as port:
        assert code(world.at(port, status=6)) == "probe.self-signed"


def test_an_unknown_authority_is_named(world):
    identity = world.other.make("stranger")
    with s_server(identity, chain=world.other.root) as port:
        assert code(world.at(port, status=6)) == "probe.untrusted-root"
    with s_server(identity) as port:
        report = world.at(port, status=6)
    assert code(report) == "probe.unknown-issuer" and "Other Root" in report["verdict"]["what"]


def test_a_missing_intermediate_is_told_from_an_unknown_authority(world):
    identity = world.known.make("below", by="intermediate")
    with s_server(identity) as port:
        assert code(world.at(port)) == "probe.unknown-issuer"
        must(world("cert", "import", world.known.intermediate))
        report = world.at(port, status=6)
    assert code(report) == "probe.missing-intermediate" and "CN=Known intermediate" in report["verdict"]["what"]
    with s_server(identity, chain=world.known.intermediate) as port:
        report = world.at(port, status=0)
    assert code(report) == "probe.good" and report["chain"]["sent"] == 2


def test_a_wrong_order_and_what_is_not_needed_are_told(world, tmp_path):
    identity = world.known.make("disorder", by="intermediate")
    chain = tmp_path / "chain.pem"
    chain.write_text(world.known.root.read_text() + world.known.intermediate.read_text() + world.other.root.read_text())
    with s_server(identity, chain=chain) as port:
        report = world.at(port, status=0)
    assert "probe.wrong-order" in codes(report) and "probe.not-needed" in codes(report)


def test_old_versions_only(world):
    with s_server(world.good, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0") as port:
        report = world.probe(f"https://127.0.0.1:{port}/", status=8)
    assert code(report) == "probe.old-tls-only"
    assert [each["version"] for each in report["tls"]["versions"] if each["accepted"]] == ["TLS 1.1"]
    with s_server(world.good, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as port:
        assert code(world.at(port)) == "probe.old-tls-only"


def test_old_versions_besides_new_ones_are_a_warning(world):
    with s_server(world.good, "-min_protocol", "TLSv1", "-cipher", "ALL:@SECLEVEL=0") as port:
        report = world.probe(f"https://127.0.0.1:{port}/", status=0)
    assert "probe.old-tls-accepted" in codes(report) and code(report) == "probe.good"
    assert all(each["accepted"] for each in report["tls"]["versions"])


def test_no_common_cipher(world):
    with s_server(world.good, "-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0") as port:
        report = world.probe(f"https://127.0.0.1:{port}/", status=8)
    assert code(report) == "probe.no-common-cipher" and "NULL" in report["verdict"]["what"]
    assert "probe.weak-cipher-accepted" in codes(report)


def test_a_stapled_answer_that_says_revoked(world):
    answer = world.known.ocsp_answer(world.good[0], revoked=True)
    with s_server(world.good, "-status_file", answer) as port:
        report = world.at(port, status=7)
    assert code(report) == "probe.revoked" and report["revocation"]["status"] == "revoked"


def test_a_stapled_answer_that_says_good(world):
    with s_server(world.good, "-status_file", world.known.ocsp_answer(world.good[0])) as port:
        report = world.at(port, status=0)
    assert report["revocation"]["stapled"] and report["revocation"]["status"] == "good"
    assert report["revocation"]["staple"].startswith("good until")


def test_a_stapled_answer_that_is_over(world):
    answer = world.known.ocsp_answer(world.good[0], age=30)
    with s_server(world.good, "-status_file", answer) as port:
        assert "probe.staple-stale" in codes(world.at(port))


def test_a_stapled_answer_of_a_stranger(world):
    answer = world.known.ocsp_answer(world.good[0], signer=world.other)
    with s_server(world.good, "-status_file", answer) as port:
        assert "probe.staple-wrong-signer" in codes(world.at(port))


def test_an_imported_list_counts(world, tmp_path):
    """In a store of its own: the list names the good certificate."""
    other = World(world.program, tmp_path)
    books = tmp_path / "known" / "books-good"
    words = ["openssl", "ca", "-config", books / "ca.conf", "-cert", other.known.root, "-keyfile", tmp_path / "known" / "root.key",
             "-md", "sha256"]
    must(run([*words, "-revoke", other.good[0]]))
    must(run([*words, "-gencrl", "-crldays", "5", "-out", tmp_path / "list.pem"]))
    must(other("cert", "import", tmp_path / "list.pem"))
    with s_server(other.good) as port:
        assert code(other.at(port, status=7)) == "probe.revoked"


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_client_certificate_is_demanded(world, version):
    with s_server(world.good, "-Verify", "1", "-CAfile", world.known.root, "-verify_return_error", version) as port:
        report = world.at(port, status=6)
    assert code(report) == "probe.client-certificate-demanded"
    assert report["client_certificate"]["authorities"] == ["CN=Known Root"]


def test_nginx_demands_a_client_certificate_and_the_port_has_one(world):
    client = world.known.make("client", extensions="extendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature")
    stranger = world.other.make("other-client", extensions="extendedKeyUsage=clientAuth\nkeyUsage=critical,digitalSignature")
    for name, (certificate, key) in (("client", client), ("stranger", stranger)):
        both = world.folder / f"{name}-both.pem"
        both.write_text(key.read_text() + certificate.read_text())
        must(world("cert", "import", both))
    files = {"server.pem": world.good[0].read_text() + world.good[1].read_text(), "root.pem": world.known.root}
    configuration = ("server { listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;"
                     "ssl_client_certificate root.pem; ssl_verify_client on; location / { return 200; } }")
    with Nginx(configuration, files, scheme="https") as server:
        report = world.probe(server.url(), "--no-ciphers", status=6)
        assert code(report) == "probe.client-certificate-demanded"
        fits = {each["subject"]: each["fits"] for each in report["client_certificate"]["ours"]}
        assert fits == {"CN=Known client": True, "CN=Other other-client": False}
        words = ["openssl", "x509", "-in", client[0], "-noout", "-fingerprint", "-sha1"]
        thumbprint = must(run(words)).stdout.decode().strip().split("=")[1].replace(":", "")
        settings = {"url": server.url(), "client_certificate": thumbprint}
        world.apply(group(), host(), send_port("Out", "", settings=settings))
        report = world.probe("--port", "Out", "--no-ciphers", status=0)
    assert code(report) == "probe.good" and report["client_certificate"]["shown"] and report["http"]["status"] == 200


def test_the_settings_of_the_port_hold(world, tmp_path):
    """Its least version, whom it trusts, whether the name counts, and SOAP as well as HTTP."""
    strange = world.other.make("pinned")
    renamed = world.known.make("renamed", extensions=f"{SERVER}\nsubjectAltName=DNS:elsewhere.example")
    must(world("cert", "import", strange[0], "--store", "OtherPeople"))
    words = ["openssl", "x509", "-noout", "-fingerprint", "-sha1", "-in"]
    pinned, root = (must(run([*words, file])).stdout.decode().strip().split("=")[1].replace(":", "")
                    for file in (strange[0], world.known.root))
    files = {"good.pem": world.good[0].read_text() + world.good[1].read_text(),
             "strange.pem": strange[0].read_text() + strange[1].read_text(),
             "renamed.pem": renamed[0].read_text() + renamed[1].read_text()}
    server = "ssl_certificate {0}.pem; ssl_certificate_key {0}.pem; location / {{ return 200; }}"
    configuration = (f"server {{ listen 127.0.0.1:@old@ ssl; ssl_protocols TLSv1.2; {server.format('good')} }}\n"
                     f"server {{ listen 127.0.0.1:@renamed@ ssl; {server.format('renamed')} }}\n"
                     f"server {{ listen 127.0.0.1:@strange@ ssl; {server.format('strange')} }}")
    with Nginx(configuration, files, scheme="https") as nginx:
        old, other, unnamed = (nginx.url(port=port) for port in ("old", "strange", "renamed"))
        cases = {"plain": ({"url": old}, "probe.good"), "strict": ({"url": old, "minimum_tls": "1.3"}, "probe.old-tls-only"),
                 "stranger": ({"url": other}, "probe.unknown-issuer"),
                 "pinned": ({"url": other, "trusted_certificates": [pinned]}, "probe.good"),
                 "only-pinned": ({"url": old, "trusted_certificates": [pinned]}, "probe.unknown-issuer"),
                 "only-root": ({"url": old, "trusted_certificates": [root]}, "probe.good"),
                 "named": ({"url": unnamed}, "probe.wrong-name"),
                 "unnamed": ({"url": unnamed, "check_server_name": False}, "probe.good")}
        world.apply(group(), host(), *(send_port(name, "", settings=settings) for name, (settings, _) in cases.items()),
                    send_port("soap", "", adapter="SOAP", settings=cases["strict"][0]))
        for name, (_, wanted) in {**cases, "soap": cases["strict"]}.items():
            assert code(world.probe("--port", name, "--no-ciphers")) == wanted, name


def test_the_proxy_of_the_port_is_the_way(world, tmp_path):
    password = tmp_path / "password"
    password.write_text("proxy word")
    password.chmod(0o600)
    wrong = tmp_path / "wrong"
    wrong.write_text("another word")
    wrong.chmod(0o600)
    files = {"server.pem": world.good[0].read_text() + world.good[1].read_text()}
    configuration = ("server { listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;"
                     "location / { return 200; } }")
    with Nginx(configuration, files, scheme="https") as server, apache_proxy(carol="proxy word") as proxy:
        by = {"url": server.url(), "proxy": proxy.url(""), "proxy_user": "carol"}
        cases = {"right": ({**by, "proxy_password_source": f"file:{password}"}, "probe.good"),
                 "wrong": ({**by, "proxy_password_source": f"file:{wrong}"}, "probe.proxy-refuses"),
                 "nobody": ({**by, "url": f"https://127.0.0.1:{free_port()}/", "proxy_password_source": f"file:{password}"},
                            "probe.proxy-refuses"),
                 "no-proxy": ({**by, "proxy": f"http://127.0.0.1:{free_port()}", "proxy_password_source": f"file:{password}"},
                              "probe.connection-refused"),
                 "silly": ({**by, "proxy": server.url("").replace("https", "http"), "proxy_password_source": f"file:{password}"},
                           "probe.proxy-refuses")}
        world.apply(group(), host(), *(send_port(name, "", settings=settings) for name, (settings, _) in cases.items()))
        for name, (_, wanted) in cases.items():
            report = world.probe("--port", name, "--no-ciphers")
            assert code(report) == wanted, (name, report)
        eventually(lambda: "CONNECT" in proxy.log(), proxy.log)
        assert "proxy word" not in json.dumps(report)


def test_logins_are_named_and_none_is_sent(world):
    configuration = ('server { listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;'
                     'location / { auth_basic "Orders, and more"; auth_basic_user_file users; } }')
    files = {"server.pem": world.good[0].read_text() + world.good[1].read_text(), "users": basic_users(a="b")}
    with Nginx(configuration, files, scheme="https") as server:
        report = world.probe(server.url("/in?key=secret"), "--no-ciphers", status=0)
        assert "401" in server.log()
    assert report["http"]["status"] == 401 and report["http"]["authentication"] == ['Basic realm="Orders, and more"']
    assert "probe.login-wanted" in codes(report)


def test_a_server_that_is_not_trusted_does_not_see_the_path(world):
    identity = world.other.make("spy")
    configuration = ("server { listen 127.0.0.1:@port@ ssl; ssl_certificate server.pem; ssl_certificate_key server.pem;"
                     "location / { return 200; } }")
    files = {"server.pem": identity[0].read_text() + identity[1].read_text()}
    with Nginx(configuration, files, scheme="https") as server:
        world.probe(server.url("/in?key=secret"), "--no-ciphers", status=6)
        assert "GET / HTTP" in server.log() and "secret" not in server.log()


def test_plain_http_behind_an_https_address(world):
    with Nginx("server { listen 127.0.0.1:@port@; location / { return 200; } }") as server:
        report = world.at(server.ports["port"], status=1)
        assert code(report) == "probe.not-tls" and "HTTP/1.1 400" in report["verdict"]["what"]
        assert "probe.plain-http" in codes(world.probe(server.url(), status=0))


def test_a_server_that_speaks_something_else(world):
    with bare(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")) as port:
        report = world.at(port, status=1)
    assert code(report) == "probe.not-tls" and "SSH-2.0" in report["verdict"]["what"]


def test_a_closed_port(world):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        assert code(world.at(taken.getsockname()[1], status=1)) == "probe.connection-refused"


def test_a_silent_server(world):
    with bare(lambda connection: None) as port:
        assert code(world.at(port, "--timeout", "1", status=1)) == "probe.silent-server"


def test_a_connection_that_is_cut_in_the_handshake(world):
    with bare(cut) as port:
        assert code(world.at(port, status=1)) == "probe.cut-in-handshake"


def test_a_flood_instead_of_a_handshake_ends(world):
    with bare(flood) as port:
        report = world.at(port)
    assert code(report) in ("probe.too-much", "probe.handshake-failed", "probe.cut-in-handshake") and not report["verdict"]["good"]


def test_an_unknown_host_name(world):
    assert code(world.probe("https://no-such-host.invalid/", "--timeout", "2", status=1)) == "probe.unknown-host"


def test_what_is_no_https_address_is_a_usage_error(world):
    assert world("tls", "probe", "ftp://a.example/").returncode == 2
    assert world("tls", "probe").returncode == 2
    assert world("tls", "probe", "--port", "Nowhere").returncode == 2


def test_without_a_store_the_roots_of_the_system_count(world, tmp_path):
    bundle = tmp_path / "roots.pem"
    shutil.copy(world.known.root, bundle)
    with s_server(world.good) as port:
        words = ["tls", "probe", f"https://127.0.0.1:{port}/", "--no-ciphers", "--data", tmp_path / "none"]
        must(world.program(*words, environment={"SSL_CERT_FILE": str(bundle)}))
        assert world.program(*words, environment={"SSL_CERT_FILE": "/nonexistent"}).returncode == 6
    assert not (tmp_path / "none").exists()
