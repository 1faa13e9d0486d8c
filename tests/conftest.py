"""Fixtures that every scripted suite shares."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from support import pki as pki_module  # noqa: E402
from support.program import Program  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "soak: takes minutes; runs in 'make soak'")


@pytest.fixture(scope="session")
def sealgate():
    """The program under test; a run without one fails with the path it looked at."""
    return Program.find()


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    """Keys and certificates, made by openssl when first asked for and kept for the session."""
    return pki_module.Pki(tmp_path_factory.mktemp("pki"))
