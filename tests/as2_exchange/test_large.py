"""A document of gigabytes from one company to the other, signed and encrypted, with a signed receipt, in constant memory."""
import http.client

import pytest

from support.artifacts import by_http
from support.gateway import peak_mib
from support.large import BLOCK, SMALL, Counter
from support.sockets import Socket
from support.waiting import eventually

GROWTH_MIB = 16
LIMIT_MIB = 64


@pytest.mark.parametrize("size", [256 << 20, pytest.param(4 << 30, marks=pytest.mark.soak)])
def test_memory_does_not_grow_with_the_document(pair, size):
    alpha, beta = pair
    counter = Counter()
    taken = Socket(counter)
    alpha.knows(beta, {"mode": "sync", "timeout": "1h"}, url=f"http://127.0.0.1:{beta.gateway.port}/as2", source=by_http())
    beta.knows(alpha, {"mode": "sync"}, url=f"http://127.0.0.1:{alpha.gateway.port}/as2",
               sink={"adapter": "HTTP", "settings": {"url": taken.url, "chunked": False}})
    for company in pair:
        company.gateway.start()

    def told():
        return "\n".join(f"--- {company.name}\n{company.gateway.tail(15)}" for company in pair)

    def exchange(octets, number):
        connection = http.client.HTTPConnection("127.0.0.1", alpha.gateway.port, timeout=1200)
        connection.request("POST", "/in", (BLOCK for _ in range(octets // len(BLOCK))),
                           {"Content-Length": str(octets), "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        assert answer.status == 202, answer.read()
        connection.close()
        eventually(lambda: (octets, 0) in counter.bodies, told, 1800)
        eventually(lambda: [one["state"] for one in alpha.works("await")].count("completed") == number, told, 600)
        return [peak_mib(company.gateway.process) for company in pair]

    small = exchange(SMALL, 1)
    large = exchange(size, 2)
    print(f"peak of sender and receiver: {small} MiB after 1 MiB, {large} MiB after {size >> 20} MiB")
    for before, after in zip(small, large):
        assert after < LIMIT_MIB and after - before < GROWTH_MIB, (small, large, told())
    taken.close()
