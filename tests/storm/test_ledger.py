"""The checker itself: it must see each promise broken, and nothing where none is."""
import pytest

from support.ledger import Ledger


@pytest.fixture
def ledger():
    """Two senders; b's second message was sent twice, once without an answer; a's third was never acknowledged."""
    book = Ledger()
    for sender, count in (("a", 3), ("b", 2)):
        for number in range(count):
            digest = book.enter(sender, number, f"{sender}{number}".encode())
            if (sender, number) != ("a", 2):
                book.acknowledge(digest)
    book.unanswered(digest_of(book, "b", 1))
    return book


def digest_of(book, sender, number):
    return next(digest for digest, message in book.messages.items() if (message.sender, message.number) == (sender, number))


def journal_of(book, *entries):
    return [("/p", digest_of(book, entry[0], int(entry[1])), entry[2:]) for entry in entries]


def test_nothing_broken(ledger):
    """Repeats with the same identity, a second identity for a request without an answer, senders mixed."""
    journal = journal_of(ledger, "b0x", "a0x", "b1x", "a0x", "b1y", "a1x", "a0x")
    assert ledger.check(journal, ["/p"], ["/p"]) == []
    assert ledger.copies(journal) == 3


@pytest.mark.parametrize("entries,word", [
    (["a0x", "a1x", "b0x"], "lost"),
    (["a0x", "a0y", "a1x", "b0x", "b1x"], "2 identities"),
    (["a0x", "a1x", "b0x", "b1x", "b1y", "b1z"], "3 identities"),
    (["a1x", "a0x", "b0x", "b1x"], "after number 1"),
    (["a0x", "a1x", "a2x", "a2y", "b0x", "b1x"], "2 identities"),
])
def test_broken(ledger, entries, word):
    assert word in "\n".join(ledger.check(journal_of(ledger, *entries), ["/p"], ["/p"]))


def test_altered_and_anonymous(ledger):
    whole = journal_of(ledger, "a0x", "a1x", "b0x", "b1x")
    assert "nobody sent" in ledger.check([*whole, ("/p", "0" * 64, "x")], ["/p"], ["/p"])[0]
    assert "without an identity" in ledger.check([*whole, ("/p", whole[0][1], None)], ["/p"], ["/p"])[0]


def test_another_path_does_not_count(ledger):
    whole = journal_of(ledger, "a0x", "a1x", "b0x", "b1x")
    assert len(ledger.check(whole, ["/p", "/q"], [])) == 1


def test_surprises(ledger):
    ledger.surprise("500 to a POST")
    assert "500" in ledger.check(journal_of(ledger, "a0x", "a1x", "b0x", "b1x"), ["/p"], ["/p"])[0]
