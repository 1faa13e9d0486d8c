"""What the operator sees move: figures over time and of each port, filters tried on messages, messages found, events that go on."""
import datetime
import http.client
import json
import socket
import threading

import pytest

from support.api import quoted
from support.artifacts import documents, file_port
from support.waiting import eventually


def stamp(seconds):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_figures_say_what_happened(api, message):
    def counted():
        figures = api.ok("GET", "/figures?range=15m")
        total = figures["total"]
        return figures if total["received"] and total["sent"] and total["suspended"] and "waiting" in total else None
    figures = eventually(counted, lambda: json.dumps(api.ok("GET", "/figures?range=15m")))
    assert figures["seconds"] == 15 and 60 <= len(figures["spans"]) <= 62
    assert sum(span["received"] for span in figures["spans"]) == figures["total"]["received"]
    assert figures["total"]["latency_p50_ms"] <= figures["total"]["latency_p99_ms"] < 600_000
    assert "messaging.port-stopped" in {one["code"] for one in figures["suspended"]}
    for one in figures["suspended"]:
        assert sum(one["counts"]) == one["total"] and len(one["counts"]) == len(figures["spans"])
    for word, width in (("1h", 30), ("24h", 900), ("7d", 7200), ("30d", 21600)):
        other = api.ok("GET", f"/figures?range={word}")
        assert other["seconds"] == width and other["total"]["received"] >= figures["total"]["received"]
    before = api.ok("GET", f"/figures?from={stamp(-7200)}&until={stamp(-3600)}")
    assert before["total"]["received"] == 0


@pytest.mark.parametrize("query", ["range=2h", "from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "from=yesterday",
                                   "from=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z"])
def test_ranges_that_are_none(api, query):
    assert api.get(f"/figures?{query}").status == 400


def test_lists_show_what_each_did_lately(api, message):
    def activity():
        out = api.ok("GET", "/artifacts/send-ports?search=Out")["activity"].get("Out", {})
        return out if out.get("last_message") else None
    out = eventually(activity, lambda: str(api.get("/artifacts/send-ports").body))
    assert out["hour"] >= 1 and out["day"] >= 1 and sum(out["by_hour"]) == out["day"] and len(out["by_hour"]) == 24
    ports = api.ok("GET", "/artifacts/receive-ports")
    assert set(ports["activity"]) == {item["name"] for item in ports["items"]}
    assert any(one["day"] for one in ports["activity"].values())
    locations = api.ok("GET", "/receive-locations")["items"]
    assert any(one["activity"]["hour"] for one in locations)
    assert api.ok("GET", "/artifacts/parties?search=Fabrikam")["activity"]["Fabrikam"]["day"] == 0
    assert "activity" not in api.ok("GET", "/artifacts/hosts")


def test_a_filter_is_tried_on_what_is_there(administered, api, message):
    trial = api.ok("POST", "/filters/test", json={"filter": "BTS.ReceivePortName exists"})
    assert trial["tested"] >= trial["matched"] >= 1 and trial["examples"] and trial["oldest"]
    assert api.ok("POST", "/filters/test", json={"filter": 'BTS.ReceivePortName == "nobody"'})["matched"] == 0
    one = {"filter": 'BTS.ReceivePortName == "nobody" and BTS.ReceivePortName exists or Party.Name exists', "message": message["message"]}
    against = api.ok("POST", "/filters/test", json=one)["message"]
    assert not against["matches"] and "does not hold" in against["explanation"]
    assert [[statement["holds"] for statement in group] for group in against["groups"]] == [[False, True], [False]]
    assert "value" not in against["groups"][1][0]
    assert api("POST", "/filters/test", json={"filter": "BTS.ReceivePortName ="}).code == "messaging.bad-filter"
    assert api("POST", "/filters/test", json={"filter": "a.b exists", "message": "0190163d-8694-739b-aea5-966c26f8ad91"}).status == 404
    # Who may not see a value may not ask for it either.
    viewer = administered.issue("of-filters", ["view"])
    assert api("POST", "/filters/test", json={"filter": 'Orders.Number == "4711"'}, token=viewer).status == 403
    assert api("GET", "/messages?filter=" + quoted("Orders.Number exists"), token=viewer).status == 403
    assert api("POST", "/filters/test", json={"filter": 'Orders.Number == "4711"'}).status == 200


def test_messages_are_found_by_what_is_known_of_them(api, message):
    def ids(query):
        return {item["id"] for item in api.pages(f"/messages?{query}", 2)}
    assert ids("code=messaging.port-stopped") >= {message["Stopped"]}
    assert message["Out"] not in ids("code=messaging.port-stopped")
    assert ids(f"from={stamp(-3600)}&until={stamp(60)}") >= {message["Out"], message["Stopped"]}
    assert ids(f"oldest-first=true&from={stamp(-3600)}") >= {message["Out"], message["Stopped"]}
    assert not ids(f"until={stamp(-3600)}") and not ids(f"from={stamp(3600)}")
    assert ids("filter=" + quoted("BTS.ReceivePortName exists")) >= {message["Out"]}
    assert not ids("filter=" + quoted('BTS.ReceivePortName == "nobody"'))
    assert api.get("/messages?filter=" + quoted("==")).code == "api.bad-parameter"


