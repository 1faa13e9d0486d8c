"""Whatever changes something, or shows content, leaves exactly one record in the audit log: by the API and the command line."""
import re
import sqlite3
import subprocess

import pytest

from support.api import PASSWORD, Administered, Session, operations, self_signed
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.waiting import eventually
from test_roles import BODIES, QUERIES, VALUES

NOT_HERE = {"signIn", "signOut", "describeInvitation", "acceptInvitation",
            "testFilter"}  # changes nothing
LOOKS = {"getBody", "getEvidence", "getTrackedBody", "exportAuditLog"}


@pytest.fixture(scope="module")
def logged(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit")
    made = Administered(sealgate.path, folder, "--api-rate", "0")
    for name in ("out", "stopped"):
        (folder / name).mkdir()
    made.gateway.apply(documents(group(), host(), receive_port(by_http()), file_port("Out", folder / "out"),
                                 {**file_port("Stopped", folder / "stopped"), "state": "stopped"},
                                 {"kind": "Party", "name": "Fabrikam"}))
    made.start().make_administrator()
    made.admin = Session(made.api, "ada", PASSWORD)
    for name in ("carol", "dave"):
        made.admin.ok("POST", "/users", json={"name": name, "roles": ["operator"], "password": PASSWORD})
    yield made
    made.close()


@pytest.fixture(scope="module")
def certificate(logged):
    """A partner's, as PEM."""
    return self_signed(logged.gateway.folder, "/CN=partner")[1]


def count(logged):
    database = sqlite3.connect(f"file:{logged.gateway.data}/sealgate.db?mode=ro", uri=True, timeout=30)
    try:
        return database.execute("SELECT count(*) FROM audit_log").fetchone()[0]
    finally:
        database.close()


def newest(logged, number=1):
    return logged.admin.ok("GET", f"/audit-log?limit={number}")["items"]


@pytest.fixture(scope="module")
def messages(logged):
    """Two deliveries that wait suspended."""
    for index in range(3):
        assert logged.gateway.request("POST", "/in", f"<order>{index}</order>".encode(), {"Content-Type": "text/xml"})[0] == 202
    waiting = lambda: logged.admin.ok("GET", "/messages?state=suspended")["items"]
    return eventually(lambda: waiting() if len(waiting()) == 3 else None, logged.gateway.tail)


def succeeding(logged, messages):
    """What each operation is asked so that it does something: (path, body, headers)."""
    admin = logged.admin
    other = lambda: Session(logged.api, "carol", PASSWORD).own_session()
    own = lambda: Session(logged.api, "ada", PASSWORD).own_session()
    wanted = lambda name: {"name": name, "scopes": ["view"], "until": logged.tomorrow()}

    def token(name):
        Session(logged.api, "dave", PASSWORD).ok("POST", "/tokens", json=wanted(name))
        return name

    def invitation():
        return admin.ok("POST", "/invitations", json={"roles": ["operator"]})["id"]
    admin.ok("POST", "/tokens", json=wanted("mine"))
    return {
        "createUser": ("/users", {"name": "erin", "roles": ["operator"], "password": PASSWORD}),
        "setUserRoles": ("/users/erin/roles", {"roles": ["read-only"]}),
        "setUserState": ("/users/erin/state", {"disabled": True}),
        "setUserDisplayName": ("/users/erin/display-name", {"display_name": "Erin"}), "removeUser": ("/users/erin", None),
        "createInvitation": ("/invitations", {"roles": ["operator"]}),
        "withdrawInvitation": (f"/invitations/{invitation()}", None),
        "createPasswordLink": ("/users/dave/password-link", None), "endUserSessions": ("/users/dave/sessions", None),
        "revokeUserToken": (f"/users/dave/tokens/{token('of-dave')}", None), "endSession": (f"/sessions/{other()}", None),
        "endOwnSession": (f"/profile/sessions/{own()}", None), "endOwnSessions": ("/profile/sessions?others=true", None),
        "beginAuthenticator": ("/profile/authenticator", {"password": PASSWORD}),
        "createToken": ("/tokens", wanted("another")), "revokeToken": ("/tokens/mine", None),
        "setSendPortState": ("/send-ports/Out/state", {"state": "stopped"}),
        "resumeMessage": (f"/messages/{messages[0]['id']}/resume?force=true", None),
        "terminateMessage": (f"/messages/{messages[1]['id']}/terminate", None),
        "terminateSuspended": ("/suspended/terminate", {"port": "Stopped"}),
        "exportAuditLog": ("/audit-log/export", None), "getBody": (f"/messages/{messages[2]['message']}/body", None),
        "getEvidence": (f"/messages/{messages[2]['message']}/evidence", None),
    }


def test_every_operation_that_does_something_is_recorded(logged, messages):
    """By one record; by two where it is no one commit with its record: begun, and how it ended."""
    examples, wrong, did = succeeding(logged, messages), [], set()
    order = [one for one in operations() if one[0] in LOOKS or one[1] != "GET" and one[0] not in NOT_HERE]
    # Those who are made by one operation are there for the next ones.
    order.sort(key=lambda one: list(examples).index(one[0]) if one[0] in examples else -1)
    for operation_id, method, path, described in order:
        for name, value in VALUES.items():
            path = path.replace("{" + name + "}", value)
        asked, body = examples.get(operation_id, (path + QUERIES.get(operation_id, ""), BODIES.get(operation_id)))
        before = count(logged)
        answer = logged.admin(method, asked, json=body)
        records = count(logged) - before
        if answer.status < 300:
            did.add(operation_id)
        begins = described.get("x-audit-begun", False) and "dry-run=true" not in asked
        expected = 2 if begins else 1
        if records > expected or (answer.status < 300 and records != expected):
            wrong.append((operation_id, answer.status, records, answer.body[:300]))
        if begins and records:
            ended, begun = newest(logged, 2)
            if begun["outcome"] != "begun" or ended["outcome"] == "begun" or any(begun[name] != ended[name] for name in ("who", "action", "object")):
                wrong.append((operation_id, begun, ended))
    assert not wrong
    assert not set(examples) - did, "did not succeed"


def test_what_is_refused_is_recorded_as_well(logged):
    carol = Session(logged.api, "carol", PASSWORD)
    before = count(logged)
    assert carol("POST", "/tokens", json={"name": "x", "scopes": ["security"], "until": logged.tomorrow()}).status == 422
    assert logged.admin("PUT", "/users/ada/state", json={"disabled": True}).status == 403
    assert logged.admin("PUT", "/send-ports/Nothing/state", json={"state": "started"}).status == 404
    assert count(logged) == before + 3
    third, second, first = newest(logged, 3)
    assert first["who"] == "carol" and first["outcome"] == "access.bad-scope" and first["action"] == "token.add"
    assert second["outcome"] == "access.not-allowed" and second["object"] == "user ada"
    assert third["outcome"] != "ok" and "Nothing" in third["object"]


def test_the_command_line_leaves_a_record_of_each(logged, certificate):
    gateway, folder = logged.gateway, logged.gateway.folder
    password = {"stdin": f"{PASSWORD}\n".encode()}
    told = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha1"], check=True, stdout=subprocess.PIPE)
    thumbprint = told.stdout.decode().split("=")[1].strip().replace(":", "")
    document = folder / "one.yaml"
    document.write_text(documents({"kind": "Party", "name": "Northwind"}))
    changed = folder / "changed.yaml"
    changed.write_text(documents({"kind": "Party", "name": "Northwind", "description": "in the north"}))
    suspended = lambda: logged.admin.ok("GET", "/messages?state=suspended")["items"]
    for _ in range(2):
        assert gateway.request("POST", "/in", b"<order/>", {"Content-Type": "text/xml"})[0] == 202
    first, second = eventually(lambda: suspended() if len(suspended()) >= 2 else None, gateway.tail)[:2]
    commands = [
        ("artifact.create", "apply", "-f", document), ("artifact.change", "apply", "-f", changed),
        ("artifact.delete", "delete", "Party", "Northwind"),
        ("user.add", "user", "add", "frank", "--role", "operator"), ("user.roles", "user", "role", "frank", "read-only"),
        ("user.password", "user", "password", "frank"),
        ("user.disable", "user", "disable", "frank"), ("user.enable", "user", "enable", "frank"),
        ("token.add", "token", "create", "script", "--user", "frank", "--scope", "view"),
        ("token.revoke", "token", "revoke", "script", "--user", "frank"),
        ("session.end-all", "user", "sessions", "frank", "--end"),
        ("user.remove", "user", "remove", "frank"), ("invitation.add", "user", "invite", "--role", "operator"),
        ("certificate.import", "cert", "import", certificate, "--store", "OtherPeople"),
        ("certificate.remove", "cert", "remove", thumbprint, "--store", "OtherPeople"),
        ("message.terminate", "message", "terminate", first["id"]),
        ("message.body", "message", "body", second["message"], "-o", folder / "body"),
        ("evidence.export", "evidence", "export", second["message"], "-o", folder / "evidence.zip"),
        ("store.backup", "backup", folder / "backup"), ("tracking.archive", "tracking", "archive", "--before", logged.tomorrow(),
                                                                 "--folder", folder / "archive"),
    ]
    wrong = []
    for action, *words in commands:
        before = count(logged)
        done = gateway(*words, **password)
        record = newest(logged)[0]
        records = count(logged) - before
        right = record["action"] == action and record["from"] == "local" and record["who"].startswith("unix:")
        begun = action in ("certificate.import", "certificate.remove", "message.terminate")
        if begun:
            right = right and record["outcome"] == "ok" and newest(logged, 2)[1]["outcome"] == "begun"
        if done.returncode or records != (2 if begun else 1) or not right:
            wrong.append((action, done.returncode, records, record["action"], record["outcome"], done.stderr[-300:]))
    assert not wrong
    before = count(logged)
    for words in (("apply", "-f", document, "--dry-run"), ("get", "parties"), ("user", "list"), ("audit-log", "verify"),
                  ("token", "list")):
        gateway(*words)
    assert count(logged) == before, "who only looks leaves none"
    proven = gateway("audit-log", "verify").stdout.decode()
    assert re.search(rf"Records +{before}\n", proven) and re.search(r"Log +holds\n", proven), proven
