"""pyas2lib, in a process of its own."""
import dataclasses
import json
import os

from support.as2_peers import OUR_NAME, PROGRAMS, WEAK_BY_NOBODY, Cannot, Outcome, Process, Terms, folder_of


class Pyas2(Process):
    name, title, version, preset = "pyas2lib", "pyas2lib", "1.4.4", "pyas2"

    cannot = (Cannot("from", Terms(cipher="aes256-gcm"), "Unsupported Encryption Algorithm aes_256_gcm"),
              Cannot("from", WEAK_BY_NOBODY, "decryption-failed"))
    lacks = {"RSA-OAEP": "its setting is ignored when it sends", "compressed after signing": "compresses before signing only"}

    @classmethod
    def able(cls, cell, direction):
        return direction == "to" or cell.terms.compress != "after"

    def start(self):
        names = {self.as2_name(terms): dataclasses.asdict(terms) for terms in self.terms}
        (self.folder / "peer.json").write_text(json.dumps({
            "key": str(self.theirs.both), "certificate": str(self.ours.certificate), "partner": OUR_NAME, "url": self.url,
            "inbox": str(self.folder / "inbox"), "names": names}))
        return self.launch()

    def command(self):
        return ["/usr/bin/python3", PROGRAMS / "pyas2_peer.py", self.folder / "peer.json"]

    def environment(self):
        return dict(os.environ, PYTHONPATH=str(folder_of(self.name) / "packages"))

    @property
    def target(self):
        return f"http://127.0.0.1:{self.events[0][1]}/"

    def send(self, terms, path, file_name, seconds=120):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, file_name, path)
        wanted = "answered" if terms.mdn == "none" else "receipt"
        words = self.event(lambda words: words[0] in (wanted, "receipt") and words[1] == name, seconds, since)
        return Outcome(words[2] in ("200", "processed"), " ".join(words[2:]).strip())

    def received(self, terms):
        return [(path.name, path.read_bytes()) for path in sorted((self.folder / "inbox" / self.as2_name(terms)).glob("*"))]
