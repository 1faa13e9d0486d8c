"""The quick start is run as it stands: its blocks of commands, one after the other, in one shell."""
import os
import re
import subprocess

from support.gateway import free_port
from support.program import ROOT


def test_the_quick_start_works(sealgate, tmp_path):
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / "quick-start.md").read_text(), re.M | re.S)
    assert len(blocks) >= 7
    script = "set -eu\ntrap '[ -z \"$(jobs -p)\" ] || kill $(jobs -p); wait' EXIT\n" + "\n".join(blocks)
    script = "set -eu\ntrap '[ -z \"$(jobs -p)\" ] || kill $(jobs -p); wait' EXIT\n" + "\n".join(blocks)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sealgate").symlink_to(sealgate.path.resolve())
    folder = tmp_path / "empty"
    folder.mkdir()
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
                          env=dict(os.environ, PATH=f"{programs}:{os.environ['PATH']}"))
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "There is no user yet. Make the administrator here, once:" in done.stdout
    assert '<order number="4711"/>' in done.stdout
    assert re.search(r"^401$", done.stdout, re.M), said
    assert re.search(r"^.*suspended.*$", done.stdout, re.M), said
