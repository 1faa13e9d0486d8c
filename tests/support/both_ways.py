"""One command on a store and through the API of the gateway that serves it."""
import hashlib
import ssl
import subprocess

from support.program import run


class Both:
    def __init__(self, administered, folder):
        self.administered, self.gateway = administered, administered.gateway
        self.token_file = folder / "token"
        self.token_file.write_text(administered.api.token + "\n")
        self.token_file.chmod(0o600)
        self.certificate = administered.gateway.data / "api" / "tls.pem"
        self.url = f"https://localhost:{administered.api.port}"

    def on_store(self, *words, **options):
        return run([self.gateway.program, *words, "--data", self.gateway.data], **options)

    def by_api(self, *words, token_file=None, more=(), **options):
        trust = list(more) or ["--ca-file", self.certificate]
        return run([self.gateway.program, *words, "--api", self.url, "--token-file", token_file or self.token_file, *trust], **options)


def told(done):
    return done.returncode, done.stdout.decode(), done.stderr


def certificate(folder, name):
    pem = folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-out", pem,
                    "-keyout", folder / f"{name}.key", "-addext", "basicConstraints=critical,CA:FALSE", "-days", "30"], check=True, capture_output=True)
    return pem


def thumbprint(pem):
    return hashlib.sha1(ssl.PEM_cert_to_DER_cert(pem.read_text())).hexdigest()
