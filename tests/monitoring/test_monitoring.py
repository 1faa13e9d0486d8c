"""The alert rules by promtool; and rules and dashboard against a real Prometheus that scrapes the real program."""
import json
import re
import shutil
import subprocess
import urllib.parse
import urllib.request

import pytest
import yaml

from support.artifacts import by_file, by_http, documents, file_port, group, host, receive_port
from support.gateway import Gateway, free_port
from support.program import ROOT, must, run
from support.waiting import eventually

MONITORING = ROOT / "packaging" / "monitoring"
RULES = MONITORING / "sealgate-alerts.yaml"
DASHBOARD = json.loads((MONITORING / "sealgate-dashboard.json").read_text())
ALERTS = [rule for group_ in yaml.safe_load(RULES.read_text())["groups"] for rule in group_["rules"]]
PANELS = {panel["title"]: [target["expr"] for target in panel["targets"]] for panel in DASHBOARD["panels"]}


def test_promtool_takes_the_rules():
    assert b"SUCCESS" in must(run(["promtool", "check", "rules", RULES])).stdout


def test_each_alert_fires_when_it_should_and_not_before(tmp_path):
    shutil.copy(RULES, tmp_path)
    tests = shutil.copy(ROOT / "tests" / "monitoring" / "alerts.yaml", tmp_path)
    done = run(["promtool", "test", "rules", tests])
    assert done.returncode == 0, done.stdout.decode() + done.stderr
    tried = {case["alertname"]: bool(case["exp_alerts"])  # the last of each is that it fires
             for test in yaml.safe_load((ROOT / "tests" / "monitoring" / "alerts.yaml").read_text())["tests"]
             for case in test["alert_rule_test"] if case["exp_alerts"]}
    assert set(tried) == {alert["alert"] for alert in ALERTS}


def test_operations_tells_what_to_do_for_each_alert():
    page = (ROOT / "docs" / "operations.md").read_text()
    headings = {line.lstrip("# ").strip().lower() for line in page.splitlines() if line.startswith("###")}
    for alert in ALERTS:
        assert alert["annotations"]["runbook"] == f"docs/operations.md#{alert['alert'].lower()}"
        assert alert["alert"].lower() in headings, f"docs/operations.md has no heading {alert['alert']}"


