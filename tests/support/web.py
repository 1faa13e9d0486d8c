"""nginx as a private web server of one test: serves the files of a folder, ended by pid."""
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import threading
import time

from support.gateway import free_port

CONFIGURATION = """
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/pkix-crl crl; application/pkix-cert cer; }}
  server {{
    listen 127.0.0.1:{port};
    root {files};
{locations}
  }}
}}
"""


class WebServer:
    """Stops and starts again on the same port. What is not among its files is 404."""

    def __init__(self, folder, locations=""):
        """`locations`: nginx's own words, of its `location` blocks; their paths begin with something else than a file's."""
        self.folder, self.port, self.process = pathlib.Path(folder), free_port(), None
        self.files = self.folder / "files"
        self.files.mkdir()
        self.log = self.folder / "access.log"
        # Workers of a server that root started would be nobody, who cannot read a test's folder.
        user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(user=user, folder=self.folder, files=self.files, port=self.port,
                                                                     locations=locations))

    def start(self, seconds=20):
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pause, end = threading.Event(), time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, f"nginx ended: {(self.folder / 'error.log').read_text()}"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            pause.wait(0.02)
        raise AssertionError("nginx does not listen")

    def stop(self):
        """At once: connections are cut."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
            self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path, content):
        """Appears whole."""
        target = self.files / path.lstrip("/")
        new = target.with_name(target.name + ".new")
        new.write_bytes(content)
        new.replace(target)

    def put_empty(self, path, size):
        """`size` zero octets that take no room."""
        with (self.files / path.lstrip("/")).open("wb") as file:
            file.truncate(size)

    def asked(self):
        """The paths of all answered requests, in their order."""
        return [line.split('"')[1].split()[1] for line in self.log.read_text().splitlines()] if self.log.exists() else []
