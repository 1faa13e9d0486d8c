#!/usr/bin/python3
"""pyas2lib as a partner of the tests: a server of the standard library around its Message and Mdn.

usage: pyas2_peer.py CONFIGURATION.json      (with pyas2lib and oscrypto in PYTHONPATH)
in:    send TAB NAME TAB FILE-NAME TAB PATH
out:   @ready, @answered TAB NAME TAB status, @receipt TAB NAME TAB status TAB detail, @took TAB NAME TAB status TAB detail
"""
import http.client
import http.server
import json
import pathlib
import sys
import threading
import urllib.parse
import uuid

from pyas2lib import Mdn, Message, Organization, Partner



def cipher_of(name):
    """Our name of a cipher as pyas2lib spells it: aes256-cbc is aes_256_cbc."""
    return "tripledes_192_cbc" if name == "3des" else (name or "aes256-cbc").replace("aes", "aes_").replace("-", "_")


def tell(*words):
    line = "@" + "\t".join(str(word) for word in words).replace("\r", " ").replace("\n", " ") + "\n"
    sys.stdout.write(line)
    sys.stdout.flush()


def unfolded(headers):
    return {name: value.replace("\r", "").replace("\n", "") for name, value in headers.items()}


class Peer:
    def __init__(self, configuration):
        self.configuration, self.sent = configuration, {}
        self.key = pathlib.Path(configuration["key"]).read_bytes()
        self.partner_certificate = pathlib.Path(configuration["certificate"]).read_bytes()
        self.names = configuration["names"]
        self.mdn_url = ""

    def organization(self, name):
        return Organization(as2_name=name, sign_key=self.key, sign_key_pass="", decrypt_key=self.key, decrypt_key_pass="",
                            mdn_url=self.mdn_url, domain="pyas2.test")

    def partner(self, name):
        """What was agreed on with the gateway for this name of ours."""
        terms = self.names[name]
        return Partner(as2_name=self.configuration["partner"], verify_cert=self.partner_certificate, validate_certs=False,
                       encrypt_cert=self.partner_certificate, sign=terms["sign"], encrypt=bool(terms["cipher"]),
                       enc_alg=cipher_of(terms["cipher"]), compress=bool(terms["compress"]), digest_alg=terms["digest"],
                       mdn_mode=None if terms["mdn"] == "none" else terms["mdn"].upper(),
                       mdn_digest_alg=terms["digest"] if terms["signed_mdn"] else None)

    def send(self, name, file_name, path):
        message = Message(sender=self.organization(name), receiver=self.partner(name))
        message.build(pathlib.Path(path).read_bytes(), filename=file_name, content_type="application/octet-stream")
        self.sent[message.message_id] = (name, message)
        url = urllib.parse.urlsplit(self.configuration["url"])
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
        content = message.content
        pieces = (content[at:at + 65536] for at in range(0, len(content), 65536)) if self.names[name]["chunked"] else content
        connection.request("POST", url.path, pieces, unfolded(message.headers), encode_chunked=self.names[name]["chunked"])
        answer = connection.getresponse()
        body = answer.read()
        tell("answered", name, answer.status)
        if self.names[name]["mdn"] == "sync":
            self.judge("".join(f"{key}: {value}\r\n" for key, value in answer.getheaders()).encode() + b"\r\n" + body)

    def judge(self, raw):
        mdn, name = Mdn(), "?"

        def find(message_id, _recipient):
            nonlocal name
            name, message = self.sent.get(message_id, ("?", None))
            return message

        status, detail = mdn.parse(raw, find)
        tell("receipt", name, status, detail or "")

    def take(self, raw, name):
        """(headers, body) of the answer."""
        message = Message()
        status, (error, _), mdn = message.parse(raw, self.organization, lambda _: self.partner(name), lambda *_: False)
        if status == "processed":
            folder = pathlib.Path(self.configuration["inbox"]) / name
            folder.mkdir(parents=True, exist_ok=True)
            part = folder.parent / f"{uuid.uuid4()}.part"
            part.write_bytes(message.content)
            part.rename(folder / (message.payload.get_filename() or f"{uuid.uuid4()}"))
        tell("took", name, status, error or "")
        if mdn is None:
            return {}, b""
        if mdn.mdn_mode == "SYNC":
            return unfolded(mdn.headers), mdn.content
        threading.Thread(target=self.deliver, args=(mdn,), daemon=True).start()
        return {}, b""

    @staticmethod
    def deliver(mdn):
        url = urllib.parse.urlsplit(mdn.mdn_url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        connection.request("POST", url.path, mdn.content, unfolded(mdn.headers))
        connection.getresponse().read()


def body_of(request):
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.rfile.read(int(request.headers["Content-Length"]))
    pieces = []
    while size := int(request.rfile.readline().split(b";")[0], 16):
        pieces.append(request.rfile.read(size))
        request.rfile.readline()
    request.rfile.readline()
    return b"".join(pieces)


def main():
    peer = Peer(json.loads(pathlib.Path(sys.argv[1]).read_text()))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            fields = str(self.headers).replace("\r\n", "\n").rstrip("\n").replace("\n", "\r\n")
            raw = fields.encode() + b"\r\n\r\n" + body_of(self)
            headers, body = {}, b""
            if self.path == "/receipts":
                peer.judge(raw)
            else:
                headers, body = peer.take(raw, self.headers["AS2-To"].strip('"'))
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", peer.configuration["port"]), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    peer.mdn_url = f"http://127.0.0.1:{peer.configuration['port']}/receipts"
    tell("ready")
    for line in sys.stdin:
        _, name, file_name, path = line.rstrip("\n").split("\t")
        try:
            peer.send(name, file_name, path)
        except Exception as error:
            tell("receipt", name, "failed", repr(error))


if __name__ == "__main__":
    main()
