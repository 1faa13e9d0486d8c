"""The console in a real Chromium: every page as it looks, and what people do with it (views.mjs, walks.mjs).

With CONSOLE_PICTURES set there is a picture of every page in reports/console of the build folder.
"""
import pathlib
import subprocess

import pytest

from support.browser import assert_clean, names, run_scenarios
from support.program import ROOT

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """One browser runs all scenarios; each is a test of its own."""
    description = ROOT / "src" / "api" / "openapi.yaml"
    built = subprocess.run([ROOT / "console" / "embed.py", "--description", description], check=True, stdout=subprocess.PIPE, text=True)
    return run_scenarios(HERE, tmp_path_factory.mktemp("console"), "--dist", built.stdout.strip())


@pytest.mark.parametrize("name", names(HERE))
def test_console(results, name):
    assert_clean(results, name)
