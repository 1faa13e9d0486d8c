"""One gateway, and partners' SFTP servers: OpenSSH's sshd by key, asyncssh by password.

A sending case is a send port that gets what is posted to /<case>. A receiving case is an SFTP location whose messages
come out in a folder of this computer.
"""
import json
import pathlib

import pytest

from support import artifacts
from support.gateway import Gateway
from support.message import payload
from support.program import must
from support.sftp import Keys, Sshd, private
from support.waiting import eventually

PASSWORD = "open sesame 7"


class Stage:
    def __init__(self, gateway, folder):
        self.gateway, self.folder = gateway, folder
        folder.mkdir(exist_ok=True)
        self.secrets, self.made = 0, []

    def secret(self, text):
        self.secrets += 1
        return private(self.folder, f"secret-{self.secrets}", f"{text}\n")

    def apply(self, name, *made):
        self.gateway.apply(artifacts.documents(*made), name=f"{name}.yaml")

    def add_sending(self, name, settings, again="1h", **words):
        """Failed attempts are not repeated within the time of a test, unless `again` is short."""
        self.made.append(name)
        self.apply(name, artifacts.receive_port(artifacts.by_http(f"At {name}", f"/{name}"), name=f"in {name}"),
                   artifacts.send_port(name, "", adapter="SFTP", settings=settings, filter=f'BTS.ReceivePortName == "in {name}"',
                                       retry_interval=again, **words))
        eventually(lambda: self.gateway.request("GET", f"/{name}")[0] != 404, f"the location of {name}")

    def add_receiving(self, name, settings, **words):
        """The folder that the messages come out in."""
        self.made.append(name)
        target = self.folder / name
        target.mkdir()
        location = {"name": name, "host": "Default", "adapter": "SFTP", "pipeline": "PassThruReceive",
                    "settings": {"polling_interval": "200ms", "stable_for": "200ms", **settings}}
        self.apply(name, artifacts.receive_port(location, name=f"in {name}"),
                   artifacts.file_port(name, target, filter=f'BTS.ReceivePortName == "in {name}"', **words))
        return target

    def end(self, name):
        """Nothing comes in by this case or goes out by it any more."""
        self.apply(f"{name}-off", artifacts.receive_port(name=f"in {name}"),
                   artifacts.send_port(name, "http://127.0.0.1:1/", state="bound", filter=None))

    def send(self, name, body=None):
        body = payload(20_000, "binary", seed=name) if body is None else body
        status, _, answer = self.gateway.request("POST", f"/{name}", body, {"Content-Type": "text/plain"}, timeout=60)
        assert status == 202, (status, answer)
        return body

    def work(self, name):
        listed = must(self.gateway("message", "list", "--limit", "1000", "-o", "json")).stdout
        return [one for one in json.loads(listed) if one["port"] == name]

    def failure(self, name, state="retrying", seconds=30):
        """Why the newest message of this case is where it is: code and words."""
        def found():
            return [one["failure"] for one in self.work(name) if one["state"] == state and one.get("failure")]
        last = eventually(found, lambda: f"{name} is {state}: {self.work(name)}\n{self.gateway.tail()}", seconds)[-1]
        return f"[{last['code']}] {last['text']}"

    def delivered(self, folder, body, seconds=30):
        """The one file in the folder is this message."""
        def there():
            return [path.name for path in pathlib.Path(folder).iterdir()] if any(pathlib.Path(folder).iterdir()) else None
        eventually(lambda: there() and not any(name.startswith(".") for name in there()),
                   lambda: f"a file in {folder}\n{self.gateway.tail()}", seconds)
        assert [path.read_bytes() == body for path in pathlib.Path(folder).iterdir()] == [True], there()

    def said(self, words, seconds=30):
        """The gateway writes its log a moment later."""
        eventually(lambda: words in self.gateway.log.read_text(errors="replace"),
                   lambda: f"{words} in {self.gateway.tail()}", seconds)


@pytest.fixture(scope="session")
def gateway(sealgate, tmp_path_factory):
    gateway = Gateway(sealgate.path, tmp_path_factory.mktemp("gateway"))
    gateway.apply(artifacts.documents(artifacts.group(), artifacts.host()))
    with gateway:
        yield gateway


@pytest.fixture
def stage(gateway, tmp_path):
    stage = Stage(gateway, tmp_path / "stage")
    yield stage
    for name in stage.made:
        stage.end(name)


@pytest.fixture(scope="session")
def key(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def sshd(key):
    with Sshd(key.public) as server:
        yield server
