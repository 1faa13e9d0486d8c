#!/usr/bin/python3
"""Builds the console and writes it as C++: every file compressed, with its type, its tag and whether it never changes.

usage: embed.py --description openapi.yaml --output assets.cpp

Does nothing when neither the console nor the description of the API has changed since. What npm installs lies in
node_modules beside this file and serves all build folders, as do the built files, kept by the hash of what they were
built from in node_modules/.built.
"""
import argparse
import fcntl
import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml"}
SOURCES = ["index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "embed.py"]


def digest(files):
    """Of names and contents; the same on every computer."""
    total = hashlib.sha256()
    for file in files:
        name = file.relative_to(HERE).as_posix() if file.is_relative_to(HERE) else file.name
        total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:32]


def sources(description):
    generated = HERE / "src" / "api" / "schema.d.ts"
    found = [file for folder in ("src", "public") for file in (HERE / folder).rglob("*") if file.is_file() and file != generated]
    return [HERE / name for name in SOURCES] + sorted(found) + [description]


def run(*words, **variables):
    done = subprocess.run(words, cwd=HERE, env=dict(os.environ, **variables), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nconsole: '{' '.join(words)}' failed; its words are above")


def install():
    """What package-lock.json names, and nothing else; only when that has changed."""
    stamp = MODULES / ".lock-hash"
    wanted = digest([HERE / "package-lock.json"])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    if not shutil.which("npm"):
        sys.exit("console: npm is missing, which installs what the console is built with; run: tools/setup build")
    # No program of a package runs while it is installed.
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def describe_text():
    """YAML comes as text, whatever the description says of what it holds."""
    types = HERE / "src" / "api" / "schema.d.ts"
    types.write_text(types.read_text().replace('"application/yaml": unknown;', '"application/yaml": string;'))


def build(description):
    """The folder of the built console."""
    install()
    folder = MODULES / ".built" / digest(sources(description))
    if not (folder / "index.html").is_file():
        tools = MODULES / ".bin"
        run(str(tools / "openapi-typescript"), str(description), "-o", "src/api/schema.d.ts")
        describe_text()
        run(str(tools / "tsc"), "--noEmit")
        shutil.rmtree(folder.parent, ignore_errors=True)
        fresh = folder.with_suffix(".new")
        run(str(tools / "vite"), "build", "--logLevel", "warn", SEALGATE_CONSOLE_OUT=str(fresh))
        fresh.rename(folder)
    return folder


def literal(content):
    """Octal escapes of three digits: no digit after one can become a part of it."""
    lines = (content[at:at + 64] for at in range(0, len(content), 64))
    return "\n".join('    "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def write(folder, output):
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    bodies, rows = [], []
    for number, file in enumerate(files):
        path = "/" + file.relative_to(folder).as_posix()
        packed = gzip.compress(file.read_bytes(), 9, mtime=0)
        tag = hashlib.sha256(packed).hexdigest()[:32]
        bodies.append(f"// {path}\nconstexpr char kBody{number}[] =\n{literal(packed)};\n")
        # Vite names what lies in assets/ by its content.
        immutable = "true" if path.startswith("/assets/") else "false"
        rows.append(f'    {{"{path}", "{TYPES[file.suffix]}", {{kBody{number}, {len(packed)}}}, "\\"{tag}\\"", {immutable}}},')
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join([
        "// Written by console/embed.py.", '#include "console/assets.h"', "",
        "// Compilers need not take texts as long as these; those that build us do.",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"', "", "namespace sealgate::console {", "namespace {", "",
        *bodies, "constexpr Asset kAssets[] = {", *rows, "};", "", "}  // namespace", "",
        "std::span<const Asset> assets() { return kAssets; }", "", "}  // namespace sealgate::console", ""]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--description", required=True, type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path, help="without it only the folder of the built console is printed")
    options = parser.parse_args()
    description = options.description.resolve()
    wanted = digest(sources(description))
    stamp = options.output and options.output.with_suffix(".hash")
    if stamp and stamp.is_file() and stamp.read_text() == wanted and options.output.is_file():
        return
    MODULES.mkdir(exist_ok=True)
    # Several build folders may ask at the same time.
    with open(HERE / ".embed.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = build(description)
        if not options.output:
            print(folder)
            return
        write(folder, options.output)
    stamp.write_text(wanted)


if __name__ == "__main__":
    main()
