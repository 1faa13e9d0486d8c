"""What somebody who means harm does with sessions, roles and answers, against a gateway of its own."""
import http.client
import json
import re
import sqlite3
import time
import urllib.parse

import pytest

from support.api import PASSWORD, PERMISSIONS, Administered, Session, operations, self_signed
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.program import must
from support.waiting import eventually
from test_roles import BODIES, QUERIES, VALUES

ROLES = {"administrator": set(PERMISSIONS), "operator": {"view", "operate"}, "partner-operator": {"view", "partners"},
         "security-officer": {"view", "certificates", "credentials", "security", "audit"}, "read-only": {"view"}}
ALL = list(operations())
CHANGES = [one for one in ALL if one[1] != "GET" and one[3]["x-permission"] != "none"]
PARTNERS_PASSWORD = "hunter2-of-the-partner"


@pytest.fixture(scope="module")
def guarded(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("security")
    made = Administered(sealgate.path, folder, "--api-rate", "0", "--api-open-rate", "0")
    hashed = must(sealgate("user", "hash", "partner", stdin=f"{PARTNERS_PASSWORD}\n".encode())).stdout.decode()
    password = re.search(r"password: (\S+)", hashed).group(1).strip("'\"")
    (folder / "out").mkdir()
    made.gateway.apply(documents(group(), host(users=[{"name": "partner", "password": password}]), receive_port(by_http()),
                                 file_port("Out", folder / "out"), {"kind": "Party", "name": "Fabrikam"}))
    made.start().make_administrator()
    made.hashed = password
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(guarded):
    """A session of everybody there is a role for."""
    admin = Session(guarded.api, "ada", PASSWORD)
    for role in ROLES:
        admin.ok("POST", "/users", json={"name": role, "roles": [role], "password": PASSWORD})
    return {role: Session(guarded.api, role, PASSWORD) for role in ROLES} | {"ada": admin}


def call(who, operation_id, method, path, **options):
    for name, value in VALUES.items():
        path = path.replace("{" + name + "}", value)
    if operation_id == "followEvents":
        options["Last_Event_ID"] = "x"
    return who(method, path + QUERIES.get(operation_id, ""), json=BODIES.get(operation_id), **options)


def needed(operation):
    words = operation["x-permission"]
    return {words} if isinstance(words, str) else set(words)


def test_a_session_that_somebody_chose_before_is_not_taken(guarded):
    chosen = "__Host-sealgate=" + "a" * 64
    answer = guarded.api("POST", "/session", json={"name": "ada", "password": PASSWORD}, token="", Cookie=chosen)
    assert answer.status == 200
    given = answer.headers["Set-Cookie"].split(";")[0]
    assert given != chosen
    assert guarded.api.get("/session", token="", Cookie=chosen).status == 401
    again = guarded.api("POST", "/session", json={"name": "ada", "password": PASSWORD}, token="", Cookie=given)
    assert again.headers["Set-Cookie"].split(";")[0] != given, "signing in again begins another session"
    # Of two cookies of that name one alone counts: somebody's own does not stand behind the victim's.
    assert guarded.api.get("/session", token="", Cookie=f"{chosen}; {given}").status == 401


def test_the_cookie_is_for_this_host_tls_and_no_script(guarded):
    answer = guarded.api("POST", "/session", json={"name": "ada", "password": PASSWORD}, token="")
    name, *attributes = [one.strip() for one in answer.headers["Set-Cookie"].split(";")]
    assert re.fullmatch(r"__Host-sealgate=[0-9a-f]{64}", name)
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"], "no Domain, no Expires"


def test_a_session_ends_idle_and_after_its_time_whatever_the_browser_keeps(guarded):
    database = guarded.gateway.data / "sealgate.db"

    def with_stored(change):
        who = Session(guarded.api, "ada", PASSWORD)
        with sqlite3.connect(database, timeout=30) as store:
            session = who.own_session()
            content, until = store.execute("SELECT content, until FROM access_records WHERE id = ?", (session,)).fetchone()
            content, until = change(json.loads(content), until)
            store.execute("UPDATE access_records SET content = ?, until = ? WHERE id = ?", (json.dumps(content), until, session))
        store.close()
        return who.get("/session").status
    assert with_stored(lambda content, until: (content, until)) == 200
    assert with_stored(lambda content, until: ({**content, "seen": content["seen"] - 29 * 60_000}, until)) == 200
    assert with_stored(lambda content, until: ({**content, "seen": content["seen"] - 31 * 60_000}, until)) == 401
    assert with_stored(lambda content, until: (content, int(time.time() * 1000) - 1)) == 401


def test_who_signs_out_is_out_wherever_his_cookie_is(guarded):
    who = Session(guarded.api, "ada", PASSWORD)
    stolen = dict(token="", Cookie=who.cookie)
    assert guarded.api.get("/session", **stolen).status == 200
    gone = who("DELETE", "/session")
    assert gone.status == 204 and "Max-Age=0" in gone.headers["Set-Cookie"]
    assert guarded.api.get("/session", **stolen).status == 401


@pytest.mark.parametrize("operation_id, method, path, operation", CHANGES, ids=[one[0] for one in CHANGES])
def test_no_change_without_the_token_of_the_session_and_from_its_own_site(people, operation_id, method, path, operation):
    ada = people["ada"]
    bare = lambda m, p, **more: ada.api(m, p, token="", Cookie=ada.cookie, **more)
    assert call(bare, operation_id, method, path).code == "access.bad-csrf-token"
    assert call(bare, operation_id, method, path, X_CSRF_Token=people["operator"].csrf).code == "access.bad-csrf-token"
    for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:" + str(ada.api.port)},
                    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}):
        assert call(bare, operation_id, method, path, X_CSRF_Token=ada.csrf, **foreign).code == "api.forbidden", foreign


