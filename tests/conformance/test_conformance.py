#!/usr/bin/env python3
"""Runs sealgate-conformance over the third-party vectors and compares every case with what is expected.

usage: test_conformance.py --tool PROGRAM [--vectors FOLDER] [--kind KIND]... [--verbose]

Outcomes (ok or error) and digests must agree in every case, error classes in at least 95 of 100. Each disagreement is
one line. The vectors are data of mixed licences that stay out of this repository: they are looked for in
$SEALGATE_VECTORS, else in ../shared/vectors beside it. Without them the test says so in one line and passes; with
CI=true it fails. It can also be run by unittest or pytest, with the tool in $SEALGATE_CONFORMANCE.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ("verify", "signature", "decrypt", "decompress", "parse", "digest", "import", "result")
SAID_BY_OTHERS = ("openssl_says", "disputed", "accept", "openssl_error", "depth")


def vectors_folder(given=None):
    for candidate in (given, os.environ.get("SEALGATE_VECTORS"), ROOT.parent / "shared" / "vectors"):
        if candidate and (pathlib.Path(candidate) / "manifest.json").is_file():
            return pathlib.Path(candidate)
    return None


def as_list(value):
    return value if isinstance(value, list) else [value]


class Comparison:
    """Collects what differs between `expect` and what was observed."""

    def __init__(self):
        self.wrong = []  # must agree, and does not
        self.classes = []  # error classes that differ
        self.class_count = 0

    def fail(self, where, expected, observed):
        self.wrong.append(f"{where}: expected {json.dumps(expected)}, observed {json.dumps(observed)}")

    def result(self, where, expected, observed, accepted=()):
        if observed in accepted:
            return
        if not isinstance(observed, str) or (expected == "ok") != (observed == "ok"):
            self.fail(where, expected, observed)
        elif expected != "ok":
            self.class_count += 1
            if expected != observed:
                self.classes.append(f"{where}: class {expected}, observed {observed}")

    def fields(self, where, expected, observed, accepted=()):
        for name, value in expected.items():
            place, seen = f"{where}{name}", observed.get(name)
            if name in SAID_BY_OTHERS:
                continue
            if name in RESULTS:
                self.result(place, value, seen, accepted)
            elif name in ("layers", "parts"):
                self.items(place, value, seen or [])
            elif name in ("identity",):
                self.fields(place + ".", {"must_flag": value["must_flag"]}, seen or {})
            elif name in ("http", "mdn", "mic"):
                self.fields(place + ".", value, seen or {})
            elif name == "user_policy_set":
                if seen is None or sorted(value) != sorted(seen):
                    self.fail(place, value, seen)
            elif name == "signer_subject":
                if seen is None or sorted(as_list(value)) != sorted(as_list(seen)):
                    self.fail(place, value, seen)
            elif value != seen:
                self.fail(place, value, seen)

    def items(self, where, expected, observed):
        if len(expected) != len(observed):
            self.fail(f"{where} (number)", len(expected), len(observed))
            return
        for index, (wanted, seen) in enumerate(zip(expected, observed)):
            accepted = ()
            if "result" in wanted:
                self.fields(f"{where}[{index}].", wanted, seen, accepted)
            else:
                self.fields(f"{where}[{index}].", wanted, seen)


def run(tool, vectors, kinds=()):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "observed.json"
        command = [str(tool), str(vectors / "manifest.json"), "--out", str(out)]
        for kind in kinds:
            command += ["--kind", kind]
        subprocess.run(command, check=True)
        return {entry["id"]: entry["observed"] for entry in json.loads(out.read_text())}


def compare_all(tool, vectors, kinds=(), verbose=False, out=sys.stdout):
    """Returns the number of disagreements that must not be."""
    manifest = json.loads((vectors / "manifest.json").read_text())
    observed = run(tool, vectors, kinds)
    total = Comparison()
    ran, agreed, failures = 0, 0, 0
    for case in manifest:
        if case["id"] not in observed:
            continue
        seen = observed[case["id"]]
        if "unsupported" in seen:
            ran += 1
            failures += 1
            print(f"DISAGREES {case['id']}: {seen['unsupported']}", file=out)
            continue
        ran += 1
        one = Comparison()
        one.fields("", case["expect"], seen, tuple(case["expect"].get("accept", ())))
        total.class_count += one.class_count
        total.classes += one.classes
        failures += bool(one.wrong)
        agreed += not (one.wrong or one.classes)
        for line in one.wrong:
            print(f"DISAGREES {case['id']}: {line}", file=out)
        for line in one.classes:
            print(f"CLASS     {case['id']}: {line}", file=out)
        if verbose and not (one.wrong or one.classes):
            print(f"agrees    {case['id']}", file=out)
    share = 1.0 if total.class_count == 0 else 1 - len(total.classes) / total.class_count
    print(f"{ran} cases run, {agreed} agree in everything, {failures} disagree; error classes {share:.1%}", file=out)
    return failures + (1 if share < 0.95 or ran == 0 else 0)


def absent():
    message = "The third-party vectors are absent ($SEALGATE_VECTORS, ../shared/vectors): the conformance suite did not run."
    print(message)
    return 1 if os.environ.get("CI") == "true" else 0


class ConformanceTest(unittest.TestCase):
    def test_every_case(self):
        tool = os.environ.get("SEALGATE_CONFORMANCE", ROOT / "build" / "release" / "sealgate-conformance")
        vectors = vectors_folder()
        if vectors is None:
            self.assertEqual(absent(), 0)
            return
        self.assertEqual(compare_all(tool, vectors), 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--vectors")
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    vectors = vectors_folder(arguments.vectors)
    if vectors is None:
        return absent()
    return 1 if compare_all(arguments.tool, vectors, arguments.kind, arguments.verbose) else 0


if __name__ == "__main__":
    sys.exit(main())
