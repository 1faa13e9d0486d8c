"""A store with artifacts that shells can be asked about, and a gateway that commands reach by both ways."""
import pytest

from support.api import Administered
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.both_ways import Both
from support.waiting import eventually


@pytest.fixture(scope="session")
def configured(sealgate, tmp_path_factory):
    """A data folder; nobody serves it."""
    folder = tmp_path_factory.mktemp("configured")
    data = folder / "data"
    wanted = documents(group(), host(), receive_port(by_http()), file_port("Orders", folder / "out"),
                       file_port("Orders to the archive", folder / "archive"), {"kind": "Party", "name": "Fabrikam"})
    done = sealgate("apply", "-f", "-", "--data", data, stdin=wanted.encode() if isinstance(wanted, str) else wanted)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def both(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("both")
    for name in ("out", "stopped"):
        (folder / name).mkdir()
    made = Administered(sealgate.path, folder)
    made.gateway.apply(documents(group(), host(), receive_port(by_http()), file_port("Out", folder / "out"),
                                 {**file_port("Stopped by hand", folder / "stopped"), "state": "stopped", "party": "Northwind"},
                                 {"kind": "SendPortGroup", "name": "Both", "send_ports": ["Out"]},
                                 {"kind": "Party", "name": "Fabrikam"}, {"kind": "Party", "name": "Northwind"}))
    made.start().make_administrator()
    eventually(lambda: all(one["address"] for one in made.api.ok("GET", "/host-instances")["items"]), made.gateway.tail)
    yield Both(made, folder)
    made.close()
