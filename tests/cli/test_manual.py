"""Manual pages and the reference, made from what parses the options."""
import os
import subprocess

import pytest

from support.program import ROOT

CLEAN = {"SEALGATE_DATA": "", "SEALGATE_STORE": "", "SEALGATE_API": ""}


@pytest.fixture(scope="module")
def pages(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("man") / "man1"
    done = sealgate("man", "--all", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_command_has_a_page(pages, sealgate):
    names = {path.name for path in pages.iterdir()}
    assert {"sealgate.1", "sealgate-cert.1", "sealgate-cert-list.1", "sealgate-sso-secret-rotate.1"} <= names
    for line in sealgate("--help").stdout.decode().split("Commands:")[1].split("Options:")[0].strip().splitlines():
        assert f"sealgate-{line.split()[0]}.1" in names


def test_mandoc_has_no_complaint(pages):
    done = subprocess.run(["mandoc", "-T", "lint", *sorted(pages.iterdir())], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_man_renders_without_a_warning(pages):
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="100")
    for name in ("sealgate", "sealgate-apply", "sealgate-smime-decode", "sealgate-sso-map"):
        done = subprocess.run(["man", "--warnings", "-l", str(pages / f"{name}.1")], env=environment, capture_output=True, text=True,
                              timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, ""), name
        assert "EXIT STATUS" in done.stdout


def test_a_page_tells_options_choices_and_examples(sealgate):
    page = sealgate("man", "get").stdout.decode()
    rendered = subprocess.run(["mandoc", "-T", "ascii"], input=page, capture_output=True, text=True, timeout=60, check=True).stdout
    plain = subprocess.run(["col", "-bx"], input=rendered, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "sealgate get [OPTIONS] KIND|all [ARTIFACT]" in plain
    assert "sealgate get SendPort Orders -o yaml" in plain


def test_the_reference_in_docs_is_current(sealgate):
    made = sealgate("man", "--markdown", environment=CLEAN).stdout.decode()
    assert made == (ROOT / "docs" / "reference" / "cli.md").read_text(), "write it anew: sealgate man --markdown > docs/reference/cli.md"


def test_a_page_of_nothing(sealgate):
    done = sealgate("man", "cert", "lst")
    assert done.returncode == 2 and "did you mean 'cert list'?" in done.stderr
