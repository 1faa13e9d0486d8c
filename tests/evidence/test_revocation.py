"""What was known of revocation when a message came is part of its evidence, whatever is known later."""
import subprocess

import pytest

from conftest import ARCHIVE, Archiving, commands_of, verify
from support.pki import Pki
from support.program import must
from support.waiting import eventually


@pytest.fixture
def judging(sealgate, tmp_path):
    """A gateway that takes nothing whose signer no list speaks for, with an authority of its own."""
    (tmp_path / "pki").mkdir()
    made = Archiving(sealgate, tmp_path / "gateway", Pki(tmp_path / "pki"))
    made.apply(agreements=[made.agreement("ACME", receiving=ARCHIVE)], policy="require")
    must(made.gateway("cert", "import", made.pki.revocation_list()))
    made.gateway.start()
    yield made
    made.close()


def test_the_list_of_that_time_proves_that_the_signer_was_not_revoked(judging, tmp_path):
    message = judging.sender.message()
    assert judging.exchange(message).disposition == "processed"
    must(judging.gateway("cert", "import", judging.pki.revocation_list(judging.acme)))
    later = judging.sender.message
    eventually(lambda: judging.exchange(later()).disposition == "processed/error: authentication-failed", "the new list")

    target = judging.export(message.value("Message-ID"), tmp_path / "evidence")
    commands = commands_of(target)
    assert "-crl_check" in commands
    done = verify(target)
    assert done.returncode == 0, (done.stderr, commands)

    [kept] = sorted((target / "revocation").glob("*.crl"))
    shown = must(subprocess.run(["openssl", "crl", "-inform", "DER", "-in", kept, "-noout", "-text"], capture_output=True,
                                check=False)).stdout
    assert b"No Revoked Certificates" in shown
    whole = kept.read_bytes()
    for place in (len(whole) // 2, len(whole) - 1):
        kept.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        assert verify(target).returncode != 0, f"octet {place} of the list"
    # Another genuine list of the authority is not the one that the log speaks of.
    newer = must(subprocess.run(["openssl", "crl", "-in", judging.pki.folder / "list-ca" / "list.crl", "-outform", "DER"],
                                capture_output=True, check=False)).stdout
    kept.write_bytes(newer)
    assert verify(target).returncode != 0
    kept.unlink()
    assert verify(target).returncode != 0
