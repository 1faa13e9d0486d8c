"""A running gateway that warns of what expires, and the commands that look ahead."""
import json
import re

import pytest

from support.artifacts import documents, file_port, group, host
from support.gateway import Gateway, Recorder
from support.mail import MailServer
from support.program import must, run
from support.waiting import eventually


class Expiring:
    """A gateway whose group signs with a certificate that has 20 days left."""

    def __init__(self, sealgate, pki, folder):
        self.gateway, self.folder, self.pki = Gateway(sealgate.path, folder), folder, pki
        self.own = pki.get("rsa", "expiring-own", days=20)
        self.data = self.gateway.data

    def thumbprint(self, identity):
        words = ["openssl", "x509", "-in", identity.certificate, "-noout", "-fingerprint", "-sha1"]
        return must(run(words)).stdout.decode().split("=")[1].strip().replace(":", "")

    def configure(self, **warnings):
        self.gateway.apply(documents(
            group(signing_certificates=[self.thumbprint(self.own)], expiry_warnings=warnings, revocation={"policy": "off"}),
            host(), file_port("Out", self.folder, pipeline="SMIMETransmit", encoder={"signature_type": "blob"})))
        must(self.gateway("cert", "import", self.own.both))
        must(self.gateway("cert", "import", self.pki.root, "--trust-roots"))


@pytest.fixture
def expiring(sealgate, pki, tmp_path):
    made = Expiring(sealgate, pki, tmp_path)
    with_gateway = made.gateway
    yield made
    with_gateway.__exit__()


def warnings_in(gateway):
    return re.findall(r"certificate '.*' \([0-9A-F ]+\) expires in \d+ days?", gateway.log.read_text(errors="replace"))


def test_a_warning_goes_out_once_on_every_way_and_a_restart_does_not_repeat_it(expiring):
    with Recorder(keep=True) as hook, MailServer() as mail:
        expiring.configure(days=[30, 7], webhook=hook.url,
                           email={"smtp_url": mail.url, "from": "gateway@contoso.example", "to": ["ops@contoso.example", "b@contoso.example"]})
        gateway = expiring.gateway.start()
        assert hook.wait_for(lambda: hook.bodies, 30), gateway.tail()
        assert mail.wait_for(lambda: mail.mails, 30), gateway.tail()
        said = json.loads(hook.bodies[0][1])
        assert said["event"] == "certificate-expiry" and said["mark_days"] == 30 and said["days_left"] in (19, 20)
        assert said["uses"][0]["hits"] == ["SendPort Out"] and said["group"] == "Test"
        assert hook.bodies[0][0]["Content-Type"] == "application/json"
        sender, recipients, message = mail.mails[0]
        assert (sender, recipients) == ("gateway@contoso.example", ["ops@contoso.example", "b@contoso.example"])
        assert "expires within 30 days" in message["Subject"] and message["Auto-Submitted"] == "auto-generated"
        text = message.get_body().get_content()
        assert "Group Test, signing_certificates (sign)" in text and "hits SendPort Out" in text
        assert len(warnings_in(gateway)) == 1
        assert gateway.stop() == 0
        gateway.start()
        # Metrics know the forecast only after the round in which a second warning would have gone out.
        eventually(lambda: b"sealgate_certificate_expiry_days{" in gateway.get("/metrics")[2], "the metric")
        assert gateway.stop() == 0
        assert len(hook.bodies) == 1 and len(mail.mails) == 1 and len(warnings_in(gateway)) == 1


def test_the_next_mark_warns_again(expiring):
    with Recorder(keep=True) as hook:
        expiring.configure(days=[30], webhook=hook.url)
        expiring.gateway.start()
        assert hook.wait_for(lambda: len(hook.bodies) == 1, 30)
        expiring.configure(days=[30, 25], webhook=hook.url)
        assert hook.wait_for(lambda: len(hook.bodies) == 2, 30), expiring.gateway.tail()
        assert [json.loads(body)["mark_days"] for _, body in hook.bodies] == [30, 25]


