"""Lines completed by real shells."""
import os
import shlex
import shutil
import subprocess

import pytest


@pytest.fixture(scope="module")
def shell_path(sealgate):
    return f"{sealgate.path.resolve().parent}:{os.environ['PATH']}"


@pytest.fixture
def bash(sealgate, shell_path, tmp_path):
    script = tmp_path / "completion.bash"
    script.write_bytes(sealgate("completion", "bash").stdout)

    def complete(*words, cwd=None):
        """What bash offers after these words, of which the last one is being typed."""
        ask = (f"source {shlex.quote(str(script))}; COMP_WORDS=({' '.join(shlex.quote(str(w)) for w in words)}); "
               f"COMP_CWORD={len(words) - 1}; $(complete -p sealgate | sed 's/.*-F \\([^ ]*\\).*/\\1/'); "
               "printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "--norc", "-c", ask], env={"PATH": shell_path}, cwd=cwd or tmp_path, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 0 and not done.stderr, done.stderr
        return [line for line in done.stdout.split("\n") if line]
    return complete


def test_commands_and_subcommands(bash):
    assert bash("sealgate", "cer") == ["cert"]
    assert {"list", "show", "import", "export", "remove", "forecast"} <= set(bash("sealgate", "cert", ""))
    assert bash("sealgate", "sso", "secret", "rot") == ["rotate"]
    assert bash("sealgate", "nonsense", "") == []


def test_options_once_and_their_values(bash):
    assert bash("sealgate", "get", "--da") == ["--data"]
    assert bash("sealgate", "get", "--data", "/nowhere", "--da") == []
    assert set(bash("sealgate", "get", "-o", "")) >= {"table", "json", "yaml"}
    assert bash("sealgate", "get", "-o", "y") == ["yaml"]
    assert "suspended" in bash("sealgate", "message", "list", "--state", "s")
    assert bash("sealgate", "get", "Send") == ["SendPort", "SendPortGroup"]


def test_names_out_of_the_store(bash, configured):
    assert bash("sealgate", "get", "--data", configured, "SendPort", "Or") == ["Orders", r"Orders\ to\ the\ archive"]
    assert bash("sealgate", "get", "--data", configured, "SendPort", r"Orders\ to") == [r"Orders\ to\ the\ archive"]
    assert bash("sealgate", "message", "list", "--data", configured, "--party", "") == ["Fabrikam"]
    assert bash("sealgate", "delete", "Party", "--data", configured, "F") == ["Fabrikam"]


def test_a_store_that_is_not_there_is_not_made(bash, tmp_path):
    assert bash("sealgate", "get", "--data", tmp_path / "none", "SendPort", "") == []
    assert not (tmp_path / "none").exists()


def test_files_and_folders(bash, tmp_path):
    (tmp_path / "partner one.cer").touch()
    (tmp_path / "partners").mkdir()
    assert "partner one.cer" in bash("sealgate", "cert", "import", "par")
    assert bash("sealgate", "backup", "--data", "par") == ["partners"]


def test_zsh(sealgate, shell_path, tmp_path, configured):
    if not shutil.which("zsh"):
        pytest.fail("zsh is missing; tools/setup test installs it")
    (tmp_path / "_sealgate").write_bytes(sealgate("completion", "zsh").stdout)
    # compadd stands for the list that zsh would show.
    ask = ("compadd() { shift 3; print -rl -- ${(P)1} }; _files() { print files }; compdef() { : }; "
           f"source {tmp_path}/_sealgate; words=(sealgate get --data {configured} SendPort 'Orders\\ to'); CURRENT=$#words; _sealgate")
    done = subprocess.run(["zsh", "-f", "-c", ask], env={"PATH": shell_path}, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("Orders to the archive\n", "")


def test_fish(sealgate, shell_path, tmp_path, configured):
    if not shutil.which("fish"):
        pytest.fail("fish is missing; tools/setup test installs it")
    script = tmp_path / "sealgate.fish"
    script.write_bytes(sealgate("completion", "fish").stdout)

    def complete(line):
        done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C{shlex.quote(line)}"],
                              env={"PATH": shell_path, "HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False)
        assert not done.stderr, done.stderr
        return [row.split("\t")[0] for row in done.stdout.split("\n") if row]
    assert complete("sealgate cert fore") == ["forecast"]
    assert complete(f"sealgate get --data {configured} SendPort 'Orders to") == ["Orders to the archive"]
    assert "yaml" in complete("sealgate get -o ")
