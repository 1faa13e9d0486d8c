"""Lists over HTTP and from folders, in a running gateway and by the command line."""
import time

import pytest

from publishing import ALLOWED, Authority, eventually
from support.program import must


def known(place, address, condition=lambda source: True):
    def look():
        found = place.source(address)
        return found if found and found["asked"] and condition(found) else None
    return look


def test_a_revoked_certificate_stops_within_one_refresh(place, authority, site):
    """Nobody imports anything: the certificate says where its list is."""
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{site.url('/ca.crl')}")
    site.pages["/ca.crl"] = authority.list()
    message = authority.sign(partner, b"<order/>")
    with place.gateway:
        assert place.passes(message), place.gateway.tail()
        fetched = eventually(known(place, site.url("/ca.crl"), lambda one: one["fetched"]), "the source is written down")
        assert fetched["failures"] == 0
        authority.revoke(partner)
        site.pages["/ca.crl"] = authority.list()
        eventually(lambda: place.lists()["lists"][0]["revoked"] == 1, "the new list is in the store")
        eventually(lambda: not place.passes(message), "it is stopped", seconds=5)
        assert place.code_of_last() == "certificates.chain-revoked"
        only, = place.lists()["lists"]
        assert only["source"] == site.url("/ca.crl") and only["number"] == "02" and not only["stale"]


def test_require_prefer_and_off_where_nobody_knows(place, authority, site):
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{site.url('/ca.crl')}")
    message = authority.sign(partner, b"<order/>")
    with place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-crl-missing"
        place.configure(ALLOWED, location={"revocation": "prefer"})
        eventually(lambda: place.passes(message), "prefer lets it pass")
        tracked = must(place.gateway("tracking", "list", "-o", "json", "--limit", "1000")).stdout.decode()
        assert f"{partner.thumbprint.replace(' ', '')} chain:crl-missing" in tracked
        assert "passed by policy" in place.gateway.log.read_text()
        party = {"kind": "Party", "name": "Partner", "verification_certificates": [partner.thumbprint], "revocation": "require"}
        must(place.gateway("cert", "import", partner.certificate))
        place.configure(ALLOWED, location={"revocation": "prefer"}, parties=[party])
        eventually(lambda: not place.passes(message), "the party's require is the stricter one")
        authority.revoke(partner)
        site.pages["/ca.crl"] = authority.list()
        place.configure(ALLOWED, location={"revocation": "prefer"}, parties=[dict(party, revocation="prefer")])
        eventually(lambda: place.lists()["lists"], "the list is there")
        eventually(lambda: not place.passes(message) and place.code_of_last() == "certificates.chain-revoked",
                   "prefer stops who is listed")
        place.configure(ALLOWED, location={"revocation": "off"}, parties=[dict(party, revocation="off")])
        eventually(lambda: place.passes(message), "off asks nobody")


@pytest.mark.parametrize("trouble, code", [
    ("down", "net.unreachable"), ("missing", "revocation.bad-answer"), ("garbage", "revocation.not-a-list"),
    ("huge", "revocation.too-large"), ("loop", "revocation.too-many-redirects"), ("private", "net.address-refused"),
    ("stranger", "revocation.wrong-signer"), ("stale", "revocation.stale-list"), ("broken off", "net.connection-lost")])
