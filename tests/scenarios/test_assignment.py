"""What `sealgate apply` says of the certificates that it assigns, and what it refuses."""
import pytest

from support import artifacts
from support.gateway import Gateway
from support.pki import Pki
from support.program import must


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    pki = Pki(tmp_path_factory.mktemp("people"))
    return {"root": pki.root, "partner": pki.get("ec256", "contoso"), "absent": pki.get("ec256", "absent"),
            "signing": pki.get("ec256", "signing", usage="digitalSignature"), "expired": pki.expired("ec256", "old")}


@pytest.fixture
def gateway(sealgate, people, tmp_path):
    gateway = Gateway(sealgate.path, tmp_path)
    must(gateway("cert", "import", people["root"], "--trust-roots"))
    theirs = [people[name].certificate for name in ("partner", "signing", "expired")]
    must(gateway("cert", "import", *theirs, "--store", "OtherPeople"))
    return gateway


def encrypting(*certificates):
    return artifacts.documents(artifacts.host(), artifacts.file_port(
        "Out", "/nowhere", filter=None, pipeline="SMIMETransmit", encoder={"enable_encryption": True},
        encryption_certificates=list(certificates)))


def applied(gateway, text, *words):
    document = gateway.folder / "some.yaml"
    document.write_text(text)
    return gateway("apply", "-f", document, *words)


def test_the_name_and_the_thumbprint_are_shown(gateway, people):
    one = people["partner"]
    said = must(applied(gateway, encrypting({"certificate": one.thumbprint, "from": "2026-01-01"})))
    assert f"SendPort Out, encryption_certificates: contoso ({one.thumbprint}), from 2026-01-01T00:00:00Z" in said.stdout.decode()
    assert said.stderr == ""


def test_unchanged_says_nothing(gateway, people):
    must(applied(gateway, encrypting(people["absent"].thumbprint)))
    again = must(applied(gateway, encrypting(people["absent"].thumbprint)))
    assert "assigned" not in again.stdout.decode() and again.stderr == ""


def test_a_thumbprint_that_no_store_holds_is_accepted_with_a_warning(gateway, people):
    one = people["absent"]
    said = must(applied(gateway, encrypting(one.thumbprint)))
    assert f"not imported yet ({one.thumbprint})" in said.stdout.decode()
    assert "warning:" in said.stderr and one.thumbprint in said.stderr and "sealgate cert import" in said.stderr
    assert b"Out" in must(gateway("get", "send-ports")).stdout


def test_an_expired_one_is_accepted_with_a_warning(gateway, people):
    said = must(applied(gateway, encrypting(people["expired"].thumbprint)))
    assert "warning:" in said.stderr and "expired on 2020-01-31" in said.stderr


def test_a_wrong_usage_is_refused_unless_accepted(gateway, people):
    text = encrypting(people["signing"].thumbprint)
    for words in ((), ("--dry-run",)):
        refused = applied(gateway, text, *words)
        assert refused.returncode == 6
        assert "certificates.wrong-usage" in refused.stderr and "Key Agreement" in refused.stderr
        assert people["signing"].thumbprint in refused.stderr and "--accept-wrong-usage" in refused.stderr
    assert b"Out" not in gateway("get", "send-ports").stdout
    accepted = must(applied(gateway, text, "--accept-wrong-usage"))
    assert "warning:" in accepted.stderr and "Key Agreement" in accepted.stderr
    assert b"Out" in must(gateway("get", "send-ports")).stdout


def test_one_certificate_of_two_parties_is_refused_under_either_thumbprint(gateway, people):
    def party(name, thumbprint):
        return {"kind": "Party", "name": name, "verification_certificates": [thumbprint]}

    sha1 = people["partner"].thumbprint
    refused = applied(gateway, artifacts.documents(party("Contoso", sha1), party("Fabrikam", sha1)))
    assert refused.returncode == 2
    assert "artifacts.duplicate-thumbprint" in refused.stderr and "'Contoso'" in refused.stderr
    must(applied(gateway, artifacts.documents(party("Contoso", sha1))))
    refused = applied(gateway, artifacts.documents(party("Fabrikam", people["partner"].thumbprint_sha256)))
    assert refused.returncode == 2
    assert "artifacts.duplicate-thumbprint" in refused.stderr and "'Contoso'" in refused.stderr and "'Fabrikam'" in refused.stderr
