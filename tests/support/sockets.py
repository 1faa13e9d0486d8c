"""A server made of a bare socket, for what no real server does."""
import contextlib
import socket
import threading


class Socket:
    """Does with each connection what `behave(server, connection)` says, and closes it."""

    def __init__(self, behave):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.over = threading.Event()
        threading.Thread(target=self._serve, args=(behave,), daemon=True).start()

    def _serve(self, behave):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._one, args=(behave, connection), daemon=True).start()

    def _one(self, behave, connection):
        with connection, contextlib.suppress(OSError):
            behave(self, connection)

    def close(self):
        self.over.set()
        self.listener.close()
