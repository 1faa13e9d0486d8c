"""Pages that name tests name tests that exist; the guide's code is that of the sample."""
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SPAN = re.compile(r"`([^`\n]+)`")
NAMED = re.compile(r"(?:(?P<suite>\w+)/)?(?P<file>\w+|…)::(?P<test>\w+)(?:\[(?P<case>[^\]]+)\])?")
UNIT = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)")


def collected(suite):
    """{(file, test): cases} of a folder below tests/."""
    done = subprocess.run([sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", f"tests/{suite}"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    found = {}
    for file, test, case in re.findall(rf"^tests/{suite}/test_(\w+)\.py::(\w+)(?:\[(.*)\])?$", done.stdout, re.M):
        found.setdefault((file, test), []).append(case)
    assert found, done.stdout + done.stderr
    return found


def named(text):
    """(suite, file, test, case) of each test that the page names; "…" stands for the one before."""
    suite = file = test = None
    for line in text.splitlines():
        folders = re.findall(r"`tests/(\w+)`", line)
        suite = folders[-1] if folders and "::" not in line else suite
        for span in SPAN.findall(line):
            again = re.fullmatch(r"…?\[([^\]]+)\]", span)
            match = NAMED.fullmatch(span)
            if match:
                suite, test = match["suite"] or suite, match["test"]
                file = file if match["file"] == "…" else match["file"]
                yield suite, file, test, match["case"]
            elif again and test and line.startswith(("|", "`…")):
                yield suite, file, test, again[1]
            else:
                assert "::" not in span or "A/t" in span, f"`{span}` names no test"


def is_there(found, file, test, case):
    cases = found.get((file, test), [])
    if case is None:
        return bool(cases)
    pattern = ".*".join(map(re.escape, case.split("…")))
    return any(re.fullmatch(pattern, one) for one in cases)


@pytest.mark.parametrize("page", ["transports.md"])
def test_every_test_that_a_page_names_is_there(page):
    text = (ROOT / "docs" / page).read_text()
    names = [name for name in named(text) if name[0] != "A"]
    assert len(names) > 100
    found = {suite: collected(suite) for suite in {name[0] for name in names}}
    missing = [name for name in names if not is_there(found[name[0]], *name[1:])]
    assert not missing


@pytest.mark.parametrize("page", ["transports.md"])
def test_every_unit_test_that_a_page_names_is_there(page):
    text = (ROOT / "docs" / page).read_text()
    there = {".".join(pair) for file in (ROOT / "src").rglob("tests/*.cpp") for pair in UNIT.findall(file.read_text())}
    names = set(re.findall(r"`unit/([\w.]+)`", text)) - {"A.B"}
    assert names and names <= there, names - there


def test_the_guide_shows_the_sample_as_it_is():
    """The code of its steps 2 and 3 is that of the sample, and its tests are those that the guide lists."""
    text = (ROOT / "docs" / "adding-an-adapter.md").read_text()
    folder = ROOT / "src" / "adapters" / "sample"
    source = "\n".join(file.read_text() for file in folder.glob("*.*"))
    steps = text[text.index("## 2."):text.index("## 4.")]
    shown = [re.sub(r"\s*//.*", "", line).strip() for block in re.findall(r"^```cpp\n(.*?)^```", steps, re.M | re.S)
             for line in block.splitlines()]
    missing = [line for line in shown if line not in ("", "...") and line not in source]
    assert len(shown) > 10 and not missing
    tests = {test for file in folder.glob("tests/*.cpp") for _, test in UNIT.findall(file.read_text())}
    assert tests == set(re.findall(r"^\| (\w+) \|", text[text.index("## 6."):], re.M)) - {"Test"}
