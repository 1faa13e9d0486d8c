"""OpenSSL's OCSP responder: up, down, slow, with the wrong certificate; and answers by those who are none."""
import contextlib

import pytest

from publishing import ALLOWED, Authority, eventually, responder
from support.gateway import free_port
from support.program import must, run

OCSP = dict(ALLOWED, ocsp=True)
SIGNS = {"extended": "OCSPSigning", "usage": "digitalSignature"}


def partner_of(authority, address):
    return authority.issue("partner", f"authorityInfoAccess=OCSP;URI:{address}")


def test_good_then_revoked(place, authority):
    port = free_port()
    partner = partner_of(authority, f"http://127.0.0.1:{port}/")
    signer = authority.issue("responder", "noCheck=ignored", **SIGNS)
    message = authority.sign(partner, b"<order/>")
    place.configure(OCSP)
    with place.gateway:
        with responder(authority, signer, port=port):
            assert place.passes(message), place.gateway.tail()
        # The answer names no next update: it is kept for some minutes, and the responder need not be there.
        assert place.passes(message)
        authority.revoke(partner)
        place.gateway.stop()
    with responder(authority, signer, port=port), place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-revoked"


@pytest.mark.parametrize("who, told", [("down", "net.unreachable"), ("without the order", "certificates.ocsp-unauthorized"),
                                       ("of another authority", "certificates.ocsp-unauthorized")])
def test_responders_without_authority_leave_it_unknown(place, authority, tmp_path, who, told):
    port = free_port()
    message = authority.sign(partner_of(authority, f"http://127.0.0.1:{port}/"), b"<order/>")
    place.configure(OCSP)
    with contextlib.ExitStack() as stack:
        if who == "without the order":
            stack.enter_context(responder(authority, authority.issue("plain"), port=port))
        if who == "of another authority":
            (tmp_path / "other").mkdir()
            signer = Authority(tmp_path / "other", "Other Root").issue("responder", **SIGNS)
            stack.enter_context(responder(authority, signer, port=port))
        with place.gateway:
            assert not place.passes(message)
            assert place.code_of_last() == "certificates.chain-crl-missing"
            eventually(lambda: told in place.gateway.log.read_text(), f"{told} is in the log")


@pytest.mark.parametrize("answer, told", [("of another request", "certificates.ocsp-wrong-nonce"),
                                          ("garbage", "certificates.ocsp-malformed"), ("huge", "revocation.too-large")])
def test_bad_answers_leave_it_unknown(place, authority, site, tmp_path, answer, told):
    partner = partner_of(authority, site.url("/ocsp"))
    site.pages["/ocsp"] = {"garbage": b"<html>it works</html>", "huge": b"0" * 200_000_000}.get(answer)
    if answer == "of another request":
        kept = tmp_path / "response.der"
        with responder(authority, authority.issue("responder", **SIGNS)) as url:
            must(run(["openssl", "ocsp", "-issuer", authority.root, "-cert", partner.certificate, "-url", url, "-respout", kept,
                      "-nonce", "-noverify"]))
        site.pages["/ocsp"] = kept.read_bytes()
    place.configure(OCSP)
    message = authority.sign(partner, b"<order/>")
    with place.gateway:
        assert not place.passes(message)
        assert place.code_of_last() == "certificates.chain-crl-missing"
        eventually(lambda: told in place.gateway.log.read_text(), f"{told} is in the log")


def test_a_prepared_answer_without_nonce_counts(place, authority, site, tmp_path):
    """Large responders sign their answers beforehand (RFC 5019)."""
    partner = partner_of(authority, site.url("/ocsp"))
    kept = tmp_path / "response.der"
    with responder(authority, authority.issue("responder", **SIGNS), "-ndays", "1") as url:
        must(run(["openssl", "ocsp", "-issuer", authority.root, "-cert", partner.certificate, "-url", url, "-respout", kept, "-no_nonce",
                  "-noverify"]))
    site.pages["/ocsp"] = kept.read_bytes()
    place.configure(OCSP)
    with place.gateway:
        assert place.passes(authority.sign(partner, b"<order/>")), place.gateway.tail()
        assert site.asked == ["/ocsp"]