def test_sources_in_trouble_are_told_and_others_go_on(place, authority, site, tmp_path, trouble, code):
    def endless(handler, _):
        handler.send_response(200)
        handler.end_headers()  # no length: the end of the connection is the end
        for _ in range(200):
            handler.wfile.write(b"\0" * 1_000_000)

    def cut(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(b"0")

    address, good = site.url("/bad.crl"), site.url("/good.crl")
    site.pages["/good.crl"] = authority.list()
    if trouble == "down":
        address = "http://127.0.0.1:1/ca.crl"
    if trouble == "stranger":
        (tmp_path / "stranger").mkdir()
        site.pages["/bad.crl"] = Authority(tmp_path / "stranger").list()
    if trouble == "stale":
        site.pages["/bad.crl"] = authority.list("-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200102000000Z")
        site.pages["/good.crl"] = b""  # there must be no newer one
    if trouble in ("garbage", "huge", "loop", "private", "broken off"):
        site.pages["/bad.crl"] = {
            "garbage": b"<html>maintenance</html>", "huge": endless, "broken off": cut,
            "loop": lambda handler, _: handler.answer(b"", 302, Location="/bad.crl"),
            "private": lambda handler, _: handler.answer(b"", 302, Location=good.replace("127.0.0.1", "127.0.0.2"))}[trouble]
    place.configure(dict(ALLOWED, sources=[address, good]))
    with place.gateway:
        told = eventually(known(place, address, lambda one: one["failures"]), "the trouble is written down", seconds=60)
        assert told["failure_code"] == code, told
        if trouble != "stale":
            assert eventually(known(place, good, lambda one: one["fetched"]), "the other source goes on")["lists"] == 1
        assert place.gateway.get("/health/ready")[0] == 200
    named = place.gateway("crl", "update", address)
    assert named.returncode != 0 and code in named.stderr


def test_a_slow_source_holds_a_message_up_for_ten_seconds_at_most(place, authority, site):
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{site.url('/ca.crl')}",
                              f"authorityInfoAccess=OCSP;URI:{site.url('/ocsp')}")
    site.pages["/ca.crl"] = site.pages["/ocsp"] = site.hang
    place.configure(dict(ALLOWED, ocsp=True))
    message = authority.sign(partner, b"<order/>")
    with place.gateway:
        start = time.monotonic()
        place.send(message)
        assert time.monotonic() - start < 20
        eventually(place.suspended, "it is suspended, not lost")
        assert place.code_of_last() == "certificates.chain-crl-missing"
        start = time.monotonic()
        place.send(message)
        assert time.monotonic() - start < 8, "the next one does not wait for who was silent"


def test_folders_are_read_again_when_they_change(place, authority, tmp_path):
    folder = tmp_path / "lists"
    folder.mkdir()
    partner = authority.issue("partner")
    message = authority.sign(partner, b"<order/>")
    place.configure({"policy": "require", "refresh": "7d", "sources": [str(folder)]})
    with place.gateway:
        assert not place.passes(message)
        (folder / "ca.crl").write_bytes(authority.list())
        eventually(lambda: place.passes(message), "the list was noticed")
        authority.revoke(partner)
        (folder / "ca.crl").write_bytes(authority.list())
        eventually(lambda: not place.passes(message), "the change was noticed")
        assert place.code_of_last() == "certificates.chain-revoked"
    assert [one["source"] for one in place.lists()["lists"]] == [str(folder)]


def test_the_command_line_updates_beside_and_without_a_gateway(place, authority, site):
    address = site.url("/ca.crl")
    place.configure({"policy": "off", "refresh": "7d", "sources": [address], "allowed_private_hosts": ["127.0.0.1"]})
    site.pages["/ca.crl"] = authority.list()
    assert place.source(address)["asked"] is None
    done = must(place.gateway("crl", "update"))
    assert address in done.stdout.decode()
    first, = place.lists()["lists"]
    assert first["number"] == "01" and first["fetched"] and place.source(address)["lists"] == 1
    site.pages["/ca.crl"] = authority.list()
    must(place.gateway("crl", "update", address))
    only, = place.lists()["lists"]
    assert only["number"] == "02", "the new one took the place of the old"
    unknown = place.gateway("crl", "update", "http://elsewhere.example/x")
    assert unknown.returncode == 2 or "revocation.unknown-source" in unknown.stderr
    table = must(place.gateway("crl", "list")).stdout.decode()
    assert "Publishing Root" in table and address in table


def test_a_missing_intermediate_is_fetched_when_that_is_allowed(place, authority, site, tmp_path):
    middle = authority.issue("Middle", ca=True)
    (tmp_path / "below").mkdir()
    below = Authority(tmp_path / "below")
    for mine, theirs in ((middle.certificate, below.root), (middle.key, below.root_key)):
        theirs.write_bytes(mine.read_bytes())
    partner = below.issue("partner", f"authorityInfoAccess=caIssuers;URI:{site.url('/middle.cer')}")
    site.pages["/middle.cer"] = middle.certificate.read_bytes()
    message = below.sign(partner, b"<order/>")
    place.configure(dict(ALLOWED, policy="off"))
    with place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-no-issuer"
        assert not site.asked, "off by default"
        place.configure(dict(ALLOWED, policy="off", fetch_issuers=True))
        eventually(lambda: place.passes(message), "the issuer was fetched")
        assert site.asked.count("/middle.cer") == 1
