"""Very many certificates and parties: how long a lookup takes, a start, and a page of the list, on each store."""
import contextlib
import json
import statistics
import time

from support.gateway import Gateway
from support.postgres import Postgres
from support.program import must, run

CERTIFICATES, PARTIES, LOOKUPS, STARTS = 100_000, 10_000, 2000, 3
KINDS = {"thumbprint_sha256": "SHA-256 thumbprint", "thumbprint_sha1": "SHA-1 thumbprint", "issuer_and_serial": "issuer and serial number",
         "key_id": "key identifier", "subject": "name", "remembered": "asked before", "party": "party of a certificate"}


def fill(build, gateway, store, certificates, parties):
    must(run([build / "sealgate_bench_certificates", "fill", gateway.data, store or "sqlite", certificates, parties], timeout=3600))


def find(build, gateway, store, certificates, lookups):
    done = must(run([build / "sealgate_bench_certificates", "find", gateway.data, store or "sqlite", certificates, lookups], timeout=600))
    return json.loads(done.stdout)


def seconds_of(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def pages(gateway, limit=1000):
    """Seconds of the first page, and of one from the middle."""
    first = run_list(gateway, "--limit", str(limit))
    after = f"OtherPeople/{'80' + '0' * 38}"
    return {"first": first, "middle": run_list(gateway, "--limit", str(limit), "--after", after)}


def run_list(gateway, *words):
    return seconds_of(lambda: must(gateway("cert", "list", *words, "-o", "json")))


def starts(gateway, times=STARTS):
    """Median seconds from the start of the program until it is ready."""
    taken = []
    for _ in range(times):
        taken.append(seconds_of(gateway.start))
        gateway.stop()
    return statistics.median(taken)


def measure(build, folder):
    figures = {"certificates": CERTIFICATES, "parties": PARTIES, "stores": {}}
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(Postgres()).cluster()
        postgres.create("certificates")
        for name, store in (("SQLite", None), ("PostgreSQL", Postgres.url("certificates", postgres))):
            home = folder / f"certificates-{name}"
            home.mkdir()
            gateway = Gateway(build / "sealgate", home, store=store)
            filled = seconds_of(lambda: fill(build, gateway, store, CERTIFICATES, PARTIES))
            figures["stores"][name] = {"fill": filled, "find": find(build, gateway, store, CERTIFICATES, LOOKUPS),
                                       "start": starts(gateway), "pages": pages(gateway)}
            print(name, json.dumps(figures["stores"][name]), flush=True)
    return figures


def render(figures):
    stores = figures["stores"]
    text = ["## Many certificates and parties", "",
            f"{figures['certificates']:,} certificates in OtherPeople and {figures['parties']:,} parties with one of them each. A lookup is by an index,",
            "and what was asked before is remembered until a store changes; median and the slowest but one in a hundred.", "",
            "| | " + " | ".join(stores) + " |", "|---|" + "---|" * len(stores)]
    for kind, words in KINDS.items():
        cells = (f"{one['find'][kind]['median']:.0f} µs, {one['find'][kind]['p99']:.0f} µs" for one in stores.values())
        text.append(f"| by {words} | " + " | ".join(cells) + " |")
    text.append("| start of `sealgate serve` | " + " | ".join(f"{one['start']:.2f} s" for one in stores.values()) + " |")
    for page in ("first", "middle"):
        text.append(f"| `cert list`, {page} page of 1000 | " + " | ".join(f"{one['pages'][page]:.2f} s" for one in stores.values()) + " |")
    return [*text, "", "```", "bench/run.py --build build/release --only certificates", "```", ""]
