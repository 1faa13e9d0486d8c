"""A gateway whose administration is served, with something in it to administer."""
import json

import pytest

from support.api import Administered
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.waiting import eventually


@pytest.fixture(scope="session")
def administered(sealgate, tmp_path_factory):
    """One for the whole suite: each test uses names of its own."""
    folder = tmp_path_factory.mktemp("api")
    (folder / "out").mkdir()
    (folder / "stopped").mkdir()
    made = Administered(sealgate.path, folder, "--api-rate", "0", "--api-open-rate", "0")
    made.gateway.apply(documents(group(), host(), receive_port(by_http()),
                                 file_port("Out", folder / "out"), {**file_port("Stopped", folder / "stopped"), "state": "stopped"},
                                 {"kind": "Party", "name": "Fabrikam"}))
    made.start().make_administrator()
    yield made
    made.close()


@pytest.fixture
def api(administered):
    return administered.api


@pytest.fixture(scope="session")
def message(administered):
    """Ids of a message and of its deliveries: to Out it was delivered, at Stopped it waits suspended."""
    status, _, body = administered.gateway.request("POST", "/in", b"<order>4711</order>", {"Content-Type": "text/xml"})
    assert status == 202, body

    def both():
        items = administered.api.ok("GET", "/messages")["items"]
        by_port = {item["port"]: item for item in items}
        return by_port if by_port.get("Out", {}).get("state") == "completed" and "Stopped" in by_port else None
    found = eventually(both, lambda: json.dumps(administered.api.ok("GET", "/messages")))
    return {"message": found["Out"]["message"], "Out": found["Out"]["id"], "Stopped": found["Stopped"]["id"]}
