"""Users, invitations, sessions, tokens of others, the second factor and the audit log, as programs and the console use them."""
import base64
import hashlib
import hmac
import json
import struct
import time
import urllib.parse

import pytest

from support.api import PASSWORD, Session


@pytest.fixture(scope="module")
def admin(administered):
    return Session(administered.api, "ada", PASSWORD)


@pytest.fixture
def user(admin, request):
    """Makes users of this test; they are gone after it."""
    made = []

    def make(name, *roles):
        answer = admin("POST", "/users", json={"name": name, "roles": list(roles), "password": PASSWORD})
        assert answer.status == 201, answer.body
        made.append(name)
        return Session(admin.api, name, PASSWORD)
    yield make
    for name in made:
        admin("DELETE", f"/users/{name}")


def code_of(secret, at=None):
    """RFC 6238, by this page and not by ours."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def test_users_are_listed_made_changed_and_removed(admin, user):
    user("bob", "operator")
    listed = {one["name"]: one for one in admin.ok("GET", "/users")["items"]}
    assert listed["bob"]["roles"] == ["operator"] and listed["ada"]["roles"] == ["administrator"]
    assert admin.ok("PUT", "/users/bob/display-name", json={"display_name": "Bob B."})["display_name"] == "Bob B."
    changed = admin.ok("PUT", "/users/bob/roles", json={"roles": ["read-only", "partner-operator"]})
    assert changed["roles"] == ["partner-operator", "read-only"]
    assert admin.ok("PUT", "/users/bob/state", json={"disabled": True})["disabled"] is True
    assert admin("POST", "/session", json={"name": "bob", "password": PASSWORD}).status == 401
    assert admin.ok("PUT", "/users/bob/state", json={"disabled": False})["disabled"] is False

    def make(name, role="operator", password=PASSWORD):
        return admin("POST", "/users", json={"name": name, "roles": [role], "password": password})
    assert make("BOB").code == "access.user-exists"
    assert make("no blanks").status == 422
    assert make("short", password="short").code == "access.weak-password"
    assert make("x", "king").status == 422
    assert admin.get("/users/nobody").status == 404
    assert admin("DELETE", "/users/bob").status == 204
    assert admin.get("/users/bob").code == "access.no-such-user"


def test_the_roles_are_told(admin):
    roles = {one["role"]: one["permissions"] for one in admin.ok("GET", "/roles")["items"]}
    assert roles["operator"] == ["view", "operate"] and roles["read-only"] == ["view"] and len(roles["administrator"]) == 9


def test_the_last_administrator_stays(admin, user):
    assert admin("PUT", "/users/ada/roles", json={"roles": ["operator"]}).code == "access.not-allowed"
    sam = user("sam", "security-officer")
    for method, path, body in (("PUT", "/users/ada/state", {"disabled": True}),
                               ("PUT", "/users/ada/roles", {"roles": ["operator"]}),
                               ("DELETE", "/users/ada", None), ("POST", "/users/ada/password-link", None)):
        assert sam(method, path, json=body).code == "access.not-allowed"
    second = user("second", "administrator")
    assert second("PUT", "/users/ada/state", json={"disabled": True}).status == 200
    assert admin.get("/users").status == 401
    assert second("PUT", "/users/ada/state", json={"disabled": False}).status == 200
    admin.sign_in()


def test_an_invitation_makes_one_user(admin, api):
    issued = admin.ok("POST", "/invitations", json={"roles": ["partner-operator"]})
    secret = issued["path"].removeprefix("/invitation#")
    assert issued["path"].startswith("/invitation#") and len(secret) == 64
    assert secret not in admin.get("/invitations").body.decode()
    told = api.ok("POST", "/invitations/describe", json={"invitation": secret}, token="")
    assert told["user"] is None and told["roles"] == ["partner-operator"]
    wanted = {"invitation": secret, "name": "paula", "password": PASSWORD}
    accept = lambda: api("POST", "/invitations/accept", json=wanted, token="")
    assert accept().json["permissions"] == ["view", "partners"]
    assert accept().code == "access.bad-invitation"
    assert api("POST", "/invitations/describe", json={"invitation": secret}, token="").code == "access.bad-invitation"
    admin.ok("DELETE", "/users/paula")
    issued = admin.ok("POST", "/invitations", json={"roles": ["operator"]})
    assert admin("DELETE", f"/invitations/{issued['id']}").status == 204
    assert issued["id"] not in admin.get("/invitations").body.decode()


def test_a_lost_password_is_replaced_by_a_link(admin, user, api):
    lost = user("lost", "operator")
    secret = admin.ok("POST", "/users/lost/password-link")["path"].split("#")[1]
    assert api.ok("POST", "/invitations/describe", json={"invitation": secret}, token="")["user"] == "lost"
    chosen = {"invitation": secret, "password": "another long password"}
    answer = api("POST", "/invitations/accept", json=chosen, token="")
    assert answer.status == 200 and answer.json["name"] == "lost"
    assert lost.get("/session").status == 401
    assert api("POST", "/session", json={"name": "lost", "password": PASSWORD}, token="").status == 401
    assert api("POST", "/invitations/accept", json=chosen, token="").status == 403


def test_ones_own_password_needs_the_present_one_and_ends_all_sessions(user):
    own = user("own", "read-only")
    change = lambda old, new: own("PUT", "/profile/password", json={"password": old, "new_password": new})
    assert change("wrong password!", "another long password").code == "access.wrong-password"
    assert change(PASSWORD, "short").code == "access.weak-password"
    done = change(PASSWORD, "another long password")
    assert done.status == 204 and "Max-Age=0" in done.headers["Set-Cookie"]
    assert own.get("/profile").status == 401
    own.password = "another long password"
    own.sign_in()
    assert own.ok("GET", "/profile")["name"] == "own"


def test_an_authenticator_is_set_up_asked_for_and_removed(admin, user, api):
    tina = user("tina", "operator")
    assert tina("POST", "/profile/authenticator", json={"password": "wrong password!"}).status == 401
    begun = tina.ok("POST", "/profile/authenticator", json={"password": PASSWORD})
    asked = urllib.parse.urlsplit(begun["uri"])
    assert asked.scheme == "otpauth" and asked.netloc == "totp"
    assert dict(urllib.parse.parse_qsl(asked.query))["secret"] == begun["secret"]
    tina.sign_in()  # not asked for yet
    now = time.time()
    wrong = f"{(int(code_of(begun['secret'], now)) + 1) % 1000000:06d}"
    confirm = lambda with_code: tina("PUT", "/profile/authenticator", json={"password": PASSWORD, "code": with_code})
    assert confirm(wrong).code == "access.wrong-code"
    # One step before is taken, so the present one is left for signing in.
    assert confirm(code_of(begun["secret"], now - 30)).status == 204
    assert tina.ok("GET", "/profile")["authenticator"] is True
    sign_in = lambda **more: api("POST", "/session", json={"name": "tina", "password": PASSWORD, **more}, token="")
    assert sign_in().code == "access.code-needed"
    code = code_of(begun["secret"], now)
    assert sign_in(code=code).status == 200
    assert sign_in(code=code).code == "access.wrong-code", "no code is taken twice"
    last = {"password": PASSWORD, "code": code_of(begun["secret"], now + 30)}
    removed = tina("POST", "/profile/authenticator/remove", json=last)
    assert removed.status == 204, removed.body
    assert sign_in().status == 200
    # And by an administrator, when the phone is lost.
    begun = tina.ok("POST", "/profile/authenticator", json={"password": PASSWORD})
    assert confirm(code_of(begun["secret"])).status == 204
    assert admin("DELETE", "/users/tina/authenticator").status == 204
    assert admin("DELETE", "/users/tina/authenticator").code == "access.no-authenticator"
    assert sign_in().status == 200


def test_sessions_are_listed_and_ended(admin, user):
    first = user("vera", "operator")
    second = Session(admin.api, "vera", PASSWORD)
    own = first.ok("GET", "/profile/sessions")["items"]
    assert len(own) == 2 and [one["this"] for one in own].count(True) == 1 and own[0]["address"] == "127.0.0.1"
    assert {one["id"] for one in admin.ok("GET", "/sessions?user=vera")["items"]} == {one["id"] for one in own}
    assert first("DELETE", f"/profile/sessions/{admin.own_session()}").code == "access.no-such-session"
    assert admin.get("/session").status == 200
    assert first("DELETE", "/profile/sessions?others=true").status == 204
    assert second.get("/session").status == 401 and first.get("/session").status == 200
    second.sign_in()
    assert admin("DELETE", f"/sessions/{second.own_session()}").status == 204
    assert second.get("/session").status == 401
    assert admin("DELETE", "/users/vera/sessions").status == 204
    assert first.get("/session").status == 401
    assert admin("DELETE", "/users/nobody/sessions").status == 404
    assert len(admin.api.pages("/sessions", 1)) == len(admin.ok("GET", "/sessions")["items"])


def test_tokens_of_others_are_seen_and_revoked(admin, user, administered):
    olga = user("olga", "operator")
    made = olga.ok("POST", "/tokens", json={"name": "script", "scopes": ["view", "operate"], "until": administered.tomorrow()})
    use = lambda: admin.api.get("/status", token=made["token"]).status
    assert use() == 200
    found = next(one for one in admin.ok("GET", "/issued-tokens?user=olga")["items"])
    assert found["owner"] == "olga" and found["used"] and found["used_from"] == "127.0.0.1"
    assert found["allowed"] == ["view", "operate"]
    assert made["token"] not in admin.get("/issued-tokens").body.decode()
    admin.ok("PUT", "/users/olga/roles", json={"roles": ["read-only"]})
    assert admin.ok("GET", "/issued-tokens?user=olga")["items"][0]["allowed"] == ["view"]
    assert admin("DELETE", "/users/olga/tokens/nothing").code == "access.no-such-token"
    assert admin("DELETE", "/users/olga/tokens/script").status == 204
    assert use() == 401


def test_the_audit_log_is_searched_page_by_page(admin, user):
    user("xenia", "operator")
    admin.ok("PUT", "/users/xenia/roles", json={"roles": ["read-only"]})
    assert admin("PUT", "/users/ada/roles", json={"roles": ["read-only"]}).status == 403
    of_xenia = admin.ok("GET", "/audit-log?object=user%20xenia&action=user&user=ada")["items"]
    assert [one["action"] for one in of_xenia] == ["user.roles", "user.add"]
    assert of_xenia[0]["before"] == "operator" and of_xenia[0]["after"] == "read-only" and of_xenia[0]["from"] == "127.0.0.1"
    refused = admin.ok("GET", "/audit-log?refused=true&action=user.roles")["items"][0]
    assert refused["outcome"] == "access.not-allowed" and refused["object"] == "user ada"
    pages = admin.api.pages("/audit-log?action=session", 3)
    assert [one["number"] for one in pages] == sorted((one["number"] for one in pages), reverse=True)
    assert admin.ok("GET", "/audit-log?from=2100-01-01T00:00:00Z")["items"] == []
    assert admin.get("/audit-log?from=yesterday").status == 400


def hash_of(before, number, record):
    return hashlib.sha256(b"sealgate audit 1\n" + before + struct.pack(">Q", number) + record.encode()).digest()


def test_the_audit_log_is_verified_and_taken_along(admin):
    verdict = admin.ok("GET", "/audit-log/verify")
    assert verdict["holds"] and verdict["first_bad"] is None and verdict["anchor"] is None
    assert admin.ok("GET", f"/audit-log/verify?anchor={verdict['head']}")["anchor"] is True
    assert admin.ok("GET", f"/audit-log/verify?anchor={'0' * 64}")["anchor"] is False
    assert admin.get(f"/audit-log/verify?anchor={'x' * 64}").status == 400
    exported = admin.get("/audit-log/export")
    assert exported.headers["Content-Type"] == "application/x-ndjson" and "attachment" in exported.headers["Content-Disposition"]
    lines = [json.loads(line) for line in exported.body.splitlines()]
    assert lines[-1]["number"] > verdict["records"]
    assert "audit-log.export" in lines[-1]["record"], "the export is in the log itself"
    before = b""
    for number, line in enumerate(lines, 1):
        before = hash_of(before, number, line["record"])
        assert line["number"] == number and line["hash"] == before.hex()
    entry = admin.ok("GET", "/audit-log/1")
    assert entry["hash"] == lines[0]["hash"] and entry["stored"] == lines[0]["record"] and entry["record"]["number"] == 1
    assert admin.get("/audit-log/999999").code == "access.no-such-audit-record"
