"""A gateway that archives what it exchanges by AS2, and what its exports prove."""
import pathlib
import re
import subprocess

import pytest

from support.as2_gateway import As2Gateway
from support.program import must

ARCHIVE = {"archive": {"encoded": True, "decoded": True, "receipts": True}}


def commands_of(folder):
    """Every command of the README, in its order."""
    return "".join(re.findall(r"^```sh\n(.*?)^```$", (folder / "README.md").read_text(), re.S | re.M))


def verify(folder):
    """Runs exactly what the README says, with nothing of the gateway."""
    return subprocess.run(["sh", "-e"], input=commands_of(folder), cwd=folder, text=True, capture_output=True, check=False,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, timeout=60)


def files_of(folder):
    return sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())


class Archiving(As2Gateway):
    def export(self, message, target, *words):
        must(self.gateway("evidence", "export", message, "-o", target, *words))
        return target

    def rows(self, *words):
        return self.gateway("report", "as2", *words)


@pytest.fixture(scope="module")
def archiving(sealgate, tmp_path_factory, pki):
    """AS2 names and what their agreements archive."""
    made = Archiving(sealgate, tmp_path_factory.mktemp("archiving"), pki)
    lenient = {"require_signature": False, "require_encryption": False}
    made.apply(agreements=[
        made.agreement("ACME", receiving=ARCHIVE),
        made.agreement("OPEN", receiving={**lenient, **ARCHIVE}),
        made.agreement("NOTHING", receiving=lenient),
        made.agreement("ENCODED", receiving={"archive": {"encoded": True}}),
        made.agreement("QUIET", reporting=False),
    ])
    made.gateway.start()
    yield made
    made.close()
