"""A store with artifacts that shells can be asked about."""
import pytest

from support.artifacts import by_http, documents, file_port, group, host, receive_port


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
