"""sealgate cert list, import and rollover on the store and through the API: the same output, the same exit status, the same stores."""
import hashlib
import json
import ssl
import subprocess

import pytest

from support.artifacts import documents
from support.both_ways import certificate, thumbprint, told
from support.program import run


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """By their names: a partner's certificate, one with its key, a root, and what is none of them."""
    folder = tmp_path_factory.mktemp("files")
    partner, own = certificate(folder, "partner"), certificate(folder, "own")
    subprocess.run(["openssl", "pkcs12", "-export", "-in", own, "-inkey", own.with_suffix(".key"), "-passout", "pass:the password",
                    "-out", folder / "own.pfx"], check=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Root",
                    "-keyout", folder / "root.key", "-out", folder / "root.pem"], check=True, capture_output=True)
    (folder / "nothing").write_text("no certificate\n")
    (folder / "password").write_text("the password\n")
    (folder / "wrong").write_text("another\n")
    return {"partner": partner, "own": own, "own_pfx": folder / "own.pfx", "root_pem": folder / "root.pem",
            **{name: folder / name for name in ("nothing", "password", "wrong", "missing")}}


IMPORTS = [
    ("{partner}", 0),
    ("{partner} -o json", 0),
    ("{partner} --store Untrusted", 0),
    ("{own_pfx} --password-file {password}", 0),
    ("{own_pfx} --password-file {password} --account other -o yaml", 0),
    ("{own_pfx} {partner} --password-file {wrong}", 2),
    ("{own_pfx}", 2),
    ("{root_pem}", 6),
    ("{root_pem} --trust-roots", 0),
    ("{partner} {nothing}", 3),
    ("{missing}", 2),
    ("{partner} --store Nowhere", 2),
]


@pytest.mark.parametrize("line, status", IMPORTS, ids=[line for line, _ in IMPORTS])
def test_what_an_import_would_do(both, files, line, status):
    words = [word.format(**files) for word in line.split()]
    before = both.on_store("cert", "list", "-o", "json").stdout
    here, there = (told(way("cert", "import", *words, "--dry-run")) for way in (both.on_store, both.by_api))
    assert here == there
    assert here[0] == status, here
    assert both.on_store("cert", "list", "-o", "json").stdout == before, "nothing was stored"
    if status == 0 and "-o" not in words:
        assert "would be added" in here[1] and "dry run: nothing was stored" in here[1]


@pytest.mark.parametrize("words", [["{partner}"], ["{own_pfx}", "--password-file", "{password}"], ["{partner}", "-o", "json"]], ids=str)
def test_an_import(both, files, words):
    words, outcomes = [word.format(**files) for word in words], []
    digest = thumbprint(files["own" if "own.pfx" in str(words[0]) else "partner"])
    for way in (both.on_store, both.by_api):
        outcomes.append(told(way("cert", "import", *words)))
        assert "already there" in way("cert", "import", *words).stdout.decode()
        removed = both.on_store("cert", "remove", digest, "--with-key")
        assert removed.returncode == 0, removed.stderr
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 0 and "added" in outcomes[0][1], outcomes


@pytest.fixture(scope="module")
def several(both, tmp_path_factory):
    """By their names: three partners, and one of our own. They go when the module has ended."""
    folder = tmp_path_factory.mktemp("several")
    made = {name: certificate(folder, name) for name in ("Listed north", "Listed south", "Other", "Listed own")}
    own = folder / "own.pfx"
    (folder / "password").write_text("the password\n")
    subprocess.run(["openssl", "pkcs12", "-export", "-in", made["Listed own"], "-inkey", made["Listed own"].with_suffix(".key"),
                    "-passout", "pass:the password", "-out", own], check=True)
    for words in ([made["Listed north"], made["Listed south"], made["Other"]], [own, "--password-file", folder / "password"]):
        assert both.on_store("cert", "import", *words).returncode == 0
    yield {name: thumbprint(pem).upper() for name, pem in made.items()}
    for pem in made.values():
        both.on_store("cert", "remove", thumbprint(pem), "--with-key")


