"""Known partners get through while others hold connections, and nothing is left behind."""
import contextlib
import http.client
import os
import re
import socket
import ssl
import threading
import time

import pytest

from support.waiting import eventually

ATTACKERS = [f"127.0.1.{number}" for number in range(1, 21)]
DRIP = b"POST /in HTTP/1.1\r\nHost: x\r\nX-Slow: "
ASK = b"GET /in HTTP/1.1\r\nHost: x\r\n\r\n"


def figure(process, name):
    """Of /proc/PID/status, in MiB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(rf"{name}:\s+(\d+)", status.read()).group(1)) / 1024


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


class Crowd:
    """`count` connections from many addresses that send `first` and then `more` now and again; who is thrown out comes
    again, as attackers do."""

    def __init__(self, port, count, first, more=b""):
        self.port, self.first, self.more, self.over = port, first, more, threading.Event()
        self.connections = [self.connect(number) for number in range(count)]
        self.again = 0
        self.thread = threading.Thread(target=self.go_on, daemon=True)

    def connect(self, number):
        connection = socket.socket()
        connection.bind((ATTACKERS[number % len(ATTACKERS)], 0))
        connection.settimeout(20)
        with contextlib.suppress(OSError):
            connection.connect(("127.0.0.1", self.port))
            connection.sendall(self.first)
            connection.setblocking(False)
        return connection

    def is_gone(self, connection):
        try:
            if self.more:
                connection.send(self.more)
            while True:
                if not connection.recv(65536):
                    return True
        except BlockingIOError:
            return False
        except OSError:
            return True

    def go_on(self):
        while not self.over.wait(0.1):
            for number, connection in enumerate(self.connections):
                if self.over.is_set():
                    return
                if self.is_gone(connection):
                    connection.close()
                    self.again += 1
                    self.connections[number] = self.connect(number)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        for connection in self.connections:
            connection.close()


def post(port, body=b"from a partner", context=None):
    """(status, seconds) of a request with a connection of its own; 0 when it broke."""
    begin = time.monotonic()
    make = http.client.HTTPSConnection if context else http.client.HTTPConnection
    connection = make("127.0.0.1", port, timeout=60, **({"context": context} if context else {}))
    try:
        connection.request("POST", "/in", body, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - begin
    except (OSError, http.client.HTTPException):
        return 0, time.monotonic() - begin
    finally:
        connection.close()


def partner_posts(port, count, context=None):
    answers = [post(port, context=context) for _ in range(count)]
    assert [status for status, _ in answers] == [202] * count
    return sorted(seconds for _, seconds in answers)


def hold_out(door, count, first, more=b"", room=None, posts=20, megabytes=100, tls=False):
    """A partner posts while `count` connections are held; memory is bounded and all descriptors come back."""
    limits = {"maximum_connections": room, "connections_per_address": room // 2} if room else {}
    # TLS or not: who never finishes his handshake is as slow as who never finishes his head.
    door.apply(door.location(), listeners=[door.listener(**limits, **({} if tls else {"certificates": None}))], deliver=False)
    context = door.context() if tls else None
    with door.gateway:
        port, process = door.port(), door.gateway.process
        partner_posts(port, 3, context)
        before, memory = descriptors(process), figure(process, "VmRSS")
        with Crowd(port, count, first, more) as crowd:
            times = partner_posts(port, posts, context)
            eventually(lambda: crowd.again > 0, "somebody had to go")
            assert descriptors(process) < before + (room or 2000) * 1.2 + 50
        grown = figure(process, "VmHWM") - memory
        print(f"\n{count} connections: partner {times[len(times) // 2]:.3f} s, worst {times[-1]:.3f} s; {grown:.0f} MiB more; "
              f"{crowd.again} came again")
        assert times[-1] < 20
        assert grown < megabytes
        eventually(lambda: descriptors(process) <= before + 5, lambda: f"{descriptors(process)} descriptors, {before} before")
        partner_posts(port, 3, context)


def test_slow_heads(door):
    hold_out(door, 600, DRIP, b"x", room=200)


def test_handshakes_that_never_end(door):
    hold_out(door, 400, b"\x16\x03\x01\x02\x00\x01", room=200, tls=True)


def test_idle_connections(door):
    hold_out(door, 600, ASK, room=200)


def test_one_address_is_only_in_its_own_way(door):
    door.apply(door.location(), listeners=[door.listener(certificates=None, maximum_connections=400, connections_per_address=50)],
               deliver=False)
    with door.gateway:
        port = door.port()
        friend = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=("127.0.0.2", 0))

        def greet():
            friend.request("POST", "/in", b"x", {"Content-Type": "text/plain"})
            answer = friend.getresponse()
            answer.read()
            return answer.status
        assert greet() == 202
        held = friend.sock
        crowd = []
        for _ in range(120):
            connection = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=("127.0.0.3", 0))
            connection.sendall(ASK)
            assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
            crowd.append(connection)
        eventually(lambda: descriptors(door.gateway.process) < 400, "most of them are closed")
        assert crowd[0].recv(100) == b"", "the oldest was closed for a new one"
        crowd[-1].sendall(ASK)
        assert crowd[-1].recv(65536).startswith(b"HTTP/1.1 405 ")
        assert greet() == 202 and friend.sock is held
        for connection in crowd:
            connection.close()


def many_posts(door, count, size, megabytes):
    door.apply(door.location(), deliver=False)
    with door.gateway:
        port, process, context = door.port(), door.gateway.process, door.context()
        partner_posts(port, 3, context)
        before, memory = descriptors(process), figure(process, "VmRSS")
        body, answers = b"x" * size, []
        threads = [threading.Thread(target=lambda: answers.append(post(port, body, context)[0]), daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        partner_posts(port, 5, context)
        for thread in threads:
            thread.join(timeout=300)
        # Who is told to come again does: 503 is an answer, and a broken connection is none.
        assert set(answers) <= {202, 503} and answers.count(202) >= count // 2, answers
        grown = figure(process, "VmHWM") - memory
        print(f"\n{count} posts of {size} bytes: {answers.count(202)} taken; {grown:.0f} MiB more")
        assert grown < megabytes
        eventually(lambda: descriptors(process) <= before + 5, lambda: f"{descriptors(process)} descriptors, {before} before")


def test_many_posts_at_once(door):
    many_posts(door, 200, 1 << 20, 250)


@pytest.mark.soak
def test_slowloris_of_five_thousand(door):
    hold_out(door, 5000, DRIP, b"x", posts=200, megabytes=400)


@pytest.mark.soak
def test_ten_thousand_idle(door):
    hold_out(door, 10000, ASK, posts=200, megabytes=400)


@pytest.mark.soak
def test_two_hundred_posts_of_ten_mebibytes(door):
    many_posts(door, 200, 10 << 20, 600)


def test_an_answer_that_nobody_reads(door):
    """Pipelined requests whose answers are never fetched hold one connection, not the memory of the gateway."""
    door.apply(door.location(), listeners=[door.listener(certificates=None)], deliver=False)
    with door.gateway:
        port, process = door.port(), door.gateway.process
        memory = figure(process, "VmRSS")
        with socket.create_connection(("127.0.0.1", port), timeout=5) as greedy:
            greedy.settimeout(1)
            with contextlib.suppress(OSError, ssl.SSLError):
                while True:
                    greedy.sendall(ASK * 1000)
            partner_posts(port, 5)
            assert figure(process, "VmRSS") - memory < 50
