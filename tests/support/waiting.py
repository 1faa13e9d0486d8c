"""Waiting for what others do, without guessing how long it takes."""
import threading


def eventually(condition, what, seconds=30):
    """The first true answer of condition(). `what` may be a function that tells more when it did not come."""
    pause = threading.Event()
    for _ in range(seconds * 20):
        if found := condition():
            return found
        pause.wait(0.05)
    raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
