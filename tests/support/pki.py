"""A small certificate authority on the openssl program: keys of every kind a peer may have, made when first asked for."""
import dataclasses
import hashlib
import pathlib
import ssl

from support.program import must, run

# What `openssl genpkey` gets for each kind of key. Kinds that cannot sign a request of their own (X25519, DH) get their
# certificate through -force_pubkey.
KINDS = {
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "rsa3072": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
    "ec256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "ec384": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "ec521": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    "ed25519": ["-algorithm", "ED25519"],
    "x25519": ["-algorithm", "X25519"],
}
PARAMETERS = {
    "dsa": ["-genparam", "-algorithm", "DSA", "-pkeyopt", "dsa_paramgen_bits:2048", "-pkeyopt", "dsa_paramgen_q_bits:256"],
    "dh": ["-genparam", "-algorithm", "DHX", "-pkeyopt", "dh_rfc5114:3"],
}


@dataclasses.dataclass(frozen=True)
class Identity:
    name: str
    kind: str
    certificate: pathlib.Path
    key: pathlib.Path
    both: pathlib.Path  # key and certificate in one PEM file

    @property
    def thumbprint(self):
        """SHA-1, as errors and dialogs print it: ten groups of four digits."""
        digits = self._digest(hashlib.sha1)
        return " ".join(digits[i:i + 4] for i in range(0, 40, 4))

    @property
    def thumbprint_sha256(self):
        return self._digest(hashlib.sha256)

    def _digest(self, algorithm):
        return algorithm(ssl.PEM_cert_to_DER_cert(self.certificate.read_text())).hexdigest().upper()

    @property
    def mail(self):
        return f"{self.name}@example.test"

    def pkcs12(self, password, *options, fresh=False):
        """A PKCS#12 file beside the key; `options` go to openssl. `fresh`: with new salts, even if it was made before."""
        path = self.key.with_name(f"{self.name}{abs(hash((password, options)))}.p12")
        if fresh or not path.exists():
            must(run(["openssl", "pkcs12", "-export", "-in", self.certificate, "-inkey", self.key, "-name", self.name,
                      "-passout", f"pass:{password}", "-out", path, *options]))
        return path


class Pki:
    def __init__(self, folder, name="Test Root"):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "root.pem"
        self.root_key = self.folder / "root.key"
        self.made = {}
        must(run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.root_key, "-out", self.root,
                  "-days", "30", "-subj", f"/CN={name}/O=Sealgate tests", "-addext", "basicConstraints=critical,CA:TRUE",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign"]))

    def get(self, kind, name=None, *, usage=None, days=20, extended="emailProtection", address=None):
        """The identity of this kind; one per (kind, name). `usage` replaces the key usage that fits the kind; `address` is a
        server's."""
        name = name or kind
        if name not in self.made:
            self.made[name] = self._make(kind, name, usage, days, extended, address)
        return self.made[name]

    def subordinate(self, folder, name):
        """An authority below this one: its `root` is an intermediate certificate."""
        folder.mkdir(exist_ok=True)
        made = Pki(folder, name)
        request, extensions = folder / "root.csr", folder / "root.ext"
        extensions.write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
                              "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n")
        must(run(["openssl", "x509", "-x509toreq", "-in", made.root, "-signkey", made.root_key, "-out", request]))
        must(run(["openssl", "x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.root_key, "-CAcreateserial", "-days", "20",
                  "-extfile", extensions, "-out", made.root]))
        return made

    def authority(self, folder):
        """The words of an `openssl ca` that keeps its books in `folder`, for revocations and odd dates."""
        index, configuration = folder / "index.txt", folder / "ca.conf"
        if not configuration.exists():
            index.write_text("")
            configuration.write_text(f"[ca]\ndefault_ca=x\n[x]\ndatabase={index}\ndefault_md=sha256\ndefault_crl_days=10\n"
                                     f"certificate={self.root}\nprivate_key={self.root_key}\nnew_certs_dir={folder}\n"
                                     f"rand_serial=yes\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n")
        return ["openssl", "ca", "-batch", "-notext", "-config", configuration]

    def expired(self, kind, name, **options):
        """An identity of this authority that was valid in January 2020 only."""
        return self.dated(kind, name, "20200101000000Z", "20200131000000Z", **options)

    def dated(self, kind, name, start, end, **options):
        """An identity that is valid between these times."""
        made = self.get(kind, name, **options)
        folder = self.folder / f"{name}-ca"
        folder.mkdir(exist_ok=True)
        must(run([*self.authority(folder), "-in", self.folder / f"{name}.csr", "-out", made.certificate, "-extfile",
                  self.folder / f"{name}.ext", "-startdate", start, "-enddate", end]))
        made.both.write_text(made.key.read_text() + made.certificate.read_text())
        return made

    def revocation_list(self, *revoked):
        """A current list of this authority that names these identities."""
        folder = self.folder / "list-ca"
        folder.mkdir(exist_ok=True)
        words = self.authority(folder)
        for identity in revoked:
            must(run([*words, "-revoke", identity.certificate]))
        must(run([*words, "-gencrl", "-out", folder / "list.crl"]))
        return folder / "list.crl"

    def _make(self, kind, name, usage, days, extended, address):
        key, request, certificate = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        if kind in PARAMETERS:
            parameters = self.folder / f"{name}.par"
            must(run(["openssl", "genpkey", *PARAMETERS[kind], "-out", parameters], timeout=300))
            must(run(["openssl", "genpkey", "-paramfile", parameters, "-out", key]))
        else:
            must(run(["openssl", "genpkey", *KINDS[kind], "-out", key]))
        if usage is None:
            usage = {"x25519": "keyAgreement", "dh": "keyAgreement", "ed25519": "digitalSignature", "dsa": "digitalSignature"}.get(
                kind, "digitalSignature,keyEncipherment" if kind.startswith("rsa") else "digitalSignature,keyAgreement")
        extensions = self.folder / f"{name}.ext"
        alternative = f"IP:{address}" if address else f"email:{name}@example.test"
        extensions.write_text(f"basicConstraints=CA:FALSE\nkeyUsage=critical,{usage}\nextendedKeyUsage={extended}\n"
                              f"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\nsubjectAltName={alternative}\n")
        agreement_only = kind in ("x25519", "dh")
        must(run(["openssl", "req", "-new", "-key", self.root_key if agreement_only else key, "-out", request,
                  "-subj", f"/CN={name}/O=Sealgate tests/emailAddress={name}@example.test"]))
        words = ["openssl", "x509", "-req", "-in", request, "-CA", self.root, "-CAkey", self.root_key, "-CAcreateserial",
                 "-days", str(days), "-extfile", extensions, "-out", certificate]
        if agreement_only:
            public = self.folder / f"{name}.pub"
            must(run(["openssl", "pkey", "-in", key, "-pubout", "-out", public]))
            words += ["-force_pubkey", public]
        must(run(words))
        both = self.folder / f"{name}-both.pem"
        both.write_text(key.read_text() + certificate.read_text())
        return Identity(name, kind, certificate, key, both)
