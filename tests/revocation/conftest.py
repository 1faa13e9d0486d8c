"""An authority that publishes and a gateway that asks, for each test."""
import pytest

from publishing import ALLOWED, Authority, Place, Site
from support.program import must


@pytest.fixture
def site():
    made = Site()
    yield made
    made.close()



@pytest.fixture
def authority(tmp_path):
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture
def place(sealgate, tmp_path, authority):
    folder = tmp_path / "gateway"
    folder.mkdir()
    made = Place(sealgate.path, folder)
    made.configure(ALLOWED)
    must(made.gateway("cert", "import", authority.root, "--trust-roots"))
    yield made
    if made.gateway.process and made.gateway.process.poll() is None:
        made.gateway.kill()
