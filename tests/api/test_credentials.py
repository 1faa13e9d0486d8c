"""Affiliate applications: made, mapped and removed by the API; a masked value goes in and never out."""
import base64
import subprocess

import pytest

from support.api import Administered, quoted
from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Recorder
from support.web import Nginx, basic_users

PASSWORD = "Xq7-geheimes-Wort-9"
SERVER = """server {{
    listen 127.0.0.1:@port@;
    location / {{ auth_basic "partner"; auth_basic_user_file users; proxy_pass {url}; }}
}}"""
ERP = "/affiliate-applications/ERP"


def to_erp(name, url, **words):
    settings = {"url": url, "authentication": "basic", "affiliate_application": "ERP"}
    return {**send_port(name, url, **words), "settings": settings}


@pytest.fixture(scope="module")
def secret(administered):
    """The master secret of the gateway of this suite."""
    before = administered.api.ok("GET", "/affiliate-applications")
    assert before["secret"]["generation"] == 0 and before["items"] == []
    early = administered.api("POST", "/affiliate-applications", json={"name": "Early"})
    assert early.status == 404 and early.code == "credentials.no-master-secret"
    made = administered.api("POST", "/master-secret", json={})
    assert made.status == 201 and made.json["accounts"] == ["default"] and len(made.json["id"]) == 16
    assert administered.api("POST", "/master-secret", json={}).status == 409
    return made.json


def test_an_application_from_making_to_removal(api, administered, secret):
    made = api("POST", "/affiliate-applications", json={"name": "ERP", "description": "orders"})
    assert made.status == 201 and made.json["fields"] == [{"label": "user", "masked": False}, {"label": "password", "masked": True}]
    assert api("POST", "/affiliate-applications", json={"name": "ERP"}).status == 409
    assert api("PUT", f"{ERP}/mappings/account:default", json={"values": ["sealgate", PASSWORD]}).status == 204
    everything = [api.get(path).body for path in ("/affiliate-applications", ERP, "/artifacts/send-ports", "/tracking?event=credentials-changed")]
    assert not any(PASSWORD.encode() in body for body in everything)
    shown = api.ok("GET", ERP)
    assert shown["mappings"][0]["values"] == {"user": "sealgate", "password": None} and shown["application"]["mappings"] == 1
    changed = api.ok("PUT", ERP, json={"enabled": False, "users": ["account:default"], "ticket_lifetime": "5m"})
    assert (changed["enabled"], changed["users"], changed["ticket_lifetime"], changed["description"]) == (False, ["account:default"], "5m", "orders")
    assert api.ok("PUT", ERP, json={"users": ["mapped"], "ticket_lifetime": "group"})["users"] == []

    administered.gateway.apply(documents(to_erp("To ERP", "http://127.0.0.1:9/", state="stopped", filter='BTS.ReceivePortName == "Nowhere"')))
    assert api.ok("GET", ERP)["application"]["used_by"] == ["To ERP"]
    kept = api("DELETE", ERP)
    assert kept.status == 409 and kept.code == "artifacts.in-use" and "To ERP" in kept.json["where"]
    assert api("DELETE", f"{ERP}/mappings/account:default").status == 204
    assert api("DELETE", f"{ERP}/mappings/account:default").status == 404
    assert api.ok("DELETE", f"{ERP}?although-used=true") == {"name": "ERP", "used_by": ["To ERP"]}
    assert api.get(ERP).status == 404


@pytest.mark.parametrize("principal, values, code", [
    ("nobody", ["a", "b"], "credentials.bad-principal"), ("account:default", ["a"], "credentials.bad-mapping"),
    ("account:default", ["", "b"], "credentials.bad-mapping"), ("account:default", ["a\nb", "b"], "credentials.bad-mapping"),
    ("party:Fabrikam", ["a", "b"], "credentials.bad-mapping"), ("account:default", [], "api.invalid-body"),
    ("account:default", ["x" * 1025, "b"], "api.invalid-body")])
def test_what_is_no_mapping_is_refused(api, secret, principal, values, code):
    api("POST", "/affiliate-applications", json={"name": "Mapped"})
    answer = api("PUT", f"/affiliate-applications/Mapped/mappings/{quoted(principal)}", json={"values": values})
    assert answer.status == 422 and answer.code == code, answer.body


@pytest.mark.parametrize("body", [{"name": "a b"}, {"name": "<img>"}, {"name": "x" * 129}, {"name": "F", "fields": []}, {"name": "F", "more": 1},
                                  {"name": "F", "ticket_lifetime": "soon"}, {"name": "F", "users": ["nobody"]}, {}])
