"""The same commands on the store and through the API of the gateway that serves it: the same output, the same exit status."""
import hashlib
import json
import os
import ssl

import pytest

from support.artifacts import documents, file_port
from support.both_ways import certificate, thumbprint, told
from support.program import run
from support.waiting import eventually

NOBODY = "0190163d-8694-739b-aea5-966c26f8ad91"


@pytest.fixture(scope="module")
def message(both):
    """Two deliveries: one was made, one waits suspended at the stopped port."""
    status, _, body = both.gateway.request("POST", "/in", b"<order>4711</order>", {"Content-Type": "text/xml"})
    assert status == 202, body

    def settled():
        items = {item["port"]: item for item in both.administered.api.ok("GET", "/messages")["items"]}
        return items if items.get("Out", {}).get("state") == "completed" and "Stopped by hand" in items else None
    return eventually(settled, both.gateway.tail)


# Words, and the exit status. {suspended}, {message}, {good} and {bad} stand for ids and files.
READING = [
    ("get all", 0),
    ("get all -o yaml", 0),
    ("get SendPort -o json", 0),
    ("get SendPort Out -o yaml", 0),
    ("get SendPort Nowhere", 2),
    ("get SendPrt", 2),
    ("message list", 0),
    ("message list -o json", 0),
    ("message list -o yaml --state suspended", 0),
    ("message list --state completed,suspended --port Out", 0),
    ("message list --state nonsense", 2),
    ("message list --limit 1", 0),
    ("message list --party Northwind", 0),
    ("message show {suspended}", 0),
    ("message show {message} -o json", 0),
    ("message show " + NOBODY, 2),
    ("message show no-id", 2),
    ("message resume " + NOBODY, 2),
    ("message resend no-id", 2),
    ("message terminate {completed}", 2),
    ("suspended list", 0),
    ("suspended list -o yaml", 0),
    ("suspended resume --all --dry-run", 8),
    ("suspended terminate --code nothing.such", 0),
    ("suspended terminate --party Nobody", 0),
    ("suspended terminate --party Northwind --dry-run", 0),
    ("message terminate --all --state all --party Nobody", 0),
    ("suspended resume", 2),
    ("location list", 0),
    ("location list -o json", 0),
    ("host list -o json", 0),
    ("port start Nowhere", 2),
    ("location disable Nowhere", 2),
    ("apply -f {good} --dry-run", 0),
    ("apply -f {bad}", 2),
    ("apply -f {broken}", 2),
    ("apply -f /nowhere", 2),
    ("history", 0),
    ("history -o json --limit 1", 0),
    ("history SendPort -o yaml --user nobody", 0),
    ("history SendPort Out", 0),
    ("history SendPort Out -o json", 0),
    ("history Party Nobody", 2),
    ("history Prty", 2),
    ("history show 1", 0),
    ("history show 1 -o json", 0),
    ("history show 99999", 2),
    ("history show one", 2),
    ("history show", 2),
    ("rollback 1 --dry-run", 0),
    ("rollback 99999", 2),
    ("rollback one", 2),
    ("rollback 1 --comment " + 501 * "x", 2),
    ("delete Host Default", 2),
    ("delete Party Nobody", 2),
]

# What is done, and undone.
CHANGING = [
    ("port stop Out", "port start Out"),
    ("port unenlist Out", "port start Out"),
    ("group unenlist Both", "group start Both"),
    ("location disable 'In by HTTP'", "location enable 'In by HTTP'"),
    ("apply -f {good}", "delete Party Contoso"),
    ("delete Party Fabrikam", "apply -f {fabrikam}"),
]


@pytest.fixture(scope="module")
def words_of(both, message, tmp_path_factory):
    import shlex
    folder = tmp_path_factory.mktemp("documents")
    for name, text in (("good", documents({"kind": "Party", "name": "Contoso", "description": "new"},
                                          {"kind": "Party", "name": "Fabrikam"})),
                       ("fabrikam", documents({"kind": "Party", "name": "Fabrikam"})),
                       ("bad", documents({**file_port("New", folder), "host": "Missing"})),
                       ("broken", "kind: [")):
        (folder / name).write_text(text)
    places = {name: folder / name for name in ("good", "fabrikam", "bad", "broken")}
    places |= {"suspended": message["Stopped by hand"]["id"], "completed": message["Out"]["id"], "message": message["Out"]["message"]}
    return lambda line: shlex.split(line.format(**places))


