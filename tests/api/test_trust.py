"""Imports that are tried first, keys that go out under a password, revocation lists, rollovers, and probes of servers."""
import base64
import functools
import http.server
import json
import subprocess
import threading

import pytest

from support.api import Administered, quoted
from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.program import must

LATER = "2099-01-01T00:00:00Z"


def stopped(name, url="http://partner.example/in", **words):
    return send_port(name, url, filter=None, state="stopped", **words)


def sealed(name, certificate):
    """A send port that encrypts to it."""
    return stopped(name, pipeline="SMIMETransmit", encoder={"enable_encryption": True}, encryption_certificates=[certificate])


def file_of(path, name=None):
    return {"name": name or path.name, "content": base64.b64encode(path.read_bytes()).decode()}


@pytest.fixture(scope="module")
def publisher(tmp_path_factory):
    """Serves the files of a folder at localhost."""
    folder = tmp_path_factory.mktemp("published")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://localhost:{server.server_address[1]}"
    server.shutdown()


@pytest.fixture(scope="module")
def trusting(sealgate, tmp_path_factory, publisher, pki):
    """A gateway with a partner, an own signing certificate and a source of revocation lists."""
    folder = tmp_path_factory.mktemp("trust")
    made = Administered(sealgate.path, folder)
    made.gateway.apply(documents(group(revocation={"sources": [publisher[1] + "/list.crl"], "allowed_private_hosts": ["localhost"]}),
                                 host(), receive_port(by_http()), {"kind": "Party", "name": "Fabrikam"}))
    made.start().make_administrator()
    made.pki = pki
    made.api.ok("POST", "/certificates", json={"files": [file_of(pki.root)], "trust_roots": True})
    yield made
    made.close()


def identity(trusting, name, **options):
    return trusting.pki.get("rsa", f"trust-{name}", **options)


def take(trusting, one, own=False):
    return trusting.api.ok("POST", "/certificates", json={"files": [file_of(one.both if own else one.certificate)]})


def test_a_dry_run_tells_everything_and_stores_nothing(trusting, tmp_path):
    api, own, partner = trusting.api, identity(trusting, "dry-own"), identity(trusting, "dry-partner")
    evil = tmp_path / "evil.p12"
    evil.write_bytes(b"\x30\x84\xff\xff\xff\xff")
    before = api.ok("GET", "/certificates?limit=1000")["items"]
    body = {"files": [file_of(partner.certificate), file_of(own.pkcs12("pass word"), "own.p12"), file_of(evil), {"name": "text", "content": "aGk="}],
            "password": "pass word"}
    told = api.ok("POST", "/certificates?dry-run=true", json=body)
    assert told["dry_run"] and [bool(one["refused"]) for one in told["files"]] == [False, False, True, True]
    assert told["files"][1]["kind"] == "PKCS#12" and told["files"][1]["keys"] == 1
    assert all(one["refused"]["what"] and one["refused"]["remedy"] for one in told["files"] if one["refused"])
    assert {one["store"] for one in told["imported"]} >= {"OtherPeople", "Personal"}
    for one in told["imported"]:
        assert one["chain"]["status"] == "ok" and one["chain"]["path"][-1]["store"] == "TrustedRoots" and "sign" in one["usages"]
    assert api.ok("GET", "/certificates?limit=1000")["items"] == before
    assert not list((trusting.gateway.data / "keys").glob("*")) if (trusting.gateway.data / "keys").exists() else True
    imports = lambda: must(trusting.gateway("audit-log", "list", "-o", "json")).stdout.decode().count("certificate.import")  # noqa: E731
    recorded = imports()
    api.ok("POST", "/certificates?dry-run=true", json=body)
    assert imports() == recorded, "nothing was done"
    assert api("POST", "/certificates", json=body).status == 422, "the whole is refused when one file is"
    assert imports() == recorded + 2, "that it was begun, and that it was refused"
    wrong = api.ok("POST", "/certificates?dry-run=true", json={**body, "files": body["files"][1:2], "password": "wrong"})
    assert wrong["files"][0]["refused"]["code"] == "import.wrong-password" and wrong["imported"] == []


