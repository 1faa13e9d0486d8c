"""A gateway with an agreement for each way of sending, each product started once, and a record of what every cell showed."""
import json
import pathlib

import pytest

import cells
from support import message
from support.artifacts import by_http, documents, group, host, receive_port, send_port
from support.as2_peers import OUR_NAME, PATIENCE
from support.as2_products import PRODUCTS
from support.gateway import Gateway, Recorder
from support.matrix import Matrix, pytest_runtest_makereport  # noqa: F401
from support.program import must
from support.waiting import eventually

MATRIX = Matrix("as2-matrix.json")
WEAK = [{"algorithm": name, "reason": "the matrix tries it", "until": "2099-01-01"} for name in ("3des", "sha1")]


def in_soak(config):
    return config.option.markexpr == "soak"


def wanted_cells(config, name, direction):
    product = PRODUCTS[name]
    fits = lambda cell: product.fits(cell, direction)  # noqa: E731
    return cells.everything(fits) if in_soak(config) else cells.brief(fits) if product.like else cells.covering(fits)


def pytest_generate_tests(metafunc):
    direction = getattr(metafunc.function, "direction", None)
    if direction and "cell" in metafunc.fixturenames:
        pairs = [(name, cell) for name in PRODUCTS for cell in wanted_cells(metafunc.config, name, direction)]
        metafunc.parametrize("name,cell", pairs, ids=[f"{name}-{cell.key}" for name, cell in pairs])
    elif direction:
        refuses = getattr(metafunc.function, "refuses", False)
        cases = [(name, case) for name, product in PRODUCTS.items() for case in product.cannot
                 if case.direction == direction and case.refuses == refuses]
        metafunc.parametrize("name,case", cases, ids=[f"{name}-{case.terms.key}" for name, case in cases])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """One product after the other. In `make soak` these tests have other cells, and are its."""
    here = [item for item in items if item.path.parent == pathlib.Path(__file__).parent]
    order = list(PRODUCTS)
    place = {item: order.index(item.callspec.params["name"]) for item in here}
    items[:] = [item for item in items if item not in place] + sorted(here, key=place.get)
    if in_soak(config):
        for item in here:
            item.add_marker(pytest.mark.soak)


