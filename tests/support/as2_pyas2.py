"""pyas2lib, in a process of its own."""
import dataclasses
import json
import os

from support.as2_peers import (NO_GCM_TO, NO_OAEP_TO, OUR_NAME, PROGRAMS, WEAK_BY_NOBODY, Cannot,
                                Outcome, Process, Terms, folder_of)


class Pyas2(Process):
    name, title, version, preset = "pyas2lib", "pyas2lib", "1.4.4", "pyas2"

    directions = ("from", "to")
    cannot = (Cannot("from", Terms(cipher="aes256-gcm"), "Unsupported Encryption Algorithm aes_256_gcm"),
              Cannot("from", WEAK_BY_NOBODY, "decryption-failed"), NO_GCM_TO, NO_OAEP_TO)
    lacks = {"sending RSA-OAEP": "its setting is ignored when it sends",
             "sending compressed after signing": "compresses before signing only"}

    @classmethod
    def able(cls, cell, direction):
        return direction == "to" or cell.terms.compress != "after"

    def start(self):
        names = {self.as2_name(terms): dataclasses.asdict(terms) for terms in self.terms}
        (self.folder / "peer.json").write_text(json.dumps({
            "key": str(self.theirs.both), "certificate": str(self.ours.certificate), "partner": OUR_NAME, "url": self.url,
            "port": self.port, "inbox": str(self.inbox), "names": names}))
        return self.launch()

    def command(self):
        return ["/usr/bin/python3", PROGRAMS / "pyas2_peer.py", self.folder / "peer.json"]

    def environment(self):
        return dict(os.environ, PYTHONPATH=str(folder_of(self.name) / "packages"))

    def send(self, terms, path, file_name):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, file_name, path)
        wanted = "answered" if terms.mdn == "none" else "receipt"
        words = self.event(lambda words: words[0] in (wanted, "receipt") and words[1] == name, since)
        return Outcome(words[2] in ("200", "processed"), " ".join(words[2:]).strip())
