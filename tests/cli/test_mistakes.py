"""What people type wrong most, and whether the answer helps."""
import re
import pytest

MISTAKES = [
    (["mesage", "list"], "did you mean 'message'?"),
    (["message", "lst"], "did you mean 'list'?"),
    (["message", "frobnicate"], "use list, show"),
    (["get"], "for example: sealgate get SendPort"),
    (["apply"], "--file is missing; for example: sealgate apply -f"),
    (["apply", "-f", "x.yaml", "--dryrun"], "did you mean --dry-run?"),
    (["get", "SendPort", "-o", "xml"], "but table, json, yaml"),
    (["get", "SendPrt"], "did you mean 'SendPort'?"),
    (["get", "SendPort", "A", "B"], "one argument too many: B"),
    (["message", "show", "no-id"], "messaging.bad-id"),
    (["message", "resume"], "name messages by their ids, or all with --all"),
    (["message", "list", "--state", "suspendet"], "did you mean 'suspended'?"),
    (["cert", "show", "nonsense"], "certificates."),
    (["cert", "list", "--store", "Personnal"], "Personal"),
    (["message", "list", "--limit", "0"], "--limit"),
    (["token", "create", "x", "--user", "a", "--scope", "veiw"], "view"),
]


@pytest.mark.parametrize("words, hint", MISTAKES, ids=[" ".join(words) for words, _ in MISTAKES])
def test_a_mistake_is_explained(sealgate, configured, words, hint):
    done = sealgate(*words, environment={"SEALGATE_DATA": str(configured)})
    assert done.returncode == 2
    assert hint in done.stderr
    assert done.stderr.startswith("sealgate: ") and done.stderr.rstrip().endswith("]"), "one line with its code at the end"
    assert not done.stdout


def test_help_says_everything_in_words(sealgate):
    """Types and checks of the parser's library are not for readers."""
    told = "\n".join(sealgate(*words, "--help").stdout.decode() for words in (["serve"], ["apply"], ["cert", "show"], ["message", "list"], ["cert", "export"]))
    assert not re.search(r"UINT|INT in|TEXT:|REQUIRED|Excludes|THUMBPRINT THUMBPRINT|=64", told)
    assert "Messages in transmission at a time, over all ports; 1 to 256. Without it 64" in told
    assert re.search(r"-f,--file FILE\|DIR ... +YAML file .* \(required\)", told)


def test_help_comes_by_three_ways(sealgate):
    by_option = sealgate("cert", "list", "--help")
    assert by_option.returncode == 0
    assert sealgate("help", "cert", "list").stdout == by_option.stdout
    assert sealgate("cert", "list", "-h").stdout == by_option.stdout
