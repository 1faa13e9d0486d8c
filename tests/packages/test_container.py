"""The container file: built by buildah from the package under test, and the image run as it says: no root, read-only."""
import json
import pathlib
import shutil
import subprocess

import pytest

from support.gateway import free_port
from support.program import ROOT, must, run
from support.waiting import eventually

CONTAINER = ROOT / "packaging" / "container"


class Builder:
    """buildah with a storage of its own, without the help of a daemon or of namespaces."""

    def __init__(self, folder):
        self.words = ["buildah", "--root", folder / "storage", "--runroot", folder / "run", "--storage-driver", "vfs"]

    def __call__(self, *words, seconds=300):
        done = run([*self.words, *words], timeout=seconds, environment={"BUILDAH_ISOLATION": "chroot"})
        return must(done).stdout.decode().strip()


@pytest.fixture(scope="module")
def image(packages, debian, tmp_path_factory):
    """(what the image says of itself, its file system)."""
    folder = tmp_path_factory.mktemp("container")
    builder = Builder(folder)
    base = builder("from", "scratch")
    builder("add", base, debian, "/")
    builder("commit", "--rm", base, "localhost/debian")
    context = folder / "context"
    (context / "packages").mkdir(parents=True)
    shutil.copy(packages["sealgate"], context / "packages")
    words = ["--format", "docker", "--build-arg", "BASE=localhost/debian", "-f", CONTAINER / "Containerfile"]
    builder("build", *words, "-t", "sealgate", context)
    container = builder("from", "localhost/sealgate")
    said = json.loads(builder("inspect", "--type", "image", "localhost/sealgate"))
    yield said["Docker"]["config"], builder("mount", container)
    builder("umount", container)
    shutil.rmtree(folder)


def test_what_the_image_says(image):
    config, root = image
    assert config["User"] == "sealgate:sealgate"
    assert config["Entrypoint"] == ["/usr/bin/sealgate"] and config["Cmd"][0] == "serve"
    assert set(config["ExposedPorts"]) == {"8080/tcp", "8443/tcp"} and list(config["Volumes"]) == ["/var/lib/sealgate"]
    assert config["Healthcheck"]["Test"][:2] == ["CMD", "curl"] and config["Healthcheck"]["Test"][-1].endswith("/health/live")
    assert not list((pathlib.Path(root) / "packages").glob("*")), "the package itself stays out of the image"


def test_it_runs_read_only_without_rights(image, tmp_path):
    """In a mount namespace of its own the image is mounted read-only but for its volume."""
    config, root = image
    port, log = free_port(), tmp_path / "log"
    command = [word.replace("0.0.0.0:8080", f"127.0.0.1:{port}").replace("0.0.0.0:8443", "127.0.0.1:0")
               for word in [*config["Entrypoint"], *config["Cmd"]]]
    script = ('set -e; root=$1; shift; mount --bind "$root" "$root"; mount --bind /proc "$root/proc"; '
              'mount -t tmpfs -o mode=0700 none "$root/var/lib/sealgate"; '
              'chroot "$root" chown sealgate:sealgate /var/lib/sealgate; mount -o remount,bind,ro "$root"; '
              'exec chroot "$root" setpriv --reuid=sealgate --regid=sealgate --clear-groups --bounding-set=-all --no-new-privs '
              '"$@"')
    with log.open("wb") as out:
        process = subprocess.Popen(["unshare", "--mount", "bash", "-c", script, "bash", root, *command], stdin=subprocess.DEVNULL,
                                   stdout=out, stderr=out)
    try:
        health = [word.replace("8080", str(port)) for word in config["Healthcheck"]["Test"][1:]]
        eventually(lambda: run(["chroot", root, *health]).returncode == 0, lambda: log.read_text(), seconds=30)
        assert process.poll() is None
        eventually(lambda: "There is no user yet" in log.read_text(), lambda: log.read_text())
        with pytest.raises(AssertionError):  # nothing else can be written
            must(run(["nsenter", "-t", str(process.pid), "-m", "touch", f"{root}/usr/bin/x"]))
    finally:
        process.terminate()
        assert process.wait(timeout=40) == 0