def test_nobody_is_signed_in_by_a_page_of_another_site(guarded):
    sign_in = {"name": "ada", "password": PASSWORD}
    assert guarded.api("POST", "/session", json=sign_in, token="", Origin="https://evil.example").code == "api.forbidden"
    form = guarded.api("POST", "/session", body="name=ada&password=x", content_type="application/x-www-form-urlencoded", token="")
    plain = guarded.api("POST", "/session", body=json.dumps(sign_in), content_type="text/plain", token="")
    assert form.status == plain.status == 415, "what a form can send without being asked is not read"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says_and_nothing_else(people, role):
    who, wrong = people[role], []
    for operation_id, method, path, operation in ALL:
        words = needed(operation)
        if words & {"none", "signed-in"}:
            continue
        answer = call(who, operation_id, method, path)
        refused = answer.status == 403 and answer.code in ("api.forbidden", "access.not-allowed")
        may = bool(words & ROLES[role])
        # What needs either of two permissions looks at what is changed as well.
        if refused == may and not (may and len(words) > 1):
            wrong.append((operation_id, answer.status, answer.body[:200]))
    assert not wrong
    shown = who.ok("GET", "/session")
    assert set(shown["permissions"]) == ROLES[role] and shown["roles"] == [role]


def test_a_partner_operator_changes_parties_and_agreements_alone(people):
    who = people["partner-operator"]
    kinds = {"groups": "Group", "hosts": "Host", "parties": "Party", "schemas": "Schema", "maps": "Map", "pipelines": "Pipeline",
             "receive-ports": "ReceivePort", "send-ports": "SendPort", "send-port-groups": "SendPortGroup",
             "agreements": "Agreement"}
    put = lambda path, **said: who("PUT", f"/artifacts/{path}", json=said, If_None_Match="*")
    for path, kind in kinds.items():
        answer = put(f"{path}/Of%20paula?dry-run=true", kind=kind, name="Of paula")
        assert (answer.status == 403) == (path not in ("parties", "agreements")), (path, answer.body)
    assert who("POST", "/certificates", json={"files": [{"content": "QQ=="}]}).status == 403
    assert who("PUT", "/send-ports/Out/state", json={"state": "stopped"}).status == 403
    # A kind that does not fit its path is no way around.
    assert put("parties/Default", kind="Host", name="Default").status in (403, 422)
    assert put("hosts/Default", kind="Party", name="Default").status in (403, 422)


