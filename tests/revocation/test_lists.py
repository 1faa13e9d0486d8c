"""Lists over HTTP (nginx publishes them) and from folders, in a running gateway and by the command line."""
import pathlib
import re
import time

import pytest

from publishing import ALLOWED, Authority, eventually
from support.gateway import free_port
from support.program import must


def known(place, address, condition=lambda source: True):
    def look():
        found = place.source(address)
        return found if found and found["asked"] and condition(found) else None
    return look


def test_a_revoked_certificate_stops_within_one_refresh(place, authority, web):
    """Nobody imports anything: the certificate says where its list is."""
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{web.url('/ca.crl')}")
    web.put("/ca.crl", authority.list())
    message = authority.sign(partner, b"<order/>")
    with place.gateway:
        assert place.passes(message), place.gateway.tail()
        fetched = eventually(known(place, web.url("/ca.crl"), lambda one: one["fetched"]), "the source is written down")
        assert fetched["failures"] == 0
        authority.revoke(partner)
        web.put("/ca.crl", authority.list())
        eventually(lambda: place.lists()["lists"][0]["revoked"] == 1, "the new list is in the store")
        eventually(lambda: not place.passes(message), "it is stopped", seconds=5)
        assert place.code_of_last() == "certificates.chain-revoked"
        only, = place.lists()["lists"]
        assert only["source"] == web.url("/ca.crl") and only["number"] == "02" and not only["stale"]


def test_deltas_are_followed_and_combined(place, authority, web):
    """OpenSSL makes them. The list names the place of its deltas; the certificate does not."""
    point, deltas = web.url("/ca.crl"), web.url("/delta.crl")
    authority.announce_deltas(deltas)
    partner, other = (authority.issue(name, f"crlDistributionPoints=URI:{point}") for name in ("partner", "other"))
    authority.hold(other)
    web.put("/ca.crl", authority.list())
    web.put("/delta.crl", authority.delta(1, {}))
    place.configure(dict(ALLOWED, sources=[point]))
    from_partner, from_other = authority.sign(partner, b"<order/>"), authority.sign(other, b"<order/>")
    with place.gateway:
        eventually(known(place, deltas, lambda one: one["fetched"]), "the delta is followed")
        assert sorted((one["number"], one["delta"]) for one in place.lists()["lists"]) == [("01", False), ("02", True)]
        assert place.passes(from_partner), place.gateway.tail()
        assert not place.passes(from_other), "it is on hold"
        web.put("/delta.crl", authority.delta(1, {partner: "keyCompromise", other: "removeFromCRL"}))
        eventually(lambda: place.passes(from_other), "the delta takes the hold back")
        eventually(lambda: not place.passes(from_partner), "the delta revokes")
        assert place.code_of_last() == "certificates.chain-revoked"
        # The next delta begins with a list that is not published yet: what the last one said goes on.
        web.put("/delta.crl", authority.delta(3, {}))
        eventually(lambda: len(place.lists()["lists"]) == 3, "both deltas are there")
        assert not place.passes(from_partner)
        assert place.passes(from_other)


def test_require_prefer_and_off_where_nobody_knows(place, authority, web):
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{web.url('/ca.crl')}")
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
        web.put("/ca.crl", authority.list())
        place.configure(ALLOWED, location={"revocation": "prefer"}, parties=[dict(party, revocation="prefer")])
        eventually(lambda: place.lists()["lists"], "the list is there")
        eventually(lambda: not place.passes(message) and place.code_of_last() == "certificates.chain-revoked",
                   "prefer stops who is listed")
        place.configure(ALLOWED, location={"revocation": "off"}, parties=[dict(party, revocation="off")])
        eventually(lambda: place.passes(message), "off asks nobody")


@pytest.mark.parametrize("trouble, code", [
    ("down", "net.unreachable"), ("missing", "revocation.bad-answer"), ("garbage", "revocation.not-a-list"),
    ("huge", "revocation.too-large"), ("loop", "revocation.too-many-redirects"), ("private", "net.address-refused"),
    ("stranger", "revocation.wrong-signer"), ("stale", "revocation.stale-list")])
def test_sources_in_trouble_are_told_and_others_go_on(place, authority, web, tmp_path, trouble, code):
    address, good = web.url(f"/{trouble}.crl"), web.url("/good.crl")
    web.put("/good.crl", authority.list())
    if trouble == "down":
        (tmp_path / "other").mkdir()
        address = f"http://127.0.0.1:{free_port()}/down.crl"  # never started
    if trouble == "stranger":
        (tmp_path / "stranger").mkdir()
        web.put("/stranger.crl", Authority(tmp_path / "stranger").list())
    if trouble == "stale":
        web.put("/stale.crl", authority.list("-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200102000000Z"))
        web.put("/good.crl", b"")  # there must be no newer one
    if trouble == "garbage":
        web.put("/garbage.crl", b"<html>maintenance</html>")
    if trouble == "huge":
        web.put_empty("/huge.crl", 200_000_000)
    told_and_others_go_on(place, address, None if trouble == "stale" else good, code)


