"""Searches every run of the claim protocol (claims.pml) with spin, and shows that the search finds what is wrong."""
import pathlib
import re

import pytest

from support.program import must, run

MODEL = pathlib.Path(__file__).with_name("claims.pml")
DEPTH = 200_000


def search(folder, *defines, mishaps, liveness=False):
    """pan's report. Safety: assertions and deadlocks; liveness: the property `finishes` under weak fairness."""
    must(run(["spin", "-a", f"-DMISHAPS={mishaps}", *[f"-D{name}" for name in defines], MODEL], cwd=folder))
    # -w: spin's own code warns in places where no index can go wrong.
    must(run(["gcc", "-w", "-O2", *([] if liveness else ["-DSAFETY", "-DNOCLAIM"]), "-o", "pan", "pan.c"], cwd=folder))
    report = must(run(["./pan", f"-m{DEPTH}", "-n", *(["-a", "-f"] if liveness else [])], cwd=folder)).stdout.decode()
    assert "max search depth too small" not in report and "Search not completed" not in report or "errors: 1" in report, report
    assert int(re.search(r"depth reached (\d+)", report)[1]) < DEPTH, report
    return report


def states(report):
    return int(re.search(r"(\d+) states, stored", report)[1])


def test_nothing_goes_wrong_whatever_dies_pauses_or_breaks(tmp_path):
    report = search(tmp_path, mishaps=3)
    assert "errors: 0" in report, report
    assert states(report) > 1_000_000, "the model lost most of its behaviour"


def test_all_work_is_finished_in_the_end(tmp_path):
    report = search(tmp_path, mishaps=2, liveness=True)
    assert "errors: 0" in report, report
    assert states(report) > 100_000, "the model lost most of its behaviour"


@pytest.mark.parametrize("rule, broken", [
    ("NO_LEASE_CHECK", "holder[item]==_pid"),  # completed by one who lost it
    ("NO_ORDER", "(item==0)||(handled[0]>0)"),  # first deliveries out of order
    ("NEW_IDENTITY", "handled[item]==1"),  # the partner took it twice
])
def test_without_a_rule_the_search_finds_what_breaks(tmp_path, rule, broken):
    report = search(tmp_path, rule, mishaps=2)
    assert "errors: 1" in report, report
    assert broken in report.replace(" ", ""), report


def test_without_taking_over_work_is_stuck(tmp_path):
    report = search(tmp_path, "NO_RELEASE", mishaps=1, liveness=True)
    assert "errors: 1" in report and "acceptance cycle" in report, report
