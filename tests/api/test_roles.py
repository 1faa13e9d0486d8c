"""Every operation of the description: refused to nobody, refused without its permission, allowed with it alone."""
import pytest

from support.api import PASSWORD, PERMISSIONS, Session, operations

UUID = "0190163d-8694-739b-aea5-966c26f8ad91"
VALUES = {"kind": "send-ports", "name": "Nothing", "id": UUID, "thumbprint": "0" * 40, "sha256": "0" * 64,
          "principal": "account:nobody", "account": "nobody", "invitation": "0" * 64, "session": "0" * 64,
          "token": "nothing", "number": "1", "revision": "999999"}
BODIES = {"putArtifact": {"kind": "SendPort", "name": "Nothing"}, "apply": [{"kind": "Party", "name": "Fabrikam"}],
          "setLocationState": {"enabled": True}, "setSendPortState": {"state": "started"}, "setSendPortGroupState": {"state": "started"},
          "resumeSuspended": {"port": "nothing"}, "terminateSuspended": {"port": "nothing"}, "importCertificates": {"files": [{"content": "QQ=="}]},
          "signIn": {"name": "nobody", "password": "wrong password"}, "acceptInvitation": {"invitation": "x", "name": "eve", "password": "y" * 20},
          "createApplication": {"name": "a b"}, "updateApplication": {}, "setCredentials": {"values": ["a"]},
          "exportKey": {"password": "long enough"}, "rollOverCertificate": {"before": "0" * 40, "after": "1" * 40},
          "updateCrls": {"sources": ["http://nobody.example/"]},
          "createMasterSecret": {"accounts": ["a b"]}, "setTicketSettings": {},
          "testFilter": {"filter": "Party.Name exists"},
          "describeInvitation": {"invitation": "x"}, "createInvitation": {"roles": ["read-only"]},
          "createUser": {"name": "of-roles", "roles": ["read-only"], "password": "short"}, "setUserRoles": {"roles": ["read-only"]},
          "setUserState": {"disabled": True}, "setUserDisplayName": {"display_name": "x"},
          "changePassword": {"password": "x", "new_password": "y"}, "beginAuthenticator": {"password": "x"},
          "confirmAuthenticator": {"password": "x", "code": "1"}, "removeAuthenticator": {"password": "x", "code": "1"},
          "createToken": {"name": "of-roles", "scopes": ["view"], "until": "2000-01-01T00:00:00Z"}}
QUERIES = {"probeServer": "?url=https://10.0.0.1/", "removeCertificate": "?store=OtherPeople", "apply": "?dry-run=true", "resumeSuspended": "?dry-run=true",
           "terminateSuspended": "?dry-run=true", "followEvents": "?once=true", "rollBack": "?dry-run=true"}
ALL = list(operations())


@pytest.fixture(scope="module")
def tokens(administered):
    """One for each permission alone, and one for all but it."""
    made = {one: administered.issue(f"only {one}".replace(" ", "-"), [one]) for one in PERMISSIONS}
    made |= {f"not {one}": administered.issue(f"not-{one}", [other for other in PERMISSIONS if other != one]) for one in PERMISSIONS}
    return made


def call(api, operation_id, method, path, token):
    for name, value in VALUES.items():
        path = path.replace("{" + name + "}", value)
    headers = {"Last_Event_ID": "x"} if operation_id == "followEvents" else {}
    return api(method, path + QUERIES.get(operation_id, ""), json=BODIES.get(operation_id), token=token, **headers)


@pytest.mark.parametrize("operation_id, method, path, operation", ALL, ids=[one[0] for one in ALL])
def test_who_may(api, tokens, operation_id, method, path, operation):
    needed = operation["x-permission"]
    documented = {int(status) for status in operation["responses"]}
    nobody = call(api, operation_id, method, path, "")
    stranger = call(api, operation_id, method, path, "sgt_" + "x" * 43)
    if needed == "none":
        assert nobody.status in documented
        return
    for refused in (nobody, stranger):
        assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Bearer"), refused.body
    if needed == "signed-in":
        return
    any_of = [needed] if isinstance(needed, str) else needed
    if len(any_of) == 1:
        refused = call(api, operation_id, method, path, tokens[f"not {needed}"])
        assert refused.status == 403 and refused.code == "api.forbidden", refused.body
        assert needed in refused.json["remedy"]
        allowed = call(api, operation_id, method, path, tokens[needed])
        assert allowed.status in documented and allowed.status != 401, allowed.body
        assert allowed.status != 403 or allowed.code == "access.bad-invitation", allowed.body
    else:
        for word in PERMISSIONS:
            answer = call(api, operation_id, method, path, tokens[word])
            assert answer.status in documented
            assert (answer.status != 403) or word not in any_of or operation_id in ("putArtifact", "deleteArtifact", "apply", "rollBack")


