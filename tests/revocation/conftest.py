"""An authority that publishes, nginx and a scripted server that do it for it, and a gateway that asks, for each test."""
import pytest

from publishing import ALLOWED, Authority, Place, Publisher, Site
from support.program import must

# An octet a second; and addresses that lead in a circle, or to where nobody may go.
LOCATIONS = """
    location /slow/ { alias @folder@/files/; limit_rate 1; }
    location = /loop.crl { return 302 /loop.crl; }
    location = /private.crl { return 302 http://127.0.0.2:$server_port/good.crl; }
"""


@pytest.fixture
def site():
    made = Site()
    yield made
    made.close()


@pytest.fixture
def web():
    with Publisher(LOCATIONS) as made:
        yield made


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
