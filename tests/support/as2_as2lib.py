"""as2-lib and phase2, its next line: the client and the receivers of the library."""
from support.as2_peers import OUR_NAME, PASSWORD, WEAK_BY_NOBODY, Cannot, JavaPeer, Outcome, Terms
from support.gateway import free_port


class As2Lib(JavaPeer):
    name, title, version, preset = "as2-lib", "as2-lib", "5.1.7", "as2-lib"
    source, main = "As2LibPeer.java", "As2LibPeer"
    lacks = {"from, chunked": "always sends Content-Length"}
    # Told to compress before signing, it digests what it has compressed also where it does not sign, unlike RFC 5402 4.
    cannot = (Cannot("from", Terms(sign=False, compress="before", chunked=False), "mismatch"),
              Cannot("from", WEAK_BY_NOBODY, "decryption-failed"))

    @classmethod
    def able(cls, cell, direction):
        terms = cell.terms
        return direction == "to" or not terms.chunked and (terms.sign or terms.compress != "before" or terms.mdn == "none")

    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self.port, self.mdn_port = free_port(), free_port()

    @property
    def target(self):
        return f"http://127.0.0.1:{self.port}/"

    def start(self):
        self.keystore(self.folder / "keys.p12")
        (self.folder / "names").write_text("".join(
            "\t".join(str(word) for word in (self.as2_name(terms), terms.sign, terms.cipher, terms.compress, terms.mdn, terms.signed_mdn)) + "\n"
            for terms in self.terms))
        return self.launch()

    def words(self):
        return [self.folder / "keys.p12", PASSWORD, self.port, self.mdn_port, self.folder, self.url, OUR_NAME, self.folder / "names"]

    def send(self, terms, path, file_name, seconds=60):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, file_name, path)
        message_id, said = self.event(lambda words: words[:2] == ["sent", name], seconds, since)[2:]
        if said.startswith("failed") or terms.mdn == "none":
            return Outcome(not said.startswith("failed"), said or "sent")
        mic = self.event(lambda words: words[:2] == ["mic", message_id], seconds, since)[2]
        return Outcome(mic == "matched" and "error" not in said, f"{said} {mic}".strip())

    def received(self, terms):
        return [(path.name, path.read_bytes()) for path in sorted((self.folder / "inbox" / self.as2_name(terms)).glob("*"))]
