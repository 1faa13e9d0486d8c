"""Products send to us: the document is delivered once and byte by byte with its name, and the product accepts our receipt."""
import hashlib

import cells

def test_we_take_what_it_sends(exchange, record, name, cell):
    record(**cells.describe("from", name, cell.terms, size=cells.named(cell.size), content=cell.content, refusal=None))
    peer, document = exchange.peer(name), exchange.document(cell)
    digest = hashlib.sha256(document.read_bytes()).hexdigest()
    before = len(exchange.documents.arrived[digest])
    outcome = peer.send(cell.terms, document, cells.FILE_NAME)
    document.unlink()
    assert outcome.good, f"{peer.title}: {outcome.words}\n{peer.tail()}\n{exchange.gateway.tail()}"
    known = exchange.delivered(digest, before)
    assert known["EdiIntAS.AS2From"] == peer.as2_name(cell.terms)
    assert ("chunked" in known["HTTP.InboundHttpHeaders"]) == cell.terms.chunked
    assert known.get("MIME.FileName", "") == (cells.FILE_NAME if peer.sends_file_name(cell.terms) else "")


test_we_take_what_it_sends.direction = "from"


def test_it_cannot_send(exchange, record, name, case):
    """What the product cannot do, in its own words; a newer one that can is noticed."""
    record(**cells.describe("from", name, case.terms, what=case.what, refusal=case.words))
    peer, document = exchange.peer(name), exchange.document(cells.Cell(case.terms, 100, "binary"))
    outcome = peer.send(case.terms, document, cells.FILE_NAME)
    assert not outcome.good
    assert case.words in outcome.words + peer.tail(20000)


test_it_cannot_send.direction = "from"
