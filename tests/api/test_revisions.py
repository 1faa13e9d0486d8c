"""What became of the configuration: kept with each change, shown, gone back to; whole or not at all, also under kill -9."""
import random
import signal
import sqlite3
import subprocess
import time

import pytest

from support.api import Administered, Session, PASSWORD, quoted
from support.artifacts import documents, file_port, group, host


def party(name, **words):
    return {"kind": "Party", "name": name, **words}


def put(api, name, **words):
    path = f"/artifacts/parties/{quoted(name)}"
    comment = words.pop("comment", "")
    tag = {"If_Match": api.etag(path)} if api.get(path).status == 200 else {}
    answer = api("PUT", path + (f"?comment={quoted(comment)}" if comment else ""), json=party(name, **words), **tag)
    assert answer.status in (200, 201), answer.body
    return answer.json["revision"]


def test_each_change_is_kept_with_who_and_why(api):
    before = api.ok("GET", "/revisions?limit=1")["newest"]
    assert put(api, "Kept", description="one") == before + 1
    assert put(api, "Kept", description="two", comment="it had to be") == before + 2
    put(api, "Kept", description="two")  # changes nothing
    page = api.ok("GET", "/revisions?kind=parties&name=Kept")
    assert [one["number"] for one in page["items"]] == [before + 2, before + 1] and page["newest"] == before + 2
    newest = page["items"][0]
    assert newest["by"].startswith("ada/") and newest["origin"] == "api" and newest["comment"] == "it had to be"
    assert newest["about"] == "Party Kept" and newest["changes"] == 1 and "restores" not in newest
    shown = api.ok("GET", f"/revisions/{before + 2}")
    change = shown["items"][0]
    assert change["change"] == "changed" and "- description: one" in change["diff"] and "+ description: two" in change["diff"]
    assert "description: one" in change["before"] and "description: two" in change["after"]
    history = api.ok("GET", "/artifacts/parties/Kept/history")["items"]
    assert [one["change"] for one in history] == ["changed", "created"]
    assert api("DELETE", "/artifacts/parties/Kept", If_Match="*").status == 200
    history = api.ok("GET", "/artifacts/parties/Kept/history")["items"]
    assert [one["change"] for one in history] == ["deleted", "changed", "created"], "also of one that is no more"
    assert api.get("/artifacts/parties/Never/history").code == "artifacts.not-found"
    assert api.get("/revisions/999999").code == "artifacts.no-revision"


def test_lists_are_paged_and_filtered(api):
    put(api, "Paged", description="x")
    api.ok("POST", "/apply", json=[party(f"Paged {n}") for n in range(7)])
    numbers = [one["number"] for one in api.pages("/revisions", 2)]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == len(numbers)
    of_all = api.pages(f"/revisions/{numbers[0]}", 3)
    assert [one["name"] for one in of_all] == [f"Paged {n}" for n in range(7)]
    assert api.ok("GET", f"/revisions/{numbers[0]}")["about"] == "Party Paged 0, Party Paged 1, Party Paged 2 and 4 more"
    assert api.ok("GET", "/revisions?user=nobody")["items"] == []
    assert {one["by"].split("/")[0] for one in api.ok("GET", "/revisions?user=ada")["items"]} == {"ada"}
    assert api.ok("GET", "/revisions?kind=maps")["items"] == []


def test_a_change_of_state_is_kept_and_recorded_under_its_word(api):
    for state in ("stopped", "started"):
        assert api("PUT", "/send-ports/Out/state", json={"state": state}).status == 200
    newest = api.ok("GET", "/revisions?limit=1")["items"][0]
    assert newest["about"] == "SendPort Out"
    record = api.ok("GET", "/audit-log?limit=1&action=port.state")["items"][0]
    details = {one["name"]: one["value"] for one in record["details"]}
    assert record["object"] == "SendPort Out" and details["revision"] == str(newest["number"])


def test_it_goes_back_as_a_whole_after_a_preview(api):
    first = put(api, "Back", description="one")
    api.ok("POST", "/apply", json=[party("Back", description="two"), party("Back too")])
    preview = api("POST", f"/revisions/{first}/rollback?dry-run=true")
    assert preview.status == 200 and preview.json["refusals"] == [] and preview.json["dry_run"]
    assert [(one["name"], one["change"]) for one in preview.json["changes"]] == [("Back", "changed"), ("Back too", "deleted")]
    put(api, "Faster")
    late = api("POST", f"/revisions/{first}/rollback", If_Match=preview.headers["ETag"])
    assert late.status == 412 and "'ada/" in late.json["what"], late.body
    done = api.ok("POST", f"/revisions/{first}/rollback?comment=too%20early")
    assert done["restores"] == first and done["revision"] == first + 3
    assert api.ok("GET", "/artifacts/parties/Back")["description"] == "one"
    assert api.get("/artifacts/parties/Back%20too").status == 404 and api.get("/artifacts/parties/Faster").status == 404
    revision = api.ok("GET", f"/revisions/{first + 3}")
    assert revision["restores"] == first and revision["comment"] == "too early" and revision["changes"] == 3
    assert api.ok("POST", f"/revisions/{first}/rollback")["changes"] == [], "it is so already"


