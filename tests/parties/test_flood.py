"""A flood of messages of nobody known, beside a known partner."""
import http.client
import json
import statistics
import threading
import time

import pytest

from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.gateway import Gateway, Recorder
from support.message import split
from support.waiting import eventually
from support.program import must

ROOM = 20  # what may be kept of nobody known at a location
ADDRESSES = [f"127.0.0.{number}" for number in range(2, 8)]
STRICT = {"require_signature": True, "check_revocation": False}


class Flood:
    """Threads that post without a pause, each from an address of its own, until they are told to stop."""

    def __init__(self, gateway, paths, bodies, addresses=ADDRESSES):
        self.gateway, self.answers, self.over = gateway, [], threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(address, paths[i % len(paths)], bodies), daemon=True)
                        for i, address in enumerate(addresses)]

    def _run(self, address, path, bodies):
        number = 0
        while not self.over.is_set():
            headers, body = bodies[number % len(bodies)]
            number += 1
            try:
                self.answers.append(post(self.gateway, path, headers, body, address))
            except OSError:
                self.answers.append(0)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()


def post(gateway, path, headers, body, address="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60, source_address=(address, 0))
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def signed(sealgate, folder, identity, content):
    source, target = folder / "plain", folder / "signed"
    source.write_bytes(content)
    must(sealgate.encode(source, target, sign="opaque", signer=identity, content_type="text/plain"))
    headers, body = split(target.read_bytes())
    return {name: value for name, value in headers.items() if name != "mime-version"}, body


def times_of(gateway, messages):
    taken = []
    for headers, body in messages:
        begin = time.monotonic()
        assert post(gateway, "/keep", headers, body) == 202
        taken.append(time.monotonic() - begin)
    return taken


@pytest.fixture
def stage(sealgate, tmp_path, pki):
    partner = pki.get("ec256", "known")
    with Recorder() as recorder:
        gateway = Gateway(sealgate.path, tmp_path)
        must(gateway("cert", "import", pki.root, "--trust-roots"))
        locations = {name: by_http(name.title(), f"/{name}", pipeline="SMIMEReceive", decoder=STRICT, **more)
                     for name, more in (("keep", {"maximum_unauthenticated": ROOM}), ("drop", {}))}
        gateway.apply(documents(
            group(), host(), {"kind": "Party", "name": "Known", "verification_certificates": [partner.thumbprint_sha256]},
            receive_port(locations["keep"], name="Keep", authentication="keep"),
            receive_port(locations["drop"], name="Drop", authentication="drop"),
            send_port("Out", recorder.url, filter='Party.Name == "Known"')))
        with gateway:
            yield gateway, recorder, partner


def test_a_flood_neither_fills_the_store_nor_stops_the_known_partner(sealgate, tmp_path, pki, stage):
    gateway, recorder, partner = stage
    contents = [b"order %d" % number for number in range(40)]
    messages = [signed(sealgate, tmp_path, partner, content) for content in contents]
    stranger = pki.get("ec256", "stranger")
    noise = [({"Content-Type": "application/pkcs7-mime"}, b"\x30\x80garbage"), ({"Content-Type": "text/plain"}, b"plain"),
             signed(sealgate, tmp_path, stranger, b"of a stranger")]
    quiet = statistics.median(times_of(gateway, messages[:10]))
    with Flood(gateway, ["/keep", "/drop"], noise) as flood:
        eventually(lambda: len(flood.answers) > 300, "a flood")
        beside = statistics.median(times_of(gateway, messages[10:]))
    assert set(flood.answers) <= {401, 503}, sorted(set(flood.answers))
    assert 401 in flood.answers and 503 in flood.answers
    # Very generous: it shares two processors with six senders without a pause.
    assert beside < max(30 * quiet, 2.0), (quiet, beside)
    assert recorder.wait_for(lambda: len(recorder.arrived) == len(contents), 60), gateway.tail()
    assert {recorder.digest(content) for content in contents} == set(recorder.arrived)

    held = json.loads(must(gateway("message", "list", "--state", "suspended", "--limit", "1000", "-o", "json")).stdout)
    assert 0 < len(held) <= ROOM and {one["port"] for one in held} == {"Keep"}
    metrics = gateway.get("/metrics")[2].decode()
    counted = {line.rsplit(" ", 1)[0].split("{")[1]: int(line.rsplit(" ", 1)[1])
               for line in metrics.splitlines() if line.startswith("sealgate_unauthenticated_messages_total{")}
    assert counted['location="Keep",fate="kept"}'] == len(held)
    assert counted['location="Drop",fate="dropped"}'] > 0
    assert sum(counted.values()) >= len(flood.answers) - flood.answers.count(0)
    # Who settles what waits makes room for the next.
    for one in held:
        must(gateway("message", "terminate", one["id"]))
    headers, body = noise[2]
    eventually(lambda: post(gateway, "/keep", headers, body, "127.0.0.99") == 401, "there is room again", 90)

    assert gateway.stop() == 0
    # The log has some lines a minute for the flood, not one a message, and the audit knows where it came from.
    lines = gateway.log.read_text().splitlines()
    assert sum("of nobody known in the last minute" in line for line in lines) >= 1
    assert len(lines) < 4 * (len(contents) + ROOM) + 200, len(lines)
    found = json.loads(must(gateway("tracking", "list", "--event", "dropped", "-o", "json")).stdout)
    records = found["records"] if isinstance(found, dict) else found
    text = json.dumps(records)
    assert len(records) <= 300 and "pipeline.unknown-party" in text and "127.0.0.2" in text