def test_a_dry_run_knows_which_certificate_could_be_replaced(trusting):
    api = trusting.api
    old, new = identity(trusting, "replaced", days=5), identity(trusting, "replacing", days=19)
    take(trusting, old)
    trusting.gateway.apply(documents(sealed("Replaced", old.thumbprint)))
    told = api.ok("POST", "/certificates?dry-run=true", json={"files": [file_of(new.certificate)]})["imported"][0]
    assert [(one["thumbprint"], one["used_by"]) for one in told["replaces"]] == [
        (old.thumbprint, ["SendPort Replaced, encryption_certificates (encrypt)"])]
    kept = api("DELETE", f"/certificates/{old.thumbprint_sha256}?store=OtherPeople")
    assert kept.status == 409 and kept.code == "artifacts.in-use" and "Replaced" in kept.json["where"]
    gone = api.ok("DELETE", f"/certificates/{old.thumbprint_sha256}?store=OtherPeople&although-used=true")
    assert "SendPort Replaced" in gone["uses"][0]
    trusting.gateway("delete", "SendPort", "Replaced")


def test_a_key_goes_out_only_under_a_password_and_into_the_audit_log_first(trusting, tmp_path):
    api, own = trusting.api, identity(trusting, "exported")
    take(trusting, own, own=True)
    path = f"/certificates/{own.thumbprint_sha256}/export-key"
    for bad in ({}, {"password": ""}, {"password": "short"}, {"password": "x" * 1025}):
        assert api("POST", path, json=bad).status == 422
    answer = api("POST", path, json={"password": "long enough", "chain": True})
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/x-pkcs12" and "attachment" in answer.headers["Content-Disposition"]
    file = tmp_path / "exported.p12"
    file.write_bytes(answer.body)
    told = subprocess.run(["openssl", "pkcs12", "-in", file, "-nodes", "-passin", "pass:long enough"], capture_output=True, check=True, text=True).stdout
    assert "PRIVATE KEY" in told and told.count("BEGIN CERTIFICATE") == 2
    viewer = trusting.issue("all-but-certificates", ["view", "configure", "partners", "credentials", "security", "audit", "operate", "view-body"])
    assert api("POST", path, json={"password": "long enough"}, token=viewer).status == 403
    log = must(trusting.gateway("audit-log", "list", "-o", "json")).stdout.decode()
    assert log.count("certificate.export-key") >= 1 and "long enough" not in log
    partner = identity(trusting, "without-key")
    take(trusting, partner)
    none = api("POST", f"/certificates/{partner.thumbprint_sha256}/export-key", json={"password": "long enough"})
    assert none.status == 404 and none.code == "certificates.no-private-key"


def test_a_chain_tells_each_certificate_and_the_age_of_its_list(trusting, tmp_path):
    api = trusting.api
    below = trusting.pki.subordinate(tmp_path / "below", "Trust Intermediate")
    leaf, bad = below.get("rsa", "trust-leaf"), below.get("rsa", "trust-revoked")
    api.ok("POST", "/certificates", json={"files": [file_of(below.root), file_of(leaf.certificate), file_of(bad.certificate)]})
    chain = lambda one: api.ok("GET", f"/certificates/{one.thumbprint_sha256}")["chain"]  # noqa: E731
    path = chain(leaf)["path"]
    assert [one["store"] for one in path] == ["", "IntermediateAuthorities", "TrustedRoots"]
    assert path[0]["revocation"] == "unknown" and path[0]["list_made"] is None and path[2]["revocation"] == ""
    listed = api.ok("POST", "/certificates", json={"files": [file_of(below.revocation_list(bad))]})
    assert listed["revocation_lists"] == 1 and listed["lists"][0]["revoked"] == 1
    path = chain(leaf)["path"]
    assert path[0]["revocation"] == "good" and path[0]["list_made"] and path[0]["list_until"] and not path[0]["faults"]
    revoked = chain(bad)["path"][0]
    assert revoked["revocation"] == "revoked" and "revoked" in revoked["faults"]
    shown = next(one for one in api.ok("GET", "/crls")["lists"] if "Trust Intermediate" in one["issuer"])
    assert shown["depends"] == [] and not shown["stale"]
    trusting.gateway.apply(documents(sealed("Depends", leaf.thumbprint)))
    shown = next(one for one in api.ok("GET", "/crls")["lists"] if "Trust Intermediate" in one["issuer"])
    assert shown["depends"][0]["used_by"] == ["SendPort Depends, encryption_certificates"]
    assert api("DELETE", "/crls/" + shown["sha256"]).status == 204
    trusting.gateway("delete", "SendPort", "Depends")


