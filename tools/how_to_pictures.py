#!/usr/bin/python3
"""Renews docs/how-to/pictures: runs the walks through the console, and keeps of their pictures those that the pages show.

usage: how_to_pictures.py --build DIR
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "how-to"
LARGEST = 100 * 1024


def wanted():
    """Names that the pages show."""
    return sorted({name for page in PAGES.glob("*.md") for name in re.findall(r"\]\(pictures/([\w-]+)\.png\)", page.read_text())})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    build = (ROOT / parser.parse_args().build).resolve()
    environment = dict(os.environ, CONSOLE_PICTURES="1")
    suite = [sys.executable, ROOT / "tools" / "run_tests.py", "--build", build, "console-walks"]
    if subprocess.run(suite, env=environment, check=False).returncode != 0:
        sys.exit("how_to_pictures: the walks failed, so the pictures stay as they are")
    folder = PAGES / "pictures"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    for name in wanted():
        target = folder / f"{name}.png"
        subprocess.run(["pngquant", "--strip", "--speed", "1", "--quality", "60-90", "--output", target,
                        build / "reports" / "console_walks" / f"{name}.png"], check=True)
        if target.stat().st_size > LARGEST:
            sys.exit(f"how_to_pictures: {target} has {target.stat().st_size} bytes, more than {LARGEST}")
    print(f"how_to_pictures: {len(wanted())} pictures in {folder}")


if __name__ == "__main__":
    main()
