"""A sealed message to damage."""
import pytest

from hostile_helpers import PAYLOAD
from support import message
from support.program import must


@pytest.fixture(scope="session")
def people(pki):
    return {"sender": pki.get("rsa"), "recipient": pki.get("rsa3072"), "stranger": pki.get("rsa", "stranger"),
            "root": pki.root}


@pytest.fixture(scope="session")
def sealed(sealgate, people, tmp_path_factory):
    """{"opaque", "clear", "gcm", "der", "signed", ...}: PAYLOAD signed and encrypted in the forms that are damaged."""
    folder = tmp_path_factory.mktemp("sealed")
    source = folder / "payload"
    source.write_bytes(PAYLOAD)
    forms = {
        "opaque": dict(sign="opaque", encrypt_to=[people["recipient"]]),
        "clear": dict(sign="clear", encrypt_to=[people["recipient"]]),
        "gcm": dict(sign="opaque", encrypt_to=[people["recipient"]], cipher="aes256-gcm"),
        "compressed": dict(sign="opaque", encrypt_to=[people["recipient"]], compress="before-signing"),
        "signed": dict(sign="opaque"),
        "signed-clear": dict(sign="clear"),
    }
    made = {}
    for name, options in forms.items():
        made[name] = folder / name
        signer = {"signer": people["sender"]} if "sign" in options else {}
        must(sealgate.encode(source, made[name], **options, **signer))
    made["der"] = folder / "der"
    made["der"].write_bytes(message.body_of(made["opaque"].read_bytes()))
    made["payload"] = source
    return made


@pytest.fixture
def open_sealed(sealgate, people):
    """open_sealed(file, out): decodes it as the recipient would, everything required that the message has."""

    def opener(source, out, **options):
        options = {"keys": [people["recipient"]], "trust": people["root"], "more": ["--require-signature"], **options}
        return sealgate.decode(source, out, **options)

    return opener