def test_lists_are_asked_for_now(trusting, publisher):
    api, (folder, url) = trusting.api, publisher
    source = url + "/list.crl"
    failed = api.ok("POST", "/crls/update", json={"sources": [source]})
    assert failed["items"][0]["failure"]["code"] and failed["items"][0]["lists"] == 0
    (folder / "list.crl").write_bytes(trusting.pki.revocation_list().read_bytes())
    done = api.ok("POST", "/crls/update", json={})
    assert [one["source"] for one in done["items"]] == [source] and done["items"][0]["failure"] is None and done["left"] == 0
    assert any(one["source"] == source for one in api.ok("GET", "/crls")["lists"])
    assert api("POST", "/crls/update", json={"sources": ["http://nobody.example/"]}).code == "revocation.unknown-source"
    statuses = [api("POST", "/crls/update", json={"sources": [source]}).status for _ in range(8)]
    assert 429 in statuses and set(statuses) <= {200, 429}


def roll(api, before, after, dry_run=True, status=200, **words):
    answer = api("POST", f"/certificates/rollover?dry-run={str(dry_run).lower()}", json={"before": before.thumbprint, "after": after.thumbprint_sha256, **words})
    assert answer.status == status, answer.body
    return answer.json


def assignments(api, path, field="encryption_certificates"):
    return api.ok("GET", path)[field]


def test_a_rollover_changes_every_place_and_tells_whom_to_tell(trusting):
    api = trusting.api
    old, new = identity(trusting, "sign-old"), identity(trusting, "sign-new")
    take(trusting, old, own=True)
    take(trusting, new, own=True)
    stored = api.ok("GET", "/artifacts/groups/Test")
    trusting.gateway.apply(documents(
        {**stored, "signing_certificates": [old.thumbprint]}, host(decryption_certificates=[old.thumbprint]),
        stopped("Signed", party="Fabrikam", pipeline="SMIMETransmit", signing_certificates=[old.thumbprint_sha256],
                encoder={"signature_type": "blob"})))
    plan = roll(api, old, new, overlap="14d")
    assert plan["applied"]["dry_run"] and {one["usage"] for one in plan["steps"]} == {"sign", "decrypt"}
    assert {one["name"] for one in plan["applied"]["changes"]} == {"Test", "Default", "Signed"}
    assert assignments(api, "/artifacts/groups/Test", "signing_certificates") == [old.thumbprint.replace(" ", "")], "a dry run changes nothing"
    told = {one["party"]: one["text"] for one in plan["notices"]}
    assert new.thumbprint in told["Fabrikam"] and old.thumbprint in told["Fabrikam"] and "BEGIN CERTIFICATE" in plan["pem"]
    done = roll(api, old, new, dry_run=False, overlap="14d")
    assert done["applied"]["revision"] > plan["applied"]["revision"]
    signing = assignments(api, "/artifacts/groups/Test", "signing_certificates")
    assert [set(one) for one in signing] == [{"certificate", "until"}, {"certificate", "from"}]
    decrypting = assignments(api, "/artifacts/hosts/Default", "decryption_certificates")
    assert "until" in decrypting[0] and decrypting[1] == new.thumbprint.replace(" ", "")
    port = assignments(api, "/artifacts/send-ports/Signed", "signing_certificates")
    assert port[1]["certificate"] == new.thumbprint_sha256, "named as the old one was"
    found = [one for one in api.ok("GET", "/check?within=15d")["findings"] if one["severity"] == "error"]
    assert found == [], found
    again = roll(api, old, new, overlap="14d")
    assert again["applied"]["changes"] == [] or all(one["change"] != "created" for one in again["applied"]["changes"])


def test_a_partner_is_encrypted_to_one_certificate_at_a_time(trusting):
    api = trusting.api
    old, new = identity(trusting, "enc-old", days=25), identity(trusting, "enc-new", days=26)
    take(trusting, old)
    take(trusting, new)
    trusting.gateway.apply(documents(sealed("Sealed", old.thumbprint)))
    now = roll(api, old, new)
    assert "-" in now["applied"]["changes"][0]["diff"]
    roll(api, old, new, dry_run=False)
    assert assignments(api, "/artifacts/send-ports/Sealed") == [new.thumbprint.replace(" ", "")]
    nothing = roll(api, old, new, status=404)
    assert nothing["code"] == "admin.nothing-to-roll-over"