def test_a_token_never_allows_more_than_its_owner_may_now(guarded, people):
    ada = people["ada"]
    ada.ok("POST", "/users", json={"name": "tom", "roles": ["administrator"], "password": PASSWORD})
    tom = Session(guarded.api, "tom", PASSWORD)
    token = tom.ok("POST", "/tokens", json={"name": "all", "scopes": PERMISSIONS, "until": guarded.tomorrow()})["token"]
    audit = lambda: guarded.api.get("/audit-log?limit=1", token=token).status
    assert audit() == 200
    ada.ok("PUT", "/users/tom/roles", json={"roles": ["operator"]})
    assert audit() == 403 and guarded.api.get("/status", token=token).status == 200
    ada.ok("PUT", "/users/tom/state", json={"disabled": True})
    assert guarded.api.get("/status", token=token).status == 401
    ada.ok("PUT", "/users/tom/state", json={"disabled": False})
    tom.sign_in()
    above = tom("POST", "/tokens", json={"name": "above", "scopes": ["view", "audit"], "until": guarded.tomorrow()})
    assert above.code == "access.bad-scope"
    for method, path, body in (("POST", "/tokens", {"name": "more", "scopes": ["view"], "until": guarded.tomorrow()}),
                               ("PUT", "/profile/password", {"password": PASSWORD, "new_password": "another long password"}),
                               ("POST", "/profile/authenticator", {"password": PASSWORD})):
        assert guarded.api(method, path, json=body, token=token).code == "access.not-allowed"
    assert ada("DELETE", "/users/tom").status == 204
    assert guarded.api.get("/status", token=token).status == 401


def test_no_answer_holds_a_secret(guarded, people):
    """Every GET there is, with ids of what there is, against everything that is secret here."""
    ada, api = people["ada"], guarded.api
    key, certificate = self_signed(guarded.gateway.folder, "/CN=own")
    both = guarded.gateway.folder / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    must(guarded.gateway("cert", "import", both, "--store", "Personal"))
    status, _, _ = guarded.gateway.request("POST", "/in", b"<order/>", {"Content-Type": "text/xml"})
    assert status == 202
    message = eventually(lambda: ada.ok("GET", "/messages")["items"], guarded.gateway.tail)[0]["message"]
    lines = [line for line in key.read_text().splitlines() if "PRIVATE" not in line]
    link = ada.ok("POST", "/users/operator/password-link")["path"].split("#")[1]
    secrets = {PASSWORD, PARTNERS_PASSWORD, guarded.hashed, api.token, api.token[4:], ada.cookie.split("=")[1], link, *lines,
               (guarded.gateway.data / "api" / "tls.key").read_text().splitlines()[1]}
    known = [one["thumbprint"].replace(" ", "") for one in ada.ok("GET", "/certificates")["items"]]
    assert known
    of_all = {"name": ["Default", "Out", "In", "Fabrikam", "ada"], "id": [message], "thumbprint": known,
              "kind": ["hosts", "send-ports", "receive-ports", "parties", "groups"],
              "sha256": ["0" * 64], "number": ["1", "2", "3"]}
    asked = 0
    for operation_id, method, path, _ in ALL:
        if method != "GET" or operation_id in ("followEvents", "getDescription"):
            continue
        paths = [path]
        for name in re.findall(r"{(\w+)}", path):
            values = of_all.get(name, [VALUES.get(name, "x")])
            paths = [one.replace("{" + name + "}", urllib.parse.quote(value)) for one in paths for value in values]
        for one in paths:
            for accept in (None, "application/yaml"):
                answer = ada.get(one, Accept=accept)
                asked += 1
                text = answer.body.decode("utf-8", "replace")
                for secret in secrets:
                    assert secret not in text, (one, answer.status)
                assert "PRIVATE KEY" not in text and "$argon2id$v=19$m=19456" not in text, one
    assert asked > 60
    assert api.token not in guarded.gateway.log.read_text() and PASSWORD not in guarded.gateway.log.read_text()


