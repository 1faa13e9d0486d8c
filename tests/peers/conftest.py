"""One of each peer a session, and a record of what every cell showed (docs/interoperability.md is made from it)."""
import pathlib
import tempfile

import pytest

import peers as peers_module
from support.matrix import Matrix, pytest_runtest_makereport  # noqa: F401

MATRIX = Matrix("peers-matrix.json")


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


cell = MATRIX.fixture()


def pytest_sessionfinish(session):
    MATRIX.write(lambda: {"versions": {name: peers_module.version(name) for name in peers_module.PEERS}})
