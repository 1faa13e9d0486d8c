"""The peers, each behind the same four verbs on files: sign, verify, encrypt, decrypt.

A verb returns the finished process; what it wrote is at `target`. Signatures and envelopes are DER, so that MIME around
them is the test's own; where a peer reads S/MIME itself (openssl), that is tried in test_payloads.py.
"""
import os
import shutil

from support.program import must, run

LEGACY = ["-provider", "default", "-provider", "legacy"]


class OpenSsl:
    name = "openssl"
    needs = ["openssl"]
    ciphers = {"des": "-des-cbc", "3des": "-des3", "rc2-40": "-rc2-40-cbc", "rc2-64": "-rc2-64-cbc", "rc2-128": "-rc2-cbc",
               "aes128-cbc": "-aes-128-cbc", "aes192-cbc": "-aes-192-cbc", "aes256-cbc": "-aes-256-cbc",
               "aes128-gcm": "-aes-128-gcm", "aes192-gcm": "-aes-192-gcm", "aes256-gcm": "-aes-256-gcm"}

    def __init__(self, folder, pki):
        self.pki = pki

    def sign(self, source, target, signer, digest, detached, pss=False):
        words = ["openssl", "cms", "-sign", "-binary", "-in", source, "-signer", signer.certificate, "-inkey", signer.key,
                 "-md", digest, "-outform", "DER", "-out", target]
        return run(words + ([] if detached else ["-nodetach"]) + (["-keyopt", "rsa_padding_mode:pss"] if pss else []))

    def verify(self, source, target, content=None):
        words = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", source, "-CAfile", self.pki.root, "-out", target]
        return run(words + (["-content", content] if content else []))

    def encrypt(self, source, target, recipient, cipher, oaep=None):
        words = ["openssl", "cms", "-encrypt", *LEGACY, "-binary", "-in", source, self.ciphers[cipher],
                 "-outform", "DER", "-out", target, "-recip", recipient.certificate]
        return run(words + (["-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{oaep}"] if oaep else []))

    def decrypt(self, source, target, recipient):
        return run(["openssl", "cms", "-decrypt", *LEGACY, "-binary", "-inform", "DER", "-in", source, "-out", target,
                    "-recip", recipient.certificate, "-inkey", recipient.key])


class Nss:
    name = "nss"
    needs = ["cmsutil", "certutil", "pk12util"]

    def __init__(self, folder, pki):
        self.pki, self.imported = pki, set()
        self.database = f"sql:{folder}"
        must(run(["certutil", "-N", "-d", self.database, "--empty-password"]))
        must(run(["certutil", "-A", "-d", self.database, "-n", "root", "-t", "CT,C,C", "-i", pki.root]))

    def know(self, identity):
        if identity.name not in self.imported:
            must(run(["pk12util", "-d", self.database, "-i", identity.pkcs12("x"), "-W", "x"]))
            self.imported.add(identity.name)

    def sign(self, source, target, signer, digest, detached, pss=False):
        self.know(signer)
        return run(["cmsutil", "-S", "-d", self.database, "-N", signer.name, "-H", digest.upper(), "-G", "-i", source,
                    "-o", target, *(["-T"] if detached else [])])

    def verify(self, source, target, content=None):
        return run(["cmsutil", "-D", "-d", self.database, "-i", source, "-o", target, *(["-c", content] if content else [])])

    def encrypt(self, source, target, recipient, cipher, oaep=None):
        self.know(recipient)
        return run(["cmsutil", "-E", "-d", self.database, "-r", recipient.mail, "-i", source, "-o", target])

    def decrypt(self, source, target, recipient):
        self.know(recipient)
        return run(["cmsutil", "-D", "-d", self.database, "-i", source, "-o", target])


class Gpgsm:
    name = "gpgsm"
    needs = ["gpgsm", "gpg-agent"]
    ciphers = {"aes128-cbc": "AES", "aes192-cbc": "AES192", "aes256-cbc": "AES256", "3des": "3DES", "des": "DES",
               "rc2-128": "RC2", "aes256-gcm": "AES256.GCM"}
    password = "x"

    def __init__(self, folder, pki):
        self.pki, self.imported = pki, set()
        # The agent's socket has to fit into 108 bytes, which pytest's folders leave no room for.
        self.home = folder / "gnupg"
        self.home.mkdir(mode=0o700)
        (self.home / "gpgsm.conf").write_text("disable-crl-checks\ndisable-dirmngr\nbatch\npinentry-mode loopback\n")
        (self.home / "gpg-agent.conf").write_text("allow-loopback-pinentry\n")
        fingerprint = must(run(["openssl", "x509", "-in", pki.root, "-noout", "-fingerprint", "-sha1"])).stdout.decode()
        (self.home / "trustlist.txt").write_text(fingerprint.split("=")[1].strip() + " S relax\n")
        must(self.call("--import", pki.root))

    def call(self, *words):
        return run(["gpgsm", "--passphrase-fd", "0", *words], stdin=self.password.encode() + b"\n",
                   environment={"GNUPGHOME": str(self.home), "LC_ALL": "C"})

    def stop(self):
        run(["gpgconf", "--kill", "all"], environment={"GNUPGHOME": str(self.home)})

    def know(self, identity, key=True):
        if (identity.name, key) in self.imported:
            return
        if key and identity.kind.startswith("rsa"):
            # gpgsm 2.2 fails to read about one PKCS#12 file in fifty ("decryption failed"); another salt helps.
            for _ in range(5):
                done = self.call("--import", identity.pkcs12(self.password, "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES",
                                                             "-macalg", "sha1", fresh=True))
                if done.returncode == 0:
                    break
            must(done)
        else:
            must(self.call("--import", identity.certificate))
        self.imported.add((identity.name, key))

    def sign(self, source, target, signer, digest, detached, pss=False):
        self.know(signer)
        return self.call("--digest-algo", digest, "--local-user", signer.mail, "-o", target,
                         "--detach-sign" if detached else "--sign", source)

    def verify(self, source, target, content=None):
        # gpgsm writes the content to -o while it verifies an opaque signature; a detached one names the content behind.
        return self.call("--verify", source, content) if content else self.call("-o", target, "--verify", source)

    def encrypt(self, source, target, recipient, cipher, oaep=None):
        self.know(recipient, key=False)
        return self.call("--cipher-algo", self.ciphers[cipher], "--encrypt", "-r", recipient.mail, "-o", target, source)

    def decrypt(self, source, target, recipient):
        self.know(recipient)
        return self.call("-o", target, "--decrypt", source)


PEERS = {peer.name: peer for peer in (OpenSsl, Nss, Gpgsm)}


def missing(peer):
    return [program for program in PEERS[peer].needs if shutil.which(program) is None]


def version(peer):
    words = {"openssl": ["openssl", "version"], "nss": ["dpkg-query", "-W", "-f=NSS ${Version}", "libnss3"],
             "gpgsm": ["gpgsm", "--version"]}[peer]
    done = run(words, environment=dict(os.environ, LC_ALL="C"))
    return done.stdout.decode().splitlines()[0] if done.returncode == 0 and done.stdout else "version unknown"
