"""AS2 beside OpenAS2: the same messages from the same generator, each answered by a signed receipt when it is kept."""
import json
import pathlib
import re
import statistics
import subprocess

from contestants import Contestant, processor_seconds
from support.artifacts import documents, group, host, receive_port, send_port
from support.as2_openas2 import OpenAs2
from support.as2_peers import OUR_NAME, Terms
from support.gateway import Gateway
from support.pki import Pki
from support.program import must, run

TEMPLATES = 16  # messages of each size; the generator goes round and gives each request a Message-ID of its own
SIZES = {"10 KiB": 10 << 10, "1 MiB": 1 << 20}
CONCURRENCY = 8
TERMS = Terms()
# OpenSSL's own switch for what a processor has: bit 21 of the second word is AVX-512 IFMA, with which RSA takes half the time.
WITHOUT_IFMA = {"OPENSSL_ia32cap": ":~0x200000"}


def write_messages(folder, size, sender, recipient):
    """Signed in the clear and encrypted by the openssl program, as partners send them."""
    folder.mkdir()
    for number in range(TEMPLATES):
        lines = b"".join(b"LIN+%06d++ARTICLE%08d:EN'\r\n" % (line, (line * 7919 + number) % 10 ** 8) for line in range(size // 32 + 1))
        part = (b"Content-Type: application/EDIFACT\r\nContent-Transfer-Encoding: binary\r\n"
                b"Content-Disposition: attachment; filename=order.edi\r\n\r\n" + lines[:size])
        signed = must(run(["openssl", "cms", "-sign", "-binary", "-crlfeol", "-md", "sha256", "-signer", sender.certificate,
                           "-inkey", sender.key], stdin=part)).stdout
        body = must(run(["openssl", "cms", "-encrypt", "-binary", "-aes-256-cbc", "-outform", "DER", recipient.certificate],
                        stdin=signed)).stdout
        (folder / f"{number}.body").write_bytes(body)


def address_messages(folder, sender, recipient):
    """The heads, from one AS2 name to another."""
    for number in range(TEMPLATES):
        (folder / f"{number}.head").write_bytes(
            b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: binary\r\n"
            b"AS2-Version: 1.2\r\nAS2-From: " + sender.encode() + b"\r\nAS2-To: " + recipient.encode() + b"\r\nMessage-ID: @ID@\r\n"
            b"Subject: order\r\nDisposition-Notification-To: as2@partner.example\r\nDisposition-Notification-Options: "
            b"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256\r\n")


class As2Contestant(Contestant):
    """`as2_name` is who receives, with the key of `us`; `closes`: a connection takes one request only; `sizes`: of which messages."""

    closes = False
    sizes = SIZES

    def __init__(self, build, folder, us, partner, root):
        super().__init__(build, folder, None, CONCURRENCY)
        self.us, self.partner, self.root = us, partner, root


class SealgateAs2(As2Contestant):
    """On SQLite, flushed: message, work, Message-ID, receipt and tracking in one commit, before the answer."""

    name, title, as2_name = "sealgate", "Sealgate", "gateway"

    def start(self):
        gateway = self.gateway = Gateway(self.build / "sealgate", self.folder, environment=self.syncs.environment)
        must(gateway("cert", "import", self.us.both))
        must(gateway("cert", "import", self.partner.certificate, "--store", "OtherPeople"))
        must(gateway("cert", "import", self.root, "--trust-roots"))
        gateway.apply(documents(
            group(signing_certificates=[self.us.thumbprint_sha256], revocation={"policy": "off"}),
            host(decryption_certificates=[self.us.thumbprint_sha256]),
            {"kind": "Party", "name": "Us"},
            {"kind": "Party", "name": "Partner", "verification_certificates": [self.partner.thumbprint_sha256]},
            {"kind": "Agreement", "name": "Partner", "us": {"party": "Us"}, "partner": {"party": "Partner"},
             "sending": {"as2_from": self.as2_name, "as2_to": OUR_NAME, "encryption_certificates": [self.partner.thumbprint_sha256]}},
            receive_port({"name": "AS2", "host": "Default", "adapter": "HTTP", "settings": {"path": "/"}, "pipeline": "AS2Receive"}),
            send_port("Out", "http://127.0.0.1:9/", state="stopped")))
        self.processes.append(self.serve(gateway).process)
        self.port = gateway.port

    def serve(self, gateway):
        return gateway.start()


class SealgateWithoutIfma(SealgateAs2):
    """The same as on a processor that lacks it."""

    name, title = "sealgate-without-ifma", "Sealgate, no IFMA"
    sizes = ("10 KiB",)

    def serve(self, gateway):
        gateway.environment.update(WITHOUT_IFMA)
        return super().serve(gateway)


class OpenAs2Receiver(As2Contestant):
    """Its server with the JVM's own settings and room enough; files, not flushed."""

    name, title, closes = "openas2", f"OpenAS2 {OpenAs2.version}", True

    def start(self):
        self.peer = OpenAs2(self.folder / "peer", ours=self.partner, theirs=self.us, url="http://127.0.0.1:9/", terms=[TERMS])
        self.peer.heap, self.peer.flags, self.peer.tracking = "2g", (), False
        self.peer.start()
        self.processes, self.port, self.as2_name = [self.peer.process], self.peer.port, self.peer.as2_name(TERMS)

    def stop(self):
        self.processes = []
        self.peer.stop()


class OpenAs2Flushed(OpenAs2Receiver):
    """With what there is to make it keep what it acknowledged: a folder whose files and names the kernel writes at once."""

    name, title = "openas2-flushed", f"OpenAS2 {OpenAs2.version}, flushed"

    def start(self):
        must(run(["chattr", "+SD", self.folder]))  # what is made below it inherits that
        super().start()


def load(build, contestant, messages, seconds, connections=CONCURRENCY, rate=0):
    """What the generator says, with the processor time of the server for each message of the window."""
    address_messages(messages, OUR_NAME, contestant.as2_name)
    words = [build / "sealgate_bench_as2_load", "--port", contestant.port, "--requests", messages, "--path", "/",
             "--connections", connections, "--seconds", seconds, "--warmup", 5, "--rate", rate, "--close", int(contestant.closes)]
    with subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "window\n", "the load generator ended early"
        before, flushes = processor_seconds(contestant.pids), contestant.syncs.count()
        report = json.loads(process.stdout.readline())
    assert report["acknowledged"], report
    spent = processor_seconds(contestant.pids) - before
    return {"rate": report["acknowledged"] / report["seconds"], "p50_ms": report["latency"]["p50_us"] / 1000,
            "p99_ms": report["latency"]["p99_us"] / 1000, "cpu_ms": spent * 1000 / report["acknowledged"],
            "flushes": (contestant.syncs.count() - flushes) / report["seconds"], "refused": report["refused"],
            "broken": report["broken"]}


def private_key_operation(environment=None):
    """Processor milliseconds of one RSA-2048 private-key operation while both cores are at work."""
    said = must(run(["openssl", "speed", "-seconds", 2, "-multi", 2, "rsa2048"], environment=environment, timeout=60)).stdout.decode()
    return 2000 / float(re.search(r"rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)", said)[1])


def middle(turns):
    return sorted(turns, key=lambda turn: turn["rate"])[len(turns) // 2]


def measure(build, folder, rounds, seconds):
    folder.mkdir()
    (folder / "pki").mkdir()
    pki = Pki(folder / "pki")
    us, partner = pki.get("rsa", "us"), pki.get("rsa", "partner")
    takes_part, turns, operations, without_ifma = contestants(folder), {}, [], []
    for size_name, size in SIZES.items():
        write_messages(folder / size_name, size, partner, us)
    for number in range(rounds):
        operations.append(private_key_operation())
        if SealgateWithoutIfma in takes_part:
            without_ifma.append(private_key_operation(WITHOUT_IFMA))
        for size_name in SIZES:
            place = folder / f"{number}-{size_name}"
            place.mkdir()
            for contestant in (each for each in takes_part if size_name in each.sizes):
                with contestant(build, place, us, partner, pki.root) as running:
                    turn = load(build, running, folder / size_name, seconds)
                    if size_name == "10 KiB":
                        half = load(build, running, folder / size_name, seconds, rate=max(int(turn["rate"] / 2), 1))
                        turn |= {"half_p50_ms": half["p50_ms"], "half_p99_ms": half["p99_ms"]}
                turns.setdefault((size_name, contestant.name), []).append(turn)
                print(f"  {size_name:<7} {contestant.title:<23} {turn['rate']:7.1f}/s  p50 {turn['p50_ms']:.1f} p99 {turn['p99_ms']:.1f} ms  "
                      f"cpu {turn['cpu_ms']:.2f} ms  {turn.get('half_p99_ms', '')} refused {turn['refused']} broken {turn['broken']}", flush=True)
    return {"seconds": seconds, "rounds": rounds,
            "operation_ms": statistics.median(operations),
            "operation_without_ifma_ms": statistics.median(without_ifma) if without_ifma else None,
            "figures": {f"{size_name} {who}": middle(all_turns) for (size_name, who), all_turns in turns.items()}}


def contestants(folder):
    """The two, and what only some machines can show."""
    chosen = [SealgateAs2, OpenAs2Receiver]
    probe = folder / "synchronous"
    probe.mkdir()
    if run(["chattr", "+SD", probe]).returncode == 0:
        chosen.append(OpenAs2Flushed)
    else:
        print(f"  the file system of {folder} has no synchronous folders (chattr +SD): no OpenAS2 with flushed files", flush=True)
    if " avx512ifma" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        chosen.append(SealgateWithoutIfma)
    return chosen


def beside_rsa(results):
    """A message of 10 KiB in units of its two RSA private-key operations."""
    ours, pair = results["figures"]["10 KiB sealgate"]["cpu_ms"], 2 * results["operation_ms"]
    text = [f"Two RSA-2048 private-key operations take {pair:.2f} ms of processor (`openssl speed -multi 2 rsa2048`, same run): a message of",
            f"10 KiB takes Sealgate {ours / pair:.2f} times that."]
    if results.get("operation_without_ifma_ms"):
        ours, pair = results["figures"][f"10 KiB {SealgateWithoutIfma.name}"]["cpu_ms"], 2 * results["operation_without_ifma_ms"]
        (name, value), = WITHOUT_IFMA.items()
        text += ["This processor has AVX-512 IFMA, with which OpenSSL's RSA takes half the time. Without it, in the same run",
                 f"(`{name}={value}`), the two operations take {pair:.2f} ms and a message {ours:.2f} ms: {ours / pair:.2f} times."]
    return text


def render(results):
    figures = results["figures"]
    text = ["## AS2 beside OpenAS2", "",
            f"Messages that the openssl program signed and encrypted (RSA-2048, SHA-256, AES-256-CBC), over {CONCURRENCY} connections from one",
            "generator on the same machine, each answered by a signed receipt in the response; everybody in turn on a fresh store, the turn",
            f"with the median rate of {results['rounds']}, {results['seconds']} s each after a warm-up. Sealgate commits message, work, Message-ID, receipt and",
            "tracking before it answers, and flushes. OpenAS2 writes files and does not flush them: what it has acknowledged can be lost with",
            "the power. *Flushed*: the same program in a folder whose files the kernel writes at once (`chattr +SD`, as a mount with `sync` would),",
            "for it has no setting of its own that keeps its word. *Half load*: requests begin evenly at half the rate just measured, and a time",
            "counts from when its request should have begun.", "",
            "| | | messages | times OpenAS2 | times it flushed | p50 / p99 | at half load, p50 / p99 | server's processor a message |",
            "|---|---|---|---|---|---|---|---|"]
    for size_name in SIZES:
        for contestant in (SealgateAs2, SealgateWithoutIfma, OpenAs2Receiver, OpenAs2Flushed):
            turn = figures.get(f"{size_name} {contestant.name}")
            if not turn:
                continue
            rivals = (figures.get(f"{size_name} {rival.name}") for rival in (OpenAs2Receiver, OpenAs2Flushed))
            times = " | ".join(f"{turn['rate'] / rival['rate']:.1f}" if rival else "" for rival in rivals)
            half = f"{turn['half_p50_ms']:.1f} / {turn['half_p99_ms']:.1f} ms" if "half_p50_ms" in turn else ""
            text.append(f"| {size_name} | {contestant.title} | {turn['rate']:.0f}/s | {times} | "
                        f"{turn['p50_ms']:.1f} / {turn['p99_ms']:.1f} ms | {half} | {turn['cpu_ms']:.2f} ms |")
    text += ["", *beside_rsa(results), "", "```",
             f"bench/run.py --build build/release --only as2 --rounds {results['rounds']} --seconds {results['seconds']}", "```", "",
             "### What a message waits for", "",
             "Beside RSA it is not arithmetic that takes the time: a message of 10 KiB runs once through a megabyte of code in several hundred",
             "functions, none of which takes one part in a hundred, so the processor waits for instructions and for memory that is not in its",
             "caches. `bench/message_cost.py` counts instructions and misses of a message by library, and says who calls what, with the same",
             "result on a busy machine as on a quiet one (callgrind; libcrypto counts for more there, as it runs without AVX-512).", "",
             "```", "bench/message_cost.py --build build/release", "```", "",
             "Sampled once with `perf` at full load, on a Xeon with IFMA (2026-11): OpenSSL 54 % (nearly all of it RSA), this code 16 %, the kernel",
             "14 % (a message is five changes of thread, one of them for the disk's flush), the C library 10 % (half of it `malloc` and `free`),",
             "SQLite 4 %. What was tried there and left out, with what it saves of the processor time: functions placed in the order in which",
             "they run (nothing), other allocators (jemalloc 1 %, mimalloc 2 %, tcmalloc 3 %), a profile-guided build (3 %), huge pages for code",
             "and heap (nothing), `-Os` (costs more).", "",
             "At eight messages at a time the processor is idle for one part in twelve: everybody waits for the same flush. Half of the time of the",
             "thread that commits is not the disk's but the wait for a processor behind those that compute. What was tried there: shorter time",
             "slices for it (more processor time, no more messages), as many at a time as there are processors (fewer messages), a caller that",
             "commits itself when nobody does (fewer messages), folding the log a quarter as often (nothing).", ""]
    return text
