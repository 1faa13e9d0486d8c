#!/usr/bin/python3
"""Runs clang-tidy-16 on every file of the compile database and remembers what was clean.

usage: tidy.py BUILD [FILE...]      (BUILD holds compile_commands.json; without FILE all of src, fuzz and bench)

A clean file is looked at again only when it, a header of ours below it, its flags or .clang-tidy changed, so that
"all files" costs what the change costs.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(rb'^\s*#\s*include\s+"([^"]+)"', re.M)


class Fingerprints:
    """Hash of a file together with every header of ours it reaches."""

    def __init__(self):
        self.includes = {}

    def direct(self, path):
        if path not in self.includes:
            content = path.read_bytes()
            found = [base / name.decode() for name in INCLUDE.findall(content) for base in (ROOT / "src", path.parent)]
            self.includes[path] = (hashlib.sha256(content).digest(), [f.resolve() for f in found if f.is_file()])
        return self.includes[path]

    def of(self, path, flags):
        seen, todo = {}, [path]
        while todo:
            file = todo.pop()
            if file not in seen:
                seen[file], headers = self.direct(file)
                todo.extend(headers)
        whole = hashlib.sha256(flags.encode() + (ROOT / ".clang-tidy").read_bytes())
        for file in sorted(seen):
            whole.update(seen[file])
        return whole.hexdigest()


def tidy(build, file):
    run = subprocess.run(["clang-tidy-16", "-p", str(build), "--quiet", str(file)], capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + ("" if run.stdout else run.stderr)


def main():
    build = (ROOT / sys.argv[1]).resolve()
    chosen = {(ROOT / name).resolve() for name in sys.argv[2:]}
    clean = build / "tidy-clean"
    clean.mkdir(parents=True, exist_ok=True)
    prints, todo, files = Fingerprints(), [], 0
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"]).resolve()
        top = file.relative_to(ROOT).parts[0] if file.is_relative_to(ROOT) else ""
        if top not in ("src", "fuzz", "bench") or (chosen and file not in chosen) or not file.is_file():
            continue
        files += 1
        mark = clean / prints.of(file, entry["command"])
        if not mark.exists():
            todo.append((file, mark))
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count()))) as pool:
        jobs = {pool.submit(tidy, build, file): (file, mark) for file, mark in todo}
        for job in concurrent.futures.as_completed(jobs):
            (file, mark), (status, output) = jobs[job], job.result()
            if status == 0:
                mark.touch()
            else:
                failed += 1
                print(f"--- {file.relative_to(ROOT)}\n{output}", flush=True)
    print(f"clang-tidy: {files} files, {len(todo)} looked at, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
