"""kill -9 at each point where a file, its message or its name changes hands: nothing is read twice, nothing is lost.

Each test kills the same gateway once more and looks at what the next life makes of it.
"""
import itertools

import pytest

from conftest import Death, Exchange
from support.gateway import leftovers
from support.waiting import eventually

numbers = itertools.count()

# where, when, system call, on what, only after
RECEIVE = [
    ("plain", "after", "flock", "/in/@.dat", None),
    ("plain", "before", "fdatasync", "/data/", ("flock", "/in/@.dat")),
    ("plain", "after", "fdatasync", "/data/", ("flock", "/in/@.dat")),
    ("plain", "before", "renameat2", "-@.dat", None),  # committed, the file still there
    ("plain", "after", "renameat2", "-@.dat", None),  # out of sight
    ("plain", "after", "unlinkat", "-@.dat", None),  # gone
    ("plain", "before", "fsync", "/plain/in", ("unlinkat", "-@.dat")),  # before that is durable
    ("plain", "after", "fsync", "/plain/in", ("unlinkat", "-@.dat")),  # and before its identity is forgotten
    ("hidden", "before", "renameat2", "-@.dat", None),
    ("hidden", "after", "renameat2", "-@.dat", None),  # hidden, not read yet
    ("hidden", "before", "unlinkat", "-@.dat", None),  # committed under its hidden name
    ("hidden", "after", "unlinkat", "-@.dat", None),
    ("marker", "after", "renameat2", "-@.dat", None),
    ("marker", "after", "unlinkat", "-@.dat", None),  # the marker is left alone
    ("marker", "after", "unlinkat", "/in/@.dat.done", None),
]
SEND = [
    ("new", "before", "write", ".tmp", None),
    ("new", "after", "write", ".tmp", None),  # half a file
    ("new", "before", "fsync", ".tmp", None),
    ("new", "after", "fsync", ".tmp", None),
    ("new", "before", "renameat2", "/new/out/", None),
    ("new", "after", "renameat2", "/new/out/", None),  # the file has its name
    ("new", "before", "fsync", "/new/out", ("renameat2", "/new/out/")),
    ("new", "after", "fsync", "/new/out", ("renameat2", "/new/out/")),  # durable, but nobody has noted it
    ("elsewhere", "after", "write", "/temporary/", None),
    ("elsewhere", "after", "renameat2", "/elsewhere/out/", None),
    ("over", "before", "renameat", "/over/out/", None),
    ("over", "after", "renameat", "/over/out/", None),
    ("all", "before", "fsetxattr", "/all/out/all.txt?writing", None),
    ("all", "after", "fsetxattr", "/all/out/all.txt?writing", None),
    ("all", "before", "write", "/all/out/all.txt", None),
    ("all", "after", "write", "/all/out/all.txt", None),  # half appended
    ("all", "after", "fsync", "/all/out/all.txt", ("write", "/all/out/all.txt")),
    ("all", "after", "fsetxattr", "/all/out/all.txt?done", None),
    ("all", "after", "fsync", "/all/out", ("fsetxattr", "/all/out/all.txt?done")),
]


def name_of(point):
    return " ".join(str(word) for word in point[:4]) + (" after " + point[4][0] if point[4] else "")


class Fragile:
    def __init__(self, program, folder, shim):
        self.death = Death(shim, folder)
        self.exchange = Exchange(program, folder, self.death.environment)
        (folder / "temporary").mkdir()
        self.exchange.case("plain")
        self.exchange.case("hidden", {"rename_while_reading": True})
        self.exchange.case("marker", {"mask": "*.dat", "marker": ".done"})
        self.exchange.case("new", send={"file_name": "%SourceFileName%-%datetime_bts2000%.dat"})
        self.exchange.case("elsewhere", send={"temporary_folder": str(folder / "temporary")})
        self.exchange.case("over", send={"file_name": "%SourceFileName%", "copy_mode": "overwrite"})
        self.exchange.case("all", send={"file_name": "all.txt", "copy_mode": "append"})
        self.exchange.start()

    def strike(self, point):
        """A file whose way leads over the point; the gateway is dead when this returns. Its content."""
        case, when, call, path, armed_by = point
        number = next(numbers)
        name = f"strike{number}"
        insert = lambda text: text.replace("@", name)  # noqa: E731
        self.death.at(when, call, insert(path), armed_by and (armed_by[0], insert(armed_by[1])))
        content = self.put(case, name, 300_000 if call == "write" else 20)
        status = self.exchange.gateway.process.wait(timeout=60)
        assert status == -9, f"{status}\n{self.exchange.gateway.tail()}"
        self.death.never()
        return content

    def put(self, case, name, size=20):
        content = b"%s of %s\n" % (name.encode(), case.encode())
        content = content * (1 + size // len(content))
        self.exchange.inbox[case].put(f"{name}.dat", content)
        if case == "marker":
            self.exchange.inbox[case].put(f"{name}.dat.done", b"")
        return content


@pytest.fixture(scope="module")
def fragile(sealgate, tmp_path_factory, shim):
    fragile = Fragile(sealgate.path, tmp_path_factory.mktemp("crash"), shim)
    yield fragile
    fragile.exchange.__exit__()


@pytest.mark.parametrize("point", RECEIVE + SEND, ids=name_of)
def test_killed(fragile, point):
    case, exchange = point[0], fragile.exchange
    inbox, outbox = exchange.inbox[case], exchange.outbox[case]
    for path in outbox.path.iterdir():
        path.unlink()
    contents = [fragile.put(case, f"before{next(numbers)}")]
    expect = lambda: [b"".join(contents)] if case == "all" else contents  # noqa: E731
    outbox.gets(*expect())
    contents.append(fragile.strike(point))
    exchange.gateway.start()
    inbox.is_empty()
    # Whatever would come a second time has come before this one.
    later = fragile.put(case, f"later{next(numbers)}")
    if case == "all":
        # Appending keeps no order between deliveries; each is there once and whole.
        wanted = sorted([*contents, later])
        both = lambda: sorted(b + b"\n" for b in outbox.files()["all.txt"].split(b"\n") if b)  # noqa: E731
        lines = sorted(line + b"\n" for content in wanted for line in content.split(b"\n") if line)
        eventually(lambda: len(both()) >= len(lines), lambda: f"{len(both())} of {len(lines)} lines")
        assert both() == lines
    else:
        outbox.gets(*contents, later)
    inbox.is_empty()
    assert leftovers(outbox.path) == []
    assert leftovers(exchange.folder / "temporary") == []
