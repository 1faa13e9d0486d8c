"""The Debian packages of the build under test, and fresh Debian 12 systems to install them into."""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from support.program import ROOT, must, run

BUILD = pathlib.Path(os.environ.get("SEALGATE_BUILD", ROOT / "build" / "release")).resolve()
CACHE = pathlib.Path(os.environ.get("SEALGATE_ROOTS", pathlib.Path.home() / ".cache" / "sealgate" / "roots"))


@pytest.fixture(scope="session")
def packages(sealgate, tmp_path_factory):
    """{name: file} as `make packages` makes them."""
    folder = tmp_path_factory.mktemp("packages")
    assert sealgate.path.is_file()
    must(run(["cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", folder,
              "-D", f"CPACK_OUTPUT_FILE_PREFIX={folder}"], timeout=300))
    found = {file.name.split("_")[0]: file for file in folder.glob("*.deb")}
    assert set(found) == {"sealgate", "sealgate-doc"}
    return found


def field(package, name):
    return must(run(["dpkg-deb", "-f", package, name])).stdout.decode().strip()


def dependencies(package):
    return sorted(re.match(r"[^ (|]+", word.strip())[0] for word in field(package, "Depends").split(","))


def debian_with(names):
    """A Debian 12 with these packages, as a tar archive that is kept for the next run."""
    assert os.geteuid() == 0, "installing packages takes root; run the suite as root"
    archive = CACHE / f"bookworm-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:16]}.tar"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = archive.with_suffix(".new.tar")
        must(run(["mmdebstrap", "--variant=minbase", f"--include={','.join(names)}", "bookworm", new], timeout=900))
        new.rename(archive)
    return archive


@pytest.fixture(scope="session")
def debian(packages):
    """One with what the package says it needs and nothing more."""
    return debian_with(dependencies(packages["sealgate"]))


class System:
    """One such Debian in a folder."""

    def __init__(self, archive, folder):
        self.root = folder / "root"
        self.root.mkdir()
        must(run(["tar", "-xf", archive, "-C", self.root], timeout=300))
        # Nothing is started in it.
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        (self.root / "dev/null").exists() or must(run(["mknod", "-m", "666", self.root / "dev/null", "c", "1", "3"]))

    def __call__(self, *words, user=None, **options):
        drop = ["runuser", "-u", user, "--"] if user else []
        environment = {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return run(["chroot", self.root, *drop, *words], environment=environment, **options)

    def start(self, *words, user, log):
        with log.open("ab") as errors:
            drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
            return subprocess.Popen(["chroot", self.root, *drop, *words], stdin=subprocess.DEVNULL, stdout=errors,
                                    stderr=errors)

    def install(self, *packages, inside=None):
        """`inside`: how commands run in the system, if not as they do later."""
        for package in packages:
            shutil.copy(package, self.root / "tmp")
        names = [f"/tmp/{package.name}" for package in packages]
        return (inside or type(self).__call__)(self, "dpkg", "-i", *names)

    def path(self, name):
        return self.root / name.lstrip("/")


@pytest.fixture(scope="session")
def system(debian, tmp_path_factory):
    """The system in which the package lives its life, test by test: they stand in its order."""
    folder = tmp_path_factory.mktemp("system")
    made = System(debian, folder)
    yield made
    shutil.rmtree(folder)
