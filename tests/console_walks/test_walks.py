"""Each walk of the original documents in a real Chromium, from sign-in to a message that proves it (walks/*.mjs).

With CONSOLE_PICTURES set each leaves its pictures in reports/console_walks of the build folder.
"""
import pathlib

import pytest

from support.browser import assert_clean, names, run_scenarios

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def results(world, tmp_path_factory):
    """One gateway and one browser for all: each walk has ports of its own."""
    return run_scenarios(HERE, tmp_path_factory.mktemp("results"), "--world", world)


@pytest.mark.parametrize("name", names(HERE))
def test_walk(results, name):
    assert_clean(results, name)