def test_what_is_no_application_is_refused(api, secret, body):
    answer = api("POST", "/affiliate-applications", json=body)
    assert answer.status == 422 and answer.json["what"], answer.body


def test_a_group_application_has_an_order(api, secret):
    fields = [{"label": "id", "masked": False}, {"label": "realm", "masked": False}, {"label": "pin", "masked": True}]
    assert api("POST", "/affiliate-applications", json={"name": "Ordered", "type": "group", "fields": fields}).status == 201
    for principal, place in (("everyone", None), ("party:Fabrikam", 1), ("account:default", 1)):
        body = {"values": [principal, "r", "p"]} | ({"place": place} if place else {})
        assert api("PUT", f"/affiliate-applications/Ordered/mappings/{principal}", json=body).status == 204
    shown = api.ok("GET", "/affiliate-applications/Ordered")["mappings"]
    assert [one["principal"] for one in shown] == ["account:default", "party:Fabrikam", "everyone"]
    assert shown[0]["values"] == {"id": "account:default", "realm": "r", "pin": None}


def test_who_may_open_the_secret_and_what_tickets_do(api, secret):
    assert api.ok("PUT", "/master-secret/accounts/edi")["accounts"] == ["default", "edi"]
    assert api.ok("DELETE", "/master-secret/accounts/edi")["accounts"] == ["default"]
    assert api("DELETE", "/master-secret/accounts/default").code == "credentials.last-account"
    assert api("DELETE", "/master-secret/accounts/nobody").code == "credentials.not-granted"
    assert api.ok("GET", "/ticket-settings") == {"tickets": False, "ticket_lifetime": "2m"}
    assert api.ok("PUT", "/ticket-settings", json={"tickets": True, "ticket_lifetime": "10m"}) == {"tickets": True, "ticket_lifetime": "10m"}
    assert api("PUT", "/ticket-settings", json={"ticket_lifetime": "99d"}).code == "credentials.bad-setting"
    assert api.ok("PUT", "/ticket-settings", json={"tickets": False})["ticket_lifetime"] == "10m"


def test_who_may_only_look_sees_no_user_names(api, administered, secret):
    viewer = administered.issue("viewer-of-applications", ["view", "operate", "configure", "partners", "certificates"])
    api("POST", "/affiliate-applications", json={"name": "Looked"})
    assert "Looked" in [one["name"] for one in api.ok("GET", "/affiliate-applications", token=viewer)["items"]]
    assert api.get("/affiliate-applications/Looked", token=viewer).status == 403
    assert api("PUT", "/affiliate-applications/Looked/mappings/account:default", json={"values": ["a", "b"]}, token=viewer).status == 403


def test_changes_are_in_the_audit_log_without_values(api, administered, secret):
    api("POST", "/affiliate-applications", json={"name": "Audited"})
    api("PUT", "/affiliate-applications/Audited/mappings/account:default", json={"values": ["u", PASSWORD]})
    listed = subprocess.run([administered.gateway.program, "audit-log", "list", "--data", administered.gateway.data, "-o", "json"],
                            capture_output=True, check=True, text=True).stdout
    assert "credentials.change" in listed and "Audited/mappings/account:default" in listed and PASSWORD not in listed
    asked = subprocess.run([administered.gateway.program, "sso", "audit", "--changes", "--data", administered.gateway.data, "-o", "json"],
                           capture_output=True, check=True, text=True).stdout
    assert "ada/everything" in asked and PASSWORD not in asked


def test_a_message_goes_out_with_what_was_set(sealgate, tmp_path):
    recorder = Recorder(keep=True)
    partner = Nginx(SERVER.format(url=recorder.url.removesuffix("/in")), {"users": basic_users(sealgate=PASSWORD)})
    partner.start()
    made = Administered(sealgate.path, tmp_path)
    try:
        made.gateway.apply(documents(group(), host(), receive_port(by_http()), to_erp("Out", partner.url())))
        made.start().make_administrator()
        made.api.ok("POST", "/master-secret", json={})
        made.api.ok("POST", "/affiliate-applications", json={"name": "ERP"})
        assert made.api("PUT", f"{ERP}/mappings/account:default", json={"values": ["sealgate", PASSWORD]}).status == 204
        assert made.gateway.request("POST", "/in", b"<order/>", {"Content-Type": "text/xml"})[0] == 202
        assert recorder.wait_for(lambda: recorder.bodies, 30), made.gateway.tail()
        headers = {name.lower(): value for name, value in recorder.bodies[0][0].items()}
        assert base64.b64decode(headers["authorization"].split()[1]).decode() == f"sealgate:{PASSWORD}"
    finally:
        made.close()
        partner.close()
        recorder.close()