def test_it_is_refused_with_reasons(api):
    gone = "AB" * 20
    first = put(api, "Reasons", verification_certificates=[gone])
    put(api, "Reasons")
    preview = api.ok("POST", f"/revisions/{first}/rollback?dry-run=true")
    assert preview["refusals"][0]["code"] == "artifacts.cannot-roll-back" and "Reasons" in preview["refusals"][0]["where"]
    before = api.ok("GET", "/revisions?limit=1")["newest"]
    refused = api("POST", f"/revisions/{first}/rollback")
    assert refused.status == 409 and refused.code == "artifacts.cannot-roll-back" and refused.json["remedy"]
    assert api.ok("GET", "/revisions?limit=1")["newest"] == before


def test_partners_go_back_with_partners_alone(api, administered):
    partners = administered.issue("of-partners", ["view", "partners"])
    first = put(api, "Ours", description="one")
    put(api, "Ours", description="two")
    assert api("POST", f"/revisions/{first}/rollback", token=partners).status == 200
    assert api("PUT", "/send-ports/Out/state", json={"state": "stopped"}).status == 200
    refused = api("POST", f"/revisions/{first}/rollback?dry-run=true", token=partners)
    assert refused.status == 403 and refused.code == "api.forbidden"
    assert api("PUT", "/send-ports/Out/state", json={"state": "started"}).status == 200


def test_hashes_of_passwords_are_nowhere(api, administered):
    document = {"kind": "Host", "name": "Of secrets", "users": [{"name": "carol", "digest_sha256": "ab12" * 16}]}
    assert api("PUT", "/artifacts/hosts/Of%20secrets", json=document).status == 201
    for path in ("/artifacts/hosts/Of%20secrets/history", "/revisions/" + str(api.ok("GET", "/revisions?limit=1")["newest"])):
        assert b"ab12ab12" not in api.get(path).body
    database = sqlite3.connect(f"file:{administered.gateway.data}/sealgate.db?mode=ro", uri=True, timeout=30)
    assert database.execute("SELECT count(*) FROM revision_changes WHERE after LIKE '%ab12ab12%' OR before LIKE '%ab12ab12%'").fetchone() == (0,)
    database.close()


def test_the_console_is_told_from_programs(administered, api):
    session = Session(api, "ada", PASSWORD)
    assert session("PUT", "/artifacts/parties/By%20hand", json=party("By hand")).status == 201
    assert api.ok("GET", "/revisions?limit=1")["items"][0]["origin"] == "console"


@pytest.fixture
def store(sealgate, tmp_path):
    (tmp_path / "out").mkdir()
    return Administered(sealgate.path, tmp_path).gateway


def test_the_command_line_shows_and_goes_back(store, tmp_path):
    file = tmp_path / "one.yaml"
    for text in ("one", "two"):
        file.write_text(documents(group(), host(), file_port("Out", tmp_path / "out"), party("Fabrikam", description=text)))
        assert store("apply", "-f", file, "--comment", f"to {text}").returncode == 0
    listed = store("history").stdout.decode()
    assert "to two" in listed and "command" in listed and "unix:" in listed
    assert "+ description: two" in store("history", "Party", "Fabrikam").stdout.decode()
    assert "description: one" in store("history", "show", "2").stdout.decode()
    assert store("history", "show", "77").returncode == 2
    dry = store("rollback", "1", "--dry-run").stdout.decode()
    assert "- description: two" in dry and "+ description: one" in dry and "dry run" in dry
    assert "two" in store("get", "Party", "Fabrikam", "-o", "yaml").stdout.decode()
    done = store("rollback", "1", "--comment", "no")
    assert done.returncode == 0 and b"as revision 3" in done.stdout, done.stderr
    assert "one" in store("get", "Party", "Fabrikam", "-o", "yaml").stdout.decode()
    assert store("rollback", "9").returncode == 2


def test_a_kill_leaves_configuration_revision_and_record_together(store, sealgate, tmp_path):
    """Killed at random moments; a fixed seed, so that a failure comes again."""
    chance = random.Random(11)
    file = tmp_path / "one.yaml"
    file.write_text(documents(party("Killed", description="0")))
    start = time.monotonic()
    assert store("apply", "-f", file).returncode == 0
    usual = time.monotonic() - start
    for number in range(1, 16):
        file.write_text(documents(party("Killed", description=str(number))))
        child = subprocess.Popen([sealgate.path, "apply", "-f", file, "--data", store.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(usual * chance.uniform(0.2, 1.2))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        database = sqlite3.connect(f"{store.data}/sealgate.db", timeout=30)
        revision = database.execute("SELECT revision FROM artifact_revision").fetchone()[0]
        kept = database.execute("SELECT count(*), max(number) FROM revisions").fetchone()
        after = database.execute("SELECT after FROM revision_changes ORDER BY number DESC LIMIT 1").fetchone()[0]
        now = database.execute("SELECT document FROM artifacts").fetchone()[0]
        records = database.execute("SELECT count(*) FROM audit_log").fetchone()[0]
        database.close()
        assert kept == (revision, revision) and records == revision and after == now
    assert store("audit-log", "verify").returncode == 0