def test_what_cannot_be_delivered_is_tried_again_and_holds_nothing_up(expiring):
    with Recorder(refuse=lambda number: 503 if number == 1 else None, keep=True) as hook, \
            MailServer(refuse=lambda number: "451 come later" if number == 1 else None) as mail:
        expiring.configure(days=[30], webhook=hook.url,
                           email={"smtp_url": mail.url, "from": "gateway@contoso.example", "to": ["ops@contoso.example"]})
        gateway = expiring.gateway.start()
        eventually(lambda: gateway.log.read_text().count("cannot be delivered; it is tried again") == 2, gateway.tail)
        assert gateway.get("/health/ready")[0] == 200
        log = gateway.log.read_text()
        assert "hosts.notice-refused" in log and "net.mail-refused" in log
        # A restart tries at once; so does whoever takes the lease.
        assert gateway.stop() == 0
        gateway.start()
        assert hook.wait_for(lambda: hook.bodies, 30) and mail.wait_for(lambda: mail.mails, 30), gateway.tail()
        assert len(warnings_in(gateway)) == 1


def test_metrics_are_for_this_computer_and_no_proxy(expiring):
    expiring.configure(days=[7])
    gateway = expiring.gateway.start()
    eventually(lambda: b"sealgate_certificate_expiry_days{" in gateway.get("/metrics")[2], gateway.tail)
    status, headers, body = gateway.get("/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    line = re.search(rb'sealgate_certificate_expiry_days\{thumbprint="([0-9A-F]+)",.*usage="sign".*\} ([0-9.]+)\n', body)
    assert line[1].decode() == expiring.thumbprint(expiring.own) and 19 <= float(line[2]) <= 20
    eventually(lambda: b'sealgate_messages{state="suspended"} 0\n' in gateway.get("/metrics")[2], "counted when asked for")
    for header in ("X-Forwarded-For", "Forwarded", "Via"):
        assert gateway.request("GET", "/metrics", headers={header: "192.0.2.1"})[0] == 404
    assert gateway.request("POST", "/metrics", b"x")[0] == 405


def test_a_killed_gateway_does_not_repeat_itself(expiring):
    with Recorder(keep=True) as hook:
        expiring.configure(days=[30], webhook=hook.url)
        expiring.gateway.start()
        assert hook.wait_for(lambda: hook.bodies, 30)
        # In the moment before it has written that down a warning can be repeated.
        eventually(lambda: "a warning of an expiry was delivered" in expiring.gateway.tail(), expiring.gateway.tail)
        expiring.gateway.kill()
        expiring.gateway.start()
        eventually(lambda: b"sealgate_certificate_expiry_days{" in expiring.gateway.get("/metrics")[2], "the metric")
        assert len(hook.bodies) == 1


def test_check_says_what_fails_by_a_date(expiring):
    expiring.configure()
    gateway = expiring.gateway
    assert gateway("check").returncode == 0
    done = gateway("check", "--within", "30d", "-o", "json")
    assert done.returncode == 6
    findings = json.loads(done.stdout)["findings"]
    assert [finding["code"] for finding in findings] == ["check.expired"]
    assert findings[0]["where"].startswith("Group Test, signing_certificates") and findings[0]["at"]
    must(gateway("cert", "remove", expiring.thumbprint(expiring.own), "--with-key"))
    done = gateway("check")
    assert done.returncode == 6 and b"check.missing" in done.stdout and b"SendPort Out" in done.stdout
    assert gateway("check", "--within", "soon").returncode == 2
    assert gateway("check", "--within", "1d", "--at", "2027-01-01T00:00:00Z").returncode == 2


def test_audit_and_threat_model(expiring, tmp_path):
    expiring.configure()
    gateway, page = expiring.gateway, tmp_path / "audit.html"
    (tmp_path / "data").chmod(0o755)
    done = gateway("audit", "--threat-model", "-o", "html", "--out", page)
    assert done.returncode == 8, "the data folder is open to all"
    html = page.read_text()
    assert "audit.data-permissions" in html and "Threat model" in html and "Send port Out" in html and "<script" not in html
    (tmp_path / "data").chmod(0o700)
    tmp_path.chmod(0o700)
    codes = {finding["code"] for finding in json.loads(gateway("audit", "-o", "json").stdout)["findings"]}
    assert {"audit.expires-soon", "audit.revocation-off", "audit.no-expiry-notice"} <= codes
    assert "audit.data-permissions" not in codes
    assert gateway("audit", "--threshold", "warning").returncode == 8
    assert b"## Threat model" in gateway("audit", "--threat-model", "-o", "markdown").stdout