def test_certificates_are_listed_and_searched(both, several):
    def names(*words):
        here, there = (told(way("cert", "list", *words, "-o", "json")) for way in (both.on_store, both.by_api))
        assert here == there and here[0] == 0, (here, there)
        return {one["name"] for one in json.loads(here[1])}

    assert names() >= set(several)
    assert names("--search", "LISTED") == {"Listed north", "Listed south", "Listed own"}
    assert names("--search", "listed", "--store", "OtherPeople") == {"Listed north", "Listed south"}
    assert names("--search", "listed", "--store", "Personal", "--account", "nobody") == set()
    spaced = " ".join(several["Other"][at:at + 4] for at in range(0, 40, 4))
    assert names("--search", spaced.lower()) == {"Other"}
    assert names("--search", several["Other"][8:20]) == {"Other"}
    assert names("--search", "nothing like this") == set()
    for words in (["--search", "Listed"], ["--search", "Listed", "-o", "yaml"]):
        here, there = (told(way("cert", "list", *words)) for way in (both.on_store, both.by_api))
        assert here == there and "Listed south" in here[1] and "Other" not in here[1].replace("OtherPeople", "")
    assert told(both.by_api("cert", "list", "--store", "Nowhere"))[0] == told(both.on_store("cert", "list", "--store", "Nowhere"))[0] == 2


def test_pages_of_what_was_found_follow_each_other(both, several):
    for way in (both.on_store, both.by_api):
        seen, after = [], []
        while True:
            done = way("cert", "list", "--search", "listed", "--limit", "1", "-o", "json", *after)
            assert done.returncode == 0, done.stderr
            seen += [one["name"] for one in json.loads(done.stdout)]
            if "--after" not in done.stderr:
                break
            after = ["--after", done.stderr.split("--after ")[1].strip()]
        assert sorted(seen) == ["Listed north", "Listed own", "Listed south"]


def test_a_store_and_a_gateway_are_not_both_listed(both):
    refused = both.by_api("cert", "list", "--data", both.gateway.data)
    assert refused.returncode == 2 and "--data" in refused.stderr


def test_a_folder_of_all_certificates_by_the_api(both, files, tmp_path):
    """What one group exports, another takes, each piece where it was."""
    other, folder = tmp_path / "other", tmp_path / "all"
    program = both.gateway.program
    for words in (["{partner}"], ["{own_pfx}", "--password-file", "{password}"], ["{root_pem}", "--trust-roots"]):
        assert run([program, "cert", "import", *(word.format(**files) for word in words), "--data", other]).returncode == 0
    exported = run([program, "cert", "export", "--all", "--with-keys", "--out", folder, "--password-file", files["password"], "--data", other])
    assert exported.returncode == 0, exported.stderr
    taken = both.by_api("cert", "import", folder, "--password-file", files["password"], "-o", "json")
    assert taken.returncode == 0, taken.stderr
    report = json.loads(taken.stdout)
    assert sorted(one["store"] for one in report["imported"]) == ["OtherPeople", "Personal"]
    assert any("--trust-roots" in note for note in report["notes"])
    for name in ("partner", "own"):
        assert both.on_store("cert", "remove", thumbprint(files[name]), "--with-key").returncode == 0


def test_what_stays_on_this_computer(both, files, tmp_path):
    for local in (["--folder", tmp_path], ["--token", "pkcs11:object=x"]):
        refused = both.by_api("cert", "import", files["partner"], *local)
        assert refused.returncode == 2 and "excludes --api" in refused.stderr, refused.stderr
    # Who names a store of certificates still means the gateway of the environment; a folder means this computer.
    environment = {"SEALGATE_API": both.url, "SEALGATE_TOKEN_FILE": str(both.token_file), "SEALGATE_CA_FILE": str(both.certificate)}
    words = ["cert", "import", files["partner"], "--store", "OtherPeople"]
    asked = run([both.gateway.program, *words, "--dry-run"], environment=environment)
    assert asked.returncode == 0 and b"would be added" in asked.stdout, asked.stderr
    here = run([both.gateway.program, *words, "--folder", tmp_path / "store"], environment=environment)
    assert here.returncode == 0 and list((tmp_path / "store").rglob("*")), here.stderr


