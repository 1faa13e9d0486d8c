"""SFTP servers that we did not write, OpenSSH's sshd and asyncssh, and a wire between them and the gateway that can be cut.

    with Sshd() as server, Wire(server.port) as wire:
        ... server.settings("out", port=wire.port) ... server.put("out/a.xml", b"...") ... wire.cut_after(100_000)
"""
import asyncio
import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import tempfile
import threading

import asyncssh

from support.web import AS_ROOT, WebServer

USER = pwd.getpwuid(os.geteuid()).pw_name
FOLDERS = ("in", "out", "done")


def private(folder, name, content):
    """A file that only its owner can read, as the gateway wants it; what a port calls its place."""
    path = pathlib.Path(folder) / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    return f"file:{path}"


def descendants(process):
    with contextlib.suppress(FileNotFoundError):
        children = [int(word) for word in pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()]
        return children + [pid for child in children for pid in descendants(child)]
    return []


class Keys:
    """A user's key, in the formats that a gateway gets and a server wants."""

    def __init__(self, folder, name="key", passphrase=None, algorithm="ssh-ed25519", file_format="openssh"):
        self.key = asyncssh.generate_private_key(algorithm)
        self.source = private(folder, name, self.key.export_private_key(file_format, passphrase, rounds=16))
        self.public = self.key.export_public_key().decode()


class Sshd(WebServer):
    """Everybody is USER, by key: without root sshd serves its own user alone. `more` is added to its configuration."""

    program, drops_root = "sshd", False

    def __init__(self, authorized, more="", algorithm="ssh-ed25519"):
        self.host_key = asyncssh.generate_private_key(algorithm)
        self.more = more
        super().__init__("Port @port@\n", {"host_key": self.host_key.export_private_key(), "authorized_keys": authorized})
        (self.folder / "host_key").chmod(0o600)
        for name in FOLDERS:
            (self.folder / name).mkdir()
        if AS_ROOT:  # sshd of root wants it, even where it is not used
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)

    def complete(self, configuration):
        return (f"{configuration}ListenAddress 127.0.0.1\nHostKey {self.folder}/host_key\nPidFile none\nStrictModes no\n"
                f"AuthorizedKeysFile {self.folder}/authorized_keys\nPasswordAuthentication no\nUsePAM no\nMaxStartups 200\n"
                f"Subsystem sftp internal-sftp -u 0022\nLogLevel VERBOSE\n{self.more}\n")

    def stop(self):
        """With the sessions, which outlive the server that began them."""
        sessions = descendants(self.process.pid) if self.process and self.process.poll() is None else []
        super().stop()
        for session in sessions:
            with contextlib.suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)

    def command(self):
        return ["/usr/sbin/sshd", "-D", "-e", "-f", self.folder / "server.conf"]

    @property
    def port(self):
        return self.ports["port"]

    @property
    def fingerprint(self):
        return self.host_key.get_fingerprint("sha256")

    def path(self, name):
        return self.folder / name

    def put(self, name, content):
        """As a partner does who knows what he is doing: at once."""
        hidden = self.folder / "part"
        hidden.write_bytes(content)
        hidden.rename(self.folder / name)

    def names(self, folder):
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def whole(self, folder):
        """Those without the hidden ones."""
        return [name for name in self.names(folder) if not name.startswith(".")]

    def logins(self):
        return self.log().count("Accepted ")

    def settings(self, folder, key, **words):
        """What a port or location says to get there."""
        said = {"host": "127.0.0.1", "port": self.port, "user": USER, "key_source": key.source, "host_keys": [self.fingerprint],
                "folder": f"{self.folder}/{folder}", **words}
        return {name: value for name, value in said.items() if value is not None}


class AsyncServer:
    """asyncssh's server for name and password; `sftp` is a subclass of asyncssh.SFTPServer that may mean harm."""

    def __init__(self, sftp=asyncssh.SFTPServer, user="alice", password="open sesame 7", interactive=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sealgate-sftp-"))
        for name in FOLDERS:
            (self.folder / name).mkdir()
        self.user, self.password = user, password
        self.host_key = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
        self.fingerprint = self.host_key.get_fingerprint("sha256")
        self.attempts, self.connections = [], []
        outer = self

        class Door(asyncssh.SSHServer):
            def connection_made(self, connection):
                outer.connections.append(connection)

            def begin_auth(self, username):
                return True

            def password_auth_supported(self):
                return not interactive

            def kbdint_auth_supported(self):
                return interactive

            def validate_password(self, username, password):
                outer.attempts.append((username, password))
                return (username, password) == (outer.user, outer.password)

            def get_kbdint_challenge(self, username, lang, submethods):
                return "", "", "", [("Password:", False)]

            def validate_kbdint_response(self, username, responses):
                return self.validate_password(username, responses[0])

        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

        async def listen():
            return await asyncssh.create_server(Door, "127.0.0.1", 0, server_host_keys=[self.host_key], allow_scp=False,
                                                sftp_factory=lambda channel: sftp(channel, chroot=str(self.folder)))

        self.listener = self._run(listen())
        self.port = self.listener.sockets[0].getsockname()[1]

    def _run(self, task):
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(30)

    def settings(self, folder, source, **words):
        said = {"host": "127.0.0.1", "port": self.port, "user": self.user, "password_source": source,
                "host_keys": [self.fingerprint], "folder": f"/{folder}", **words}
        return {name: value for name, value in said.items() if value is not None}

    def put(self, name, content):
        (self.folder / "part").write_bytes(content)
        (self.folder / "part").rename(self.folder / name)

    def names(self, folder):
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def close(self):
        async def end():
            self.listener.close()
            for connection in self.connections:
                connection.abort()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Wire:
    """Passes bytes on to a port of this computer until told otherwise."""

    def __init__(self, port):
        self.target, self.cuts, self.budget, self.frozen = port, 0, None, threading.Event()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut_after(self, count):
        """Cuts the connection that carries the byte of that number from now on, in whichever direction; once."""
        with self.lock:
            self.budget = count

    def freeze(self, still=True):
        """Connections stay, and nothing moves on them any more."""
        self.frozen.set() if still else self.frozen.clear()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target))
                except OSError:
                    near.close()
                    continue
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source, sink):
        with contextlib.suppress(OSError):
            while block := source.recv(16384):
                while self.frozen.is_set():
                    threading.Event().wait(0.05)
                with self.lock:
                    cut = self.budget is not None and len(block) >= self.budget
                    block = block[:self.budget] if cut else block
                    if self.budget is not None:
                        self.budget = None if cut else self.budget - len(block)
                    self.cuts += cut
                sink.sendall(block)
                if cut:
                    break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.frozen.clear()
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
