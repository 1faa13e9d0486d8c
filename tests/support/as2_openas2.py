"""OpenAS2: its server, its configuration files, and its own tracking of messages."""
import xml.sax.saxutils

from support.as2_peers import NO_GCM_TO, NO_OAEP_TO, OUR_NAME, PASSWORD, WEAK_BY_NOBODY, Cannot, JavaPeer, Outcome, Terms

CIPHERS = {"aes128-cbc": "AES128", "aes192-cbc": "AES192", "aes256-cbc": "AES256", "3des": "3DES"}
DIGESTS = {"sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
DONE = {"msg_sent_mdn_received_ok": True, "msg_sent_mdn_received_error": False, "msg_sent_mdn_received_mic_mismatch": False,
        "msg_send_fail": False, "msg_send_fail_resend_queued": False, "msg_send_exception": False}
NO_CHUNKS_BELOW = 1 << 30
SIGNED_RECEIPT = "signed-receipt-protocol=optional, pkcs7-signature"


def quoted(text):
    return xml.sax.saxutils.quoteattr(str(text))


def element(tag, inner=(), **attributes):
    said = "".join(f" {key}={quoted(value)}" for key, value in attributes.items())
    return f"<{tag}{said}>{''.join(inner)}</{tag}>"


def module(kind, **attributes):
    return element("module", classname=f"org.openas2.processor.{kind}", **attributes)


class OpenAs2(JavaPeer):
    """`heap` and `flags` may be set before start(); `tracking` off saves its lines (nothing can be sent then)."""

    name, title, version, preset = "openas2", "OpenAS2", "2.10.1", "openas2"
    source, main = "OpenAs2Peer.java", "org.openas2.processor.receiver.OpenAs2Peer"
    tracking = True
    # It digests what is only compressed without its MIME header, unlike RFC 5402 4.
    cannot = (Cannot("from", Terms(cipher="aes256-gcm"), "AES256-GCM"),
              Cannot("from", Terms(sign=False, cipher="", compress="before"), "MIC not matched"),
              Cannot("from", WEAK_BY_NOBODY, "decryption-failed"), NO_GCM_TO, NO_OAEP_TO)
    lacks = {"sending RSA-OAEP": "no setting for it"}

    @classmethod
    def able(cls, cell, direction):
        terms = cell.terms
        unsealed = not terms.sign and not terms.cipher
        return not (unsealed and terms.compress and terms.mdn != "none" and terms.signed_mdn)

    def __init__(self, *words, **options):
        super().__init__(*words, **options)
        self.inbox = self.folder / "data" / "inbox"

    @staticmethod
    def sends_file_name(terms):
        """In the header of the sealed part; without one, its HTTP header says "attachment" and no more."""
        return bool(terms.sign or terms.cipher or terms.compress)

    @staticmethod
    def keeps_file_name(terms):
        """It does not look at that of the HTTP header."""
        return OpenAs2.sends_file_name(terms)

    def start(self):
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        self.keystore(config / "keys.p12")
        (config / "partnerships.xml").write_text(self.partnerships())
        (config / "config.xml").write_text(self.configuration())
        return self.launch()

    def words(self):
        return [self.folder / "config" / "config.xml"]

    def configuration(self):
        data = self.folder / "data"
        tracking = [element("module", classname=f"{self.main}$Tracking")] if self.tracking else []
        modules = tracking + [
            module("sender.AS2SenderModule"), module("sender.MDNSenderModule"),
            module("storage.MDNFileModule", filename=f"{data}/mdn/$rand.UUID$", protocol="as2", tempdir=f"{data}/tmp"),
            module("storage.MessageFileModule", protocol="as2", tempdir=f"{data}/tmp",
                   filename=f"{self.inbox}/$msg.receiver.as2_id$/$msg.content-disposition.filename$"),
            module("receiver.AS2ReceiverModule", address="127.0.0.1", port=self.port, errordir=f"{data}/errors",
                   errorformat="sender.as2_id, receiver.as2_id, headers.message-id"),
            module("receiver.AS2MDNReceiverModule", address="127.0.0.1", port=self.mdn_port),
            module("receiver.AS2DirectoryPollingModule", outboxdir=f"{data}/out", errordir=f"{data}/unsent", interval=86400,
                   defaults="sender.as2_id=nobody, receiver.as2_id=nobody", sendfilename="true", mimetype="application/edi-x12")]
        return element("openas2", [
            element("properties", storageBaseDir=data, log_date_format="yyyy-MM-dd HH:mm:ss.SSS",
                    sql_timestamp_format="yyyy-MM-dd HH:mm:ss.SSS"),
            element("certificates", classname="org.openas2.cert.PKCS12CertificateFactory", identifier="as2_certs",
                    filename=self.folder / "config" / "keys.p12", password=PASSWORD, interval=86400),
            element("processor", modules, classname="org.openas2.processor.DefaultProcessor", pendingmdn=f"{data}/pending",
                    pendingmdninfo=f"{data}/pendinginfo", resend_max_retries=0),
            element("partnerships", classname="org.openas2.partner.XMLPartnershipFactory",
                    filename=self.folder / "config" / "partnerships.xml", interval=86400)])

    def partnerships(self):
        made = [element("partner", name="us", as2_id=OUR_NAME, x509_alias="sealgate", email="as2@sealgate.test")]
        for terms in self.terms:
            name = self.as2_name(terms)
            made.append(element("partner", name=name, as2_id=name, x509_alias="peer", email="as2@openas2.test"))
            made.append(self.partnership(name, "us", self.attributes(terms)))
            made.append(self.partnership("us", name, {"as2_url": self.url, "subject": "receipt"}))
        return element("partnerships", made)

    @staticmethod
    def partnership(sender, receiver, attributes):
        said = [element("attribute", name=name, value=value) for name, value in {"protocol": "as2", **attributes}.items()]
        return element("partnership", [element("sender", name=sender), element("receiver", name=receiver), *said],
                       name=f"{sender}-{receiver}")

    def attributes(self, terms):
        made = {"as2_url": self.url, "subject": "order", "content_transfer_encoding": "binary", "as2_mdn_options": "none"}
        if terms.mdn != "none":
            made["as2_mdn_to"] = "as2@openas2.test"
            if terms.signed_mdn:
                made["as2_mdn_options"] = f"{SIGNED_RECEIPT}; signed-receipt-micalg=optional, {terms.digest}"
        if terms.mdn == "async":
            made["as2_receipt_option"] = f"http://127.0.0.1:{self.mdn_port}/"
        if terms.sign:
            made["sign"] = DIGESTS[terms.digest]
        if terms.cipher:
            made["encrypt"] = CIPHERS.get(terms.cipher, terms.cipher.upper())
        if terms.compress:
            made.update(compression_type="ZLIB", compression_mode=f"compress-{terms.compress}-signing")
        if not terms.chunked:
            made["no_chunked_max_size"] = NO_CHUNKS_BELOW
        return made

    def send(self, terms, path, file_name):
        since, name = len(self.events), self.as2_name(terms)
        self.tell("send", name, OUR_NAME, file_name, path)
        message_id = self.event(lambda words: words[:3] == ["sent", name, OUR_NAME], since)[3]

        def about(words):
            return words[0] == "state" and (words[4] == message_id or words[2] == name)

        if terms.mdn == "none":
            states = [words[1] for words in self.events[since:] if about(words)]
            good = "msg_send_start" in states and not any(DONE.get(state) is False for state in states)
            return Outcome(good, ", ".join(states))
        state = self.event(lambda words: about(words) and (words[1] in DONE or words[1].startswith("failed")), since)[1]
        return Outcome(DONE.get(state, False), state)
