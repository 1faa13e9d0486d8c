"""Fixtures for what must hold on every store: name them in a conftest.py, `from support.stores import cluster, store`."""
import pytest

from support.postgres import Postgres


@pytest.fixture(scope="session")
def cluster():
    with Postgres() as postgres:
        yield postgres.cluster()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """The connection string of an empty store; None: the data folder is the store."""
    if request.param == "sqlite":
        return None
    cluster = request.getfixturevalue("cluster")
    name = f"test{abs(hash(request.node.nodeid)) % 10**9}"
    cluster.create(name)
    return Postgres.url(name, cluster)
