"""What is in the packages, and the life of a system that installs them: install, run, upgrade, remove, purge."""
import pathlib
import re
import stat

import pytest

from packages.conftest import dependencies, field
from support.artifacts import by_file, documents, file_port, host, receive_port
from support.gateway import free_port
from support.program import ROOT, must, run
from support.waiting import eventually

MAN = "usr/share/man/man1/sealgate.1.gz"


def contents(package):
    """{path: (mode, owner)} of its files."""
    found = {}
    for line in must(run(["dpkg-deb", "-c", package])).stdout.decode().splitlines():
        mode, owner, _, _, _, name = line.split(None, 5)
        if not mode.startswith("d"):
            found[name.removeprefix("./")] = mode, owner
    return found


def writes_manuals(program):
    """Whether the program under test can print its manual pages and completion: then they are in the package."""
    return program("man", "--help").returncode == 0


def test_the_package_holds_what_a_service_needs(sealgate, packages):
    files = contents(packages["sealgate"])
    wanted = ["usr/bin/sealgate", "usr/lib/systemd/system/sealgate.service", "usr/lib/systemd/system/sealgate@.service",
              "etc/default/sealgate", "usr/share/doc/sealgate/copyright", "usr/share/doc/sealgate/changelog.Debian.gz",
              "usr/share/doc/sealgate/NEWS.md.gz"]
    if writes_manuals(sealgate):
        wanted += [MAN, "usr/share/bash-completion/completions/sealgate", "usr/share/zsh/vendor-completions/_sealgate",
                   "usr/share/fish/vendor_completions.d/sealgate.fish"]
    assert set(wanted) <= set(files)
    known = "usr/share/man/man1/sealgate-", "usr/share/doc/sealgate/", "usr/share/lintian/overrides/"
    others = [name for name in files if name not in wanted and not name.startswith(known)]
    assert others == []
    assert {owner for _, owner in files.values()} == {"root/root"}
    assert files["usr/bin/sealgate"][0] == "-rwxr-xr-x"
    assert {mode for name, (mode, _) in files.items() if name != "usr/bin/sealgate"} == {"-rw-r--r--"}


def test_the_documentation_is_a_package_of_its_own(packages):
    files = contents(packages["sealgate-doc"])
    for name in ("docs/operations.md", "examples/gateway/contoso.yaml", "monitoring/sealgate-alerts.yaml", "README.md"):
        assert f"usr/share/doc/sealgate/{name}" in files
    assert field(packages["sealgate-doc"], "Architecture") == "all"


def test_its_dependencies_are_those_of_the_program(packages):
    names = dependencies(packages["sealgate"])
    for name in ("libc6", "libssl3", "libpq5", "libcurl4", "libsqlite3-0", "libxmlsec1-openssl", "adduser", "tzdata"):
        assert name in names
    assert not [name for name in names if name.endswith("-dev") or "gtest" in name]


def test_lintian_finds_nothing(sealgate, packages):
    known = [] if writes_manuals(sealgate) else ["--suppress-tags", "no-manual-page"]
    done = run(["lintian", "--allow-root", "--fail-on", "error,warning", *known, *packages.values()])
    assert (done.returncode, done.stdout.decode()) == (0, "")


def as_owner(system, *words, **options):
    """As an administrator calls it: as the user who owns the data."""
    return must(system("sealgate", *words, user="sealgate", **options))


class Serving:
    """The gateway of the system while the with block lasts."""

    def __init__(self, system):
        self.system, self.log = system, system.root.parent / "serve.log"

    def __enter__(self):
        port = free_port()
        command = ["/usr/bin/sealgate", "serve", "--listen", f"127.0.0.1:{port}"]
        self.process = self.system.start(*command, user="sealgate", log=self.log)
        eventually(lambda: self.process.poll() is None and " serving " in self.log.read_text(),
                   lambda: self.log.read_text())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=40) == 0
        self.log.write_text("")

    def carry(self, name):
        """A file that comes in goes out."""
        hidden = self.system.path(f"/srv/sealgate/in/.{name}")
        hidden.write_text(name)
        hidden.chmod(0o666)
        hidden.rename(hidden.with_name(f"{name}.dat"))
        out = self.system.path("/srv/sealgate/out")
        eventually(lambda: name in {file.read_text() for file in out.iterdir()}, lambda: self.log.read_text())


