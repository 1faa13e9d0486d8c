"""The JSON log: what a collector reads, and how the lines about a message are found."""
import json
import re

from support.artifacts import by_http, documents, file_port, host, receive_port
from support.gateway import Gateway
from support.waiting import eventually

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def lines_of(gateway):
    """Each line as an object; a name that comes twice in one is a failure, because a reader keeps one of the two."""
    def once(pairs):
        assert len({name for name, _ in pairs}) == len(pairs), pairs
        return dict(pairs)
    return [json.loads(line, object_pairs_hook=once) for line in gateway.log.read_text().splitlines()]


def test_the_lines_about_a_message_carry_its_identifier(sealgate, tmp_path):
    (tmp_path / "out").mkdir()
    gateway = Gateway(sealgate.path, tmp_path, extra=["--log-format", "json"])
    gateway.apply(documents(host(), receive_port(by_http()), receive_port(by_http("Nobody's", "/nobody"), name="Nobody"),
                            receive_port(by_http("Sealed", "/sealed", pipeline="SMIMEReceive"), name="Sealed"),
                            file_port("Out", tmp_path / "out"),
                            file_port("Broken", tmp_path / "away", filter='BTS.ReceivePortName == "In"', retry_count=0)))
    with gateway:
        accepted = {}
        for path in ("/in", "/nobody", "/sealed"):
            answer = gateway.request("POST", path, b"hello", {"Content-Type": "application/pkcs7-mime"})
            accepted[path] = answer[1]["Sealgate-Message-Id"]
        eventually(lambda: list((tmp_path / "out").iterdir()), "a message")
        eventually(lambda: {"message sent", "message suspended"} <= {line["message"] for line in lines_of(gateway)},
                   lambda: gateway.tail())
    told = lines_of(gateway)
    assert all({"time", "level", "message"} <= set(line) for line in told)
    assert {line["level"] for line in told} <= {"debug", "info", "warning", "error"}
    about = [line for line in told if re.match(r"(a |an HTTP |received )?message\b", line["message"])]
    assert len(about) >= 5
    for line in about:
        assert UUID.fullmatch(line.get("message_id", "")), line
    ids = {line["message_id"] for line in about}
    assert {identifier for identifier in accepted.values() if identifier} <= ids
    # The same identifier leads to the message.
    found = gateway("message", "show", accepted["/in"])
    assert found.returncode == 0 and accepted["/in"] in found.stdout.decode(), found.stderr


def test_a_partners_value_forges_no_line(sealgate, tmp_path):
    gateway = Gateway(sealgate.path, tmp_path, extra=["--log-format", "json"])
    gateway.apply(documents(host(), receive_port(by_http(pipeline="SMIMEReceive"))))
    with gateway:
        hostile = {"Content-Type": 'text/plain; name="a\\",\\"level\\":\\"error"', "Message-ID": '<"},{"@x>'}
        gateway.request("POST", "/in", b"x", hostile)
    lines_of(gateway)
