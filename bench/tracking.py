"""What the tracking log costs: the message box with it and without it, in turns in one process."""
import re

from support.program import must, run

ROUNDS, SECONDS, SIZE = 7, 3, 10240


def measure(build, folder):
    """{"without": [messages a second, microseconds of processor each], "with": [...], "bytes": of the log for a message}"""
    done = must(run([build / "sealgate_bench_tracking", folder, SIZE, SECONDS, ROUNDS], timeout=600)).stdout.decode()
    print(done, end="", flush=True)
    figures = {name: [float(rate), float(cpu)] for name, rate, cpu in
               re.findall(r"^(without|with) tracking, \d+ bytes: +(\d+)/s, +(\d+) us", done, re.M)}
    figures["bytes"] = int(re.search(r"for each message: (\d+)", done)[1])
    return figures


def render(figures):
    (rate_without, cpu_without), (rate_with, cpu_with) = figures["without"], figures["with"]
    return ["## Tracking", "",
            f"Published, taken, read and completed in the message box on SQLite, {SIZE // 1024} KiB, 16 publishers and 8 workers, with the",
            "tracking log (two records a message, sealed every second) and without it, in turns; median of the rounds.", "",
            "| | messages | processor time each |", "|---|---|---|",
            f"| without | {rate_without:.0f}/s | {cpu_without:.0f} µs |", f"| with | {rate_with:.0f}/s | {cpu_with:.0f} µs |",
            f"| cost | {100 * (1 - rate_with / rate_without):.1f}% | {100 * (cpu_with / cpu_without - 1):.1f}% |", "",
            f"{figures['bytes']} bytes of the sealed log for each message.", "",
            "```", f"build/release/sealgate_bench_tracking /var/tmp {SIZE} {SECONDS} {ROUNDS}", "```", ""]