@pytest.mark.parametrize("line, status", READING, ids=[line for line, _ in READING])
def test_looking(both, words_of, line, status):
    here, there = told(both.on_store(*words_of(line))), told(both.by_api(*words_of(line)))
    if line.startswith("host list"):  # the instance was seen a moment later
        here, there = ((code, [{**one, "seen": ""} for one in json.loads(out)], err) for code, out, err in (here, there))
    assert here == there
    assert here[0] == status, here


@pytest.mark.parametrize("line, undo", CHANGING, ids=[line for line, _ in CHANGING])
def test_changing(both, words_of, line, undo):
    here = told(both.on_store(*words_of(line)))
    assert told(both.by_api(*words_of(undo)))[0] == 0
    there = told(both.by_api(*words_of(line)))
    assert told(both.on_store(*words_of(undo)))[0] == 0
    assert here == there
    assert here[0] == 0 and here[1].strip(), here


def newest(both):
    return json.loads(both.on_store("history", "--limit", "1", "-o", "json").stdout)[0]["number"]


def test_going_back(both, words_of, tmp_path):
    """From the same state, each way once; also when it is refused for several reasons."""
    begun, outcomes, dry = newest(both), [], []
    for way in (both.on_store, both.by_api):
        assert told(both.on_store(*words_of("apply -f {good} --comment 'to be undone'")))[0] == 0
        dry.append(told(way("rollback", begun, "--dry-run")))
        done = told(way("rollback", begun, "--comment", "not ready"))
        last = newest(both)
        assert done[0] == 0 and f"as revision {last}" in done[1], done
        outcomes.append((done[0], done[1].replace(f"revision {last}", "revision N"), done[2]))
        shown = json.loads(way("history", "show", last, "-o", "json").stdout)
        assert shown["restores"] == begun and shown["comment"] == "not ready" and shown["items"][0]["name"] == "Contoso"
    assert outcomes[0] == outcomes[1] and dry[0] == dry[1]
    assert "deleted    Party Contoso" in dry[0][1] and dry[0][1].endswith("(dry run: nothing was stored)\n")


def test_a_way_back_that_is_refused_is_refused_alike(both, tmp_path):
    """The ports of one revision name certificates that are gone since."""
    begun, file = newest(both), tmp_path / "two.yaml"
    pems = [certificate(tmp_path, name) for name in ("first", "second")]
    for pem in pems:
        assert both.on_store("cert", "import", pem).returncode == 0
    file.write_text(documents(*({"kind": "Party", "name": f"Of {pem.stem}", "verification_certificates": [thumbprint(pem)]} for pem in pems)))
    assert both.on_store("apply", "-f", file, "--accept-wrong-usage").returncode == 0
    assigned = newest(both)
    assert both.on_store("rollback", begun).returncode == 0
    for pem in pems:
        assert both.on_store("cert", "remove", thumbprint(pem)).returncode == 0
    for more in ([], ["--dry-run"]):
        here, there = (told(way("rollback", assigned, *more)) for way in (both.on_store, both.by_api))
        assert here == there and here[0] == 2 and here[2].count("[artifacts.cannot-roll-back]") == 2, here


def test_what_was_sent_names_the_party_that_it_goes_to(both, message):
    at = message["Stopped by hand"]["id"]
    for way in (both.on_store, both.by_api):
        head, *rows = [[word.strip() for word in line.split("  ") if word] for line in way("message", "list").stdout.decode().splitlines()]
        assert head[:6] == ["ID", "KIND", "STATE", "PORT", "FROM", "TO"]
        assert any(row[0] == at and row[4:6] == ["-", "Northwind"] for row in rows), rows
        (only,) = json.loads(way("message", "list", "--party", "Northwind", "-o", "json").stdout)
        assert only["id"] == at
        assert f"  {'To':<22}Northwind\n" in way("message", "show", at).stdout.decode()
        groups = json.loads(way("suspended", "list", "-o", "json").stdout)["groups"]
        assert groups[0]["parties"] == [{"name": "Northwind", "count": 1}]
        counted = way("suspended", "terminate", "--party", "Northwind", "--dry-run")
        assert "1 terminated (dry run: nothing was done)" in counted.stdout.decode()


def test_all_of_a_party_is_also_what_goes_to_it(both, message):
    at = message["Stopped by hand"]["id"]
    for way in (both.on_store, both.by_api):
        made = way("message", "resend", at, "--port", "Stopped by hand")
        assert made.returncode != 0 and "hosts.port-not-started" in made.stderr
        refused = way("message", "resume", "--all", "--party", "Northwind")
        assert refused.returncode != 0 and "hosts.port-not-started" in refused.stderr
        assert way("message", "resume", "--all", "--party", "Contoso").stdout.decode() == "0 resumed\n"


