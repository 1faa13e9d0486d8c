"""Receive by HTTP, durable, deliver by HTTP: Sealgate and its rivals under the same load, in turn, in one run."""
import json
import shutil
import subprocess

from contestants import PlainLog, RabbitMq, Sealgate, SealgatePostgres, get, processor_seconds, wait_until

CONTESTANTS = {contestant.name: contestant for contestant in (PlainLog, RabbitMq, Sealgate, SealgatePostgres)}
SIZE = 10 * 1024
WAITING_SIZE = 1024


class Sink:
    """The partner: counts what arrives."""

    def __init__(self, build):
        self.process = subprocess.Popen([build / "sealgate_bench_sink"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}/"

    def count(self, begin=0, end=(1 << 64) - 1):
        return json.loads(get(self.port, f"/count?{begin}-{end}"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def load(build, ports, seconds, connections, size=SIZE, messages=0, warmup=2, at_window=lambda: None, path="/in"):
    """What the load generator reports; `at_window` is called when its warm-up is over."""
    words = [build / "sealgate_bench_load", "--ports", ",".join(map(str, ports)), "--path", path, "--connections", connections,
             "--size", size, "--seconds", seconds, "--messages", messages, "--warmup", warmup]
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "window\n", "the load generator ended early"
        at_window()
        return json.loads(process.stdout.readline())


def measure(contestant, build, sink_process, seconds, connections, drain=600):
    """One turn of a contestant that runs: the flow for so long, and then until everything has arrived."""
    begin = {}

    def at_window():
        begin.update(cpu=processor_seconds(contestant.pids), syncs=contestant.syncs.count())

    report = load(build, contestant.ports, seconds, connections, at_window=at_window)
    cpu, syncs = processor_seconds(contestant.pids) - begin["cpu"], contestant.syncs.count() - begin["syncs"]
    inside = sink_process.count(report["from_ns"], report["to_ns"])["inside"]
    wait_until(lambda: sink_process.count()["distinct"] >= report["total"], f"{contestant.title}: everything delivered", drain)
    end = sink_process.count()
    window = report["seconds"]
    return {"received": report["acknowledged"] / window, "delivered": inside / window,
            # From the first request to the last delivery, whatever lagged behind: what it carries for good.
            "carried": report["total"] / ((end["last_ns"] - report["first_ns"]) / 1e9),
            "p50_ms": report["latency"]["p50_us"] / 1000, "p99_ms": report["latency"]["p99_us"] / 1000,
            "through_p50_ms": end["latency"]["p50_us"] / 1000, "through_p99_ms": end["latency"]["p99_us"] / 1000,
            "cpu_ms": cpu * 1000 / max(report["acknowledged"], 1), "cpu_cores": cpu / window,
            "load_cores": report["cpu_seconds"] / (window + 2),
            "syncs": syncs / window, "per_sync": report["acknowledged"] / max(syncs, 1),
            "refused": report["refused"], "broken": report["broken"], "copies": end["arrived"] - end["distinct"],
            "messages": report["total"]}


def middle(turns):
    """The turn with the median of what was carried: figures of one turn belong together."""
    return sorted(turns, key=lambda turn: turn["carried"])[len(turns) // 2]


def flow(build, folder, names, rounds, seconds, connections, senders):
    """{name: figures of the middle turn}. Everybody once a round, each on a fresh store."""
    turns = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            place = folder / f"round{number + 1}"
            place.mkdir(exist_ok=True)
            with Sink(build) as sink, CONTESTANTS[name](build, place, sink.url, senders) as contestant:
                turn = measure(contestant, build, sink, seconds, connections)
            turns[name].append(turn)
            print(f"  {contestant.title:<28} received {turn['received']:6.0f}/s  delivered {turn['delivered']:6.0f}/s  carried "
                  f"{turn['carried']:6.0f}/s  ack p50 {turn['p50_ms']:.1f} p99 {turn['p99_ms']:.1f} ms  "
                  f"cpu {turn['cpu_ms']:.2f} ms each  {turn['syncs']:.0f} flushes/s, {turn['per_sync']:.1f} messages each", flush=True)
    return {name: middle(turns[name]) | {"all_carried": [round(turn["carried"]) for turn in turns[name]]} for name in names}


def beside_backlog(build, folder, name, count, rounds, seconds, connections, senders):
    """{"none", "suspended", "scheduled": figures of the middle turn}, each with the seconds that a start took."""
    turns = {"none": [], "suspended": [], "scheduled": []}
    for number in range(rounds):
        for kind, done in turns.items():
            place = folder / f"{name}-{number + 1}-{kind}"
            place.mkdir()
            with Sink(build) as sink:
                contestant = CONTESTANTS[name](build, place, sink.url, senders)
                contestant.backlog = None if kind == "none" else (count, WAITING_SIZE, kind)
                with contestant:
                    turn = measure(contestant, build, sink, seconds, connections)
            done.append(turn | {"start_seconds": contestant.start_seconds})
            print(f"  {contestant.title}, waiting: {kind:<10} carried {turn['carried']:6.0f}/s  ack p50 {turn['p50_ms']:.1f} p99 "
                  f"{turn['p99_ms']:.1f} ms  start {contestant.start_seconds:.2f} s", flush=True)
            shutil.rmtree(place)
    return {kind: middle(done) for kind, done in turns.items()}


def render_backlog(part):
    """The page's section."""
    settings = part["settings"]
    rounds = "one round of each" if settings["rounds"] == 1 else f"the median of {settings['rounds']} rounds"
    text = ["## Beside a backlog", "",
            f"The same flow while {settings['count']:,} messages of {settings['size']} bytes wait in the store: *suspended* for a stopped port, or",
            f"*scheduled* for a time to come, as for a partner that is away. In turn with an empty store, in one run; {rounds}.", "",
            "| | waiting | carried | against none | time to the 202, p50 / p99 | start |", "|---|---|---|---|---|---|"]
    for name, rows in part["figures"].items():
        for kind, row in rows.items():
            text.append(f"| {CONTESTANTS[name].title} | {kind} | {row['carried']:.0f}/s | {row['carried'] / rows['none']['carried']:.2f} | "
                        f"{row['p50_ms']:.1f} / {row['p99_ms']:.1f} ms | {row['start_seconds']:.2f} s |")
    return text + ["", "```", f"bench/run.py --build build/release --only backlog --rounds {settings['rounds']}", "```", ""]


def against(results, name, rival):
    return results[name]["carried"] / results[rival]["carried"] if rival in results else float("nan")


def render(part):
    """The page's section."""
    results, settings = part["figures"], part["settings"]
    text = ["## Receive by HTTP, deliver by HTTP", "",
            f"{settings['size'] // 1024} KiB pass-through, {settings['connections']} connections with one request each under way, {settings['senders']} "
            f"deliveries at a time, {settings['seconds']} s after a warm-up of 2 s, everybody in turn on a fresh store, the turn with the median",
            f"of {settings['rounds']} rounds. Load generator and partner share the machine's {settings['cores']} cores with the contestant. Every 202 comes after",
            "the disk has it. *Carried* counts from the first request to the last delivery, so that nobody gains by letting deliveries wait.",
            "*Plain log*: one file, one `fdatasync` for each batch, behind the same HTTP front and with the same HTTP client: the limit.",
            "*RabbitMQ*: persistent messages, durable queue, confirms, behind that front, consumer acknowledgements after the 200.", "",
            "| | received | delivered meanwhile | carried | against plain log | against RabbitMQ | time to the 202, p50 / p99 | processor a message |"
            " flushes/s | messages a flush |", "|---|---|---|---|---|---|---|---|---|---|"]
    for name, contestant in CONTESTANTS.items():
        if name not in results:
            continue
        row = results[name]
        text.append(f"| {contestant.title} | {row['received']:.0f}/s | {row['delivered']:.0f}/s | **{row['carried']:.0f}/s** | "
                    f"{against(results, name, 'plain-log'):.2f} | {against(results, name, 'rabbitmq'):.2f} | "
                    f"{row['p50_ms']:.1f} / {row['p99_ms']:.1f} ms | {row['cpu_ms']:.2f} ms | {row['syncs']:.0f} | {row['per_sync']:.1f} |")
    return text + ["", "```", f"bench/run.py --build build/release --only throughput --seconds {settings['seconds']} "
                   f"--rounds {settings['rounds']}", "```", ""]
