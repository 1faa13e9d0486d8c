"""Memory does not grow with the file."""
import hashlib

import pytest

from support.artifacts import documents, file_port, group, host, receive_port
from support.gateway import Gateway, peak_mib
from support.waiting import eventually

SIZE = 4 << 30
MIB = 1 << 20


def digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(sshd, size):
    """A file with holes, so that a partner's disk need not hold it, and no two MiB alike."""
    with sshd.path("part").open("wb") as file:
        file.truncate(size)
        for at in range(0, size, MIB):
            file.seek(at + at % 65_521)
            file.write(at.to_bytes(8, "big"))
    wanted = digest(sshd.path("part"))
    sshd.path("part").rename(sshd.path("out/large.bin"))
    return wanted


def through(sshd, gateway, size):
    wanted = put(sshd, size)
    target = sshd.path("in/large.bin")
    eventually(target.exists, gateway.tail, seconds=900)
    assert target.stat().st_size == size and digest(target) == wanted
    target.unlink()
    eventually(lambda: sshd.names("out") == [], gateway.tail)


@pytest.mark.soak
def test_four_gibibytes_come_in_and_go_out_in_constant_memory(sealgate, sshd, key, tmp_path):
    location = {"name": "From", "host": "Default", "adapter": "SFTP", "pipeline": "PassThruReceive",
                "settings": sshd.settings("out", key, polling_interval="500ms", stable_for="500ms")}
    sending = {**file_port("To", tmp_path), "adapter": "SFTP", "settings": sshd.settings("in", key, file_name="%SourceFileName%")}
    gateway = Gateway(sealgate.path, tmp_path)
    gateway.apply(documents(group(maximum_body="8GiB"), host(), receive_port(location), sending))
    with gateway:
        through(sshd, gateway, MIB)
        small = peak_mib(gateway.process)
        through(sshd, gateway, SIZE)
        large = peak_mib(gateway.process)
    print(f"\n4 GiB in and out by SFTP: {small} MiB at most after 1 MiB, {large} MiB after 4 GiB")
    assert large < small + 64
