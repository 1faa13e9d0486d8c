"""The independent checker: what was sent and acknowledged against what arrived, by the bytes' digests alone.

Nothing of it comes from the program: not its ids, not its tables, not its logs. Senders number their messages; a sender
goes to its next number only when the one before was acknowledged. So the ordered port must show the first arrivals of
each sender in the order of the numbers.
"""
import collections
import dataclasses
import hashlib
import threading


@dataclasses.dataclass
class Message:
    sender: str
    number: int
    acknowledged: bool = False
    # Requests whose answer never came: each may have become a message of its own.
    unanswered: int = 0


class Ledger:
    def __init__(self):
        self.messages, self.acknowledged, self.lock = {}, 0, threading.Lock()
        self.surprises = collections.Counter()  # answers that no sender should ever get

    def enter(self, sender, number, content):
        """Written down before the first byte leaves."""
        digest = hashlib.sha256(content).hexdigest()
        with self.lock:
            assert digest not in self.messages, "two messages with the same content"
            self.messages[digest] = Message(sender, number)
        return digest

    def acknowledge(self, digest):
        with self.lock:
            self.messages[digest].acknowledged = True
            self.acknowledged += 1

    def unanswered(self, digest):
        with self.lock:
            self.messages[digest].unanswered += 1

    def surprise(self, what):
        with self.lock:
            self.surprises[what] += 1

    def missing(self, journal, path):
        """Acknowledged messages that did not arrive at that path."""
        there = {digest for where, digest, _ in journal if where == path}
        return [message for digest, message in self.messages.items() if message.acknowledged and digest not in there]

    def check(self, journal, paths, ordered):
        """Every broken promise, as lines of text; none is what we want."""
        wrong = [f"{count} answers '{what}'" for what, count in self.surprises.items()]
        strangers = {digest for _, digest, _ in journal if digest not in self.messages}
        if strangers:
            wrong.append(f"{len(strangers)} bodies arrived that nobody sent")
        for path in paths:
            lost = self.missing(journal, path)
            if lost:
                wrong.append(f"{path}: {len(lost)} acknowledged messages lost, for example {lost[:5]}")
            wrong += self.twice(journal, path)
        for path in ordered:
            wrong += self.out_of_order(journal, path)
        return wrong

    def twice(self, journal, path):
        """More identities for a message than messages it can have become."""
        identities = collections.defaultdict(set)
        for where, digest, identity in journal:
            if where == path:
                identities[digest].add(identity)
        wrong = []
        for digest, seen in identities.items():
            message = self.messages.get(digest)
            if message is None:
                continue
            if None in seen:
                wrong.append(f"{path}: {message} arrived without an identity")
            elif len(seen) > message.unanswered + message.acknowledged:
                wrong.append(f"{path}: {message} arrived under {len(seen)} identities")
        return wrong

    def out_of_order(self, journal, path):
        wrong, highest, seen = [], {}, set()
        for where, digest, _ in journal:
            message = self.messages.get(digest)
            if where != path or digest in seen or message is None:
                continue
            seen.add(digest)
            if message.number < highest.get(message.sender, -1):
                wrong.append(f"{path}: {message} arrived after number {highest[message.sender]}")
            highest[message.sender] = max(message.number, highest.get(message.sender, -1))
        return wrong

    def copies(self, journal):
        """Deliveries beyond the first of each message and path: allowed, with the same identity."""
        return len(journal) - len({(path, digest) for path, digest, _ in journal})