def test_what_a_host_leaves_behind_is_told(both, files, tmp_path):
    """Its account's own certificates, which nothing else can use."""
    digest, outcomes = thumbprint(files["own"]), []
    (tmp_path / "host.yaml").write_text(documents({"kind": "Host", "name": "Leaving", "account": "leaving"}))
    imported = both.on_store("cert", "import", files["own_pfx"], "--password-file", files["password"], "--account", "leaving")
    assert imported.returncode == 0, imported.stderr
    for way in (both.on_store, both.by_api):
        assert both.on_store("apply", "-f", tmp_path / "host.yaml").returncode == 0
        outcomes.append(told(way("delete", "Host", "Leaving")))
    assert outcomes[0] == outcomes[1]
    assert "left in the Personal store of account leaving: 'own'" in outcomes[1][2] and "--with-key" in outcomes[1][2]
    assert both.on_store("cert", "remove", digest, "--account", "leaving", "--with-key").returncode == 0


@pytest.fixture
def two(both, tmp_path):
    """An old and a new certificate of a partner; the old one is assigned."""
    pems = [certificate(tmp_path, name) for name in ("old", "new")]
    for pem in pems:
        assert both.on_store("cert", "import", pem).returncode == 0
    old, new = map(thumbprint, pems)
    file = tmp_path / "rolled.yaml"
    file.write_text(documents({"kind": "Party", "name": "Rolled", "verification_certificates": [old]}))
    assert both.on_store("apply", "-f", file).returncode == 0
    yield old, new
    assert both.on_store("delete", "Party", "Rolled").returncode == 0
    for digest in (old, new):
        assert both.on_store("cert", "remove", digest).returncode == 0


def test_a_rollover(both, two):
    old, new = two
    number = lambda: json.loads(both.on_store("history", "--limit", "1", "-o", "json").stdout)[0]["number"]  # noqa: E731
    begun, when = number(), ["--from", "2026-12-01T00:00:00Z", "--overlap", "5d"]
    dry = [told(way("cert", "rollover", old, new, *when, "--dry-run")) for way in (both.on_store, both.by_api)]
    assert dry[0] == dry[1] and dry[0][0] == 0, dry
    for word in ("Party Rolled, verification_certificates", "both are taken at once; the old one until 2026-12-06", "For Rolled:",
                 "We have your new certificate", "1 assignment changes (dry run: nothing was stored)"):
        assert word in dry[0][1], dry[0][1]
    assert number() == begun
    outcomes = []
    for way in (both.on_store, both.by_api):
        outcomes.append(told(way("cert", "rollover", old, new, *when, "--comment", "it expires")))
        last = json.loads(both.on_store("history", "--limit", "1", "-o", "json").stdout)[0]
        assert last["comment"] == "it expires" and last["about"] == "Party Rolled"
        assert both.on_store("rollback", begun).returncode == 0
    assert outcomes[0] == outcomes[1] and outcomes[0][0] == 0, outcomes
    forms = [json.loads(way("cert", "rollover", old, new, *when, "--dry-run", "-o", "json").stdout) for way in (both.on_store, both.by_api)]
    assert forms[0] == forms[1] and hashlib.sha1(ssl.PEM_cert_to_DER_cert(forms[0]["pem"])).hexdigest() == new


@pytest.mark.parametrize("words, status", [
    (["{old}", "{old}"], 2), (["{new}", "{old}"], 2), (["{old}", 40 * "0"], 2), (["{old}", "{new}", "--overlap", "long"], 2),
    (["{old}", "{new}", "--from", "soon"], 2), (["{old}", "{new}", "--from", "2099-01-01T00:00:00Z"], 2), (["old", "{new}"], 2)], ids=str)
def test_a_rollover_that_cannot_be(both, two, words, status):
    words = [word.format(old=two[0], new=two[1]) for word in words]
    here, there = (told(way("cert", "rollover", *words)) for way in (both.on_store, both.by_api))
    assert here == there
    assert here[0] == status and here[2], here