def test_what_is_no_rollover_is_refused(trusting):
    api = trusting.api
    one, other = identity(trusting, "refused-one"), identity(trusting, "refused-other")
    take(trusting, one)
    take(trusting, other)
    trusting.gateway.apply(documents(sealed("Refused", one.thumbprint)))
    assert roll(api, one, one, status=422)["code"] == "admin.bad-rollover"
    assert roll(api, one, other, status=422, **{"from": LATER})["code"] == "admin.bad-rollover"
    for words in ({"overlap": "soon"}, {"overlap": "401d"}, {"from": "tomorrow"}, {"more": 1}):
        roll(api, one, other, status=422, **words)
    missing = api("POST", "/certificates/rollover", json={"before": "0" * 40, "after": one.thumbprint})
    assert missing.status == 404 and missing.code == "certificates.not-found"
    signs = identity(trusting, "refused-signs", usage="digitalSignature")
    take(trusting, signs)
    wrong = api("POST", "/certificates/rollover?dry-run=true", json={"before": one.thumbprint, "after": signs.thumbprint})
    assert wrong.status == 422 and wrong.json["errors"], wrong.body
    viewer = trusting.issue("partners-only", ["view", "partners"])
    refused = api("POST", "/certificates/rollover", json={"before": one.thumbprint, "after": other.thumbprint}, token=viewer)
    assert refused.status == 403, "a send port is changed by configure"
    trusting.gateway("delete", "SendPort", "Refused")


def probe(api, query, **options):
    return api("POST", f"/tls-probe?ciphers=false&timeout=5&{query}", **options)


def test_a_probe_tells_the_story_and_does_not_look_around_behind_the_firewall(trusting):
    api = trusting.api
    seen = probe(api, f"url={quoted(f'https://localhost:{api.port}/secret?x=1')}")
    assert seen.status == 200, seen.body
    report = seen.json
    assert report["verdict"]["code"] == "probe.self-signed" and report["verdict"]["remedy"]
    assert report["tls"]["version"] == "TLS 1.3" and report["chain"]["path"][0]["faults"] and report["chain"]["name_fits"]
    for inside in (f"https://127.0.0.1:{api.port}/", f"https://[::1]:{api.port}/", "https://10.0.0.1/", "https://169.254.169.254/latest/", "http://192.168.0.1/"):
        refused = probe(api, f"url={quoted(inside)}")
        assert refused.status == 200 and refused.json["verdict"]["code"] == "probe.address-refused", (inside, refused.body)
        assert refused.json["tls"] is None and refused.json["http"] is None and not refused.json["addresses"][0]["connected"]
    trusting.gateway.apply(documents(stopped("Probed", f"https://127.0.0.1:{api.port}/in")))
    for query in ("port=Probed", f"url={quoted(f'https://127.0.0.1:{api.port}/')}"):
        assert probe(api, query).json["verdict"]["code"] == "probe.self-signed"
    log = must(trusting.gateway("audit-log", "list", "-o", "json")).stdout.decode()
    assert "tls.probe" in log and "169.254.169.254" in log


@pytest.mark.parametrize("query, status", [("", 400), ("url=https://a.example&port=x", 400), ("port=Nobody", 404), ("url=ftp://a.example/", 422),
                                           ("url=https://user:pw@a.example/", 422), ("url=https://a.example/&timeout=99", 400)])
def test_what_cannot_be_probed_is_refused(trusting, query, status):
    answer = probe(trusting.api, query)
    assert answer.status == status and answer.json["what"], answer.body


def test_probes_are_for_administrators_and_security_officers_and_not_for_ever(trusting):
    others = trusting.issue("no-probes", ["view", "operate", "configure", "partners", "credentials", "security", "audit", "view-body"])
    assert probe(trusting.api, "port=Nobody", token=others).status == 403
    statuses = [probe(trusting.api, "url=https://10.0.0.1/").status for _ in range(25)]
    assert statuses[-1] == 429 and json.loads(probe(trusting.api, "url=https://10.0.0.1/").body)["remedy"]
