"""Artifacts: read, changed under conditions, applied whole or not at all."""
import concurrent.futures

import pytest
import yaml

from support.api import quoted

HOSTILE = ["a/b", "../../etc", "50% of \"it\"", "<script>alert(1)</script>", "Größe €", "a b+c&d=e?f#g", "'; DROP TABLE artifacts; --", "{name}"]


def party(name, **words):
    return {"kind": "Party", "name": name, **words}


def test_what_is_listed_is_what_is_there(api):
    kinds = {one["path"]: one["count"] for one in api.ok("GET", "/artifacts")["kinds"]}
    assert kinds["send-ports"] >= 2 and kinds["groups"] == 1
    page = api.ok("GET", "/artifacts/send-ports?search=OU")
    assert [one["name"] for one in page["items"]] == ["Out"] and page["total"] == 1
    assert [one["name"] for one in api.ok("GET", "/artifacts/send-ports?state=stopped")["items"]] == ["Stopped"]
    assert api.ok("GET", "/artifacts/send-ports?host=other")["items"] == []
    text = api.get("/artifacts/send-ports", Accept="application/yaml")
    assert text.headers["Content-Type"] == "application/yaml"
    assert [one["name"] for one in yaml.safe_load_all(text.body)] == ["Out", "Stopped"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_only_names(api, name):
    path = f"/artifacts/parties/{quoted(name)}"
    made = api("PUT", path, json=party(name, description=name))
    if made.status == 422:  # some characters are in no name
        assert made.code == "artifacts.bad-name"
        return
    assert made.status == 201, made.body
    assert api.ok("GET", path) == party(name, description=name)
    assert api("PUT", path, body=yaml.safe_dump(party(name, description="new")), content_type="application/yaml",
               If_Match=made.headers["ETag"]).status == 200
    assert api("DELETE", path, If_Match=api.etag(path)).status == 200
    assert api.get(path).status == 404


def test_who_comes_second_is_told(api):
    path = "/artifacts/parties/Contested"
    made = api("PUT", path, json=party("Contested"), If_None_Match="*")
    assert made.status == 201
    tag = made.headers["ETag"]
    assert api("PUT", path, json=party("Contested"), If_None_Match="*").status == 412
    without = api("PUT", path, json=party("Contested", description="a"))
    assert without.status == 428 and without.code == "api.precondition-required"
    assert api("PUT", path, json=party("Contested", description="a"), If_Match=tag).status == 200
    late = api("PUT", path, json=party("Contested", description="b"), If_Match=tag)
    assert late.status == 412 and late.code == "api.precondition-failed"
    assert api("DELETE", path, If_Match=tag).status == 412
    assert api("DELETE", path).status == 428
    assert api.ok("GET", path)["description"] == "a"
    assert api("DELETE", path, If_Match="*").status == 200
    assert api("PUT", path, json=party("Contested"), If_Match=tag).status == 412


def test_of_many_at_once_one_wins(api):
    path = "/artifacts/parties/Race"
    tag = api("PUT", path, json=party("Race")).headers["ETag"]

    def change(number):
        return api("PUT", path, json=party("Race", description=str(number)), If_Match=tag).status
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(change, range(8)))
    assert statuses == [200] + [412] * 7


def test_documents_are_applied_all_or_none(api):
    before = api.ok("GET", "/artifacts")["revision"]
    bad = api("POST", "/apply", json=[party("Good"), {"kind": "SendPort", "name": "Bad", "host": "Nowhere"}])
    assert bad.status == 422 and bad.json["remedy"]
    assert api.get("/artifacts/parties/Good").status == 404 and api.ok("GET", "/artifacts")["revision"] == before
    text = "---\n".join(yaml.safe_dump(one) for one in (party("One"), party("Two")))
    dry = api.ok("POST", "/apply?dry-run=true", body=text, content_type="application/yaml")
    assert dry["dry_run"] and [one["change"] for one in dry["changes"]] == ["created", "created"] and dry["revision"] == before
    assert api.get("/artifacts/parties/One").status == 404
    done = api.ok("POST", "/apply", body=text, content_type="application/yaml", If_Match=f'"r{before}"')
    assert done["revision"] == before + 1
    changed = api.ok("POST", "/apply", json=[party("One", description="new")])
    assert changed["changes"][0]["diff"].splitlines()[-1] == "+ description: new"
    assert api("POST", "/apply", json=[party("One")], If_Match=f'"r{before}"').status == 412


def test_all_faults_are_told_at_once(api):
    answer = api("POST", "/apply", json=[{"kind": "SendPort", "name": f"P{n}", "host": "Nowhere", "adapter": "FILE", "pipeline": "PassThruTransmit",
                                          "settings": {"folder": "/tmp/x", "file_name": f"{n}-%MessageID%"}} for n in range(3)])
    assert answer.status == 422 and len(answer.json["errors"]) >= 3
    assert all(one["code"] and one["what"] for one in answer.json["errors"])


