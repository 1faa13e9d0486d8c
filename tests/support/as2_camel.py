"""Camel AS2: its endpoints in one Camel context."""
import urllib.parse

from support.as2_peers import NO_GCM_TO, OUR_NAME, PASSWORD, WEAK_BY_NOBODY, Cannot, JavaPeer, Outcome, Terms

CIPHERS = {"3des": "DES_EDE3_CBC"}
# (signed, encrypted, compressed) as its message structures are called.
STRUCTURES = {(False, False, ""): "PLAIN", (True, False, ""): "SIGNED", (False, True, ""): "ENCRYPTED",
              (True, True, ""): "SIGNED_ENCRYPTED",
              (False, False, "before"): "PLAIN_COMPRESSED", (True, False, "before"): "SIGNED_COMPRESSED",
              (True, False, "after"): "COMPRESSED_SIGNED", (False, True, "before"): "ENCRYPTED_COMPRESSED",
              (True, True, "before"): "ENCRYPTED_SIGNED_COMPRESSED", (True, True, "after"): "ENCRYPTED_COMPRESSED_SIGNED"}


class Camel(JavaPeer):
    name, title, version, preset = "camel", "Camel AS2", "4.17.0", "camel"
    source, main = "CamelPeer.java", "CamelPeer"
    heap = "3g"  # it holds a message many times over, and says that it could not decrypt when memory ends
    content_type = "application/edi-x12"  # it takes no other than those of EDI, XML and text
    ciphers = ("aes128-cbc", "aes256-cbc", "3des", "aes128-gcm", "aes256-gcm")
    oaep = ("to",)
    # Its asynchronous receipts have no AS2-From and no AS2-To.
    cannot = (Cannot("from", WEAK_BY_NOBODY, "decryption"), NO_GCM_TO,
              *(Cannot("to", Terms(sign=False, mdn="async", signed_mdn=signed, chunked=False), "has no AS2-From")
                for signed in (True, False)))
    lacks = {"taking 50 MiB": "not tried: under load its reader loses octets (invalid long form definite-length); of what the kernel took "
                               "from us in such a run, openssl decrypts and verifies every octet",
             "taking other documents than of EDI, XML and text": "Unsupported entity content type, without a receipt",
             "the file name of what it receives": "its consumer hands on the document only",
             "sending RSA-OAEP": "no setting for it", "sending chunked": "always sends Content-Length",
             "sending compressed after encrypting": "no message structure for it"}

    @classmethod
    def able(cls, cell, direction):
        terms = cell.terms
        if direction == "to":
            # 50 MiB to it fail in some runs and work in others, though every octet was sent as it should be.
            return not terms.cipher.endswith("gcm") and terms.mdn != "async" and cell.size < 1 << 20
        return not terms.chunked and (terms.sign or terms.compress != "after")

    @staticmethod
    def keeps_file_name(terms):
        return False

    def start(self):
        self.keystore(self.folder / "keys.p12")
        return self.launch()

    def words(self):
        url = urllib.parse.urlsplit(self.url)
        return [self.folder / "keys.p12", PASSWORD, self.ours.certificate, self.port, self.mdn_port, self.inbox, url.hostname,
                url.port, OUR_NAME]

    def target(self, terms):
        paths = {(True, True): "both", (True, False): "signed", (False, True): "encrypted", (False, False): "plain"}
        path = paths[terms.sign, bool(terms.cipher)]
        return f"http://127.0.0.1:{self.port}/{path}"

    def send(self, terms, path, file_name):
        since, name = len(self.events), self.as2_name(terms)
        structure = STRUCTURES[terms.sign, bool(terms.cipher), terms.compress]
        cipher = CIPHERS.get(terms.cipher, terms.cipher.upper().replace("-", "_"))
        self.tell("send", name, structure, cipher, terms.mdn, terms.signed_mdn, file_name, path)
        message_id, mic = self.event(lambda words: words[:2] == ["sent", name], since)[2:]
        if mic.startswith("failed") or terms.mdn == "none":
            return Outcome(not mic.startswith("failed"), mic)
        receipt = self.event(lambda words: words[0] == "receipt" and words[1] in (message_id, ""), since)
        disposition, received = receipt[2:]
        wanted = "signed" if terms.signed_mdn else "unsigned"
        return Outcome(disposition.lower() == f"processed {wanted}", f"{disposition}; MIC {received}, its own {mic}")
