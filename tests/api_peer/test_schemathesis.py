"""schemathesis makes requests of every kind that openapi.yaml allows and of many that it does not, and judges the answers by it."""
import os
import pathlib
import subprocess

import pytest

from support.api import Administered
from support.artifacts import by_http, documents, file_port, group, host, receive_port
from support.program import ROOT

HERE = pathlib.Path(__file__).resolve().parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,ignored_auth"


@pytest.fixture
def administered(sealgate, tmp_path):
    made = Administered(sealgate.path, tmp_path, "--api-rate", "0", "--api-open-rate", "0")
    made.gateway.apply(documents(group(), host(), receive_port(by_http()), file_port("Out", tmp_path)))
    yield made.start().make_administrator()
    made.close()


def test_no_answer_is_other_than_described(administered, tmp_path):
    folder = pathlib.Path(os.environ.get("SEALGATE_PEERS", ROOT / "build" / "peers")) / "schemathesis" / "packages"
    assert folder.is_dir(), f"no schemathesis at {folder}; tools/schemathesis fetches it"
    api = administered.api
    words = ["/usr/bin/python3", "-m", "schemathesis.cli", "run", ROOT / "src" / "api" / "openapi.yaml",
             "--url", f"https://127.0.0.1:{api.port}/api/v1", "--tls-verify", str(administered.gateway.data / "api" / "tls.pem"),
             "-H", f"Authorization: Bearer {api.token}", "--checks", CHECKS, "--max-examples", "10", "--phases", "examples,fuzzing,stateful", "--seed", "4711", "--workers", "2",
             "--suppress-health-check", "all", "--exclude-operation-id", "followEvents", "--exclude-operation-id", "signIn",
             "--exclude-operation-id", "acceptInvitation", "--no-color"]
    done = subprocess.run([str(word) for word in words], cwd=tmp_path, env=dict(os.environ, PYTHONPATH=f"{folder}:{HERE}", SCHEMATHESIS_HOOKS="hooks"), capture_output=True,
                          text=True, timeout=900, check=False)
    assert "Authentication failed" not in done.stdout, done.stdout[-12000:]  # nobody shut the door on it meanwhile
    assert done.returncode == 0, done.stdout[-12000:] + done.stderr[-2000:] + administered.gateway.tail(10)
