#!/usr/bin/python3
"""What one AS2 message costs, counted instead of timed: the same on a busy machine and on a quiet one.

usage: message_cost.py --build DIR [--messages N] [--callers FUNCTION]

`sealgate serve` runs under valgrind's callgrind with a cache like that of a server processor (32 KiB for instructions,
48 KiB for data, 2 MiB behind them). It takes messages of 10 KiB, signed and encrypted by the openssl program, each
answered by a signed receipt; the first 40 are not counted. Printed for each message and library: instructions, misses
of the instruction cache, and misses of the 2 MiB by instructions, reads and writes. libcrypto runs without AVX-512
there, which valgrind does not know: its RSA counts for more than it is.

--callers names a function, for example 'operator new(unsigned long)': who calls it, how often a message, and what that
costs in instructions.
"""
import argparse
import collections
import http.client
import os
import pathlib
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import as2_figures  # noqa: E402
from support.pki import Pki  # noqa: E402
from support.program import must, run  # noqa: E402

WARM = 40
SHOWN = ("Ir", "I1mr", "ILmr", "DLmr", "DLmw")
TITLES = ("instructions", "instr. cache misses", "beyond: instr.", "reads", "writes")
COUNTS = re.compile(r"\s*((?:[\d,]+ \(\s*[\d.]+%\)\s+|[.0]\s+){" + str(len(SHOWN)) + r"})(.*)$")
CACHES = ("--I1=32768,8,64", "--D1=49152,12,64", "--LL=2097152,16,64")


class Counted(as2_figures.SealgateAs2):
    """The same receiver, its server under callgrind."""

    def serve(self, gateway):
        wrapper = self.folder / "counted"
        wrapper.write_text("#!/bin/sh\nunset LD_PRELOAD\n"
                           f"exec valgrind --tool=callgrind --instr-atstart=no --cache-sim=yes {' '.join(CACHES)} "
                           f"--callgrind-out-file={self.folder}/counts {self.build}/sealgate \"$@\"\n")
        wrapper.chmod(0o755)
        gateway.program = wrapper
        return gateway.start(seconds=300)


def control(pid, *words):
    must(run(["callgrind_control", *words, str(pid)], timeout=120))


def exchange(port, messages, count, first):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for number in range(first, first + count):
        template = number % as2_figures.TEMPLATES
        head = (messages / f"{template}.head").read_text().replace("@ID@", f"<{number}@cost.example>")
        fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
        connection.request("POST", "/", (messages / f"{template}.body").read_bytes(), fields)
        answer = connection.getresponse()
        receipt = answer.read()
        assert answer.status == 200 and b"processed" in receipt and b"error" not in receipt, receipt


def annotated(folder, *words):
    return must(run(["callgrind_annotate", "--threshold=100", *words, folder / "counts.1"], timeout=300)).stdout.decode()


def by_library(text):
    totals = collections.defaultdict(lambda: [0] * len(SHOWN))
    for line in text.splitlines():
        found = COUNTS.match(line)
        if not found:
            continue
        library = re.search(r"\[([^\[\]]+)\]\s*$", found[2])
        name = "all" if "PROGRAM TOTALS" in found[2] else pathlib.Path(library[1]).name if library else "other"
        for place, number in enumerate(re.findall(r"([\d,]+) \(|([.0])\s", found[1])):
            totals[name][place] += int(number[0].replace(",", "") or 0)
    return sorted(totals.items(), key=lambda item: -item[1][0])


def callers(text, function, messages):
    """(calls, instructions, caller) a message, of the block in which `function` is the one that is called."""
    for block in text.split("\n\n"):
        lines = block.strip().splitlines() or [""]
        if not re.match(r"\s*[\d,]+ \(.*?\)\s+\*  ", lines[-1]) or function not in lines[-1]:
            continue
        for line in lines:
            found = re.match(r"\s*([\d,]+) .*?<\s+(?:\?\?\?:)?(.*) \(([\d,]+)x\)", line)
            if found:
                yield int(found[3].replace(",", "")) / messages, int(found[1].replace(",", "")) / messages, found[2]
        return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--messages", type=int, default=64)
    parser.add_argument("--callers", metavar="FUNCTION")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = pathlib.Path(name)
        (folder / "pki").mkdir()
        pki = Pki(folder / "pki")
        us, partner = pki.get("rsa", "us"), pki.get("rsa", "partner")
        messages = folder / "messages"
        as2_figures.write_messages(messages, as2_figures.SIZES["10 KiB"], partner, us)
        with Counted(options.build.resolve(), folder, us, partner, pki.root) as server:
            as2_figures.address_messages(messages, as2_figures.OUR_NAME, server.as2_name)
            exchange(server.port, messages, WARM, 0)
            pid = server.processes[0].pid
            control(pid, "-i", "on")
            exchange(server.port, messages, options.messages, WARM)
            control(pid, "-d")
            control(pid, "-i", "off")
            counts = server.folder
        print(f"{'':24}" + "".join(f"{title:>22}" for title in TITLES))
        for library, numbers in by_library(annotated(counts, "--show=" + ",".join(SHOWN)))[:9]:
            print(f"{library:24}" + "".join(f"{number / options.messages:22,.0f}" for number in numbers))
        if options.callers:
            print(f"\ncalls of {options.callers} and their instructions")
            rows = callers(annotated(counts, "--tree=caller", "--show=Ir"), options.callers, options.messages)
            for calls, instructions, caller in sorted(rows, reverse=True)[:80]:
                print(f"{calls:9.1f} {instructions:9,.0f}  {caller[:200]}")


if __name__ == "__main__":
    if shutil.which("valgrind") is None:
        sys.exit("message_cost.py: valgrind is not installed; run 'tools/setup bench'")
    main()
