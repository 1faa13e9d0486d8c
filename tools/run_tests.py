#!/usr/bin/python3
"""Runs test suites, two at a time, and closes with one line: "N passed, N failed".

usage: run_tests.py --build DIR [--at-once N] SUITE...      (unit, or one of those below)

unit is what ctest knows (one GoogleTest program per folder), the others are pytest folders below tests/. Every test
counts by itself, whatever program it sits in. A suite that ran no test has failed. The scripted suites mostly wait (for
kills, retries, peers that start), so two share the machine; what a suite prints comes whole, when it ends.
"""
import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
PYTEST_SUITES = {
    "model": ["tests/model"],
    "hostile": ["tests/hostile"],
    "demo": ["tests/demo"],
    "crash": ["tests/crash", "tests/storm", "tests/faults", "-m", "not soak"],
    "soak": ["tests/crash", "tests/storm", "tests/http_receive", "tests/http_send", "tests/file_adapter", "tests/sftp",
             "tests/examples", "-s", "-m", "soak"],
    "soak-api": ["tests/api", "-s", "-m", "soak"],
    "soak-as2-exchange": ["tests/as2_exchange", "-s", "-m", "soak"],
    "soak-as2-peers": ["tests/as2_peers", "-m", "soak"],
    "soak-as2-receive": ["tests/as2_receive", "-s", "-m", "soak"],
    "accounts": ["tests/accounts"],
    "api": ["tests/api", "-m", "not soak"],
    "api-peer": ["tests/api_peer"],
    "as2-exchange": ["tests/as2_exchange", "-m", "not soak"],
    "as2-peers": ["tests/as2_peers", "-m", "not soak"],
    "as2-receive": ["tests/as2_receive", "-m", "not soak"],
    "as2-send": ["tests/as2_send"],
    "console": ["tests/console"],
    "console-walks": ["tests/console_walks"],
    "credentials": ["tests/credentials"],
    "cli": ["tests/cli"],
    "cluster": ["tests/cluster"],
    "evidence": ["tests/evidence"],
    "examples": ["tests/examples", "-m", "not soak"],
    "file": ["tests/file_adapter", "-m", "not soak"],
    "foresight": ["tests/foresight"],
    "http-receive": ["tests/http_receive", "-m", "not soak"],
    "http-send": ["tests/http_send", "-m", "not soak"],
    "packages": ["tests/packages"],
    "pages": ["tests/pages"],
    "parties": ["tests/parties", "tests/scale"],
    "rollover": ["tests/rollover"],
    "peers": ["tests/peers"],
    "probe": ["tests/probe"],
    "revocation": ["tests/revocation"],
    "scenarios": ["tests/scenarios"],
    "sftp": ["tests/sftp", "-m", "not soak"],
    "service": ["tests/service", "tests/monitoring"],
    "soap": ["tests/soap"],
}


class Count:
    def __init__(self):
        self.passed, self.failed, self.names = 0, 0, []

    def add(self, case):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
        if case.find("failure") is not None or case.find("error") is not None:
            self.failed += 1
            self.names.append(name)
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            self.failed += 1
            self.names.append(f"{name} (did not run)")
        else:
            self.passed += 1


def read_reports(files, count):
    for file in files:
        for case in xml.parse(file).iter("testcase"):
            count.add(case)


def run_unit(build, reports, count):
    """ctest runs the programs; their own reports give the single tests. A program that died counts as one failure."""
    folder = reports / "unit"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{folder}/", GTEST_BRIEF="1")
    jobs = os.environ.get("JOBS", str(os.cpu_count()))
    summary = reports / "ctest.xml"
    summary.unlink(missing_ok=True)
    subprocess.run(["ctest", "--test-dir", str(build), "--output-on-failure", "-j", jobs, "--output-junit", str(summary)],
                   env=environment, check=False)
    ended = {case.get("name"): case.get("status") for case in xml.parse(summary).iter("testcase")} if summary.exists() else {}
    for program, status in ended.items():
        report, before = folder / f"{program}_tests.xml", count.failed
        if report.exists():
            read_reports([report], count)
        elif status == "run":
            count.passed += 1
        # Killed, timed out, or a sanitizer spoke after the last test: no single test stands for it.
        if status != "run" and count.failed == before:
            count.failed += 1
            count.names.append(f"{program}_tests as a whole (ctest says {status})")


def run_pytest(suite, build, reports, count, say):
    report = reports / f"{suite}.xml"
    report.unlink(missing_ok=True)
    environment = dict(os.environ, SEALGATE_BUILD=str(build.resolve()), PYTHONDONTWRITEBYTECODE="1")
    words = ["/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short", f"--junitxml={report}",
             *PYTEST_SUITES[suite]]
    done = subprocess.run(words, cwd=ROOT, env=environment, check=False, stdout=None if say else subprocess.PIPE,
                          stderr=None if say else subprocess.STDOUT)
    if report.exists():
        read_reports([report], count)
    if done.returncode not in (0, 1):
        count.failed += 1
        count.names.append(f"{suite}: pytest ended with status {done.returncode}")
    if not say:
        print(f"== {suite}\n{done.stdout.decode(errors='replace')}", end="", flush=True)


def run_suite(suite, build, reports, say):
    """(suite, what was counted, seconds); what it prints is shown as it comes when `say`, otherwise at its end."""
    count, start = Count(), time.monotonic()
    if say:
        print(f"== {suite}", flush=True)
    if suite == "unit":
        run_unit(build, reports, count)
    else:
        run_pytest(suite, build, reports, count, say)
    if count.passed + count.failed == 0:
        count.failed = 1
        count.names.append(f"{suite}: ran no test")
    return suite, count, time.monotonic() - start


def run_all(suites, build, reports, at_once):
    """The unit tests use every core and go first, alone."""
    rows = [run_suite("unit", build, reports, True)] if "unit" in suites else []
    scripted = [suite for suite in suites if suite != "unit"]
    if at_once == 1 or len(scripted) < 2:
        return rows + [run_suite(suite, build, reports, True) for suite in scripted]
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return rows + list(pool.map(lambda suite: run_suite(suite, build, reports, False), scripted))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--at-once", type=int, default=min(2, os.cpu_count()), help="scripted suites that share the machine")
    parser.add_argument("suites", nargs="+", choices=["unit", *PYTEST_SUITES])
    options = parser.parse_args()
    build = options.build if options.build.is_absolute() else ROOT / options.build
    reports = build / "reports"
    reports.mkdir(parents=True, exist_ok=True)
    rows, total = run_all(options.suites, build, reports, options.at_once), Count()
    for _, count, _ in rows:
        total.passed += count.passed
        total.failed += count.failed
    print()
    vectors = pathlib.Path(os.environ.get("SEALGATE_VECTORS", ROOT.parent / "shared" / "vectors"))
    if "unit" in options.suites and not vectors.is_dir():
        print(f"no third-party vectors at {vectors} (SEALGATE_VECTORS names another place): conformance had nothing to run")
    for suite, count, seconds in rows:
        print(f"{suite:<12} {count.passed:>6} passed {count.failed:>4} failed {seconds:>8.1f} s")
        for name in count.names:
            print(f"    failed: {name}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
