"""From one gateway to another by AS2, and the receipt back."""
import pytest

from support.program import must

CONTENT = b"UNA:+.? '\r\nUNB+UNOA:2+WE+THEY'\n" + bytes(range(256)) * 40
SEALS = {
    "signed and encrypted": {}, "signed": {"encrypt": False}, "encrypted": {"sign": False},
    "compressed first": {"compression": "before-signing"}, "compressed last": {"compression": "after-signing"},
    "gcm, oaep, pss": {"encryption_algorithm": "aes256-gcm", "key_transport": "rsa-oaep", "pss": True, "digest": "sha512"},
}


def start(pair, sending=None, receiving=None, **words):
    """`receiving` is what the other side takes."""
    we, they = pair
    we.configure(they, sending=sending, **words)
    they.configure(we, receiving=receiving)
    they.gateway.start()
    we.gateway.start()
    return we, they


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("seal", SEALS)
def test_each_seal_is_acknowledged(pair, seal, mode):
    we, they = pair
    receipt = {"mode": mode, **({"delivery_url": f"http://127.0.0.1:{we.gateway.port}/as2"} if mode == "async" else {})}
    start(pair, sending={**SEALS[seal], "receipt": receipt}, receiving={"require_signature": False, "require_encryption": False})
    we.submit(CONTENT)
    we.fate("completed")
    assert they.arrived(CONTENT) == 1
    assert they.documents.number == 1
    assert all(one["state"] == "completed" for one in we.listed())


def test_a_receipt_is_published_on_wish(pair):
    we, they = start(pair, sending={"receipt": {"publish": True}})
    we.submit(CONTENT)
    we.fate("completed")
    assert we.receipts.wait_for(lambda: we.receipts.number == 1, 30)
    assert b"Original-Message-ID" in we.receipts.bodies[0][1]


def test_a_partner_who_is_away_gets_it_later_once(pair):
    we, they = pair
    we.configure(they, sending={"receipt": {"timeout": "2s"}})
    they.configure(we)
    we.gateway.start()
    we.submit(CONTENT)
    we.fate("scheduled")
    we.gateway.kill()
    they.gateway.start()
    we.gateway.start()
    we.fate("completed")
    assert they.arrived(CONTENT) == 1
    assert they.documents.number == 1


def test_who_cannot_open_it_says_so_and_that_is_final(pair):
    we, they = pair
    other = they.pki.get("rsa", "stranger")
    must(we.gateway("cert", "import", other.certificate))
    start(pair, sending={"encryption_certificates": [other.thumbprint_sha256]})
    we.submit(CONTENT)
    found = we.fate("suspended")[0]
    assert found["failure"]["code"] == "hosts.as2-refused"
    assert "decryption-failed" in found["failure"]["text"]
    assert must(we.gateway("message", "show", found["id"])).stdout.decode().count("failed by partner") == 1


def test_without_an_answer_it_is_sent_again_until_that_is_enough(pair):
    we, they = pair
    url = they.documents.url  # takes everything and says nothing
    start(pair, sending={"receipt": {"timeout": "1s", "resends": 1}}, port={"settings": {"url": url}})
    we.submit(CONTENT)
    found = we.fate("suspended")[0]
    assert found["failure"]["code"] == "hosts.as2-resends-exhausted"
    bodies = [body for _, body in they.documents.bodies]
    assert len(bodies) == 2 and bodies[0] == bodies[1]
    first, second = ({name.lower(): value for name, value in headers.items()} for headers, _ in they.documents.bodies)
    assert first["message-id"] == second["message-id"]
    must(we.gateway("message", "resume", found["id"]))
    assert they.documents.wait_for(lambda: they.documents.number == 3, 30)
