"""What partners and users have written reaches the console through a gateway as text and stays text, in a real Chromium."""
import json
import subprocess
import urllib.parse

import pytest

from support.api import PASSWORD, Administered, Session, self_signed
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.program import ROOT, must
from support.waiting import eventually

ATTACK = "<img src=x onerror='attacked=1'>"


@pytest.fixture(scope="module")
def poisoned(sealgate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    made = Administered(sealgate.path, folder, "--api-rate", "0")
    (folder / "out").mkdir()
    made.gateway.apply(documents(
        group(description=ATTACK), host(description=ATTACK), receive_port(by_http(), description=ATTACK),
        {**file_port("Stopped", folder / "out"), "state": "stopped", "description": ATTACK, "party": ATTACK},
        {"kind": "Party", "name": ATTACK, "description": ATTACK}))
    _, certificate = self_signed(folder, f"/CN={ATTACK}/O=<script>window.attacked=2<\\/script>")
    must(made.gateway("cert", "import", certificate, "--store", "OtherPeople"))
    made.start().make_administrator()
    headers = {"Content-Type": "text/xml", "Content-Disposition": f'attachment; filename="{ATTACK}"', "X-Order": ATTACK,
               "User-Agent": ATTACK}
    status, _, body = made.gateway.request("POST", "/in", ATTACK.encode(), headers)
    assert status == 202, body
    ada = Session(made.api, "ada", PASSWORD)
    ada.ok("POST", "/users", json={"name": "eve", "display_name": ATTACK, "roles": ["operator"], "password": PASSWORD})
    ada.ok("POST", "/tokens", json={"name": "<script>window.attacked=3", "scopes": ["view"], "until": made.tomorrow()})
    ada("PUT", "/send-ports/" + urllib.parse.quote(ATTACK, safe="") + "/state", json={"state": "started"})
    made.session = ada
    yield made
    made.close()


def test_words_of_others_stay_words(poisoned):
    ada = poisoned.session
    work = eventually(lambda: ada.ok("GET", "/messages?state=suspended")["items"], poisoned.gateway.tail)[0]
    thumbprint = ada.ok("GET", "/certificates?store=OtherPeople")["items"][0]["thumbprint"].replace(" ", "")
    party = "/parties/" + urllib.parse.quote(ATTACK, safe="")
    shows = {party, "/parties", f"/certificates/{thumbprint}", "/certificates?store=OtherPeople", "/users"}
    one = f"/messages/{work['id']}"
    views = sorted(shows | {"/users/eve", "/", "/suspended", "/messages", one, f"{one}?tab=context", "/tracking", "/receive-ports/In", "/send-ports",
                            "/send-ports/Stopped", "/hosts/Default", "/findings", "/tokens", "/sessions", "/audit-log", "/profile",
                            "/search?q=" + urllib.parse.quote(ATTACK)})
    asked = {"base": f"https://127.0.0.1:{poisoned.api.port}", "cookie": ada.cookie, "views": views}
    words = ["node", ROOT / "tests" / "api" / "hostile.mjs", json.dumps(asked)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told) == set(views)
    for view, one in told.items():
        assert (one["attacked"], one["refused"], one["elements"], one["elsewhere"]) == (0, [], 0, []), view
    for view in shows:
        assert "<img src=x" in told[view]["words"], f"{view} does not show it as it is"
