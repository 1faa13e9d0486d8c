"""Messages: looked at, resumed, resent, given up; the tracking log; evidence."""
import io
import json
import uuid
import zipfile

from support.waiting import eventually


def suspend(administered, count):
    """So many messages at the port that is stopped."""
    for number in range(count):
        status, _, _ = administered.gateway.request("POST", "/in", f"<order>{number}</order>".encode(), {"Content-Type": "text/xml"})
        assert status == 202


def waiting(api, port="Stopped"):
    groups = api.ok("GET", "/suspended")["groups"]
    return sum(one["count"] for group in groups for one in group["ports"] if one["name"] == port)


def test_a_message_is_found_by_either_of_its_ids(api, message):
    by_message = api.ok("GET", f"/messages/{message['message']}")
    by_delivery = api.ok("GET", f"/messages/{message['Out']}")
    assert {one["port"] for one in by_message["work"]} == {"Out", "Stopped"} and len(by_delivery["work"]) == 1
    assert by_message["message"] == by_delivery["message"]
    part = by_message["message"]["parts"][0]
    assert part["body"] and part["bytes"] == len(b"<order>4711</order>")
    assert api.get(f"/messages/{uuid.uuid4()}").status == 404
    for bad in ("x", "..", "0190163d-8694-739b-aea5-966c26f8ad9"):
        assert api.get(f"/messages/{bad}").status == 400


def test_its_journey_is_told_in_words(api, message):
    records = eventually(lambda: (found := api.ok("GET", f"/messages/{message['message']}/journey")["records"]) and len(found) >= 2 and found, "received and sent")
    assert [one["event"] for one in records][0] == "received"
    assert all(one["words"] for one in records)
    found = api.ok("GET", f"/tracking?message={message['message']}&oldest-first=true")["items"]
    assert {one["event"] for one in found} <= {one["event"] for one in records}
    assert api.ok("GET", "/tracking?event=received&port=In")["items"]
    assert api.get("/tracking?certificate=" + "z" * 40).status == 400
    assert api.get("/tracking?from=yesterday").status == 400


def test_lists_are_filtered_and_paged(administered, api, message):
    suspend(administered, 7)
    eventually(lambda: len(api.pages("/messages?port=Out&state=completed", 100)) >= 8, "all sent")
    everything = api.pages("/messages", 3)
    assert len({one["id"] for one in everything}) == len(everything) >= 16
    assert [one["id"] for one in everything] == [one["id"] for one in api.pages("/messages", 1000)]
    assert [one["id"] for one in api.pages("/messages?oldest-first=true", 5)] == [one["id"] for one in reversed(everything)]
    stopped = api.pages("/messages?state=suspended,retrying&kind=send&port=Stopped", 2)
    assert {one["port"] for one in stopped} == {"Stopped"} and len(stopped) >= 8
    assert api.ok("GET", f"/messages?message={message['message']}")["items"].__len__() == 2
    assert api.get("/messages?state=lost").status == 400


def test_bodies_come_as_attachments(api, message):
    answer = api.get(f"/messages/{message['message']}/body?part=1")
    assert answer.body == b"<order>4711</order>"
    assert answer.headers["Content-Type"] == "application/octet-stream" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert api.get(f"/messages/{message['message']}/body?part=2").status == 404
    assert api.get(f"/messages/{message['message']}/body?part=0").status == 400
    assert api.get(f"/messages/{message['message']}/body?raw=true").status == 404
    assert api.get("/tracking/bodies/" + "0" * 64).status == 404
    assert api.get("/tracking/bodies/" + "z" * 64).status == 400


def test_evidence_is_a_zip_that_holds_its_sums(api, message):
    answer = api.get(f"/messages/{message['message']}/evidence")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None and any(name.endswith("SHA256SUMS") for name in archive.namelist())
    assert api.get(f"/messages/{uuid.uuid4()}/evidence").status == 404


def test_every_look_at_a_body_is_in_the_audit_log_and_every_change(administered, api, message):
    api.get(f"/messages/{message['message']}/body")
    log = administered.gateway("audit-log", "list", "-o", "json")
    if log.returncode == 0:
        actions = {one["action"] for one in json.loads(log.stdout)}
        assert {"message.body"} <= actions


def test_what_is_suspended_is_grouped_and_resumed_with_a_preview(administered, api):
    suspend(administered, 3)
    before = eventually(lambda: (count := waiting(api)) >= 3 and count, "3 suspended")
    group = next(one for one in api.ok("GET", "/suspended")["groups"] if one["code"] == "messaging.port-stopped")
    assert group["count"] >= before and group["remedy"] and group["resumable"] == group["count"]
    preview = api.ok("POST", "/suspended/resume?dry-run=true", json={"port": "Stopped"})
    assert preview["count"] == 0 and preview["stay"][0]["error"]["code"] == "hosts.port-not-started"
    assert preview["stay"][0]["count"] == before
    forced = api.ok("POST", "/suspended/resume?dry-run=true", json={"port": "Stopped", "force": True})
    assert forced["count"] == before and forced["ports"] == [{"name": "Stopped", "count": before}] and waiting(api) == before
    item = api.ok("GET", "/messages?port=Stopped&state=suspended&limit=1")["items"][0]
    refused = api("POST", f"/messages/{item['id']}/resume")
    assert refused.status == 409 and refused.code == "hosts.port-not-started"
    assert api.ok("POST", f"/messages/{item['id']}/resume?force=true")["done"][0]["id"] == item["id"]
    eventually(lambda: api.ok("GET", f"/messages/{item['id']}")["work"][0]["state"] == "completed", "sent by force")
    sent_again = api.ok("POST", f"/messages/{item['id']}/resend?port=Out")["done"][0]
    assert sent_again["port"] == "Out" and sent_again["made"] != item["id"]
    assert api("POST", f"/messages/{item['id']}/resend?port=Nowhere").status == 404
    other = api.ok("GET", "/messages?port=Stopped&state=suspended&limit=1")["items"][0]
    done = api.ok("POST", "/suspended/terminate", json={"code": "messaging.port-stopped", "port": "Stopped"})
    assert done["count"] == before - 1 and waiting(api) == 0
    session = api.ok("GET", "/session")
    me = "/".join(filter(None, [session["name"], session["token"]]))
    for one, event in ((item, "resumed"), (item, "resent"), (other, "terminated")):
        told = eventually(lambda: [step for step in api.ok("GET", f"/messages/{one['id']}/journey")["records"] if step["event"] == event], event)
        assert all(["operator", me] in step["details"] and f"by {me}" in step["words"] for step in told), told
    assert api("POST", f"/messages/{item['id']}/resume").status == 409
    assert api("POST", f"/messages/{uuid.uuid4()}/terminate").status == 404
    assert api("POST", "/suspended/resume", json={"ports": "Stopped"}).status == 422


def test_the_as2_report_has_two_forms(api):
    assert api.ok("GET", "/reports/as2") == {"items": []}
    text = api.get("/reports/as2?status=waiting&direction=sent", Accept="text/csv")
    assert text.headers["Content-Type"] == "text/csv" and text.body.startswith(b"record,time,direction")
    assert api.get("/reports/as2?status=lost").status == 400