class Prometheus:
    """A private Prometheus that scrapes one gateway every half second and evaluates our rules."""

    def __init__(self, folder, target):
        self.folder, self.port = folder, free_port()
        configuration = {"global": {"scrape_interval": "500ms", "evaluation_interval": "500ms"}, "rule_files": [str(RULES)],
                         "scrape_configs": [{"job_name": "sealgate", "static_configs": [{"targets": [target]}]}]}
        (folder / "prometheus.yaml").write_text(json.dumps(configuration))

    def __enter__(self):
        with (self.folder / "prometheus.log").open("wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={self.folder}/prometheus.yaml", f"--storage.tsdb.path={self.folder}/tsdb",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(lambda: self.is_up(), lambda: f"Prometheus: {(self.folder / 'prometheus.log').read_text()[-2000:]}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def is_up(self):
        try:
            return bool(self.query('up{job="sealgate"} == 1'))
        except OSError:
            return False

    def ask(self, path, **words):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(words)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return self.ask("query", query=expression)["result"]


@pytest.fixture(scope="module")
def prometheus(sealgate, pki, tmp_path_factory):
    """Scrapes a gateway that has something of everything to tell."""
    folder = tmp_path_factory.mktemp("monitoring")
    for name in ("in", "out"):
        (folder / name).mkdir()
    partner = pki.get("rsa", "Monitored partner")
    gateway = Gateway(sealgate.path, folder)
    must(gateway("cert", "import", partner.certificate))
    gateway.apply(documents(
        group(), host(), {"kind": "Party", "name": "Contoso", "verification_certificates": [partner.thumbprint]},
        receive_port(by_http(), by_file(folder)),
        receive_port(by_http("Known", "/known", pipeline="SMIMEReceive"), name="Known", authentication="drop"),
        receive_port(by_http("Nobody's", "/nobody"), name="Nobody"),
        file_port("Out", folder / "out")))
    with gateway:
        assert gateway.request("POST", "/in", b"hello")[0] == 202
        gateway.request("POST", "/known", b"who am I")
        gateway.request("POST", "/nobody", b"nobody wants this")
        eventually(lambda: list((folder / "out").iterdir()), "a message")
        names = ["sealgate_info", "sealgate_ready", "sealgate_loop_silent_seconds", "sealgate_certificate_expiry_days",
                 "sealgate_receive_location_up", "sealgate_unauthenticated_messages_total", "sealgate_messages",
                 "sealgate_messages_received_total", "sealgate_delivery_seconds_count", "sealgate_suspensions_total",
                 "sealgate_host_instances", "sealgate_location_last_message_timestamp_seconds"]
        eventually(lambda: all(f"\n{name}" in gateway.get("/metrics")[2].decode() for name in names),
                   lambda: gateway.get("/metrics")[2].decode())
        with Prometheus(folder, f"127.0.0.1:{gateway.port}") as running:
            running.gateway = gateway
            yield running


def names_in(expression):
    return set(re.findall(r"\bsealgate_[a-z_]+", expression))


@pytest.mark.parametrize("title", PANELS)
def test_each_panel_shows_what_the_program_tells(prometheus, title):
    for expression in PANELS[title]:
        asked = expression.replace("$job", "sealgate")
        eventually(lambda text=asked: prometheus.query(text), f"an answer to {asked}")
        assert names_in(expression)


@pytest.mark.parametrize("alert", ALERTS, ids=[alert["alert"] for alert in ALERTS])
def test_each_alert_watches_what_the_program_tells(prometheus, alert):
    for name in names_in(alert["expr"]) or {"up"}:
        assert prometheus.query(name), f"the program tells nothing of {name}"
    for label in set(re.findall(r"\$labels\.(\w+)", alert["annotations"]["summary"])):
        kept = set(re.findall(r"by \(([^)]*)\)", alert["expr"]))
        assert not kept or any(label in words for words in kept), f"the label {label} is aggregated away"
        assert all(label in found["metric"] for name in names_in(alert["expr"]) or {"up"} for found in prometheus.query(name))


def test_prometheus_evaluates_the_rules_and_none_fires(prometheus):
    def evaluated():
        rules = [rule for group_ in prometheus.ask("rules")["groups"] for rule in group_["rules"]]
        return rules if all(rule["health"] == "ok" for rule in rules) else None

    rules = eventually(evaluated, "each rule is evaluated")
    assert {rule["name"] for rule in rules} == {alert["alert"] for alert in ALERTS}
    assert [rule["name"] for rule in rules if rule["state"] == "firing"] == []


def test_every_metric_has_help_and_type(prometheus):
    text = prometheus.gateway.get("/metrics")[2].decode()
    histograms = re.findall(r"^# TYPE (\w+) histogram$", text, re.M)
    shown = {re.match(r"[a-z_]+", line)[0] for line in text.splitlines() if line and not line.startswith("#")}
    shown = {next((one for one in histograms if re.fullmatch(f"{one}_(bucket|sum|count)", name)), name) for name in shown}
    assert shown
    for name in shown:
        assert f"# HELP {name} " in text and f"# TYPE {name} " in text
    done = run(["promtool", "check", "metrics"], stdin=text.encode())
    assert done.returncode in (0, 3), done.stderr  # 3: remarks on style alone


def test_the_dashboard_asks_for_nothing_else():
    texts = [json.dumps(DASHBOARD)]
    assert not re.search(r"https?://", texts[0])
    assert all(panel["description"] for panel in DASHBOARD["panels"])
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
