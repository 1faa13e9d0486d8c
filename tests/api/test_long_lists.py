"""Lists of a hundred thousand messages and certificates: each page comes at once, by the API and in the console."""
import base64
import hashlib
import json
import pathlib
import sqlite3
import statistics
import subprocess
import time

import pytest

from support.api import PASSWORD, Administered
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.waiting import eventually

MANY = 100_000
PAGES = 20
LIMIT = 0.3  # seconds for a page
HERE = pathlib.Path(__file__).resolve().parent


def copies(database, table, change):
    """MANY rows like the newest one of the table, each as `change` says of its number and what the row holds."""
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    model = dict(zip(names, database.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()))
    rows = ([{**model, **change(number, model)}[name] for name in names] for number in range(MANY))
    database.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(names))})", rows)


def uuid(number, kind):
    """Of version 7, of a time long ago that grows with the number."""
    digits = f"{1_600_000_000_000 + number:012x}7{kind:03x}8000{number:012x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def fill(path, serial):
    with sqlite3.connect(path) as database:
        copies(database, "messages", lambda number, _: {"seq": 10_000 + number, "id": uuid(number, 1)})
        copies(database, "work", lambda number, _: {"slot": (10_000 + number) * 2**20, "id": uuid(number, 2)})
        database.execute("UPDATE work_counts SET completed = completed + ?", (MANY,))

        def certificate(number, model):
            der = model["der"].replace(serial, serial[:-4] + number.to_bytes(4, "big"))
            return {"der": der, "sha256": hashlib.sha256(der).digest(), "sha1": hashlib.sha1(der).digest(),
                    "friendly_name": f"Partner {number:06}", "found_by": None, "subject": None}  # as an earlier release left it
        copies(database, "certificates", certificate)
    database.close()


@pytest.fixture(scope="module")
def long_lists(sealgate, tmp_path_factory, pki):
    folder = tmp_path_factory.mktemp("long")
    (folder / "out").mkdir()
    made = Administered(sealgate.path, folder)
    made.gateway.apply(documents(group(), host(), receive_port(by_http()), file_port("Out", folder / "out")))
    made.start().make_administrator()
    partner = pki.get("rsa", "long-lists")
    made.api.ok("POST", "/certificates", json={"files": [{"name": "a.pem", "content": base64.b64encode(partner.certificate.read_bytes()).decode()}]})
    assert made.gateway.request("POST", "/in", b"<order/>", {"Content-Type": "text/xml"})[0] == 202
    eventually(lambda: [item for item in made.api.ok("GET", "/messages")["items"] if item["state"] == "completed"], made.gateway.tail)
    assert made.gateway.stop() == 0
    serial = subprocess.run(["openssl", "x509", "-in", partner.certificate, "-noout", "-serial"], check=True, stdout=subprocess.PIPE, text=True)
    fill(made.gateway.data / "sealgate.db", bytes.fromhex(serial.stdout.strip().split("=")[1]))
    token = made.api.token
    made.start().api.token = token
    began = time.monotonic()
    made.api.ok("GET", "/certificates?search=nobody")
    print(f"the first search after an earlier release: {time.monotonic() - began:.1f} s")
    yield made
    made.close()


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/messages?state=completed", "/messages?party=nobody", "/messages?from=2020-09-13T12:26:40Z&until=2020-09-13T12:27:00Z",
                                  "/messages?code=nothing", "/certificates", "/certificates?search=partner%200999"])
def test_each_page_of_a_long_list_comes_at_once(long_lists, path):
    times, cursor = [], ""
    for _ in range(PAGES):
        began = time.monotonic()
        page = long_lists.api.ok("GET", f"{path}{'&' if '?' in path else '?'}limit=100{cursor}")
        times.append(time.monotonic() - began)
        if "next" not in page:
            break
        cursor = f"&cursor={page['next']}"
    print(f"{path}: {len(times)} pages, median {1000 * statistics.median(times):.0f} ms, slowest {1000 * max(times):.0f} ms")
    assert statistics.median(times) < LIMIT


@pytest.mark.soak
def test_long_lists_page_smoothly_in_the_console(long_lists):
    """In Chromium: from the click on Show more to the rows."""
    script = subprocess.run(["node", HERE / "long_lists.mjs", f"https://127.0.0.1:{long_lists.api.port}", PASSWORD, str(PAGES)],
                            check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    for name, times in json.loads(script.stdout).items():
        print(f"{name}: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms")
        assert len(times) == PAGES and statistics.median(times) < 1000 * LIMIT
