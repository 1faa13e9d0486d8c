"""libas2, in a process of node's."""
import dataclasses
import json
import os

from support.as2_peers import NO_GCM_TO, OUR_NAME, PROGRAMS, WEAK_BY_NOBODY, Cannot, Outcome, Process, Terms, folder_of


class LibAs2(Process):
    name, title, version = "libas2", "libas2", "0.8.2"
    compatibility = {"takes_gcm": False, "receipts_without_mic": True, "transfer_encoding": "base64"}
    # Its parameters of AES-GCM are a bare nonce in an EnvelopedData: neither RFC 5084 nor what BouncyCastle writes.
    cannot = (Cannot("from", Terms(cipher="aes256-gcm"), "refused"), Cannot("from", WEAK_BY_NOBODY, "refused"),
              # It signs its receipts over other bytes than it writes.
              *(Cannot("to", Terms(mdn=mdn), "bad-signature") for mdn in ("sync", "async")), NO_GCM_TO)
    oaep = ("to",)

    lacks = {"taking plain binary documents": "its parser changes them", "compression": "does not have it",
             "asking for unsigned receipts": "without a wish it asks for signed ones"}

    @classmethod
    def able(cls, cell, direction):
        terms = cell.terms
        if direction == "to":  # its parser changes documents that nothing seals
            return not terms.compress and bool(terms.sign or terms.cipher) and (not terms.signed_mdn or terms.mdn == "none")
        return not terms.compress and (terms.signed_mdn or terms.mdn == "none")

    def start(self):
        names = {self.as2_name(terms): dataclasses.asdict(terms) for terms in self.terms}
        (self.folder / "peer.json").write_text(json.dumps({
            "key": str(self.theirs.key), "certificate": str(self.theirs.certificate),
            "partner_certificate": str(self.ours.certificate), "partner": OUR_NAME, "url": self.url, "port": self.port,
            "inbox": str(self.inbox), "names": names}))
        return self.launch()

    def command(self):
        # libas2 decrypts by PKCS #1 v1.5, which node leaves out otherwise.
        return ["node", "--security-revert=CVE-2023-46809", PROGRAMS / "libas2_peer.js", self.folder / "peer.json"]

    def environment(self):
        return dict(os.environ, NODE_PATH=str(folder_of(self.name) / "node_modules"))

    def send(self, terms, path, file_name):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, file_name, path)
        wanted = "answered" if terms.mdn == "none" else "receipt"
        words = self.event(lambda words: words[0] in (wanted, "receipt") and words[1] == name, since)
        return Outcome(words[2] == "200" or words[2].startswith("processed") and "mismatch" not in words[2], words[2])
