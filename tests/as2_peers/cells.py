"""Which exchanges are tried: all combinations in `make soak`, a covering selection of them otherwise.

A cell is a way to send and a document. The selection has every pair of values that go together, and all three sizes;
for a product that is like another one it has every value.
"""
import dataclasses
import itertools

from support.as2_peers import Terms

KIB, MIB = 1024, 1024 * 1024
FILE_NAME = "Bestellung 4711.edi"
# (signed, encrypted, compressed); where there is no signature the place is a setting all the same.
LAYERS = [(False, False, ""), (True, False, ""), (False, True, ""), (True, True, ""), (False, False, "before"),
          (True, False, "before"), (True, False, "after"), (False, True, "before"), (False, True, "after"), (True, True, "before"), (True, True, "after")]
CIPHERS = [("aes128-cbc", False), ("aes256-cbc", False), ("3des", False), ("aes128-gcm", False), ("aes256-gcm", False),
           ("aes256-cbc", True)]
RECEIPTS = [("none", True), ("sync", True), ("sync", False), ("async", True), ("async", False)]
CONTENT = ["binary", "text-lf", "text-crlf"]
SIZES = [1, 10 * KIB]
LARGE = 50 * MIB
# Of 50 MiB, beside the small ones: what is streamed, digested and compressed.
LARGE_LAYERS = [(True, True, ""), (True, True, "before"), (False, False, "")]


@dataclasses.dataclass(frozen=True)
class Cell:
    terms: Terms
    size: int
    content: str

    @property
    def key(self):
        return f"{self.terms.key}-{named(self.size).replace(' ', '')}-{self.content}"


def named(size):
    return f"{size // MIB} MiB" if size >= MIB else f"{size // KIB} KiB" if size >= KIB else f"{size} B"


def _terms(layers, cipher, receipt, chunked):
    sign, encrypt, compress = layers
    name, oaep = cipher if encrypt else ("", False)
    mdn, signed = receipt
    return Terms(sign=sign, cipher=name, compress=compress, mdn=mdn, signed_mdn=signed, chunked=chunked, oaep=oaep)


def _all():
    made = {}
    for values in itertools.product(LAYERS, CIPHERS, RECEIPTS, (True, False), SIZES, CONTENT):
        layers, cipher, *rest = values
        cell = Cell(_terms(*values[:4]), *values[4:])
        made[cell] = (layers, cipher if layers[1] else None, *rest)
    return made


def _pairs(values):
    return {((at, values[at]), (to, values[to])) for at in range(len(values)) for to in range(at)
            if values[at] is not None and values[to] is not None}


def _each(values):
    return set(enumerate(values))


def everything(fits):
    """Every cell that `fits`; 50 MiB with every kind of layers both ways of framing, and with every cipher."""
    large = [Cell(_terms(layers, CIPHERS[1], RECEIPTS[1], chunked), LARGE, "binary")
             for layers, chunked in itertools.product(LAYERS, (True, False))]
    large += [Cell(_terms((True, True, ""), cipher, RECEIPTS[1], True), LARGE, "binary") for cipher in CIPHERS]
    return [cell for cell in dict.fromkeys([*_all(), *large]) if fits(cell)]


def brief(fits):
    """Fewer, that have every value."""
    return _chosen(fits, _each)


def covering(fits):
    """Few cells that have every pair of values which some cell that `fits` has; always the same ones."""
    large = [Cell(_terms(layers, CIPHERS[1], RECEIPTS[1], chunked), LARGE, "binary")
             for layers, chunked in zip(LARGE_LAYERS, (True, False, True))]
    return _chosen(fits, _pairs) + [cell for cell in large if fits(cell)]


def _chosen(fits, parts):
    open_cells = {cell: parts(values) for cell, values in _all().items() if fits(cell)}
    wanted, chosen = set().union(*open_cells.values()), []
    while wanted:
        best = max(open_cells, key=lambda cell: len(open_cells[cell] & wanted))
        wanted -= open_cells.pop(best)
        chosen.append(best)
    return chosen


def describe(direction, name, terms, **more):
    """The coordinates of a cell, as the page shows them."""
    return dict(peer=name, direction=direction, layers=terms.protection, cipher=terms.cipher + (" OAEP" if terms.oaep else ""),
                receipt=terms.receipt, framing="chunked" if terms.chunked else "Content-Length", **more)
