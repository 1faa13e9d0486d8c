"""Runs `sealgate` the way a script would."""
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WEAK = {"md5", "sha1", "des", "3des", "rc2-40", "rc2-64", "rc2-128"}


def run(words, *, timeout=120, stdin=None, environment=None, cwd=None, preexec=None):
    """A finished process with bytes in stdout and text in stderr."""
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=timeout, input=stdin, check=False,
                          env=dict(os.environ, **(environment or {})), cwd=cwd, preexec_fn=preexec)
    done.stderr = done.stderr.decode("utf-8", "replace")
    return done


class Program:
    def __init__(self, path):
        self.path = pathlib.Path(path)

    @classmethod
    def find(cls):
        path = pathlib.Path(os.environ.get("SEALGATE_BUILD", ROOT / "build" / "release")) / "sealgate"
        assert path.is_file(), f"no program at {path}; 'make build' makes it"
        return cls(path)

    def __call__(self, *words, **options):
        return run([self.path, *words], **options)

    def encode(self, source, target, *, sign=None, signer=None, digest=None, encrypt_to=(), cipher=None, key_transport=None,
               compress=None, cte=None, content_type=None, allow_weak=False, attach_signer=None, more=(), **options):
        words = ["smime", "encode", "-i", source, "-o", target]
        if sign:
            words += ["--sign", sign, "--signer", signer.certificate, "--signer-key", signer.key]
        if digest:
            words += ["--digest", digest]
        if attach_signer is not None:
            words += ["--attach-signer" if attach_signer else "--no-attach-signer"]
        for recipient in encrypt_to:
            words += ["--encrypt-to", recipient.certificate]
        for name, value in (("--cipher", cipher), ("--key-transport", key_transport), ("--compress", compress),
                            ("--cte", cte), ("--content-type", content_type)):
            if value:
                words += [name, value]
        if allow_weak or digest in WEAK or cipher in WEAK:
            words += ["--allow-weak"]
        return self(*words, *more, **options)

    def decode(self, source, target, *, keys=(), certificates=(), trust=None, allow_weak=False, report=None, more=(), **options):
        words = ["smime", "decode", "-i", source, "-o", target]
        for key in keys:
            words += ["--key", key.both]
        for certificate in certificates:
            words += ["--cert", certificate.certificate]
        words += ["--trust", trust] if trust else ["--no-chain"]
        if allow_weak:
            words += ["--allow-weak"]
        if report:
            words += ["--report", report]
        return self(*words, *more, **options)


def must(done):
    """The process, when it ended well; else everything it said."""
    assert done.returncode == 0, f"status {done.returncode}: {done.stderr.strip()}"
    return done


def read_report(path):
    return json.loads(pathlib.Path(path).read_text())


@dataclasses.dataclass(frozen=True)
class Measured:
    returncode: int
    stderr: str
    seconds: float  # wall time
    peak_kib: int  # resident memory at its highest
    cpu_seconds: float


def measured(words, *, stdin=None, timeout=600, environment=None):
    """Runs a program for its figures; its standard output is dropped. `stdin` is an open file."""
    with tempfile.NamedTemporaryFile() as result, tempfile.TemporaryFile() as errors:
        subprocess.run(["/usr/bin/python3", "-S", "-E", ROOT / "tests" / "support" / "measure.py", result.name, *map(str, words)],
                       stdin=stdin or subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, timeout=timeout,
                       env=dict(os.environ, **(environment or {})), check=True)
        errors.seek(0)
        status, seconds, peak, cpu = result.read().split()
        return Measured(int(status), errors.read().decode("utf-8", "replace"), float(seconds), int(peak), float(cpu))
