#!/usr/bin/python3
"""Fails when a Markdown page links to a file or heading of ours that is not there, or names a source file that is gone."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:src|tests|tools|docs|bench|demo|fuzz|cmake|packaging|examples|console)/[\w./-]+)`")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)


def anchors(page):
    found = set()
    for title in re.findall(r"^#+\s+(.*)$", FENCE.sub("", page.read_text()), re.M):
        plain = re.sub(r"[^\w\- ]", "", title.lower().replace("`", "")).strip()
        found.add(plain.replace(" ", "-"))
    return found


def main():
    faults = []
    pages = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in pages:
        page = ROOT / name
        if not page.exists():
            continue
        text = FENCE.sub("", page.read_text())
        for target in LINK.findall(text):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists():
                faults.append(f"{name}: links to {target}, which is not there")
            elif anchor and file.suffix == ".md" and anchor not in anchors(file):
                faults.append(f"{name}: {file.name} has no heading for #{anchor}")
        for path in NAMED.findall(text):
            if not any((base / path.rstrip("/.")).exists() for base in (ROOT, page.parent)):
                faults.append(f"{name}: names `{path}`, which is not there")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
