"""Many certificates and parties: found by every name, listed in pages, and a start that does not read them all. The times are
far above what bench/run.py measures; they only find out what grows with the number of certificates."""
import json
import pathlib
import sys

import pytest

from support.gateway import Gateway
from support.postgres import Postgres
from support.program import must

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "bench"))

import certificates  # noqa: E402

CERTIFICATES, PARTIES, LOOKUPS = 5000, 2000, 300


@pytest.fixture(params=["sqlite", "postgresql"])
def many(request, sealgate, tmp_path):
    if request.param == "sqlite":
        gateway = Gateway(sealgate.path, tmp_path)
        certificates.fill(sealgate.path.parent, gateway, None, CERTIFICATES, PARTIES)
        yield gateway, None
        return
    with Postgres() as postgres:
        cluster = postgres.cluster()
        cluster.create("scale")
        store = Postgres.url("scale", cluster)
        gateway = Gateway(sealgate.path, tmp_path, store=store)
        certificates.fill(sealgate.path.parent, gateway, store, CERTIFICATES, PARTIES)
        yield gateway, store


def listed(gateway, *words):
    return json.loads(must(gateway("cert", "list", *words, "-o", "json")).stdout)


def test_thousands_of_certificates(sealgate, many):
    gateway, store = many
    found = certificates.find(sealgate.path.parent, gateway, store, CERTIFICATES, LOOKUPS)
    assert found["parties"] == PARTIES
    # A lookup that reads the store instead of an index is far beyond this; a round trip to a busy server is not.
    slow = {kind: found[kind] for kind in certificates.KINDS if found[kind]["median"] > (20_000 if store else 2500)}
    assert not slow, slow
    assert certificates.starts(gateway, 1) < 20
    # Pages follow each other without a gap and without a copy.
    seen, after = [], []
    while True:
        page = listed(gateway, "--store", "OtherPeople", "--limit", "1700", *after)
        assert len(page) <= 1700
        seen += [one["thumbprint"].replace(" ", "") for one in page]
        if len(page) < 1700:
            break
        after = ["--after", seen[-1]]
    assert len(seen) == len(set(seen)) == CERTIFICATES and seen == sorted(seen)
    note = must(gateway("cert", "list", "--limit", "1")).stderr
    assert f"--after OtherPeople/{seen[0]}" in note
    assert listed(gateway, "--limit", "2", "--after", f"OtherPeople/{seen[1]}")[0]["thumbprint"].replace(" ", "") == seen[2]
    assert gateway("cert", "list", "--after", seen[0]).returncode == 2