def test_parties_are_changed_by_partners_and_all_else_by_configure(api, tokens):
    party = {"kind": "Party", "name": "Of partners"}
    assert api("PUT", "/artifacts/parties/Of%20partners", json=party, token=tokens["configure"]).status == 403
    assert api("PUT", "/artifacts/parties/Of%20partners", json=party, token=tokens["partners"]).status == 201
    assert api("POST", "/apply", json=[{**party, "description": "new"}], token=tokens["configure"]).status == 403
    assert api("POST", "/apply", json=[{**party, "description": "new"}], token=tokens["partners"]).status == 200
    host = {"kind": "Host", "name": "Of configure"}
    assert api("PUT", "/artifacts/hosts/Of%20configure", json=host, token=tokens["partners"]).status == 403
    assert api("PUT", "/artifacts/hosts/Of%20configure", json=host, token=tokens["configure"]).status == 201
    mixed = [{**host, "description": "x"}, {**party, "description": "y"}]
    for one in ("configure", "partners"):
        assert api("POST", "/apply", json=mixed, token=tokens[one]).status == 403
    assert api.ok("GET", "/artifacts/hosts/Of%20configure").get("description") is None


def test_an_operator_sees_neither_bodies_nor_what_was_taken_from_them(api, administered, message):
    operator = administered.issue("operator", ["view", "operate"])
    assert api.get(f"/messages/{message['message']}/body", token=operator).status == 403
    assert api.get(f"/messages/{message['message']}/evidence", token=operator).status == 403
    context = {one["name"]: one["value"] for one in api.ok("GET", f"/messages/{message['message']}", token=operator)["message"]["context"]}
    assert context["BTS.ReceivePortName"] == "In"
    assert context.get("HTTP.InboundHttpHeaders", "(hidden)") == "(hidden)"
    shown = api.get(f"/messages/{message['message']}/body")
    assert shown.body == b"<order>4711</order>" and shown.headers["Content-Disposition"].startswith("attachment")


def test_sessions_need_their_csrf_token_and_their_own_site(api):
    state, ada = {"state": "stopped"}, Session(api, "ada", PASSWORD)
    change = lambda **headers: api("PUT", "/send-ports/Stopped/state", json=state, token="", Cookie=ada.cookie, **headers)
    assert ada.ok("GET", "/session")["csrf"] == ada.csrf
    assert change().status == 403
    assert change(X_CSRF_Token="x" * len(ada.csrf)).status == 403
    assert change(X_CSRF_Token=ada.csrf, Origin="https://evil.example").status == 403
    assert change(X_CSRF_Token=ada.csrf, Sec_Fetch_Site="cross-site").status == 403
    assert change(X_CSRF_Token=ada.csrf, Origin=f"https://127.0.0.1:{api.port}", Sec_Fetch_Site="same-origin").status == 200


def test_signing_in_and_out(api):
    wrong = api("POST", "/session", json={"name": "ada", "password": "wrong password"}, token="")
    unknown = api("POST", "/session", json={"name": "nobody", "password": "wrong password"}, token="")
    assert wrong.status == unknown.status == 401 and wrong.json == unknown.json
    from support.api import PASSWORD
    answer = api("POST", "/session", json={"name": "ada", "password": PASSWORD}, token="")
    assert answer.status == 200, answer.body
    cookie = answer.headers["Set-Cookie"]
    for attribute in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    session = {"token": "", "Cookie": cookie.split(";")[0], "X_CSRF_Token": answer.json["csrf"]}
    assert api("DELETE", "/session", **session).status == 204
    assert api.get("/session", **session).status == 401