def test_what_others_refer_to_stays(api):
    path = "/artifacts/hosts/Default"
    answer = api("DELETE", path, If_Match=api.etag(path))
    assert answer.status == 409 and answer.code == "artifacts.in-use"


def test_hashes_of_passwords_stay_inside_and_come_back_unharmed(sealgate, administered, api):
    hashed = sealgate("user", "hash", "bob", "--password-file", "-", stdin=b"a long password of bob\n")
    entry = yaml.safe_load(hashed.stdout)
    entry = entry[0] if isinstance(entry, list) else entry
    document = {"kind": "Host", "name": "With users", "users": [entry]}
    secrets = [value for key, value in entry.items() if key != "name"]
    made = api("PUT", "/artifacts/hosts/With%20users", json=document)
    assert made.status == 201, made.body
    for answer in (api.get("/artifacts/hosts/With%20users"), api.get("/artifacts/hosts"), api.get("/artifacts/hosts", Accept="application/yaml")):
        assert not any(secret.encode() in answer.body for secret in secrets)
    shown = api.ok("GET", "/artifacts/hosts/With%20users")
    assert api("PUT", "/artifacts/hosts/With%20users", json={**shown, "description": "new"},
               If_Match=api.etag("/artifacts/hosts/With%20users")).status == 200
    stored = administered.gateway("get", "Host", "With users", "-o", "yaml").stdout
    assert all(secret.encode() in stored for secret in secrets) and b"description: new" in stored
    stranger = {**shown, "users": [{**shown["users"][0], "name": "eve"}]}
    assert api("PUT", "/artifacts/hosts/With%20users", json=stranger, If_Match="*").status == 422


def test_ports_and_locations_start_and_stop(api):
    for state, change in (("bound", "changed"), ("bound", "unchanged"), ("stopped", "changed")):
        assert api.ok("PUT", "/send-ports/Stopped/state", json={"state": state})["changes"][0]["change"] == change
    assert api("PUT", "/send-ports/Nothing/state", json={"state": "started"}).status == 404
    assert api("PUT", "/send-ports/Out/state", json={"state": "running"}).status == 422
    name = quoted("In by HTTP")
    assert api.ok("PUT", f"/receive-locations/{name}/state", json={"enabled": False})["changes"][0]["change"] == "changed"
    listed = api.ok("GET", "/receive-locations?enabled=false")["items"]
    assert [(one["name"], one["port"], one["adapter"]) for one in listed] == [("In by HTTP", "In", "HTTP")]
    api.ok("PUT", f"/receive-locations/{name}/state", json={"enabled": True})
    assert api("PUT", "/receive-locations/Nothing/state", json={"enabled": True}).status == 404


def test_what_speaks_as2_is_found_as_such_and_as_http(api):
    own = {"kind": "Pipeline", "name": "Checked AS2", "direction": "receive", "stages": {"decode": [{"component": "as2_decoder"}]}}
    port = {"kind": "SendPort", "name": "By AS2", "host": "Default", "adapter": "HTTP", "settings": {"url": "http://partner.example/as2"},
            "pipeline": "AS2Send"}
    locations = [{"name": name, "host": "Default", "adapter": "HTTP", "settings": {"path": f"/filtered/{name}"}, "pipeline": pipeline}
                 for name, pipeline in (("as2", "AS2Receive"), ("own", "Checked AS2"), ("http", "PassThruReceive"))]
    api.ok("POST", "/apply", json=[own, port, {"kind": "ReceivePort", "name": "From partners", "locations": locations}])
    names = lambda path: [one["name"] for one in api.ok("GET", path)["items"]]  # noqa: E731
    assert names("/artifacts/send-ports?adapter=AS2") == ["By AS2"] and "By AS2" in names("/artifacts/send-ports?adapter=HTTP")
    assert names("/artifacts/receive-ports?adapter=AS2") == ["From partners"]
    assert names("/receive-locations?adapter=AS2") == ["as2", "own"]
    assert {"as2", "own", "http"} <= set(names("/receive-locations?adapter=HTTP"))
    for path in ("receive-ports/From partners", "send-ports/By AS2", "pipelines/Checked AS2"):
        assert api("DELETE", f"/artifacts/{path}".replace(" ", "%20"), If_Match="*").status == 200


def test_ten_thousand_are_paged(api):
    names = [f"Bulk {number:05d}" for number in range(10_000)]
    api.ok("POST", "/apply", json=[party(name) for name in names])
    found = [one["name"] for one in api.pages("/artifacts/parties?search=Bulk", 1000)]
    assert found == names
    first = api.ok("GET", "/artifacts/parties?search=Bulk&limit=3")
    assert first["total"] == 10_000
    other = api.get(f"/artifacts/parties?search=Other&limit=3&cursor={first['next']}")
    assert other.status == 400 and other.code == "api.bad-cursor"
    assert api.get("/artifacts/parties?cursor=zz").status == 400
