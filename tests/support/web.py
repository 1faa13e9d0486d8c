"""Web servers that we did not write: nginx, Apache httpd, lighttpd and HAProxy as private processes.

    with Nginx(f"server {{ {nginx_tls()} location / {{ return 200; }} }}", {"server.pem": identity.both}, scheme="https") as server:
        ... server.url("/in") ... server.log() ...

Each has a configuration in its own language, a temporary folder and its own processes without privileges, which end
with it. In the configuration "@port@", "@second@" ... become free ports and "@folder@" the folder; relative names of
files lie in that folder, where `files` puts them.
"""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile

from support.gateway import free_port
from support.waiting import eventually

NOBODY = 65534
AS_ROOT = os.geteuid() == 0
APACHE_MODULES = "/usr/lib/apache2/modules"
APACHE_USUAL = ("mpm_event", "authn_core", "authz_core")


class WebServer:
    """`files`: name -> text, bytes, or the path of a file to copy. `environment` adds to that of the process."""

    program = ""
    drops_root = AS_ROOT

    def __init__(self, configuration, files=None, scheme="http", environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sealgate-web-"))
        self.scheme, self.environment, self.process = scheme, dict(os.environ, **(environment or {})), None
        self.ports = {name: free_port() for name in re.findall(r"@(\w+)@", configuration) if name != "folder"}
        for name, content in (files or {}).items():
            self.write(name, content)
        for name, port in self.ports.items():
            configuration = configuration.replace(f"@{name}@", str(port))
        self.write("server.conf", self.complete(configuration.replace("@folder@", str(self.folder))))

    def write(self, name, content):
        """Puts a file into the folder, also while it runs (see reload)."""
        if isinstance(content, pathlib.Path):
            content = content.read_bytes()
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def url(self, path="/in", port="port", scheme=None, name="127.0.0.1"):
        return f"{scheme or self.scheme}://{name}:{self.ports[port]}{path}"

    def start(self, preexec=None):
        if self.drops_root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if self.drops_root else {}
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen([str(word) for word in self.command()], cwd=self.folder, env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            preexec_fn=preexec, **drop)
        eventually(self._listens, lambda: f"{self.program} listens: {self.log()}")
        return self

    def stop(self):
        """Ends the processes; the folder stays until close()."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        """What it said, errors and requests."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")) + [self.folder / "output"]
                         if path.exists())

    def _listens(self):
        assert self.process.poll() is None, f"{self.program} ended with {self.process.returncode}: {self.log()}"
        for port in self.ports.values():
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return False
        return True

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()


class Nginx(WebServer):
    """`configuration` is what stands inside of http { }."""

    program = "nginx"

    def complete(self, configuration):
        kept = "".join(f"{name}_temp_path {name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"daemon off;\nworker_processes 1;\npid nginx.pid;\nerror_log error.log;\nevents {{ worker_connections 4096; }}\n"
                f"http {{\naccess_log access.log;\n{kept}{configuration}\n}}\n")

    def command(self):
        return ["/usr/sbin/nginx", "-p", self.folder, "-e", "error.log", "-c", "server.conf"]


class Apache(WebServer):
    """`modules` are loaded besides the usual ones: "ssl", "auth_digest", "proxy"; `configuration` is the rest."""

    program = "apache2"

    def __init__(self, configuration, files=None, modules=(), **options):
        self.modules = modules
        super().__init__(configuration, files, **options)

    def complete(self, configuration):
        load = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in (*APACHE_USUAL, *self.modules))
        return (f"{load}ServerRoot {self.folder}\nServerName 127.0.0.1\nPidFile httpd.pid\nErrorLog error.log\nDefaultRuntimeDir .\n"
                f'LogFormat "%h %u \\"%r\\" %>s %I" plain\nDocumentRoot {self.folder}\n{configuration}\n')

    def command(self):
        return ["/usr/sbin/apache2", "-d", self.folder, "-f", "server.conf", "-DFOREGROUND"]


class Lighttpd(WebServer):
    """`configuration` is all but the document root; its server.modules too."""

    program = "lighttpd"

    def complete(self, configuration):
        return f'server.document-root = "{self.folder}"\nserver.errorlog = "{self.folder}/error.log"\n{configuration}\n'

    def command(self):
        return ["/usr/sbin/lighttpd", "-D", "-f", self.folder / "server.conf"]


class Haproxy(WebServer):
    """`configuration`: frontends and backends."""

    program = "haproxy"

    def complete(self, configuration):
        return f"defaults\nmode http\ntimeout connect 5s\ntimeout client 60s\ntimeout server 60s\n{configuration}\n"

    def command(self):
        return ["/usr/sbin/haproxy", "-f", self.folder / "server.conf", "-db"]


def basic_users(**passwords):
    """A file of users for Basic, as nginx and Apache read it."""
    return "".join(f"{user}:{{SHA}}{base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()}\n"
                   for user, password in passwords.items())


def digest_users(realm, algorithm="md5", **passwords):
    """A file of users for Digest, as Apache (MD5 only) and lighttpd read it."""
    return "".join(f"{user}:{realm}:{hashlib.new(algorithm, f'{user}:{realm}:{password}'.encode()).hexdigest()}\n"
                   for user, password in passwords.items())


def nginx_tls(client_root=None):
    """Lines of a server { } that serves https with server.pem (key and chain) on @port@; `client_root`, a file, is
    the authority of the client certificates that it demands."""
    demand = f"ssl_client_certificate {client_root}; ssl_verify_client on;\n" if client_root else ""
    return ("listen 127.0.0.1:@port@ ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate server.pem; ssl_certificate_key server.pem;\n"
            + demand)


def apache_tls(client_root=None):
    """The same for a VirtualHost or a whole server of Apache; needs its module ssl."""
    demand = f"SSLCACertificateFile {client_root}\nSSLVerifyClient require\n" if client_root else ""
    return f"SSLEngine on\nSSLCertificateFile server.pem\nSSLSessionCache none\n{demand}"


def apache_proxy(**passwords):
    """An Apache that is a proxy for these users, by Basic; what it did is in words.log."""
    return Apache("""Listen 127.0.0.1:@port@
ProxyRequests On
AllowCONNECT 1-65535
LogFormat "%m %U %u %>s" words
CustomLog words.log words
<Proxy *>
AuthType Basic
AuthName proxy
AuthUserFile users
Require valid-user
</Proxy>
""", {"users": basic_users(**passwords)}, modules=("auth_basic", "authn_file", "authz_user", "proxy", "proxy_http", "proxy_connect"))
