#!/usr/bin/python3
"""Measures speed and memory against rivals, in one run, and writes docs/benchmarks.md.

usage: run.py --build DIR [--write PAGE] [--only messages,large,memory,throughput,backlog,http,as2,tracking,certificates] [--rounds N]

Cryptography against libcrypto and the openssl program: one core (taskset), contestants in turn, files in the page cache,
median of the rounds. The gateway against a plain log and RabbitMQ: HTTP in, durable, HTTP out, on the whole machine.
Figures are ratios of the same run; absolute numbers belong to the machine.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import as2_figures  # noqa: E402
import certificates  # noqa: E402
import http_figures  # noqa: E402
import throughput  # noqa: E402
import tracking  # noqa: E402
from support.pki import Pki  # noqa: E402
from support.program import measured, must, run  # noqa: E402

MIB = 1 << 20
GIB = 1 << 30
CORE = str(max(os.sched_getaffinity(0)))


def one_core(script, environment):
    """(wall seconds, processor seconds) of a shell pipeline on one core; its end must be good."""
    done = measured(["taskset", "-c", CORE, "bash", "-c", "set -e -o pipefail; " + script], environment=environment, timeout=1800)
    assert done.returncode == 0, f"{script}: {done.stderr}"
    return done.seconds, done.cpu_seconds


def turns(contestants, rounds, environment):
    """{name: (median wall seconds, median processor seconds)}; everybody once a round."""
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, script in contestants.items():
            times[name].append(one_core(script, environment))
    return {name: tuple(map(statistics.median, zip(*values))) for name, values in times.items()}


class Bench:
    def __init__(self, build, folder, rounds):
        self.build, self.folder, self.rounds = build, folder, rounds
        self.program = build / "sealgate"
        (folder / "pki").mkdir()
        pki = Pki(folder / "pki")
        signer, recipient = pki.get("rsa", "signer"), pki.get("rsa", "recipient")
        self.identities = (signer, recipient, pki.root)
        self.environment = {"SEALGATE": str(self.program), "SIGNER": str(signer.certificate), "SIGNER_KEY": str(signer.key),
                            "RECIPIENT": str(recipient.certificate), "RECIPIENT_KEY": str(recipient.key),
                            "BOTH": str(recipient.both), "ROOT": str(pki.root), "W": str(folder)}

    def messages(self):
        """10 KiB in process."""
        signer, recipient, root = self.identities
        done = must(run(["taskset", "-c", CORE, self.build / "sealgate_bench_messages", signer.both, recipient.both, root, 10240,
                         max(self.rounds, 3), 1.0], timeout=600))
        return json.loads(done.stdout)

    def data(self, size, name="data"):
        """`size` bytes that do not compress, made by AES."""
        path = self.folder / name
        if not path.exists():
            must(run(["bash", "-c", f"head -c {size} /dev/zero | openssl enc -aes-128-ctr -K {'00' * 16} -iv {'11' * 16} > {path}"],
                     timeout=600))
        return path

    def large(self):
        """256 MiB against the openssl program."""
        self.data(256 * MIB)
        with (self.folder / "part").open("wb") as part:
            part.write(b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n")
            part.flush()
            with (self.folder / "data").open("rb") as data:
                shutil.copyfileobj(data, part, MIB)
        sign = 'openssl cms -sign -binary -nodetach -md sha256 -signer "$SIGNER" -inkey "$SIGNER_KEY"'
        encrypt = 'openssl cms -encrypt -binary -aes-256-cbc -recip "$RECIPIENT"'
        decrypt = 'openssl cms -decrypt -binary -recip "$RECIPIENT" -inkey "$RECIPIENT_KEY"'
        verify = 'openssl cms -verify -binary -CAfile "$ROOT"'
        ours = '"$SEALGATE" smime encode -i "$W/data" --sign opaque --signer "$SIGNER" --signer-key "$SIGNER_KEY" --encrypt-to "$RECIPIENT"'
        opens = '"$SEALGATE" smime decode --key "$BOTH" --trust "$ROOT" --require-signature --require-encryption'
        scripts = {
            "encode, DER": (f'{ours} --cte binary -o "$W/ours.der"',
                            f'{sign} -stream -in "$W/part" -outform DER | {encrypt} -stream -outform DER -out "$W/streamed.der"'),
            "encode, base64 MIME": (f'{ours} -o "$W/ours.eml"',
                                    f'{sign} -in "$W/part" | {encrypt} -out "$W/theirs.eml"'),
            "decode, DER in segments": (f'{opens} -i "$W/streamed.der" -o "$W/out1"',
                                        f'{decrypt} -inform DER -in "$W/streamed.der" | {verify} -inform DER -out "$W/out2"'),
            "decode, DER in one piece": (f'{opens} -i "$W/whole.der" -o "$W/out1"',
                                         f'{decrypt} -inform DER -in "$W/whole.der" | {verify} -inform DER -out "$W/out2"'),
            "decode, base64 MIME": (f'{opens} -i "$W/theirs.eml" -o "$W/out1"',
                                    f'{decrypt} -in "$W/theirs.eml" | {verify} -out "$W/out2"'),
        }
        one_core(f'{sign} -in "$W/part" -outform DER | {encrypt} -outform DER -out "$W/whole.der"', self.environment)
        rows = []
        for job, (mine, theirs) in scripts.items():
            seconds = turns({"sealgate": mine, "openssl": theirs}, self.rounds, self.environment)
            wall, processor = ([seconds[who][kind] for who in ("sealgate", "openssl")] for kind in (0, 1))
            rows.append({"job": job, "wall": wall, "processor": processor, "commands": [mine, theirs]})
            print(f"  {job:<22} wall {wall[0]:.2f} against {wall[1]:.2f} s, {wall[1] / wall[0]:.1f} times as fast; "
                  f"processor {processor[0]:.2f} against {processor[1]:.2f} s, {processor[1] / processor[0]:.1f} times", flush=True)
            if job.startswith("decode"):
                payload, opened = (self.folder / name for name in ("data", "out1"))
                assert must(run(["cmp", payload, opened])).returncode == 0
        return rows

    def memory(self, sizes):
        """Peak resident memory of sign, compress and encrypt, and of the way back."""
        rows = []
        signer, recipient, root = self.identities
        source, sealed, opened = (self.folder / name for name in ("memory.in", "memory.sealed", "memory.out"))
        for size in sizes:
            for path in (source, sealed, opened):
                path.unlink(missing_ok=True)
            # Half noise, half zeros, in pages: compression has work to do and stays below the expansion limit.
            with source.open("wb") as file:
                block = os.urandom(4096) + bytes(4096)
                for _ in range(size // MIB):
                    file.write(block * (MIB // len(block)))
            encode = measured([self.program, "smime", "encode", "-i", source, "-o", sealed, "--sign", "opaque", "--signer",
                               signer.certificate, "--signer-key", signer.key, "--compress", "after-signing", "--encrypt-to",
                               recipient.certificate], timeout=3600)
            assert encode.returncode == 0, encode.stderr
            decode = measured([self.program, "smime", "decode", "-i", sealed, "-o", opened, "--key", recipient.both, "--trust", root,
                               "--require-signature", "--require-encryption"], timeout=3600)
            assert decode.returncode == 0, decode.stderr
            must(run(["cmp", source, opened], timeout=600))
            rows.append({"size": size, "encode_kib": encode.peak_kib, "decode_kib": decode.peak_kib,
                         "encode_seconds": encode.seconds, "decode_seconds": decode.seconds})
            print(f"  {size // MIB:>5} MiB: encode {encode.peak_kib / 1024:.1f} MiB in {encode.seconds:.1f} s, "
                  f"decode {decode.peak_kib / 1024:.1f} MiB in {decode.seconds:.1f} s", flush=True)
        return rows


def flow(build, folder, options):
    """Receive by HTTP, deliver by HTTP, against a plain log and RabbitMQ."""
    settings = {"seconds": options.seconds, "connections": options.connections, "senders": options.senders, "rounds": options.rounds,
                "size": throughput.SIZE, "cores": os.cpu_count()}
    folder.mkdir()
    figures = throughput.flow(build, folder, options.contestants.split(","), options.rounds, options.seconds, options.connections,
                              options.senders)
    return {"settings": settings, "figures": figures}


def waiting(build, folder, options):
    """The same flow beside messages that wait for a stopped or absent partner."""
    settings = {"seconds": options.seconds, "rounds": options.rounds, "count": options.backlog, "size": throughput.WAITING_SIZE}
    folder.mkdir()
    figures = {name: throughput.beside_backlog(build, folder, name, options.backlog, options.rounds, options.seconds,
                                               options.connections, options.senders)
               for name in options.contestants.split(",") if name.startswith("sealgate")}
    return {"settings": settings, "figures": figures}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "?")
    version = must(run(["openssl", "version"])).stdout.decode().strip()
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, {version}"


def render(results):
    text = ["# Benchmarks", "",
            "Written by `make bench`, which is also how to repeat them. Cryptography: one core, contestants in turn, files in the page",
            "cache, median of the rounds. Only ratios within one run mean something: the absolute numbers belong to the machine.", "",
            f"Machine: {results['machine']}.", ""]
    if "throughput" in results:
        text += throughput.render(results["throughput"])
    if "backlog" in results:
        text += throughput.render_backlog(results["backlog"])
    if "http" in results:
        text += http_figures.render(results["http"])
    if "as2" in results:
        text += as2_figures.render(results["as2"])
    if "tracking" in results:
        text += tracking.render(results["tracking"])
    if "certificates" in results:
        text += certificates.render(results["certificates"])
    if "messages" in results:
        rates = results["messages"]["per_second"]
        text += ["## Small messages in process", "",
                 "10 KiB, RSA-2048, SHA-256, AES-256-CBC, signed opaque and encrypted, DER on the wire; the decoder checks the signer's chain.",
                 "*Primitives* are the bare cryptographic steps without any BER or MIME around them; *CMS* is libcrypto's own `CMS_sign`,",
                 "`CMS_encrypt`, `CMS_decrypt` and `CMS_verify`.", "",
                 "| | Sealgate | libcrypto, primitives | libcrypto, CMS | against primitives | against CMS |", "|---|---|---|---|---|---|"]
        for way in ("encode", "decode"):
            ours, bare, cms = (rates[f"{way} {who}"] for who in ("sealgate", "primitives", "cms"))
            text.append(f"| {way} | {ours:.0f}/s | {bare:.0f}/s | {cms:.0f}/s | {ours / bare:.2f} | {ours / cms:.2f} |")
        text += ["", "```", "build/release/sealgate_bench_messages SIGNER.pem RECIPIENT.pem ANCHOR.pem 10240", "```", ""]
    if "large" in results:
        text += ["## 256 MiB against the openssl program", "",
                 "Signed opaque (RSA-2048, SHA-256) and encrypted (AES-256-CBC); decoding opens what openssl made: in segments, as every",
                 "streaming sender writes it (`openssl cms -stream`, Sealgate), and with the content in one piece.", "",
                 "| | Sealgate | openssl | times as fast | processor time | times |", "|---|---|---|---|---|---|"]
        for row in results["large"]:
            (wall, wall_theirs), (processor, processor_theirs) = row["wall"], row["processor"]
            text.append(f"| {row['job']} | {wall:.2f} s | {wall_theirs:.2f} s | **{wall_theirs / wall:.1f}** | {processor:.2f} s, "
                        f"{processor_theirs:.2f} s | {processor_theirs / processor:.1f} |")
        text += ["", "```"]
        for row in results["large"]:
            text += [f"# {row['job']}", *row["commands"], ""]
        text += ["```", ""]
    if "memory" in results:
        text += ["## Memory", "",
                 "Peak resident memory of `sealgate smime encode` (sign, compress, encrypt, base64) and of the decode that follows.", "",
                 "| Payload | encode | decode | encode takes | decode takes |", "|---|---|---|---|---|"]
        for row in results["memory"]:
            size = f"{row['size'] // GIB} GiB" if row["size"] >= GIB else f"{row['size'] // MIB} MiB"
            text.append(f"| {size} | {row['encode_kib'] / 1024:.1f} MiB | {row['decode_kib'] / 1024:.1f} MiB | "
                        f"{row['encode_seconds']:.1f} s | {row['decode_seconds']:.1f} s |")
        text += ["", "```",
                 "sealgate smime encode -i IN -o SEALED --sign opaque --signer SIGNER.pem --signer-key SIGNER.key --compress after-signing \\",
                 "    --encrypt-to RECIPIENT.pem",
                 "sealgate smime decode -i SEALED -o OUT --key RECIPIENT.pem --trust ROOT.pem --require-signature --require-encryption",
                 "```", ""]
    return "\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--only", default="messages,large,memory,throughput,backlog,http,as2,tracking,certificates")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--contestants", default=",".join(throughput.CONTESTANTS), help="of the throughput run")
    parser.add_argument("--seconds", type=int, default=20, help="of one turn of the throughput run")
    parser.add_argument("--connections", type=int, default=64, help="of the throughput run's load")
    parser.add_argument("--backlog", type=int, default=1_000_000, help="messages that wait during the backlog run")
    parser.add_argument("--senders", type=int, default=32, help="deliveries at a time of each contestant")
    parser.add_argument("--memory-sizes", default="64,4096", help="MiB, comma-separated")
    parser.add_argument("--folder", help="where the large files go; default: a temporary folder in /var/tmp")
    options = parser.parse_args()
    build = options.build if options.build.is_absolute() else ROOT / options.build
    results_file = build / "bench.json"
    results = json.loads(results_file.read_text()) if results_file.exists() else {}
    results["machine"] = machine()
    with tempfile.TemporaryDirectory(prefix="sealgate-bench-", dir=options.folder or "/var/tmp") as folder:
        os.chmod(folder, 0o711)  # PostgreSQL runs as somebody else and counts its flushes in a file below
        bench = Bench(build, pathlib.Path(folder), options.rounds)
        for part in options.only.split(","):
            print(f"== {part}", flush=True)
            if part == "memory":
                results[part] = bench.memory([int(size) * MIB for size in options.memory_sizes.split(",")])
            elif part == "throughput":
                results[part] = flow(build, pathlib.Path(folder) / "flow", options)
            elif part == "backlog":
                results[part] = waiting(build, pathlib.Path(folder) / "backlog", options)
            elif part == "http":
                results[part] = http_figures.measure(build, pathlib.Path(folder) / "http", options.rounds, 5, options.connections, options.senders)
            elif part == "as2":
                results[part] = as2_figures.measure(build, pathlib.Path(folder) / "as2", options.rounds, options.seconds)
            elif part == "tracking":
                results[part] = tracking.measure(build, folder)
            elif part == "certificates":
                results[part] = certificates.measure(build, pathlib.Path(folder))
            else:
                results[part] = getattr(bench, part)()
            results_file.write_text(json.dumps(results, indent=1))
    page = render(results)
    if options.write:
        (ROOT / options.write).write_text(page)
        print(f"wrote {options.write}")
    else:
        print(page)


if __name__ == "__main__":
    sys.exit(main())