def test_there_is_no_redirect_to_anywhere(guarded):
    for path in ("/sign-in?then=https://evil.example/", "//evil.example/", "/\\evil.example", "/%2f%2fevil.example",
                 "/%0d%0aLocation:%20https://evil.example"):
        channel = http.client.HTTPSConnection("127.0.0.1", guarded.api.port, context=guarded.api.context, timeout=30)
        channel.request("GET", path, headers={"Host": "evil.example"})
        answer = channel.getresponse()
        assert answer.status < 300 or answer.status >= 400, path
        assert answer.headers["Location"] is None and answer.headers["Refresh"] is None
        channel.close()


def test_content_of_partners_is_never_shown_by_the_browser(guarded, people):
    page = b"<html><script>parent.stolen = document.cookie</script></html>"
    status, _, _ = guarded.gateway.request("POST", "/in", page, {"Content-Type": "text/html"})
    assert status == 202
    ada = people["ada"]
    arrived = lambda: ada.ok("GET", "/messages?limit=1")["items"]
    message = eventually(arrived, guarded.gateway.tail)[0]["message"]
    for path in (f"/messages/{message}/body", f"/messages/{message}/evidence"):
        answer = ada.get(path)
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "text/html" not in answer.headers["Content-Type"]
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Frame-Options"] == "DENY" and answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


class TestGuessing:
    """With limits, and a gateway that nobody else needs."""

    @pytest.fixture(scope="class")
    def narrow(self, sealgate, tmp_path_factory):
        made = Administered(sealgate.path, tmp_path_factory.mktemp("narrow"), "--api-rate", "5", "--api-open-rate", "4")
        made.gateway.apply(documents(group(), host()))
        yield made.start().make_administrator()
        made.close()

    def test_passwords_are_guessed_slower_and_slower(self, narrow):
        sign_in = lambda name, password: narrow.api("POST", "/session", json={"name": name, "password": password}, token="")
        told = [sign_in("ada", f"guess number {index}") for index in range(7)]
        assert [one.status for one in told[:6]] == [401] * 6
        assert told[6].status == 429 and told[6].code == "access.too-many-attempts"
        assert 1 <= int(told[6].headers["Retry-After"]) <= 2
        assert sign_in("ada", PASSWORD).status == 429, "the right one is not looked at meanwhile"
        assert sign_in("nobody", "some password").status == 401, "other names are not shut out"
        assert narrow.api.get("/status").status == 200, "and what was let in before goes on"
        assert eventually(lambda: sign_in("ada", PASSWORD).status == 200, narrow.gateway.tail)

    def test_whoever_asks_too_often_waits_as_long_as_he_is_told(self, narrow):
        answers = [narrow.api.get("/status") for _ in range(200)]
        refused = next(one for one in answers if one.status == 429)
        assert refused.code == "api.too-many-requests" and refused.headers["Retry-After"] == "1"
        assert sum(one.status == 200 for one in answers) >= 50
        other = narrow.api.get("/status", token="", Cookie=narrow.api.cookie)
        assert other.status == 200, "the same user without that token is not held up"
        assert eventually(lambda: narrow.api.get("/status").status == 200, narrow.gateway.tail)

    def test_who_is_not_known_shares_what_his_network_may(self, narrow):
        guess = lambda index: narrow.api.get("/status", token=f"sgt_{index:064x}")
        answers = [guess(index) for index in range(150)]
        assert {one.status for one in answers} == {401, 429}
        assert next(one for one in answers if one.status == 429).headers["Retry-After"] == "1"
        assert narrow.api.get("/openapi.yaml", token="").status == 429
        assert narrow.api.get("/session", token="", Cookie=narrow.api.cookie).status in (200, 429), "who is known has his own"
        assert eventually(lambda: narrow.api.get("/openapi.yaml", token="").status == 200, narrow.gateway.tail)
