"""What was known of revocation when a message came is part of its evidence, whatever is known later."""
import subprocess

import pytest

from conftest import ARCHIVE, Archiving, commands_of, verify
from revocation.publishing import ALLOWED, Authority, responder
from support.gateway import free_port
from support.program import must
from support.waiting import eventually


class Bookkeeping(Authority):
    """Keeps books of the companies' certificates, which name a responder."""

    def __init__(self, folder):
        super().__init__(folder)
        self.port = free_port()

    def get(self, kind, name, **options):
        return self.issue(name, f"authorityInfoAccess=OCSP;URI:http://127.0.0.1:{self.port}/")


@pytest.fixture
def judging(sealgate, tmp_path):
    """A gateway that takes nothing whose signer no list speaks for, with an authority of its own."""
    (tmp_path / "pki").mkdir()
    made = Archiving(sealgate, tmp_path / "gateway", Bookkeeping(tmp_path / "pki"))
    made.apply(agreements=[made.agreement("ACME", receiving=ARCHIVE)], policy="require")
    publish(made)
    made.gateway.start()
    yield made
    made.close()


def publish(made):
    """The authority's list of now."""
    content = made.pki.list()
    (made.pki.folder / "now.crl").write_bytes(content)
    must(made.gateway("cert", "import", made.pki.folder / "now.crl"))
    return content


def test_the_list_of_that_time_proves_that_the_signer_was_not_revoked(judging, tmp_path):
    message = judging.sender.message()
    assert judging.exchange(message).disposition == "processed"
    judging.pki.revoke(judging.acme)
    newer = publish(judging)
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
    kept.write_bytes(newer)
    assert verify(target).returncode != 0
    kept.unlink()
    assert verify(target).returncode != 0


def test_the_answer_of_the_responder_proves_it_as_well(sealgate, tmp_path):
    (tmp_path / "pki").mkdir()
    authority = Bookkeeping(tmp_path / "pki")
    signer = authority.issue("responder", "noCheck=ignored", usage="digitalSignature", extended="OCSPSigning")
    made = Archiving(sealgate, tmp_path / "gateway", authority)
    made.apply(agreements=[made.agreement("ACME", receiving=ARCHIVE)], policy=dict(ALLOWED, ocsp=True))
    with made.gateway, responder(authority, signer, port=authority.port):
        message = made.sender.message()
        assert made.exchange(message).disposition == "processed", made.gateway.tail()
        target = made.export(message.value("Message-ID"), tmp_path / "evidence")
    made.close()
    commands = commands_of(target)
    assert "openssl ocsp -no_nonce -respin revocation/" in commands
    done = verify(target)
    assert done.returncode == 0, (done.stderr, commands)
    assert ">good<" in (target / "report.html").read_text()
    # The log's hash would tell; here only the responder's own words are judged.
    asked = "".join(part for part in commands.split("\ntest 2 = ")[1:])
    judge = "test 2 = " + asked.split(')"\n')[0] + ')"\n'
    assert run_in(target, judge) == 0, judge
    [kept] = sorted((target / "revocation").glob("*.der"))
    whole = kept.read_bytes()
    for place in (0, len(whole) // 4, len(whole) // 2, len(whole) - 1):
        kept.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
        assert run_in(target, judge) != 0, f"octet {place} of the answer"


def run_in(folder, commands):
    return subprocess.run(["sh", "-e"], input=commands, cwd=folder, text=True, capture_output=True, check=False).returncode
