"""The console in a real Chromium: every page as it looks, and what people do with it (views.mjs, walks.mjs).

With CONSOLE_PICTURES set there is a picture of every page in reports/console of the build folder.
"""
import json
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path(os.environ["SEALGATE_BUILD"])
NAMES = json.loads(subprocess.run(["node", HERE / "run.mjs", "--list"], check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """One browser runs all scenarios; each is a test of its own."""
    description = ROOT / "src" / "api" / "openapi.yaml"
    built = subprocess.run([ROOT / "console" / "embed.py", "--description", description], check=True, stdout=subprocess.PIPE, text=True)
    file = tmp_path_factory.mktemp("console") / "results.json"
    pictures = ["--pictures", BUILD.resolve() / "reports" / "console"] if "CONSOLE_PICTURES" in os.environ else []
    subprocess.run(["node", HERE / "run.mjs", "--dist", built.stdout.strip(), "--results", file, *pictures], check=True, timeout=600)
    return json.loads(file.read_text())


@pytest.mark.parametrize("name", NAMES)
def test_console(results, name):
    assert name in results, "it did not run"
    assert not results[name]["faults"], "\n".join(results[name]["faults"])
