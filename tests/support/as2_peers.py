"""AS2 products that we did not write, as partners: what is agreed with them, and a process that is started and told.

The products come from `tools/as2_peers`. Each has a module here with one class, used as

    with OpenAs2(folder, ours=identity, theirs=identity, url=gateway_url, terms=[...]) as peer:
        outcome = peer.send(terms, path, "order.edi")     # peer -> us: what it thinks of our receipt
        files = peer.stored(terms)                        # us -> peer: paths of what it has stored
"""
import dataclasses
import hashlib
import importlib.machinery
import importlib.util
import os
import pathlib
import shutil
import subprocess
import threading

from support.gateway import free_port
from support.program import ROOT, must, run

OUR_NAME = "SEALGATE"
PASSWORD = "as2-testing"
PROGRAMS = ROOT / "tests" / "as2_peers" / "programs"
PATIENCE = 300  # seconds, on a machine that is busy with other things
LIGHT = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def _fetcher():
    loader = importlib.machinery.SourceFileLoader("as2_peers_fetcher", str(ROOT / "tools" / "as2_peers"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


FETCHER = _fetcher()


@dataclasses.dataclass(frozen=True)
class Terms:
    """One way of sending; an agreement of its own on our side, a partnership of its own on the peer's."""

    sign: bool = True
    cipher: str = "aes256-cbc"  # "" for none
    compress: str = ""  # before, after (the signature); either without one
    mdn: str = "sync"  # none, sync, async
    signed_mdn: bool = True
    chunked: bool = True
    oaep: bool = False
    digest: str = "sha256"

    @property
    def key(self):
        """Short, and good in file names and AS2 names."""
        parts = ["s" if self.sign else "", self.cipher, "oaep" if self.oaep else "", f"z{self.compress}" if self.compress else "",
                 self.mdn + ("" if self.signed_mdn or self.mdn == "none" else "-unsigned"), "" if self.chunked else "length",
                 "" if self.digest == "sha256" else self.digest]
        return "_".join(part for part in parts if part)

    @property
    def protection(self):
        """As a person calls it."""
        plain = " and ".join(word for word, there in (("signed", self.sign), ("encrypted", self.cipher)) if there) or "plain"
        where = {"": "", "before": ", compressed before signing", "after": ", compressed after signing"}[self.compress]
        return plain + (where if self.sign else ", compressed" if where else "")

    @property
    def receipt(self):
        return "none" if self.mdn == "none" else f"{self.mdn}, {'signed' if self.signed_mdn else 'unsigned'}"


@dataclasses.dataclass(frozen=True)
class Outcome:
    good: bool  # the peer is content: with the receipt, or with the answer when it wanted none
    words: str  # its own


@dataclasses.dataclass(frozen=True)
class Cannot:
    """What a product fails at: a part of its own words when it tries, or of ours about what it made of what we sent, or, where
    its preset `refuses` to send that, of ours about the agreement."""

    direction: str  # from it, to it
    terms: Terms
    words: str
    refuses: bool = False
    about: str = ""  # the coordinate, where it is not the one that the terms suggest

    @property
    def what(self):
        """Which coordinate it is about."""
        if self.about:
            return self.about
        if self.direction == "to" and (self.terms.mdn == "async" or self.words == "bad-signature"):
            return "receipt"
        return "cipher" if self.terms.cipher and not self.terms.compress else "layers"


NO_GCM_TO = Cannot("to", Terms(cipher="aes256-gcm"), "AES-GCM", refuses=True)
NO_OAEP_TO = Cannot("to", Terms(oaep=True), "RSA-OAEP", refuses=True)


def folder_of(name):
    """Where the product lies. One that is missing is a failure that says what helps."""
    assert FETCHER.complete(name), (f"the AS2 peer {name} is not at {FETCHER.cache() / name}, or not as it is pinned; run: "
                                    f"tools/setup peers && tools/as2_peers {name}")
    return FETCHER.cache() / name


WEAK_BY_NOBODY = Terms(sign=False, cipher="3des")


class Peer:
    """What all of them have; `terms` are all that will ever be used."""

    name = title = version = preset = ""
    compatibility = {}  # of the agreement, where there is no preset for it
    ciphers = ("aes128-cbc", "aes256-cbc", "3des")
    directions = ("from", "to")  # that are tried
    oaep = ()  # the directions in which it can
    content_type = "application/octet-stream"  # of what it gets
    contents = ("binary", "text-lf", "text-crlf")
    cannot = ()  # Cannot
    like = ""  # another one, so that fewer cells will do outside of the soak
    lacks = {}  # what it has no word for, so that nothing can be tried: {"sends RSA-OAEP": why}

    def __init__(self, folder, ours, theirs, url, terms):
        self.folder, self.ours, self.theirs, self.url, self.terms = pathlib.Path(folder), ours, theirs, url, list(terms)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.mdn_port, self.inbox = free_port(), free_port(), self.folder / "inbox"

    def target(self, terms):
        """Where we send to."""
        return f"http://127.0.0.1:{self.port}/"

    def as2_name(self, terms):
        return f"{self.name}_{terms.key}"

    def stored(self, terms):
        """Paths of what it has stored for this name, oldest first."""
        there = (path for path in (self.inbox / self.as2_name(terms)).glob("*") if path.is_file())
        return sorted(there, key=lambda path: path.stat().st_mtime_ns)

    def forget(self, terms):
        """What it has stored for this name is gone."""
        shutil.rmtree(self.inbox / self.as2_name(terms), ignore_errors=True)

    @classmethod
    def fits(cls, cell, direction):
        """Whether this cell can be expected to work; `direction` is "from" or "to" it."""
        terms = cell.terms
        # Whoever may use a weak cipher is known by the signature only.
        unproven = direction == "from" and terms.cipher == "3des" and not terms.sign
        return (direction in cls.directions and terms.cipher in ("", *cls.ciphers)
                and (not terms.oaep or direction in cls.oaep) and cell.content in cls.contents and not unproven and cls.able(cell, direction))

    @classmethod
    def able(cls, cell, direction):
        """More of the same that is the product's own."""
        return True

    @staticmethod
    def sends_file_name(terms):
        return True

    @staticmethod
    def keeps_file_name(terms):
        """Of what it receives."""
        return True

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Process(Peer):
    """A program that takes lines on standard input and tells events on standard output, each "@word TAB word ..."."""

    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self.process, self.events, self.changed = None, [], threading.Condition()

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def launch(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([str(word) for word in self.command()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=log, cwd=self.folder, env=self.environment(), start_new_session=True)
        threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True).start()
        self.event(lambda words: words[0] == "ready")
        return self

    def _listen(self, stream):
        for line in stream:
            if line.startswith(b"@"):
                with self.changed:
                    self.events.append(line[1:].decode(errors="replace").rstrip("\n").split("\t"))
                    self.changed.notify_all()
        with self.changed:
            self.events.append(["ended"])
            self.changed.notify_all()

    def tell(self, *words):
        self.process.stdin.write(("\t".join(str(word) for word in words) + "\n").encode())
        self.process.stdin.flush()

    def event(self, fits, since=0):
        """The first event from number `since` on that fits."""
        def found():
            for words in self.events[since:]:
                assert words[0] != "ended", f"{self.title} ended: {self.tail()}"
                if fits(words):
                    return words
            return None
        with self.changed:
            words = self.changed.wait_for(found, timeout=PATIENCE)
        assert words, f"not within {PATIENCE} s from {self.title}: {self.events[since:]}; its last words: {self.tail()}"
        return words

    def tail(self, size=3000):
        return (self.folder / "log").read_text(errors="replace")[-size:]

    def stop(self):
        """Standard input ends, and so does the program; by force when it does not."""
        if self.process and self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class JavaPeer(Process):
    """A program of ours in tests/as2_peers/programs, compiled against the product."""

    source = main = ""
    renamed = {}  # packages that are called otherwise here than in the source: {there: here}
    heap = "1g"
    flags = LIGHT

    def classpath(self):
        """By name, since Java takes those of a wildcard in any order, and that decides what works: openas2-server.jar has an
        index that hides the resources of the libraries behind it, among them how JavaMail writes an unsigned receipt."""
        product = folder_of(self.name)
        return ":".join(map(str, [self._compiled(product), *sorted(product.glob("jars/*.jar"))]))

    def _compiled(self, product):
        source = (PROGRAMS / self.source).read_text()
        for there, here in self.renamed.items():
            source = source.replace(f"import {there}.", f"import {here}.")
        target = product / "classes" / hashlib.sha256(source.encode()).hexdigest()[:16]
        if not (target / "complete").exists():
            target.mkdir(parents=True, exist_ok=True)
            (target / self.source).write_text(source)
            must(run(["javac", "-nowarn", "-d", target, "-cp", f"{product}/jars/*", target / self.source]))
            (target / "complete").touch()
        return target

    def command(self):
        return ["java", *self.flags, f"-Xmx{self.heap}", "-Djava.awt.headless=true", "-cp", self.classpath(), self.main,
                *self.words()]

    def words(self):
        return []

    def keystore(self, path, alias="peer", partner="sealgate"):
        """A PKCS#12 with the peer's key and our certificate, old enough for old libraries."""
        must(run(["openssl", "pkcs12", "-export", "-in", self.theirs.certificate, "-inkey", self.theirs.key, "-name", alias,
                  "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1",
                  "-passout", f"pass:{PASSWORD}", "-out", path]))
        must(run(["keytool", "-J-Dkeystore.pkcs12.legacy", "-importcert", "-noprompt", "-alias", partner,
                  "-file", self.ours.certificate, "-keystore", path, "-storetype", "PKCS12", "-storepass", PASSWORD]))
        return path

