"""What every refusal has in common."""
import importlib.util
import re

from support import message
from support.program import ROOT

PAYLOAD = message.payload(24 * 1024, "binary")
MEMORY_KIB = 64 * 1024


def known_codes():
    specification = importlib.util.spec_from_file_location("error_page", ROOT / "tools" / "error_page.py")
    page = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(page)
    return {code: page.STATUS[kind] for rows in page.collect([]).values() for code, kind, _ in rows}


CODES = known_codes()


def refused(done, out, *statuses):
    """The contract of every refusal: the status, a known code on stderr that goes with it, and no output.

    Returns the code.
    """
    status, errors = done.returncode, done.stderr
    assert status in statuses, f"status {status}, expected {statuses}: {errors}"
    found = re.findall(r"\[([a-z0-9]+(?:[.:-][a-z0-9]+)+)\]\s*$", errors, re.M)
    assert found, f"no code at the end of: {errors!r}"
    code = found[-1]
    assert code in CODES, f"{code} is declared in no errors.h"
    assert CODES[code] == status, f"{code} goes with {CODES[code]}, the status was {status}"
    assert not out.exists(), "an output exists after a refusal"
    hidden = [entry.name for entry in out.parent.iterdir() if entry.name.startswith(".")]
    assert not hidden, f"temporary files remain: {hidden}"
    return code