@pytest.mark.parametrize("trouble, code", [("endless", "revocation.too-large"), ("broken off", "net.connection-lost")])
def test_servers_in_trouble_are_told_and_others_go_on(place, authority, site, web, trouble, code):
    """What nginx would not do: a reply of no known length, and one that ends early."""
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

    site.pages["/bad.crl"] = {"endless": endless, "broken off": cut}[trouble]
    web.put("/good.crl", authority.list())
    told_and_others_go_on(place, site.url("/bad.crl"), web.url("/good.crl"), code)


def told_and_others_go_on(place, address, good, code):
    place.configure(dict(ALLOWED, sources=[address, good] if good else [address]))
    with place.gateway:
        told = eventually(known(place, address, lambda one: one["failures"]), "the trouble is written down", seconds=60)
        assert told["failure_code"] == code, told
        if good:
            assert eventually(known(place, good, lambda one: one["fetched"]), "the other source goes on")["lists"] == 1
        assert place.gateway.get("/health/ready")[0] == 200
        peak = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{place.gateway.process.pid}/status").read_text())
        assert int(peak[1]) < 250_000, "memory ends where the limit of a list does"
    named = place.gateway("crl", "update", address)
    assert named.returncode != 0 and code in named.stderr


def test_a_server_that_was_down_is_asked_again(place, authority, web):
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{web.url('/ca.crl')}")
    web.put("/ca.crl", authority.list())
    message = authority.sign(partner, b"<order/>")
    web.stop()
    place.configure(dict(ALLOWED, sources=[web.url("/ca.crl")]))
    with place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-crl-missing"
        web.start()
        eventually(lambda: place.lists()["lists"], "the list was fetched by itself", seconds=60)
        eventually(lambda: place.passes(message), "it is used")
        web.stop()
        assert place.passes(message), "the list that is there still counts"


@pytest.mark.parametrize("how", ["slow", "silent"])
def test_a_slow_source_holds_a_message_up_for_ten_seconds_at_most(place, authority, site, web, how):
    silent = [f"crlDistributionPoints=URI:{site.url('/ca.crl')}", f"authorityInfoAccess=OCSP;URI:{site.url('/ocsp')}"]
    partner = authority.issue("partner", *({"slow": [f"crlDistributionPoints=URI:{web.url('/slow/ca.crl')}"], "silent": silent}[how]))
    web.put("/ca.crl", authority.list())
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


def test_a_silent_responder_leaves_time_for_the_list(place, authority, site, web):
    partner = authority.issue("partner", f"crlDistributionPoints=URI:{web.url('/ca.crl')}",
                              f"authorityInfoAccess=OCSP;URI:{site.url('/ocsp')}")
    web.put("/ca.crl", authority.list())
    site.pages["/ocsp"] = site.hang
    place.configure(dict(ALLOWED, ocsp=True))
    with place.gateway:
        assert place.passes(authority.sign(partner, b"<order/>")), "the first message already"


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


def test_the_command_line_updates_beside_and_without_a_gateway(place, authority, web):
    address = web.url("/ca.crl")
    place.configure({"policy": "off", "refresh": "7d", "sources": [address], "allowed_private_hosts": ["127.0.0.1"]})
    web.put("/ca.crl", authority.list())
    assert place.source(address)["asked"] is None
    done = must(place.gateway("crl", "update"))
    assert address in done.stdout.decode()
    first, = place.lists()["lists"]
    assert first["number"] == "01" and first["fetched"] and place.source(address)["lists"] == 1
    web.put("/ca.crl", authority.list())
    must(place.gateway("crl", "update", address))
    only, = place.lists()["lists"]
    assert only["number"] == "02", "the new one took the place of the old"
    unknown = place.gateway("crl", "update", "http://elsewhere.example/x")
    assert unknown.returncode == 2 or "revocation.unknown-source" in unknown.stderr
    table = must(place.gateway("crl", "list")).stdout.decode()
    assert "Publishing Root" in table and address in table
    # A source that the group names no more stays in sight, with what it gave; it is asked only by name.
    assert place.source(address)["followed"]
    place.configure({"policy": "off", "allowed_private_hosts": ["127.0.0.1"]})
    dropped, asked = place.source(address), len(web.asked())
    assert not dropped["followed"] and dropped["next"] is None and dropped["fetched"]
    assert "no longer followed" in must(place.gateway("crl", "list")).stdout.decode()
    must(place.gateway("crl", "update"))
    assert len(web.asked()) == asked
    must(place.gateway("crl", "update", address))
    assert len(web.asked()) == asked + 1


def test_a_missing_intermediate_is_fetched_when_that_is_allowed(place, authority, web, tmp_path):
    middle = authority.issue("Middle", ca=True)
    (tmp_path / "below").mkdir()
    below = Authority(tmp_path / "below")
    for mine, theirs in ((middle.certificate, below.root), (middle.key, below.root_key)):
        theirs.write_bytes(mine.read_bytes())
    partner = below.issue("partner", f"authorityInfoAccess=caIssuers;URI:{web.url('/middle.cer')}")
    web.put("/middle.cer", middle.certificate.read_bytes())
    message = below.sign(partner, b"<order/>")
    place.configure(dict(ALLOWED, policy="off"))
    with place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-no-issuer"
        assert not web.asked(), "off by default"
        place.configure(dict(ALLOWED, policy="off", fetch_issuers=True))
        eventually(lambda: place.passes(message), "the issuer was fetched")
        assert web.asked().count("/middle.cer") == 1
