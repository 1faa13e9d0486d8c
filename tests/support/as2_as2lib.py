"""as2-lib, and phase2 that it became: its client and its receivers."""
from support.as2_peers import NO_GCM_TO, OUR_NAME, PASSWORD, WEAK_BY_NOBODY, Cannot, JavaPeer, Outcome, Terms


class As2Lib(JavaPeer):
    name, title, version, preset = "as2-lib", "as2-lib", "5.1.7", "as2-lib"
    source, main = "As2LibPeer.java", "As2LibPeer"
    lacks = {"sending RSA-OAEP": "no setting for it", "sending chunked": "always sends Content-Length"}
    # Told to compress before signing, it digests what it has compressed also where it does not sign, unlike RFC 5402 4.
    cannot = (Cannot("from", Terms(sign=False, compress="before", chunked=False), "mismatch"),
              Cannot("from", WEAK_BY_NOBODY, "decryption-failed"),
              # What is neither signed, encrypted nor compressed, and comes chunked, it stores, and then digests nothing of it.
              Cannot("to", Terms(sign=False, cipher=""), "received something else"), NO_GCM_TO)
    oaep = ("to",)
    ciphers = ("aes128-cbc", "aes256-cbc", "3des", "aes128-gcm", "aes256-gcm")

    @classmethod
    def able(cls, cell, direction):
        terms = cell.terms
        if direction == "to":
            plain = not terms.sign and not terms.cipher and not terms.compress
            return not terms.cipher.endswith("gcm") and not (plain and terms.chunked and terms.mdn != "none")
        return not terms.chunked and (terms.sign or terms.compress != "before" or terms.mdn == "none")

    def start(self):
        self.keystore(self.folder / "keys.p12")
        (self.folder / "names").write_text("".join(
            "\t".join(map(str, (self.as2_name(one), one.sign, one.cipher, one.compress, one.mdn, one.signed_mdn))) + "\n"
            for one in self.terms))
        return self.launch()

    def words(self):
        return [self.folder / "keys.p12", PASSWORD, self.port, self.mdn_port, self.folder, self.url, OUR_NAME,
                self.folder / "names"]

    def send(self, terms, path, file_name):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, file_name, path)
        message_id, said = self.event(lambda words: words[:2] == ["sent", name], since)[2:]
        if said.startswith("failed") or terms.mdn == "none":
            return Outcome(not said.startswith("failed"), said or "sent")
        mic = self.event(lambda words: words[:2] == ["mic", message_id], since)[2]
        return Outcome(mic == "matched" and "error" not in said, f"{said} {mic}".strip())


class Phase2(As2Lib):
    """The same program, compiled against the packages' new names."""

    name, title, version, preset = "phase2", "phase2", "6.0.0", "phase2"
    like = "as2-lib"
    renamed = {"com.helger.as2lib": "com.helger.phase2", "com.helger.commons.collection.attr": "com.helger.typeconvert.collection",
               "com.helger.commons.state": "com.helger.base.state"}
    # It digests what came before it opens it; what came chunked it can read only once.
    cannot = (*(one for one in As2Lib.cannot if one.direction == "from"), NO_GCM_TO,
              Cannot("to", Terms(), "decryption-failed", about="framing"))

    @classmethod
    def able(cls, cell, direction):
        return not (direction == "to" and cell.terms.chunked) and super().able(cell, direction)