class TestLife:
    def test_install(self, system, packages):
        done = system.install(packages["sealgate"], packages["sealgate-doc"])
        assert done.returncode == 0, done.stdout.decode() + done.stderr
        version = field(packages["sealgate"], "Version").removesuffix("-1")
        assert must(system("sealgate", "--version")).stdout.decode() == f"sealgate {version}\n"
        entry = must(system("getent", "passwd", "sealgate")).stdout.decode().strip()
        assert entry.endswith(":/var/lib/sealgate:/usr/sbin/nologin")
        data = system.path("/var/lib/sealgate").stat()
        assert stat.S_IMODE(data.st_mode) == 0o700
        owner = must(system("stat", "-c", "%U:%G", "/var/lib/sealgate")).stdout
        assert owner == b"sealgate:sealgate\n"
        assert not must(system("dpkg", "--audit")).stdout

    def test_the_program_finds_every_library(self, system):
        said = must(system("ldd", "/usr/bin/sealgate")).stdout.decode()
        assert "not found" not in said
        # Old algorithms of old partners live in OpenSSL's legacy provider.
        assert list(system.path("/usr/lib").glob("*/ossl-modules/legacy.so"))

    def test_the_manual_and_the_completion_are_there(self, sealgate, system):
        if not writes_manuals(sealgate):
            assert not system.path(MAN).exists()
            return
        assert must(run(["man", "--warnings", "-E", "UTF-8", "-l", system.path(MAN)])).stderr == ""
        script = "source /usr/share/bash-completion/completions/sealgate && complete -p sealgate"
        assert b"sealgate" in must(system("bash", "-c", script)).stdout

    def test_messages_flow(self, system):
        folder = pathlib.Path("/srv/sealgate")
        must(system("install", "-d", "-o", "sealgate", "-g", "sealgate", folder, folder / "in", folder / "out"))
        ports = receive_port(by_file(folder)), file_port("Out", folder / "out")
        system.path("/tmp/gateway.yaml").write_text(documents(host(), *ports))
        as_owner(system, "apply", "-f", "/tmp/gateway.yaml")
        with Serving(system) as gateway:
            gateway.carry("first")
        assert b"completed" in as_owner(system, "message", "list").stdout

    def test_an_upgrade_keeps_data_and_settings(self, system, packages, tmp_path):
        settings = system.path("/etc/default/sealgate")
        settings.write_text(settings.read_text() + "# mine\n")
        newer = tmp_path / "newer"
        must(run(["dpkg-deb", "-R", packages["sealgate"], newer]))
        control = newer / "DEBIAN" / "control"
        control.write_text(re.sub(r"^Version: .*$", "Version: 99.0-1", control.read_text(), flags=re.M))
        must(run(["dpkg-deb", "-b", "-Zgzip", newer, tmp_path / "sealgate_99.0-1_amd64.deb"]))
        done = system.install(tmp_path / "sealgate_99.0-1_amd64.deb")
        assert done.returncode == 0, done.stdout.decode() + done.stderr
        assert settings.read_text().endswith("# mine\n")
        with Serving(system) as gateway:
            gateway.carry("second")
        assert len(as_owner(system, "message", "list", "--state", "completed").stdout.splitlines()) >= 3

    def test_removed_it_leaves_data_and_settings(self, system):
        must(system("dpkg", "-r", "sealgate"))
        assert not system.path("/usr/bin/sealgate").exists()
        assert system.path("/etc/default/sealgate").exists()
        assert list(system.path("/var/lib/sealgate").iterdir())

    def test_purged_it_leaves_the_data(self, system):
        done = must(system("dpkg", "-P", "sealgate"))
        assert b"stay in /var/lib/sealgate" in done.stdout
        assert not system.path("/etc/default/sealgate").exists()
        assert list(system.path("/var/lib/sealgate").iterdir())
        must(system("dpkg", "-P", "sealgate-doc"))
        assert not system.path("/usr/share/doc/sealgate").exists()


@pytest.mark.parametrize("script", ["postinst", "prerm", "postrm"])
def test_maintainer_scripts_are_shell_that_dash_reads(script):
    must(run(["dash", "-n", ROOT / "packaging" / "debian" / script]))
