"""A record of what every cell of a suite showed, from which docs/interoperability.md is made."""
import json
import os
import pathlib

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """To be imported by the conftest.py that has a Matrix: a fixture does not know otherwise how its test ended."""
    outcome = yield
    if call.when == "call":
        item.outcome_of_call = outcome.get_result()


class Matrix:
    """The cells of one session, written to reports/`file` of the build."""

    def __init__(self, file):
        self.file, self.cells = file, []

    def fixture(self):
        """Tests call it with the coordinates of their cell before they try; the outcome is added when the test ends."""
        @pytest.fixture
        def describe(request):
            row = {}
            yield lambda **what: row.update(what)
            report = getattr(request.node, "outcome_of_call", None)
            if row and report is not None:
                self.cells.append(dict(row, passed=report.passed))
        return describe

    def write(self, head):
        """`head()` is what stands beside the cells; without a build, or a cell, nothing is written."""
        build = os.environ.get("SEALGATE_BUILD")
        if build and self.cells:
            path = pathlib.Path(build) / "reports" / self.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({**head(), "cells": self.cells}, indent=1))
