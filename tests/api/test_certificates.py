"""Certificates: imported both ways, found, shown, exported, removed; never a private key in any answer."""
import base64
import subprocess

import pytest


def file_of(path, name="file"):
    return {"name": name, "content": base64.b64encode(path.read_bytes()).decode()}


def form(fields, boundary="----sealgate"):
    """(body, content type) of a form: (name, content) or (name, content, file name)."""
    body = b""
    for name, content, *file in fields:
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        body += f'; filename="{file[0]}"\r\nContent-Type: application/octet-stream'.encode() if file else b""
        body += b"\r\n\r\n" + (content if isinstance(content, bytes) else content.encode()) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


@pytest.fixture(scope="module")
def own(administered, pki):
    """An own certificate with its key, imported by JSON out of a PKCS#12 file."""
    identity = pki.get("rsa", "api-own")
    answer = administered.api("POST", "/certificates", json={"files": [file_of(identity.pkcs12("pass word"), "own.p12")], "password": "pass word"})
    assert answer.status == 200, answer.body
    return identity, answer.json


def test_a_key_goes_in_and_never_out(api, own, pki):
    identity, report = own
    entry = next(one for one in report["imported"] if one["store"] == "Personal")
    assert entry["private_key"] and entry["outcome"] == "added" and entry["thumbprint"] == identity.thumbprint
    shown = api.ok("GET", f"/certificates/{identity.thumbprint.replace(' ', '%20')}")
    assert shown["stores"][0]["private_key"] == "yes" and "sign" in shown["usages"]
    for path in ("/certificates", f"/certificates/{identity.thumbprint_sha256}", f"/certificates/{identity.thumbprint_sha256}/export",
                 f"/certificates/{identity.thumbprint_sha256}/export?chain=true"):
        answer = api.get(path)
        assert answer.status == 200 and b"PRIVATE" not in answer.body
    kept = api("DELETE", f"/certificates/{identity.thumbprint_sha256}?store=Personal")
    assert kept.status == 409 and kept.code == "certificates.private-key-would-be-lost"


def test_files_come_by_form_as_well(api, pki):
    partner = pki.get("rsa", "api-partner")
    body, kind = form([("file", partner.certificate.read_bytes(), "partner <b>.cer"), ("file", pki.root.read_bytes(), "root.pem"), ("trust_roots", "true")])
    answer = api("POST", "/certificates", body=body, content_type=kind)
    assert answer.status == 200, answer.body
    assert {one["store"] for one in answer.json["imported"]} == {"OtherPeople", "TrustedRoots"}
    shown = api.ok("GET", f"/certificates/{partner.thumbprint_sha256}")
    assert shown["chain"]["status"] == "ok" and len(shown["chain"]["path"]) == 2
    again = api.ok("POST", "/certificates", body=body, content_type=kind)
    assert {one["outcome"] for one in again["imported"]} == {"already there"}
    found = api.ok("GET", "/certificates?store=OtherPeople&search=API-PARTNER")["items"]
    assert [one["sha256"] for one in found] == [partner.thumbprint_sha256]
    assert api.ok("GET", f"/certificates?search={partner.thumbprint_sha256[:12]}")["items"]
    assert api.ok("GET", "/certificates?store=OtherPeople&search=api-partner&expires-before=2001-01-01T00:00:00Z")["items"] == []
    gone = api.ok("DELETE", f"/certificates/{partner.thumbprint_sha256}?store=OtherPeople")
    assert gone["uses"] == [] and api.get(f"/certificates/{partner.thumbprint_sha256}").status == 404


def test_exports_are_what_openssl_reads(api, own, tmp_path):
    identity, _ = own
    for form_name, options in (("pem", []), ("der", ["-inform", "DER"])):
        path = tmp_path / form_name
        path.write_bytes(api.get(f"/certificates/{identity.thumbprint_sha256}/export?format={form_name}").body)
        told = subprocess.run(["openssl", "x509", "-in", path, "-noout", "-fingerprint", "-sha256", *options], capture_output=True, check=True)
        assert identity.thumbprint_sha256 in told.stdout.decode().replace(":", "")
    path.write_bytes(api.get(f"/certificates/{identity.thumbprint_sha256}/export?format=p7b").body)
    subprocess.run(["openssl", "pkcs7", "-inform", "DER", "-in", path, "-noout"], check=True)


@pytest.mark.parametrize("json, status, code", [
    ({"files": []}, 422, "api.invalid-body"), ({"files": [{"content": "@@"}]}, 422, "api.invalid-body"),
    ({"files": [{"content": ""}]}, 422, None), ({"files": [{"content": "AAAA"}]}, 422, None),
    ({"files": [{"content": "AAAA"}], "store": "Elsewhere"}, 422, "api.invalid-body"), ({"files": [{"content": "AAAA"}], "more": 1}, 422, "api.invalid-body"),
    ({}, 422, "api.invalid-body"), ([], 422, "api.invalid-body")])
def test_what_is_no_certificate_is_refused(api, json, status, code):
    answer = api("POST", "/certificates", json=json)
    assert answer.status == status and (code is None or answer.code == code), answer.body


def test_a_wrong_password_and_a_bad_account(api, pki):
    identity = pki.get("rsa", "api-own")
    wrong = api("POST", "/certificates", json={"files": [file_of(identity.pkcs12("pass word"))], "password": "wrong"})
    assert wrong.status == 422 and wrong.code == "import.wrong-password"
    for account in ("../up", "a b", "x" * 65):
        bad = api("POST", "/certificates", json={"files": [file_of(identity.certificate)], "account": account})
        assert bad.status == 422, bad.body
        assert api.get(f"/certificates?account={account.replace(' ', '%20').replace('/', '%2F')}").status == 400


def test_forms_that_are_cut_or_odd_are_refused(api, pki):
    body, kind = form([("file", pki.root.read_bytes(), "root.pem")])
    for bad_body, bad_kind in ((body[:-6], kind), (body, "multipart/form-data"), (b"x", kind), (body.replace(b'name="file"', b'name="other"'), kind),
                               (form([("file", b"x"), ("store", "Elsewhere")])[0], kind), (form([("store", "Personal")])[0], kind),
                               (b"--" + b"----sealgate\r\n\r\n\r\n------sealgate--\r\n", kind)):
        answer = api("POST", "/certificates", body=bad_body, content_type=bad_kind)
        assert answer.status in (400, 422) and answer.json["what"], answer.body


def test_looking_ahead(api):
    assert api.ok("GET", "/check")["errors"] == 0
    assert api.ok("GET", "/check?within=30d")["findings"] == []
    assert api.get("/check?within=soon").status == 400
    assert isinstance(api.ok("GET", "/expiry?within=400d")["items"], list)
    findings = api.ok("GET", "/audit/findings")
    assert findings["group"] == "Test" and all(one["remedy"] for one in findings["findings"])
    assert api.ok("GET", "/audit/threat-model")["flows"]
    assert set(api.ok("GET", "/crls")) == {"lists", "sources"}
    assert api("DELETE", "/crls/" + "0" * 64).status == 404
