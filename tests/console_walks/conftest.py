"""Contoso's gateway as it is before anybody has opened the console, and its partners: Fabrikam, a real web server, and
Tailspin Toys, which takes AS2 behind that server.

The walks get it as one JSON file: addresses, folders, and certificates with their keys.
"""
import json
import pathlib
import tempfile

import pytest

from support.api import PASSWORD, Administered
from support.artifacts import by_http, documents, file_port, group, host, receive_port, send_port
from support.gateway import Gateway
from support.program import must
from support.waiting import eventually
from support.web import Nginx, basic_users, nginx_tls

PARTNERS_PASSWORD = "Xq7-ein-Wort-9"

# Every body goes to a file; the log says in which one, who sent it and by which certificate. nginx keeps a body only
# when it hands it on, so it is its own second server.
PARTNER = """log_format walk escape=json '{"path": "$uri", "user": "$remote_user", "client": "$ssl_client_s_dn", '
  '"from": "$http_as2_from", "to": "$http_as2_to", "type": "$content_type", "encoding": "$http_content_transfer_encoding", "body": "$request_body_file"}';
server { listen 127.0.0.1:@sink@; access_log off; location / { return 200; } }
server { listen 127.0.0.1:@port@;
  access_log walks.log walk; client_max_body_size 0; client_body_in_file_only on;
  location / { proxy_pass http://127.0.0.1:@sink@; }
  location /as2 { proxy_pass TAILSPIN; } }
server { TLS access_log walks.log walk; client_max_body_size 0; client_body_in_file_only on;
  location / { auth_basic "Fabrikam"; auth_basic_user_file users; proxy_pass http://127.0.0.1:@sink@; } }
"""


def from_port(name):
    return f'BTS.ReceivePortName == "{name}"'


def secure_port(port, path, **words):
    """A receive port by HTTP whose messages are opened, and whose sender is looked for."""
    return receive_port(by_http(port, path, pipeline="SMIMEReceive", host="Secure", **words), name=port)


class Tailspin:
    """A partner who takes AS2, signed and encrypted, and signs receipts."""

    def __init__(self, program, folder, pki, identities, arrived):
        folder.mkdir()
        self.gateway = Gateway(program, folder)
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        for name in ("tailspin-encrypt", "tailspin-sign"):
            must(self.gateway("cert", "import", identities[name].both))
        must(self.gateway("cert", "import", identities["contoso-as2"].certificate, "--store", "OtherPeople"))
        decrypts, signs, theirs = (identities[name].thumbprint for name in ("tailspin-encrypt", "tailspin-sign", "contoso-as2"))
        self.gateway.apply(documents(
            group(name="Tailspin", signing_certificates=[signs], revocation={"policy": "off"}),
            host(decryption_certificates=[decrypts]), {"kind": "Party", "name": "Tailspin Toys"},
            {"kind": "Party", "name": "Contoso", "verification_certificates": [theirs]},
            receive_port(by_http("AS2", "/as2", pipeline="AS2Receive"), name="AS2"),
            file_port("Documents", arrived, filter="EdiIntAS.IsAS2PayloadMessage == true"),
            {"kind": "Agreement", "name": "Contoso", "us": {"party": "Tailspin Toys"}, "partner": {"party": "Contoso"},
             "sending": {"as2_from": "TAILSPIN", "as2_to": "CONTOSO", "encrypt": False}}))
        self.gateway.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.gateway.port}"


