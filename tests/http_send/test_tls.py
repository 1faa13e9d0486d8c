"""Whom the gateway trusts, and what it shows."""
import json

import pytest

from support.program import must


@pytest.fixture(scope="module")
def ports(stage):
    nginx, pki = stage.partners.servers["nginx"], stage.partners.pki

    def at(port, case, **words):
        return {"url": nginx.url(f"/anonymous/{case}", port=port, scheme="https"), **words}
    stage.add({
        "expired": at("expired", "expired"),
        "renamed": at("renamed", "renamed"),
        "name-unchecked": at("renamed", "name-unchecked", check_server_name=False),
        "stranger": at("stranger", "stranger"),
        "pinned-leaf": at("stranger", "pinned-leaf", trusted_certificates=[pki.stranger.thumbprint]),
        "pinned-other": at("tls13", "pinned-other", trusted_certificates=[pki.stranger.thumbprint]),
        "not-imported": at("tls13", "not-imported", trusted_certificates=["11" * 20]),
        "only-tls13": at("tls12", "only-tls13", minimum_tls="1.3"),
        "tls13-met": at("tls13", "tls13-met", minimum_tls="1.3"),
        "no-client-certificate": at("mutual", "no-client-certificate"),
        "no-client-certificate-apache": {"url": stage.partners.url("apache", "/no-client-certificate-apache")},
        "client-certificate-apache": {"url": stage.partners.url("apache", "/client-certificate-apache"),
                                      "client_certificate": pki.client.thumbprint},
        "lost-client-certificate": at("mutual", "lost-client-certificate", client_certificate="22" * 20),
        "plain-on-tls": {"url": nginx.url("/anonymous/plain-on-tls", port="tls13", scheme="http")},
    })
    return stage


@pytest.mark.parametrize("case", ["name-unchecked", "pinned-leaf", "tls13-met", "client-certificate-apache"])
def test_trusts_what_it_was_told_to(ports, case):
    ports.delivered(case, ports.send(case))


@pytest.mark.parametrize(("case", "code", "says"), [
    ("expired", "net.tls-not-trusted", "expired"),
    ("renamed", "net.tls-not-trusted", "no alternative certificate subject name matches"),
    ("stranger", "net.tls-not-trusted", "unable to get local issuer"),
    ("pinned-other", "net.tls-not-trusted", ""),
    ("only-tls13", "net.tls-failed", "protocol version"),
    ("no-client-certificate", "adapter.http.refused", "400"),
    ("plain-on-tls", "adapter.http.refused", "400")])
def test_refuses_a_server_and_tries_again(ports, case, code, says):
    body = ports.send(case)
    failure = ports.failure(case, "retrying")
    assert failure["code"] == code and says in failure["text"], failure
    assert ports.arrivals(case, body) == 0


def test_a_handshake_that_demands_a_client_certificate_is_tried_again(ports):
    case = "no-client-certificate-apache"
    body = ports.send(case)
    assert ports.failure(case, "retrying")["code"] in ("net.tls-failed", "net.connection-lost")
    assert ports.arrivals(case, body) == 0


@pytest.mark.parametrize(("case", "code"), [
    ("lost-client-certificate", "pipeline.certificate-missing"),
    ("not-imported", "hosts.trusted-certificate-missing")])
def test_a_certificate_that_is_not_there_suspends_at_once(ports, case, code):
    body = ports.send(case)
    failure = ports.failure(case, "suspended")
    assert failure["code"] == code and case in json.dumps(failure), failure
    assert ports.arrivals(case, body) == 0


def test_the_audit_names_the_port_that_checks_no_name(ports):
    found = json.loads(ports.gateway("audit", "-o", "json").stdout)["findings"]
    named = [one["where"] for one in found if one["code"] == "audit.server-name-unchecked"]
    assert len(named) == 1 and "name-unchecked" in named[0], named


def test_settings_come_out_as_they_went_in(ports):
    said = must(ports.gateway("get", "SendPort", "only-tls13", "-o", "yaml")).stdout.decode()
    assert "minimum_tls: \"1.3\"" in said and "trusted_certificates" not in said
    assert must(ports.gateway("apply", "-f", "-", stdin=said.encode()))
