#!/usr/bin/python3
"""Two companies exchange an order through two gateways on this machine, and a forger tries the same.

usage: demo.py --program FILE [--keep]      --keep leaves the scratch folder behind
"""
import argparse
import email
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

from company import Authority, Failed, Gateway, Wire, post, run, thumbprint, wait_for

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = pathlib.Path(os.environ.get("SEALGATE_VECTORS", HERE.parent.parent / "shared" / "vectors"))
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
SCENES = 6


def paint(text, code):
    return f"\x1b[{code}m{text}\x1b[0m" if COLOUR else text


def scene(number, title):
    print(f"\n{paint(f'[{number}/{SCENES}]', '36')} {paint(title, '1')}")


def say(text):
    print(f"      {text}")


def show(text):
    for line in text.rstrip("\n").splitlines():
        print(f"      {paint('│', '2')} {line}")


def good(text):
    print(f"      {paint('✓', '32')} {text}")


class Demo:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.contoso = Gateway(program, folder / "contoso")
        self.fabrikam = Gateway(program, folder / "fabrikam")
        self.values = {"FOLDER": str(folder)}
        self.wire = None
        for name in ("contoso/orders", "fabrikam/warehouse", "fabrikam/mail", "fabrikam/letters"):
            (folder / name).mkdir(parents=True)

    def stop(self):
        self.contoso.stop()
        self.fabrikam.stop()
        if self.wire:
            self.wire.stop()

    def certificates(self):
        scene(1, "Two companies get their certificates")
        self.contoso_ca = Authority(self.folder / "contoso-ca", "Contoso Root")
        self.fabrikam_ca = Authority(self.folder / "fabrikam-ca", "Fabrikam Root")
        self.contoso_cert, self.contoso_key = self.contoso_ca.issue("Contoso Orders", "Contoso Ltd", "orders@contoso.example")
        self.fabrikam_cert, self.fabrikam_key = self.fabrikam_ca.issue("Fabrikam EDI", "Fabrikam Inc", "edi@fabrikam.example")
        self.values["CONTOSO_THUMBPRINT"] = thumbprint(self.contoso_cert)
        self.values["FABRIKAM_THUMBPRINT"] = thumbprint(self.fabrikam_cert)
        say(f"Contoso signs with  {self.values['CONTOSO_THUMBPRINT']}")
        say(f"Fabrikam opens with {self.values['FABRIKAM_THUMBPRINT']}")
        roots = [self.contoso_ca.certificate, self.fabrikam_ca.certificate]
        lists = [self.contoso_ca.crl, self.fabrikam_ca.crl]
        for gateway, account, own, partner in (
                (self.contoso, "contoso", (self.contoso_cert, self.contoso_key), self.fabrikam_cert),
                (self.fabrikam, "fabrikam", (self.fabrikam_cert, self.fabrikam_key), self.contoso_cert)):
            gateway("cert", "import", *own, "--account", account)
            gateway("cert", "import", partner)
            gateway("cert", "import", *roots, "--trust-roots")
            gateway("cert", "import", *lists)
        good("each has its own key, the other's certificate, both authorities and their revocation lists")
        show(self.fabrikam("cert", "list", "--account", "fabrikam"))

    def gateways(self):
        scene(2, "Two gateways start")
        self.wire = Wire(self.fabrikam.port)
        self.values["WIRE_URL"] = self.wire.url
        show(self.contoso.apply(HERE / "contoso.yaml", self.values))
        show(self.fabrikam.apply(HERE / "fabrikam.yaml", self.values))
        self.contoso.start()
        self.fabrikam.start()
        good(f"Contoso listens on 127.0.0.1:{self.contoso.port}, Fabrikam on 127.0.0.1:{self.fabrikam.port}; "
             "a recorder sits on the wire between them")

    def order(self):
        scene(3, "Contoso's ERP writes an order into a folder")
        text = (HERE / "order.xml").read_bytes()
        hidden = self.folder / "contoso/orders/.order-4711.xml"
        hidden.write_bytes(text)
        start = time.monotonic()
        hidden.rename(self.folder / "contoso/orders/order-4711.xml")
        arrived = wait_for("the order in Fabrikam's warehouse", lambda: list((self.folder / "fabrikam/warehouse").glob("order-*.xml")))[0]
        say(f"{time.monotonic() - start:.2f} s later, in Fabrikam's warehouse: {arrived.name}")
        if arrived.read_bytes() != text:
            raise Failed("the order that arrived is another one")
        good(f"the same {len(text)} bytes: signed and encrypted by Contoso, sent by HTTP, opened, verified, found to be Contoso's, routed")
        wait_for("the original to be taken away", lambda: not list((self.folder / "contoso/orders").iterdir()))
        good("the file left Contoso's folder when the message was safe in the box, not before")
        show(self.fabrikam("message", "list", "--limit", "5"))

    def proof(self):
        scene(4, "The proof: what went over the wire, opened by openssl")
        headers, body = self.wire.requests[0]
        fields = {name.lower(): value for name, value in headers}
        mail = self.folder / "wire.eml"
        mail.write_bytes("".join(f"{name}: {fields[name.lower()]}\r\n" for name in ("MIME-Version", "Content-Type", "Content-Transfer-Encoding")
                                 if name.lower() in fields).encode() + b"\r\n" + body)
        show(run(self.program, "smime", "inspect", "-i", mail, "--key", self.fabrikam_key, "--cert", self.fabrikam_cert,
                 "--trust", self.contoso_ca.certificate))
        inner, opened = self.folder / "signed.eml", self.folder / "opened"
        decrypt = ["openssl", "cms", "-decrypt", "-in", mail, "-recip", self.fabrikam_cert, "-inkey", self.fabrikam_key, "-out", inner]
        run(*decrypt)
        # openssl's own MIME reader wants base64 around a signature; inside a message we keep it binary.
        head, _, der = inner.read_bytes().partition(b"\r\n\r\n")
        form = ["-in", inner]
        if b"binary" in head.lower():
            raw = self.folder / "signed.der"
            raw.write_bytes(der)
            form = ["-inform", "DER", "-in", raw]
        verify = ["openssl", "cms", "-verify", "-binary", *form, "-CAfile", self.contoso_ca.certificate, "-out", opened]
        run(*verify)
        say("$ openssl cms -decrypt -in wire.eml -recip fabrikam.pem -inkey fabrikam.key | openssl cms -verify -CAfile contoso-root.pem")
        order = email.message_from_bytes(opened.read_bytes()).get_payload(decode=True)
        show(order.decode())
        if order != (HERE / "order.xml").read_bytes():
            raise Failed("openssl found another order in there")
        good("openssl's own CMS reader finds Contoso's order and a good signature of Contoso in the same bytes")

    def forgery(self):
        scene(5, "Somebody else signs an order as Contoso")
        forger_ca = Authority(self.folder / "forger-ca", "Contoso Root")
        certificate, key = forger_ca.issue("Contoso Orders", "Contoso Ltd", "orders@contoso.example")
        forged = self.folder / "forged.eml"
        run(self.program, "smime", "encode", "-i", HERE / "order.xml", "-o", forged, "--content-type", "application/xml", "--sign", "opaque",
            "--signer", certificate, "--signer-key", key, "--encrypt-to", self.fabrikam_cert)
        head, _, body = forged.read_bytes().partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n"))
        say("every name is right: subject, issuer, mail address. Only the key is not Contoso's.")
        status, _, answer = post(f"127.0.0.1:{self.fabrikam.port}", "/partners", body, headers)
        say(f"POST /partners: {status} {answer.decode().strip()}")
        rows = wait_for("the suspended message", lambda: json.loads(self.fabrikam("message", "list", "--state", "suspended", "-o", "json")))
        show(self.fabrikam("message", "list", "--state", "suspended"))
        # The first block says what is wrong and what to do; the context and the parts follow it.
        show(self.fabrikam("message", "show", rows[0]["id"]).split("\n\n")[0])
        if len(list((self.folder / "fabrikam/warehouse").iterdir())) != 1:
            raise Failed("the forged order reached the warehouse")
        good("suspended with its reason; nothing reached the warehouse, and its plaintext was never readable")

    def recorded(self):
        scene(6, "A message recorded from another product")
        nss = VECTORS / "nss-thunderbird"
        mail = nss / "smime" / "alice.dsig.SHA256.multipart.env.eml"
        if not mail.is_file():
            say(f"left out: no third-party vectors at {VECTORS} (SEALGATE_VECTORS names another place)")
            return
        keys = nss / "pem"
        self.fabrikam("cert", "import", keys / "Bob.cert.pem", keys / "Bob.key.pem", "--account", "fabrikam")
        self.fabrikam("cert", "import", keys / "Alice.cert.pem", "--store", "OtherPeople")
        self.fabrikam("cert", "import", nss / "smime" / "TestCA.pem", "--trust-roots")
        values = dict(self.values, BOB_THUMBPRINT=thumbprint(keys / "Bob.cert.pem"), ALICE_THUMBPRINT=thumbprint(keys / "Alice.cert.pem"))
        show(self.fabrikam.apply(HERE / "recorded.yaml", values))
        say(f"{mail.name}: written by Mozilla's NSS, clear signed by Alice, then encrypted for Bob")
        hidden = self.folder / "fabrikam/mail/.alice.eml"
        shutil.copyfile(mail, hidden)
        hidden.rename(self.folder / "fabrikam/mail/alice.eml")
        letter = wait_for("Alice's letter", lambda: list((self.folder / "fabrikam/letters").glob("letter-*.txt")))[0]
        show(letter.read_text())
        good("opened with Bob's key, verified, found to be Alice's, routed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sealgate-demo-"))
    start = time.monotonic()
    demo = Demo(options.program.resolve(), folder)
    try:
        for part in (demo.certificates, demo.gateways, demo.order, demo.proof, demo.forgery, demo.recorded):
            part()
        print(f"\nAll of it in {time.monotonic() - start:.1f} s, in {folder}{'' if options.keep else ', which is removed now (--keep leaves it)'}.")
        return 0
    except Failed as failure:
        print(f"\n{paint('The demo failed:', '31')} {failure}\nIts folder stays for a look: {folder}", file=sys.stderr)
        options.keep = True
        return 1
    finally:
        demo.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
