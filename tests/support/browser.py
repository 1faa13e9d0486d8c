"""Suites whose scenarios are JavaScript: a real Chromium runs them all, each is a test of its own (tests/console/harness.mjs)."""
import json
import os
import pathlib
import subprocess


def names(suite):
    """What `run.mjs` in the folder `suite` has."""
    return json.loads(subprocess.run(["node", suite / "run.mjs", "--list"], check=True, capture_output=True, text=True).stdout)


def run_scenarios(suite, folder, *words):
    """name -> {faults, seconds} of all. With CONSOLE_PICTURES set there are pictures in reports/ of the build folder."""
    file = pathlib.Path(folder) / "results.json"
    reports = pathlib.Path(os.environ["SEALGATE_BUILD"]).resolve() / "reports"
    pictures = ["--pictures", reports / suite.name] if "CONSOLE_PICTURES" in os.environ else []
    subprocess.run(["node", suite / "run.mjs", *words, "--results", file, *pictures], check=True, timeout=900)
    return json.loads(file.read_text())


def assert_clean(results, name):
    assert name in results, "it did not run"
    assert not results[name]["faults"], "\n".join(results[name]["faults"])
