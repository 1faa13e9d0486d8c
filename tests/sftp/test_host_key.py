"""Nobody but the partner's server gets anything: not a message, not a password."""
import asyncssh

from conftest import PASSWORD
from support.artifacts import documents
from support.program import must
from support.sftp import AsyncServer


def known(host_key, port):
    return f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}"


def test_a_server_that_nobody_knows_gets_nothing(stage):
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    with AsyncServer() as server:
        source = stage.secret(PASSWORD)
        stage.add_sending("unpinned", server.settings("in", source, host_keys=[other]))
        stage.send("unpinned")
        failure = stage.failure("unpinned")
        assert "adapter.sftp.host-key-unknown" in failure
        assert server.fingerprint in failure and "ecdsa-sha2-nistp256" in failure, "the operator can compare it"
        empty = stage.folder / "known_hosts"
        empty.write_text(known(server.host_key, server.port + 1) + "\n")
        stage.add_sending("unlisted", server.settings("in", source, host_keys=None, known_hosts=str(empty)))
        stage.send("unlisted")
        assert "adapter.sftp.host-key-unknown" in stage.failure("unlisted")
        stage.add_sending("no-list", server.settings("in", source, host_keys=None, known_hosts=str(stage.folder / "none")))
        stage.send("no-list")
        assert "adapter.sftp.host-key-unknown" in stage.failure("no-list")
        assert not server.attempts and server.names("in") == []


def test_a_changed_key_is_told_from_an_unknown_one(stage):
    with AsyncServer() as server:
        hosts = stage.folder / "known_hosts"
        hosts.write_text(known(asyncssh.generate_private_key("ecdsa-sha2-nistp256"), server.port) + "\n")
        settings = server.settings("in", stage.secret(PASSWORD), host_keys=None, known_hosts=str(hosts))
        stage.add_sending("changed", settings, again="500ms")
        body = stage.send("changed")
        assert "adapter.sftp.host-key-changed" in stage.failure("changed")
        assert not server.attempts
        hosts.write_text(known(server.host_key, server.port) + "\n")
        stage.delivered(server.folder / "in", body)


def test_any_of_several_fingerprints_will_do(stage):
    """While the partner changes its key."""
    other = asyncssh.generate_private_key("ssh-ed25519").get_fingerprint("sha256")
    with AsyncServer() as server:
        stage.add_sending("two", server.settings("in", stage.secret(PASSWORD), host_keys=[other, server.fingerprint]))
        stage.delivered(server.folder / "in", stage.send("two"))


def test_an_exception_is_possible_and_the_audit_says_so(stage, gateway):
    with AsyncServer() as server:
        settings = server.settings("in", stage.secret(PASSWORD), host_keys=None, check_host_key=False)
        stage.add_sending("unchecked", settings)
        stage.delivered(server.folder / "in", stage.send("unchecked"))
    audit = gateway("audit", "-o", "json")
    assert "audit.host-key-unchecked" in audit.stdout.decode(), audit.stderr


def test_a_port_must_say_whom_it_trusts(stage, gateway):
    settings = {"host": "sftp.example", "user": "alice", "password_source": "file:/nowhere", "folder": "/in"}
    document = stage.folder / "bad.yaml"
    document.write_text(documents({"kind": "SendPort", "name": "bad", "host": "Default", "adapter": "SFTP", "settings": settings,
                                   "pipeline": "PassThruTransmit"}))
    done = gateway("apply", "-f", document)
    assert done.returncode != 0 and "which key the server must show" in done.stderr
    document.write_text(document.read_text().replace('"folder"', '"check_host_key": false, "folder"'))
    must(gateway("apply", "-f", document))
