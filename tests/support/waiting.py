"""Waiting for what others do, without guessing how long it takes."""
import threading
import time


def eventually(condition, what, seconds=60):
    """The first true answer of condition(). `what` may be a function that tells more when it did not come."""
    pause, end = threading.Event(), time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds} s: {what() if callable(what) else what}"
        pause.wait(0.05)
    return found