def test_messages_are_found_by_file_name_and_by_the_party_they_go_to(administered, api, tmp_path):
    name = f"To party {tmp_path.name}"
    party = {"kind": "Party", "name": name}
    settings = {"folder": str(tmp_path), "file_name": "odd name-%MessageID%.xml"}
    port = {**file_port(name, tmp_path), "party": name, "settings": settings, "filter": 'BTS.ReceivePortName exists'}
    administered.gateway.apply(documents(party, port))
    try:
        def routed():
            status, _, _ = administered.gateway.request("POST", "/in", b"<order>of files</order>", {"Content-Type": "text/xml"})
            assert status == 202
            return api.ok("GET", f"/messages?party={quoted(name)}")["items"]
        # The new port is followed a moment after it was applied, and a message is routed when it comes.
        eventually(routed, lambda: api.get("/messages").body)
        found = eventually(lambda: api.ok("GET", f"/messages?party={quoted(name)}&state=completed")["items"], lambda: api.get("/messages").body)
        assert {item["to"] for item in found} == {name}
        file = str(next(tmp_path.glob("odd name-*.xml")))
        by_file = eventually(lambda: api.ok("GET", f"/messages?file={quoted(file)}")["items"], lambda: file)
        assert found[0]["id"] in {item["id"] for item in by_file}
        assert not api.ok("GET", "/messages?file=nothing.xml")["items"]
        assert not api.ok("GET", "/messages?as2-message-id=" + quoted("<nothing@here>"))["items"]
    finally:
        api.ok("DELETE", f"/artifacts/send-ports/{quoted(name)}", If_Match=api.etag(f"/artifacts/send-ports/{quoted(name)}"))


class Stream:
    """Events as they come."""

    def __init__(self, api, **headers):
        self.connection = http.client.HTTPSConnection("127.0.0.1", api.port, context=api.context, timeout=30)
        self.connection.connect()
        # The client forgets its own once it has the head of an answer that ends with the connection.
        self.socket = self.connection.sock
        self.connection.request("GET", "/api/v1/events", headers=headers or {"Authorization": f"Bearer {api.token}"})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200 and self.answer.headers["Transfer-Encoding"] == "chunked"

    def until(self, text):
        """What comes up to a line with this; "" at the end of the stream."""
        seen = ""
        while True:
            line = self.answer.readline().decode()
            seen += line
            if text in line:
                return seen
            if not line:
                return ""


def test_events_go_on(api):
    stream = Stream(api)
    first = stream.until("event: status")
    assert "event: configuration" in first and "retry: 1000" in first
    name = f"Of a stream {threading.get_ident()}"
    made = api.ok("PUT", f"/artifacts/parties/{quoted(name)}", json={"kind": "Party", "name": name})
    assert f'"revision":{made["revision"]}' in stream.until("event: configuration") + stream.until("data: ")
    assert api("DELETE", f"/artifacts/parties/{quoted(name)}", If_Match=api.etag(f"/artifacts/parties/{quoted(name)}")).status == 200
    assert stream.until("event: configuration")
    stream.connection.close()


def test_events_end_with_the_session(api):
    answer = api("POST", "/session", json={"name": "ada", "password": "correct horse battery staple"}, token="")
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"].split(";")[0]
    stream = Stream(api, Cookie=cookie)
    assert stream.until("event: status")
    assert api("DELETE", "/session", token="", Cookie=cookie, X_CSRF_Token=answer.json["csrf"]).status == 204
    assert stream.until("never comes") == ""


def test_many_listen_and_are_cut(api):
    cut = []

    def listen(rounds):
        for _ in range(rounds):
            stream = Stream(api)
            assert stream.until("event: status")
            # Without a word of farewell.
            stream.socket.shutdown(socket.SHUT_RDWR)
            stream.connection.close()
            cut.append(stream)
    threads = [threading.Thread(target=listen, args=(5,)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert len(cut) == 40
    assert api.get("/status").status == 200


def test_prometheus_gets_the_figures(administered, message):
    def told():
        status, _, body = administered.gateway.request("GET", "/metrics")
        text = body.decode()
        assert status == 200
        return text if "sealgate_messages_received_total" in text and "sealgate_delivery_seconds_count" in text else None
    text = eventually(told, administered.gateway.tail)
    value = lambda name: float(next(line.split()[-1] for line in text.splitlines() if line.startswith(name + " ")))
    assert value("sealgate_messages_received_total") >= 1 and value("sealgate_messages_sent_total") >= 1
    assert value("sealgate_delivery_seconds_count") == value('sealgate_delivery_seconds_bucket{le="+Inf"}') >= 1
    assert 'sealgate_send_port_last_message_timestamp_seconds{port="Out"}' in text
    assert 'sealgate_host_instances{state="alive"} 1' in text
    # Each metric is introduced once, before its values.
    helps = [line.split()[2] for line in text.splitlines() if line.startswith("# HELP")]
    assert len(helps) == len(set(helps))