class World:
    def __init__(self, program, folder, pki):
        self.folder, self.pki = folder, pki
        kinds = {"contoso-decrypt": "keyEncipherment", "contoso-sign": "digitalSignature", "fabrikam-encrypt": "keyEncipherment",
                 "fabrikam-sign": "digitalSignature", "northwind-encrypt": "keyEncipherment", "adatum-encrypt": "keyEncipherment",
                 "tailspin-encrypt": "keyEncipherment", "tailspin-sign": "digitalSignature", "contoso-as2": "digitalSignature"}
        self.identities = {name: pki.get("rsa", name, usage=usage, days=400) for name, usage in kinds.items()}
        self.identities["contoso-client"] = pki.get("rsa", "contoso-client", extended="clientAuth", days=400)
        self.server = pki.get("rsa", "partner-server", extended="serverAuth", address="127.0.0.1")
        files = {"server.pem": self.server.both, "root.pem": pki.root, "users": basic_users(contoso=PARTNERS_PASSWORD)}
        self.tailspin = Tailspin(program, folder / "tailspin", pki, self.identities, self.out("tailspin"))
        tls = nginx_tls("root.pem").replace("@port@", "@tls@")
        self.partner = Nginx(PARTNER.replace("TLS", tls).replace("TAILSPIN", self.tailspin.address), files).start()
        self.administered = Administered(program, folder)
        self.gateway = self.administered.gateway
        self.import_certificates()
        self.gateway.apply(documents(*self.artifacts()))

    def import_certificates(self):
        must(self.gateway("cert", "import", self.pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", self.pki.revocation_list()))
        for name in ("contoso-decrypt", "contoso-client", "contoso-as2"):
            must(self.gateway("cert", "import", self.identities[name].both))
        for name in ("fabrikam-encrypt", "fabrikam-sign", "tailspin-encrypt", "tailspin-sign"):
            must(self.gateway("cert", "import", self.identities[name].certificate, "--store", "OtherPeople"))

    def out(self, name):
        folder = self.folder / "out" / name
        folder.mkdir(parents=True)
        return folder

    def artifacts(self):
        orders = from_port("Orders")
        seals = {"pipeline": "SMIMETransmit"}
        return [group(name="Contoso", description="The walks of the original documents"), host(), host(name="Secure"),
                {"kind": "Party", "name": "Contoso"}, {"kind": "Party", "name": "Fabrikam"},
                {"kind": "Party", "name": "Tailspin Toys", "verification_certificates": [self.identities["tailspin-sign"].thumbprint]},
                receive_port(by_http("For Tailspin", "/tailspin"), name="For Tailspin"),
                receive_port(by_http("Orders", "/orders"), name="Orders"),
                file_port("Orders to Fabrikam", self.out("fabrikam"), filter=orders, party="Fabrikam", **seals),
                send_port("Orders to Fabrikam by HTTP", self.partner.url("/orders"), filter=orders, state="bound", **seals),
                file_port("Signed orders", self.out("signed"), filter=orders, state="bound", **seals),
                file_port("Orders to Northwind", self.out("northwind"), filter=from_port("Northwind"), retry_count=0, **seals),
                receive_port(by_http("Northwind", "/northwind"), name="Northwind"),
                secure_port("Encrypted", "/encrypted"), secure_port("Invoices", "/invoices"),
                secure_port("Queries", "/queries", decoder={"allow_non_mime": True}),
                file_port("Questions", self.out("queries"), filter=from_port("Queries")),
                secure_port("Returns", "/returns"), file_port("Returned", self.out("returned"), filter=from_port("Returns")),
                file_port("Checked", self.out("checked"), filter=None, **seals),
                file_port("Opened", self.out("opened"), filter=from_port("Encrypted"), host="Secure"),
                file_port("Invoices of Fabrikam", self.out("invoices"), filter=from_port("Invoices")),
                receive_port(by_http("SOAP orders", "/soap"), name="SOAP orders"),
                send_port("Orders by SOAP", self.partner.url("/service", "tls", "https"), filter=from_port("SOAP orders"),
                          adapter="SOAP")]

    def start(self):
        self.out("made")
        self.out("backup")
        self.administered.start()
        links = lambda: [word for word in self.gateway.log.read_text().split() if "#invitation=" in word]
        self.link = eventually(links, self.gateway.tail)[0]
        return self

    def describe(self):
        """What the walks are told."""
        certificates = {name: {"certificate": str(one.certificate), "key": str(one.key), "pkcs12": str(one.pkcs12("geheim")),
                               "thumbprint": one.thumbprint, "sha256": one.thumbprint_sha256}
                        for name, one in self.identities.items()}
        return {"invitation": self.link, "password": PASSWORD, "gateway": f"http://127.0.0.1:{self.gateway.port}",
                "folder": str(self.folder), "root": str(self.pki.root), "certificates": certificates,
                "partner": {"password": PARTNERS_PASSWORD, "as2": self.partner.url("/as2"), "folder": str(self.partner.folder),
                            "log": str(self.partner.folder / "walks.log")}}

    def close(self):
        self.administered.close()
        self.partner.close()
        self.tailspin.gateway.kill()


@pytest.fixture(scope="session")
def world(sealgate, pki):
    """The file that describes it, in a folder whose name is fit to be seen in pictures."""
    with tempfile.TemporaryDirectory(prefix="contoso-") as name:
        folder = pathlib.Path(name)
        made = World(sealgate.path, folder, pki)
        try:
            made.start()
            file = folder / "world.json"
            file.write_text(json.dumps(made.describe()))
            yield file
        finally:
            made.close()
