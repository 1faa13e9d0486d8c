"""The examples with their addresses, folders and thumbprints put in, as their READMEs say."""
import re
import shlex

import pytest

from support.gateway import Gateway, Recorder
from support.message import split
from support.program import ROOT, must
from support.waiting import eventually

EXAMPLES = ROOT / "examples"


def options_of(folder):
    """(words of SEALGATE_OPTIONS without the listener, SEALGATE_STORE) of an example's sealgate.default."""
    text = (EXAMPLES / folder / "sealgate.default").read_text()
    settings = dict(re.findall(r"^(SEALGATE_\w+)=(.*)$", text, re.M))
    words = shlex.split(shlex.split(settings["SEALGATE_OPTIONS"])[0])
    place = words.index("--listen")
    words[place:place + 2] = []
    words[words.index("--api") + 1] = "127.0.0.1:0"
    return words, settings.get("SEALGATE_STORE")


class Company:
    """Us and Contoso: certificates, folders, the example's documents, and what was sent and received."""

    def __init__(self, sealgate, pki, folder):
        self.sealgate, self.pki, self.folder = sealgate, pki, folder
        self.ours, self.contoso = pki.get("rsa", "Our company"), pki.get("rsa", "Contoso")
        self.partner = Recorder(keep=True)
        for name in ("orders", "invoices", "documents"):
            (folder / name).mkdir()

    def set_up(self, gateway):
        """What examples/gateway/README.md tells, step by step."""
        must(gateway("cert", "import", self.ours.certificate, self.ours.key))
        must(gateway("cert", "import", self.contoso.certificate))
        must(gateway("cert", "import", self.pki.root, "--trust-roots"))
        must(gateway("cert", "import", self.pki.revocation_list()))
        for file in (EXAMPLES / "gateway").glob("*.yaml"):
            text = file.read_text()
            for word, value in (("OUR-THUMBPRINT", self.ours.thumbprint), ("CONTOSO-THUMBPRINT", self.contoso.thumbprint),
                                ("/srv/sealgate", str(self.folder)), ("https://b2b.contoso.example/in", self.partner.url)):
                text = text.replace(word, value)
            (self.folder / "documents" / file.name).write_text(text)
        must(gateway("apply", "-f", self.folder / "documents", "--dry-run"))
        must(gateway("apply", "-f", self.folder / "documents"))
        must(gateway("check"))

    def order(self, number):
        """(content, header, body) of an order that Contoso signed and encrypted."""
        content = f"<order number='{number}'/>".encode()
        plain, sealed = self.folder / "order.xml", self.folder / "order.eml"
        plain.write_bytes(content)
        must(self.sealgate.encode(plain, sealed, sign="opaque", signer=self.contoso, encrypt_to=[self.ours],
                                  content_type="application/xml"))
        return content, *split(sealed.read_bytes())

    def orders(self):
        """The contents of what reached the ERP; a file that is being written does not count."""
        return [file.read_bytes() for file in (self.folder / "orders").glob("*.xml")]

    def invoice(self, number):
        hidden = self.folder / "invoices" / f".{number}"
        hidden.write_text(f"<invoice number='{number}'/>")
        hidden.rename(self.folder / "invoices" / f"invoice-{number}.xml")

    def wait_for_invoice(self, number):
        """Until Contoso has it, and can open it."""
        wanted = f"<invoice number='{number}'/>".encode()
        eventually(lambda: wanted in [self.opened(*arrived) for arrived in list(self.partner.bodies)],
                   f"invoice {number} at Contoso")

    def opened(self, headers, body):
        sealed, plain = self.folder / "invoice.eml", self.folder / "invoice.opened"
        fields = "".join(f"{name}: {headers[name]}\r\n" for name in ("MIME-Version", "Content-Type", "Content-Transfer-Encoding")
                         if name in headers)
        sealed.write_bytes(fields.encode() + b"\r\n" + body)
        must(self.sealgate.decode(sealed, plain, keys=[self.contoso], trust=self.pki.root,
                                  more=["--require-signature", "--require-encryption", "--crl", self.pki.revocation_list()]))
        return plain.read_bytes()


@pytest.fixture
def company(sealgate, pki, tmp_path):
    made = Company(sealgate, pki, tmp_path)
    yield made
    made.partner.close()


@pytest.fixture
def gateway_named(company):
    """Makes the gateway of a computer of the example in this folder."""
    def make(name, example, store=None):
        folder = company.folder / f"computer-{name}"
        folder.mkdir()
        words, _ = options_of(example)
        more = ["--host-instance", name] if store else []
        return Gateway(company.sealgate.path, folder, extra=[*words, *more], store=store)
    return make
