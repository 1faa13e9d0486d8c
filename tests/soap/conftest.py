import json

import pytest

from support.artifacts import documents, file_port, group, host, receive_port
from support.gateway import Gateway
from support.waiting import eventually
from support.program import must
from support.soap import by_soap, orders_schema


class Stage:
    """A gateway with SOAP locations, and a folder for what came in."""

    def __init__(self, sealgate, folder):
        self.gateway = Gateway(sealgate.path, folder)
        self.out = folder / "out"
        self.out.mkdir()

    def apply(self, *ports, **words):
        self.gateway.apply(documents(group(**words), host(), orders_schema(), *ports))

    def receive_orders(self, **settings):
        """One way, at /soap, into the folder."""
        self.apply(receive_port(by_soap(settings={"schemas": ["Orders"], **settings})), file_port("Out", self.out))

    def hand_in(self, document):
        """To the HTTP location at /in."""
        document = document.encode() if isinstance(document, str) else document
        assert self.gateway.request("POST", "/in", document, {"Content-Type": "text/xml"})[0] == 202

    def failure(self):
        """Of the message that was suspended, when it is."""
        eventually(lambda: self.messages(state="suspended"), "a suspended message")
        return self.messages(state="suspended")[0]["failure"]

    def received(self, count=1):
        """The documents that came out, when there are so many."""
        files = lambda: [one for one in self.out.iterdir() if not one.name.startswith(".")]  # noqa: E731
        eventually(lambda: len(files()) >= count, f"{count} documents")
        return [one.read_bytes() for one in files()]

    def messages(self, **wanted):
        found = json.loads(must(self.gateway("message", "list", "--limit", "1000", "-o", "json")).stdout)
        return [one for one in found if all(one[key] == value for key, value in wanted.items())]

    def context(self):
        """Of the only message that came in."""
        shown = json.loads(must(self.gateway("message", "show", self.messages()[0]["id"], "-o", "json")).stdout)
        return {one["name"]: one["value"] for one in shown["message"]["context"]}


@pytest.fixture
def stage(sealgate, tmp_path):
    stage = Stage(sealgate, tmp_path)
    yield stage
    if stage.gateway.process and stage.gateway.process.poll() is None:
        stage.gateway.kill()
