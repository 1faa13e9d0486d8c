#!/usr/bin/python3
"""Writes docs/errors.md from the errors.h of every folder; with --check only says whether the page is what it should be.

A code's meaning is the `///` comment above it or the `///<` comment behind it; without one, the id has to speak for itself.
Fails on an id that stands twice, does not begin with its folder's name, or is not lower case.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNUSED = {"adapters/sample"}  # compiled for its tests and for the guide; no program has it
PAGE = ROOT / "docs" / "errors.md"
CODE = re.compile(
    r'((?:[ \t]*///(?!<)[^\n]*\n)*)[ \t]*inline constexpr ErrorCode (\w+)\s*(?:=\s*ErrorCode)?\{\s*"([^"]+)",\s*'
    r'(?:::)?(?:sealgate::)?ErrorClass::(\w+)\s*\};([ \t]*///<[^\n]*(?:\n[ \t]+///<[^\n]*)*)?')
# A table of codes in a source file, each with its words behind it: {"id", ErrorClass::X}, "words"
TABLE = re.compile(r'\{"([a-z0-9.-]+)",\s*ErrorClass::(\w+)\},\s*"([^"]*)"')
STATUS = {"Usage": 2, "NotFound": 2, "Conflict": 2, "Malformed": 3, "Decrypt": 4, "Signature": 5, "Trust": 6,
          "Revocation": 7, "Policy": 8, "Transport": 1, "Environment": 1}
HEAD = """# Error codes

Every failure carries a stable code in square brackets at the end of its message, for example

    sealgate: no key of this store fits any recipient (order.p7m); add the key with `sealgate cert import` [cms.no-key]

Scripts may rely on the codes and on the exit status; the words around them may change. The exit statuses are explained in
[cli.md](cli.md#exit-status). This page is written by `tools/error_page.py` from the `errors.h` of each folder.
"""


def words(comment):
    text = " ".join(re.sub(r"^\s*///<?", "", line).strip() for line in comment.strip().splitlines())
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def collect(faults):
    folders, seen = {}, {}
    for header in sorted((ROOT / "src").rglob("errors.h")):
        folder = header.parent.relative_to(ROOT / "src").as_posix()
        if folder in UNUSED:
            continue
        text = header.read_text()
        rows = []
        for above, _, code, kind, behind in CODE.findall(text):
            if code in seen:
                faults.append(f"{header.relative_to(ROOT)}: '{code}' stands in {seen[code]} too")
            seen[code] = f"src/{folder}/errors.h"
            if not re.fullmatch(r"[a-z0-9]+(?:[.-][a-z0-9]+)+", code):
                faults.append(f"{header.relative_to(ROOT)}: '{code}' is not of the form folder.what-happened")
            if kind not in STATUS:
                faults.append(f"{header.relative_to(ROOT)}: '{code}' has the unknown class {kind}")
            rows.append((code, kind, words(behind) or words(above)))
        if text.count("constexpr ErrorCode ") != len(rows):
            faults.append(f"{header.relative_to(ROOT)}: {text.count('constexpr ErrorCode ')} codes, {len(rows)} understood")
        for source in sorted(header.parent.glob("*.cpp")):
            for code, kind, meaning in TABLE.findall(source.read_text()):
                seen[code] = source.relative_to(ROOT).as_posix()
                rows.append((code, kind, meaning))
        if rows:
            folders[folder] = rows
    return folders


def render(folders):
    text = HEAD
    for folder, rows in folders.items():
        text += f"\n## {folder}\n\n| Code | Exit status | Class | Meaning |\n|---|---|---|---|\n"
        for code, kind, meaning in sorted(rows):
            text += f"| `{code}` | {STATUS.get(kind, '?')} | {kind} | {meaning or code.split('.', 1)[-1].replace('-', ' ')} |\n"
    return text


def main():
    faults = []
    page = render(collect(faults))
    for fault in faults:
        print(fault, file=sys.stderr)
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text() != page:
            print("docs/errors.md is not what the errors.h files say; run tools/error_page.py", file=sys.stderr)
            return 1
    else:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
