"""What can be struck: a gateway on SQLite, host instances on PostgreSQL, PostgreSQL itself, and its primary for good.

Each site starts everything, says where messages go in, and has `strikes`: functions that kill something at once and
bring it back. Which one, when, and how long it stays away is the storm's random choice.
"""
import contextlib
import signal
import threading

from support.artifacts import by_file, by_http, documents, host, receive_port, send_port
from support.gateway import Gateway
from support.postgres import Postgres


class Site:
    """Gateways that share one store. `away(seconds)` waits, and ends early when the storm is over."""

    def __init__(self, program, folder, choose, over):
        self.program, self.folder, self.choose, self.over = program, folder, choose, over
        self.gateways, self.strikes, self.log = [], [], []
        (folder / "in").mkdir()

    def away(self, longest):
        seconds = self.choose.uniform(0, longest)
        self.over.wait(seconds)
        return seconds

    def note(self, what):
        self.log.append(what)

    @property
    def ports(self):
        return [gateway.port for gateway in self.gateways]

    def begin(self, url):
        self.gateways[0].apply(documents(host(), receive_port(by_file(self.folder), by_http()), send_port("Plain", f"{url}/plain"),
                                         send_port("Ordered", f"{url}/ordered", ordered_delivery={"on_failure": "stop"})))
        for gateway in self.gateways:
            gateway.start()

    def strike_gateway(self, longest):
        gateway = self.choose.choice(self.gateways)
        gateway.kill()
        away = self.away(longest)
        gateway.start(seconds=60)
        self.note(f"{gateway.folder.name} killed, back after {away:.1f} s")

    def tail(self):
        return "\n".join(f"--- {gateway.folder.name}\n{gateway.tail(15)}" for gateway in self.gateways)

    def end(self):
        """SIGTERM; the exit statuses."""
        return [gateway.stop() for gateway in self.gateways]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for gateway in self.gateways:
            gateway.__exit__()


class SqliteSite(Site):
    """One process, one data folder."""

    def __init__(self, program, folder, choose, over):
        super().__init__(program, folder, choose, over)
        self.gateways = [Gateway(program, folder)]
        self.strikes = [lambda: self.strike_gateway(0.5)]


class PostgresSite(Site):
    """Three host instances; PostgreSQL alone, or a primary with a replica that every commit waits for.

    `longest`: how many seconds an instance stays dead at most.
    """

    def __init__(self, program, folder, choose, over, strikes, longest):
        super().__init__(program, folder, choose, over)
        self.stack = contextlib.ExitStack()
        postgres = self.stack.enter_context(Postgres())
        self.primary, self.replica = postgres.cluster("first"), None
        self.primary.create("sealgate")
        members = [self.primary]
        if "primary" in strikes:
            self.replica = postgres.empty("second")
            self.replica.become_replica_of(self.primary)
            members.append(self.replica)
        store = postgres.url("sealgate", *members)
        for number in range(1, 4):
            place = folder / f"instance{number}"
            place.mkdir()
            self.gateways.append(Gateway(program, place, ["--host-instance", f"instance{number}"], store=store))
        known = {"instance": lambda: self.strike_gateway(longest), "database": self.strike_database, "primary": self.strike_primary}
        self.strikes = [known[name] for name in strikes]

    def strike_database(self):
        """As after a power cut: nothing is written down in order, and it starts from its log."""
        self.primary.end(signal.SIGQUIT)
        away = self.away(3)
        self.primary.start()
        self.note(f"PostgreSQL stopped at once, back after {away:.1f} s")

    def strike_primary(self):
        """The primary is gone for good; the replica takes over, and a new one is made from nothing."""
        self.primary.end(signal.SIGQUIT)
        away = self.away(3)
        self.replica.promote()
        self.primary, self.replica = self.replica, self.primary
        self.away(2)
        self.replica.become_replica_of(self.primary)
        self.note(f"primary lost, {self.primary.name} took over after {away:.1f} s")

    def __exit__(self, *details):
        super().__exit__(*details)
        self.stack.close()


class Storm:
    """Strikes at random moments until the time is over: each kind once, then by chance."""

    def __init__(self, site, choose, seconds, quiet):
        self.site, self.choose, self.seconds, self.quiet = site, choose, seconds, quiet
        self.count = 0

    def run(self, clock, alive):
        """`alive()` raises when what flows has come to a stop."""
        end, first = clock() + self.seconds, self.choose.sample(self.site.strikes, len(self.site.strikes))
        while clock() < end or first:
            self.site.over.wait(self.choose.uniform(*self.quiet))
            strike = first.pop() if first else self.choose.choice(self.site.strikes)
            strike()
            self.count += 1
            alive()
