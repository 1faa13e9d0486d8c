"""The demo is the first thing that anybody runs: it works, quickly, with the third-party vectors and without them."""
import time

import pytest

from support.program import ROOT, must, run


@pytest.mark.parametrize("vectors", ["as they are", "absent"])
def test_demo(sealgate, tmp_path, vectors):
    environment = {"SEALGATE_VECTORS": str(tmp_path)} if vectors == "absent" else {}
    start = time.monotonic()
    done = must(run(["/usr/bin/python3", ROOT / "demo" / "demo.py", "--program", sealgate.path], environment=environment, timeout=120))
    text = done.stdout.decode()
    assert time.monotonic() - start < 120
    assert "openssl's own CMS reader finds Contoso's order" in text
    assert "suspended with its reason" in text
    if vectors == "absent":
        assert "left out: no third-party vectors" in text
