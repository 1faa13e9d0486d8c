"""A gateway whose clock and disk are in the test's hand."""
import pathlib

import pytest

from rig import Faults
from support.program import must, run


@pytest.fixture(scope="session")
def shim(tmp_path_factory):
    """shim.cpp, compiled once."""
    library = tmp_path_factory.mktemp("shim") / "shim.so"
    must(run(["c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, pathlib.Path(__file__).with_name("shim.cpp")]))
    return library


@pytest.fixture
def faults(shim, tmp_path):
    return Faults(shim, tmp_path)
