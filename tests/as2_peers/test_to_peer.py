"""We send to products: the product has the document byte by byte under its name, and we know that it has."""
import cells
from support.waiting import eventually


def test_it_takes_what_we_send(exchange, record, name, cell):
    record(**cells.describe("to", name, cell.terms, size=cells.named(cell.size), content=cell.content, refusal=None))
    peer, document = exchange.peer(name), exchange.document(cell)
    peer.forget(cell.terms)
    content = document.read_bytes()
    exchange.post(peer, cell.terms, content)
    stored = exchange.taken(peer, cell.terms)
    eventually(lambda: stored[-1].read_bytes() == content, lambda: f"{stored} is the document")
    assert len(stored) == 1
    assert stored[0].name == cells.FILE_NAME or not peer.keeps_file_name(cell.terms)
    form = exchange.acknowledged(peer, cell.terms)
    record(form=form)
    document.unlink()


test_it_takes_what_we_send.direction = "to"


def test_it_cannot_take(exchange, record, name, case):
    """What the gateway says of what the product made of it; a newer one that can is noticed."""
    record(**cells.describe("to", name, case.terms, what=case.what, refusal=case.words))
    peer, document = exchange.peer(name), exchange.document(cells.Cell(case.terms, 100, "binary"))
    before = len(exchange.gateway.log.read_bytes())
    exchange.post(peer, case.terms, document.read_bytes())

    def told():
        work = exchange.newest(peer, case.terms, "await")
        assert not work or work["state"] != "completed"
        shown = exchange.gateway("message", "show", work["id"]).stdout.decode() if work else ""
        failure = work["failure"]["text"] if work and work["state"] == "suspended" else shown
        return case.words in failure + exchange.gateway.log.read_bytes()[before:].decode()

    eventually(told, lambda: f"{case.words}: {exchange.gateway.tail()}\n{peer.tail()}")


test_it_cannot_take.direction = "to"


def test_we_do_not_send_what_it_cannot_open(exchange, record, name, case):
    """Some products take what they cannot open for the document, and acknowledge it: their presets refuse such agreements."""
    record(**cells.describe("to", name, case.terms, what=case.what, refusal="not sent, by its preset"))
    done = exchange.apply(exchange.agreement(exchange.peers[name], case.terms, {"to"}))
    assert done.returncode != 0 and case.words in done.stderr


test_we_do_not_send_what_it_cannot_open.direction = "to"
test_we_do_not_send_what_it_cannot_open.refuses = True