class Exchange:
    """The gateway and the products. `terms` are by the name of the product."""

    def __init__(self, program, folder, pki, terms):
        self.folder, self.terms, self.running = folder, terms, {}
        self.ours = pki.get("rsa", "as2-gateway")
        self.documents = Recorder()
        self.gateway = Gateway(program.path, folder)
        self.peers = {name: PRODUCTS[name](folder / name, ours=self.ours, theirs=pki.get("rsa", f"as2-{name}"), terms=used,
                                           url=f"http://127.0.0.1:{self.gateway.port}/as2") for name, used in terms.items()}
        self.serial = 0
        must(self.gateway("cert", "import", pki.root, "--trust-roots"))
        must(self.gateway("cert", "import", self.ours.both))
        for peer in self.peers.values():
            must(self.gateway("cert", "import", peer.theirs.certificate))
        self.gateway.apply(self.configuration())
        self.gateway.start()

    def configuration(self):
        made = [group(signing_certificates=[self.ours.thumbprint_sha256], revocation={"policy": "off"}),
                host(decryption_certificates=[self.ours.thumbprint_sha256]), {"kind": "Party", "name": "Us"},
                receive_port(by_http("AS2", "/as2", pipeline="AS2Receive")),
                send_port("Documents", self.documents.url, filter="EdiIntAS.IsAS2PayloadMessage == true")]
        for name, peer in self.peers.items():
            made.append({"kind": "Party", "name": name, "weak_algorithms": WEAK,
                         "verification_certificates": [peer.theirs.thumbprint_sha256]})
            for terms, directions in self.terms[name].items():
                made += [self.agreement(peer, terms, directions), *(self.way_out(peer, terms) if "to" in directions else ())]
        return documents(*made)

    @staticmethod
    def way_out(peer, terms):
        """What is posted at /out/NAME goes to that name."""
        name = peer.as2_name(terms)
        return [receive_port(by_http(name, f"/out/{name}"), name=name),
                send_port(name, peer.target(terms), pipeline="AS2Send", filter=f'BTS.ReceivePortName == "{name}"', retry_count=0,
                          encryption_certificates=[peer.theirs.thumbprint_sha256])]

    def agreement(self, peer, terms, directions):
        """What was agreed on, and the product's preset: the matrix shows what the presets are worth."""
        name = peer.as2_name(terms)
        return {"kind": "Agreement", "name": name, "us": {"party": "Us"}, "partner": {"party": peer.name},
                "sending": {"as2_from": OUR_NAME, "as2_to": name, **(self.sending(name, terms) if "to" in directions else {})},
                "receiving": {"require_signature": terms.sign, "require_encryption": bool(terms.cipher),
                              "require_compression": bool(terms.compress),
                              "receipt": {"delivery_hosts": ["127.0.0.1"]}},
                "compatibility": {**({"preset": peer.preset} if peer.preset else peer.compatibility), "chunked": terms.chunked}}

    def sending(self, name, terms):
        receipt = {"mode": terms.mdn, "signed": terms.signed_mdn, "digests": [terms.digest], "resends": 0}
        if terms.mdn == "async":
            receipt["delivery_url"] = f"http://127.0.0.1:{self.gateway.port}/as2"
        made = {"send_ports": [name], "sign": terms.sign, "digest": terms.digest, "encrypt": bool(terms.cipher),
                "receipt": receipt, "file_name_source": "pattern", "file_name": cells.FILE_NAME,
                "key_transport": "rsa-oaep" if terms.oaep else "rsa"}
        if terms.cipher:
            made["encryption_algorithm"] = terms.cipher
        if terms.compress:
            made["compression"] = f"{terms.compress}-signing"
        return made

    def apply(self, *artifacts):
        """The finished command, however it ended."""
        file = self.folder / "more.yaml"
        file.write_text(documents(*artifacts))
        return self.gateway("apply", "-f", file)

    def add(self, *artifacts):
        """These are in force."""
        loaded = lambda: self.gateway.log.read_text().count("configuration loaded")  # noqa: E731
        before = loaded()
        must(self.apply(*artifacts))
        eventually(lambda: loaded() > before, self.gateway.tail)

    def peer(self, name):
        """That product, started; only one runs at a time, since each of them wants memory."""
        if name not in self.running:
            self.stop_peers()
            self.running[name] = self.peers[name].start()
        return self.running[name]

    def stop_peers(self):
        for peer in self.running.values():
            peer.stop()
        self.running.clear()

    def document(self, cell):
        """A file as the cell wants it, as good as never seen before."""
        self.serial += 1
        path = self.folder / f"document-{self.serial}"
        one_octet = bytes([33 + self.serial % 90])
        path.write_bytes(one_octet if cell.size == 1 else message.payload(cell.size, cell.content, seed=self.serial))
        return path

    def delivered(self, digest, before):
        """The context, by name, of the one delivery of this document that came after `before` others."""
        there = self.documents.wait_for(lambda: len(self.documents.arrived[digest]) > before, PATIENCE)
        assert there, f"the document did not arrive: {self.gateway.tail()}"
        identities = self.documents.arrived[digest][before:]
        assert len(identities) == 1, "the document arrived more than once"
        shown = json.loads(must(self.gateway("message", "show", identities[0], "-o", "json")).stdout)
        return {one["name"]: one["value"] for one in shown["message"]["context"]}

    def post(self, peer, terms, content, content_type=None):
        kind = {"Content-Type": content_type or peer.content_type}
        status, _, answer = self.gateway.request("POST", f"/out/{peer.as2_name(terms)}", content, kind)
        assert status in (200, 202), answer

    def listed(self, *words):
        """Work in the gateway, as its command lists it."""
        return json.loads(must(self.gateway("message", "list", *words, "-o", "json")).stdout)

    def newest(self, peer, terms, kind):
        """The work of this kind with the newest message to this name, if there is any."""
        listed = self.listed("--port", peer.as2_name(terms), "--kind", kind, "--limit", "1")
        return listed[-1] if listed else None

    def taken(self, peer, terms):
        """The files that the product has stored for this name, when there is one; fails at once when none will come."""
        def there():
            for kind in ("send", "await"):
                work = self.newest(peer, terms, kind)
                assert not work or work["state"] != "suspended", f"{work}\n{peer.tail()}"
            return peer.stored(terms)
        return eventually(there, lambda: f"{peer.title} has a document: {peer.tail()}\n{self.gateway.tail()}", PATIENCE)

    def fate(self, peer, terms):
        """The work with the newest message to this name, when it is done or given up."""
        def known():
            work = self.newest(peer, terms, "send" if terms.mdn == "none" else "await")
            return work if work and work["state"] in ("completed", "suspended") else None
        return eventually(known, lambda: f"what became of a message to {peer.as2_name(terms)}: {self.gateway.tail()}", PATIENCE)

    def acknowledged(self, peer, terms):
        """Waits until the newest message to this name is; the form of the MIC that matched."""
        work = self.fate(peer, terms)
        assert work["state"] == "completed", f"{work['failure']}\n{peer.tail()}"
        report = must(self.gateway("report", "as2", "-o", "json", "--agreement", peer.as2_name(terms), "--direction", "sent", "--limit", "1"))
        return json.loads(report.stdout)[0]["mic_form"]

    def close(self):
        self.stop_peers()
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()
        self.documents.close()


@pytest.fixture(scope="session")
def exchange(request, sealgate, tmp_path_factory, pki):
    terms = {}
    for item in request.session.items:
        parameters = getattr(item, "callspec", None) and item.callspec.params or {}
        if "name" in parameters:
            used = terms.setdefault(parameters["name"], {})
            what = parameters.get("cell") or parameters.get("case")
            if what and not getattr(what, "refuses", False):  # what we refuse to send is no part of a configuration
                used.setdefault(what.terms, set()).add(item.function.direction)
    made = Exchange(sealgate, tmp_path_factory.mktemp("exchange"), pki, terms)
    yield made
    made.close()


record = MATRIX.fixture()


def pytest_sessionfinish(session):
    MATRIX.write(lambda: {"products": {name: {"title": product.title, "version": product.version, "lacks": product.lacks}
                                       for name, product in PRODUCTS.items()}})
