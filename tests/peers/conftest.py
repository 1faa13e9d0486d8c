"""One of each peer a session, and a record of what every cell showed (docs/interoperability.md is made from it)."""
import json
import os
import pathlib
import tempfile

import pytest

import peers as peers_module

CELLS = []


@pytest.fixture(scope="session")
def peer_of(pki):
    """peer_of("nss") is that peer, ready; a peer that is not installed fails the test and says what installs it."""
    made, folders = {}, []

    def get(name):
        if name not in made:
            lacking = peers_module.missing(name)
            assert not lacking, f"the peer {name} is not installed ({', '.join(lacking)}); run: tools/setup peers"
            folders.append(tempfile.TemporaryDirectory(prefix="sg-", ignore_cleanup_errors=True))
            made[name] = peers_module.PEERS[name](pathlib.Path(folders[-1].name), pki)
        return made[name]

    yield get
    for peer in made.values():
        if hasattr(peer, "stop"):
            peer.stop()
    for folder in folders:
        folder.cleanup()


@pytest.fixture
def cell(request):
    """Call it with the cell's coordinates before trying; the outcome is added when the test ends."""
    row = {}

    def describe(**what):
        row.update(what)

    yield describe
    report = getattr(request.node, "outcome_of_call", None)
    if row and report is not None:
        CELLS.append(dict(row, passed=report.passed))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if call.when == "call":
        item.outcome_of_call = outcome.get_result()


def pytest_sessionfinish(session):
    build = os.environ.get("SEALGATE_BUILD")
    if build and CELLS:
        versions = {name: peers_module.version(name) for name in peers_module.PEERS}
        path = pathlib.Path(build) / "reports" / "peers-matrix.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"versions": versions, "cells": CELLS}, indent=1))
