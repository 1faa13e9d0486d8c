"""Gateways between folders, and the moment of their death in the test's hand."""
import mmap
import pathlib
import struct
import threading

import pytest

from support.artifacts import documents, file_port, host, receive_port
from support.gateway import Gateway
from support.program import must, run
from support.waiting import eventually


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """shim.cpp, compiled once."""
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    must(run(["c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, pathlib.Path(__file__).with_name("shim.cpp")]))
    return library


class Death:
    """Writes struct Control of shim.cpp."""

    def __init__(self, library, folder):
        file = folder / "kill"
        file.write_bytes(bytes(528))
        with file.open("r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), 528)
        self.environment = {"LD_PRELOAD": str(library), "SEALGATE_KILL": str(file)}

    def at(self, when, call, path, armed_by=None):
        """Before or after this call on this path; with `armed_by`, a (call, path), only once that has happened."""
        self.never()
        first, second = armed_by or ("", "")
        armed = b"" if armed_by else b"yes"
        self.memory[:] = struct.pack("32s224s32s224s8s8s", first.encode(), second.encode(), call.encode(), path.encode(),
                                     when.encode(), armed)

    def never(self):
        self.memory[:] = bytes(528)


class Folder:
    """Files as somebody else sees them: without hidden ones."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True, exist_ok=True)

    def put(self, name, content, mode=0o644):
        """Appears whole."""
        hidden = self.path / ".put.tmp"
        hidden.write_bytes(content)
        hidden.chmod(mode)
        hidden.rename(self.path / name)

    def files(self):
        return {path.name: path.read_bytes() for path in self.path.iterdir() if not path.name.startswith(".") and path.is_file()}

    def contents(self):
        return sorted(self.files().values())

    def everything(self):
        return sorted(path.name for path in self.path.iterdir())

    def gets(self, *contents, seconds=60):
        """These, each once, and nothing else."""
        wanted = sorted(contents)
        eventually(lambda: len(self.contents()) >= len(wanted), lambda: f"{self.path} has {self.everything()}", seconds)
        assert self.contents() == wanted

    def is_empty(self, seconds=60):
        """Nothing is left, not even hidden."""
        eventually(lambda: not self.everything(), lambda: f"{self.path} has {self.everything()}", seconds)


class Exchange:
    """One gateway; each case a receive location on a folder of its own and a send port to a folder of its own."""

    def __init__(self, program, folder, environment=None):
        self.folder = folder
        self.gateway = Gateway(program, folder, environment=environment)
        self.artifacts = [host()]
        self.inbox, self.outbox = {}, {}

    def case(self, name, receive=None, send=None, port=None, receiving=None, **port_words):
        """`receive` and `send` are settings of the FILE adapter; `port_words` go to the send port."""
        self.inbox[name], self.outbox[name] = Folder(self.folder / name / "in"), Folder(self.folder / name / "out")
        settings = {"folder": str(self.inbox[name].path), "polling_interval": "100ms", **(receive or {})}
        location = {"name": f"{name} by FILE", "host": "Default", "adapter": "FILE", "pipeline": "PassThruReceive", "settings": settings,
                    **(receiving or {})}
        out = file_port(port or f"{name} out", self.outbox[name].path, filter=f'BTS.ReceivePortName == "{name}"', **port_words)
        out["settings"].update(send or {})
        self.artifacts += [receive_port(location, name=name), out]

    def start(self):
        self.gateway.apply(documents(*self.artifacts))
        self.gateway.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.gateway.__exit__()

    def log(self):
        return self.gateway.log.read_text(errors="replace")

    def lines(self, *words):
        return [line for line in self.log().splitlines() if all(word in line for word in words)]

    def says(self, *words, seconds=60):
        eventually(lambda: self.lines(*words), lambda: f"no line with {words}:\n{self.gateway.tail()}", seconds)


def pause(seconds):
    """The pace of somebody who writes slowly."""
    threading.Event().wait(seconds)


@pytest.fixture
def exchange(sealgate, tmp_path):
    """Not started; the test says its cases first."""
    exchange = Exchange(sealgate.path, tmp_path)
    yield exchange
    exchange.__exit__()