def test_suspended_work_is_resumed_and_given_up(both, message):
    at = message["Stopped by hand"]["id"]
    for way in (both.on_store, both.by_api):
        refused = way("message", "resume", at)
        assert refused.returncode != 0 and "hosts.port-not-started" in refused.stderr
        counted = way("suspended", "resume", "--port", "Stopped by hand", "--dry-run")
        assert "0 resumed (dry run: nothing was done)" in counted.stdout.decode() and "would stay" in counted.stderr
    resent = both.by_api("message", "resend", at, "--port", "Out")
    assert resent.returncode == 0 and resent.stdout.decode().startswith(f"resent {at} as "), resent.stderr
    again = both.on_store("message", "resend", at, "--port", "Out")
    assert again.returncode == 0 and again.stdout.decode().endswith(" to Out\n")
    ended = both.by_api("message", "terminate", "--all", "--state", "suspended")
    assert ended.stdout.decode() == f"terminated {at} (Stopped by hand)\n1 terminated\n"
    assert both.on_store("message", "terminate", "--all", "--state", "suspended").stdout.decode() == "0 terminated\n"


def test_the_status_of_the_group(both):
    here, there = (json.loads(way("status", "-o", "json").stdout) for way in (both.on_store, both.by_api))
    assert here["group"] == there["group"] == "Test" and here.keys() == there.keys()
    assert here["sentence"] in both.by_api("status").stdout.decode()


def test_whom_the_api_refuses(both, tmp_path):
    weak = tmp_path / "token"
    weak.write_text(both.administered.issue("looks-only", ["view"]) + "\n")
    refused = both.by_api("port", "stop", "Out", token_file=weak)
    assert refused.returncode == 8 and "[api.forbidden]" in refused.stderr and "operate" in refused.stderr
    weak.write_text("sgt_" + "0" * 64 + "\n")
    unknown = both.by_api("get", "all", token_file=weak)
    assert unknown.returncode != 0 and "[access.not-signed-in]" in unknown.stderr
    missing = run([both.gateway.program, "get", "all", "--api", both.url])
    assert missing.returncode == 2 and "cli.no-token" in missing.stderr
    plain = run([both.gateway.program, "get", "all", "--api", "http://localhost:1", "--token-file", weak])
    assert plain.returncode == 2 and "HTTPS" in plain.stderr


def test_the_certificate_must_be_trusted_or_pinned(both):
    der = ssl.PEM_cert_to_DER_cert(both.certificate.read_text())
    fingerprint = hashlib.sha256(der).hexdigest()
    pinned = both.by_api("get", "Party", more=["--fingerprint", fingerprint])
    assert pinned.returncode == 0, pinned.stderr
    other = both.by_api("get", "Party", more=["--fingerprint", "0" * 64])
    assert other.returncode == 6 and "cli.other-certificate" in other.stderr and fingerprint.upper() in other.stderr.upper()
    environment = {"SEALGATE_CA_FILE": ""}
    untrusted = run([both.gateway.program, "get", "Party", "--api", both.url, "--token-file", both.token_file], environment=environment)
    assert untrusted.returncode != 0 and "[net." in untrusted.stderr


def test_the_environment_says_the_same(both):
    environment = {"SEALGATE_API": both.url, "SEALGATE_TOKEN_FILE": str(both.token_file), "SEALGATE_CA_FILE": str(both.certificate)}
    done = run([both.gateway.program, "get", "Party"], environment=environment)
    assert done.returncode == 0 and b"Fabrikam" in done.stdout, done.stderr
    # A store that is named on the line goes before, and what serve takes from the variable is no URL.
    local = run([both.gateway.program, "get", "Party", "--data", "/nowhere"], environment=environment)
    assert local.returncode == 1 and "store." in local.stderr
    address = run([both.gateway.program, "get", "Party"], environment={"SEALGATE_API": "127.0.0.1:8443", "SEALGATE_DATA": str(both.gateway.data)})
    assert address.returncode == 0, address.stderr


def test_names_are_completed_through_the_api(both):
    environment = dict(os.environ, SEALGATE_API=both.url, SEALGATE_TOKEN_FILE=str(both.token_file), SEALGATE_CA_FILE=str(both.certificate))
    found = run([both.gateway.program, "__complete", "get", "SendPort", "St"], environment=environment).stdout.decode()
    assert found.splitlines()[1].split("\t")[0] == "Stopped by hand"


def test_a_server_that_is_no_gateway(both):
    here = run([both.gateway.program, "get", "all", "--api", f"https://localhost:{both.gateway.port}", "--token-file", both.token_file,
                "--ca-file", both.certificate])
    assert here.returncode == 1 and "[net." in here.stderr
