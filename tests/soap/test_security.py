"""WS-Security: zeep and python-xmlsec sign, encrypt and log in; attackers move, change and repeat."""
import concurrent.futures
import datetime

import pytest
import xmlsec
import zeep.exceptions
import zeep.wsse.signature
import zeep.wsse.username
from lxml import etree

from support.artifacts import by_http, documents, file_port, group, host, receive_port, send_port
from support.gateway import Recorder
from support.pki import Pki
from support.program import must
from support.soap import ORDERS, by_soap, by_soap_port, client, envelope, order, orders_schema, post, web_service
from support.wsse import Signer, decrypt, encrypt, part, signed, timestamp, verify, wrapped

REFUSED = "security of the message was not accepted"


@pytest.fixture
def safe(stage, pki):
    """A stage with certificates: ours, and the partner's under the trusted root."""
    stage.own = pki.get("rsa", "soap-own")
    stage.partner = pki.get("rsa", "soap-partner")
    must(stage.gateway("cert", "import", pki.root, "--trust-roots"))
    must(stage.gateway("cert", "import", stage.own.both))
    must(stage.gateway("cert", "import", stage.partner.certificate, "--store", "OtherPeople"))

    def apply(*ports, **security):
        at = by_soap(settings={"schemas": ["Orders"], "security": security}, revocation="off", pipeline="XMLReceive")
        own = [stage.own.thumbprint]
        stage.gateway.apply(documents(
            group(signing_certificates=own), host(decryption_certificates=own), orders_schema(),
            {"kind": "Party", "name": "Contoso", "verification_certificates": [stage.partner.thumbprint]},
            *(ports or [receive_port(at), file_port("Out", stage.out)])))

    stage.secure = apply
    return stage


@pytest.mark.parametrize("kind", [zeep.wsse.signature.BinarySignature, zeep.wsse.signature.Signature])
def test_zeep_signs_and_the_party_is_known(safe, kind):
    safe.secure(require_signature=True)
    with safe.gateway:
        client(safe.gateway, wsse=Signer(safe.partner, kind)).service.Order(Number=1, Item="Bolt")
        assert b"Bolt" in safe.received()[0]
        context = safe.context()
    assert context["Party.Name"] == "Contoso"
    assert context["SOAP.SignerSha256"] == safe.partner.thumbprint_sha256
    assert context["SOAP.WasSigned"] in (True, "true")


def test_unsigned_and_foreign_signatures_are_refused(safe, pki, tmp_path):
    (tmp_path / "other").mkdir()
    stranger = Pki(tmp_path / "other", name="Other Root").get("rsa", "stranger")
    expired = pki.expired("rsa", "soap-expired")
    safe.secure(require_signature=True)
    with safe.gateway:
        assert "soap.no-signature" in post(safe.gateway, envelope(order())).text
        for identity in (stranger, expired):
            answer = post(safe.gateway, etree.tostring(signed(identity, envelope(order()))))
            assert answer.status == 500 and REFUSED in answer.text, answer.body
        assert safe.messages() == []


def test_changed_content_is_refused(safe):
    safe.secure(require_signature=True)
    with safe.gateway:
        good = etree.tostring(signed(safe.partner, envelope(order())))
        answer = post(safe.gateway, good.replace(b"Bolt", b"Gold"))
        assert REFUSED in answer.text
        # It was not taken, so the good one is no replay of it; the second good one is.
        assert post(safe.gateway, good).status == 202
        assert "soap.replayed" in post(safe.gateway, good).text


def test_signed_messages_hold_under_load(safe):
    """Eighty, eight at a time, while others send what was changed: each good one comes out once."""
    safe.secure(require_signature=True)
    with safe.gateway:
        good = [etree.tostring(signed(safe.partner, envelope(order(number)))) for number in range(80)]
        bad = [body.replace(b"Bolt", b"Gold") for body in good[:20]]
        with concurrent.futures.ThreadPoolExecutor(8) as senders:
            answers = list(senders.map(lambda body: post(safe.gateway, body).status, bad + good))
        assert answers == [500] * len(bad) + [202] * len(good)
        documents_out = safe.received(len(good))
        assert len(set(documents_out)) == len(documents_out) == len(good) and not any(b"Gold" in one for one in documents_out)


WRAPPINGS = {"header": "soap.not-covered", "security": "soap.bad-security", "object": "soap.not-covered",
             "same id": "soap.duplicate-id", "below": "soap.not-covered"}


@pytest.mark.parametrize("place", list(WRAPPINGS))
def test_signature_wrapping_is_refused(safe, place):
    safe.secure(require_signature=True)
    with safe.gateway:
        good = signed(safe.partner, envelope(order()))
        answer = post(safe.gateway, wrapped(good, order(item="Gold"), place))
        assert answer.status == 500 and WRAPPINGS[place] in answer.text, answer.body
        assert safe.messages() == []
        assert post(safe.gateway, etree.tostring(good)).status == 202


def test_old_future_and_missing_timestamps_are_refused(safe):
    safe.secure(require_signature=True, maximum_age="5m", clock_skew="30s")
    with safe.gateway:
        for shift in (-3600, 3600):
            assert "soap.stale" in post(safe.gateway, etree.tostring(signed(safe.partner, envelope(order()), shift=shift))).text
        bare = etree.fromstring(envelope(order()))
        Signer(safe.partner).signature.apply(bare, {})
        assert "soap.no-timestamp" in post(safe.gateway, etree.tostring(bare)).text
        # One that the signature does not cover is worth nothing.
        part(bare, "Security").append(timestamp())
        assert "soap.not-covered" in post(safe.gateway, etree.tostring(bare)).text


def test_sha1_is_refused(safe):
    safe.secure(require_signature=True)
    with safe.gateway:
        old = Signer(safe.partner)
        old.signature = zeep.wsse.signature.BinarySignature(
            str(safe.partner.key), str(safe.partner.certificate), signature_method=xmlsec.Transform.RSA_SHA1,
            digest_method=xmlsec.Transform.SHA1)
        weak = etree.fromstring(envelope(order()))
        old.apply(weak, {})
        assert "soap.algorithm-refused" in post(safe.gateway, etree.tostring(weak)).text


@pytest.mark.parametrize("cipher", [xmlsec.Transform.AES256_GCM, xmlsec.Transform.AES256])
def test_encrypted_by_xmlsec_and_signed_by_zeep(safe, cipher):
    safe.secure(require_signature=True, require_encryption=True)
    with safe.gateway:
        plain = etree.tostring(signed(safe.partner, envelope(order())))
        assert "soap.no-encryption" in post(safe.gateway, plain).text
        sealed = encrypt(signed(safe.partner, envelope(order(item="Secret bolt"))), safe.own.certificate, cipher)
        text = etree.tostring(sealed)
        assert b"Secret" not in text
        answer = post(safe.gateway, text)
        assert answer.status == 202, answer.body
        assert b"Secret bolt" in safe.received()[0]
        assert safe.context()["SOAP.WasEncrypted"] in (True, "true")


def test_of_what_was_encrypted_nothing_is_told(safe):
    safe.secure(require_signature=True)
    with safe.gateway:
        foreign = encrypt(signed(safe.partner, envelope(order())), safe.partner.certificate)
        unsigned = encrypt(etree.fromstring(envelope(order())), safe.own.certificate)
        broken = encrypt(signed(safe.partner, envelope(order())), safe.own.certificate)
        value = part(part(broken, "EncryptedData"), "CipherValue")
        value.text = value.text.strip()[:-8] + "AAAAAAA="
        answers = [post(safe.gateway, etree.tostring(one)) for one in (foreign, unsigned, broken)]
        assert len({(one.status, one.body) for one in answers}) == 1
        assert answers[0].code() == "FailedCheck" and "adapter.soap.refused" in answers[0].text


@pytest.mark.parametrize("digest", [True, False])
def test_username_tokens(safe, tmp_path, digest):
    password = tmp_path / "password"
    password.write_text("s<cret\n")
    safe.secure(users=[{"name": "alice", "password_file": str(password)}])
    with safe.gateway:
        def token(name="alice", secret="s<cret", **words):
            return zeep.wsse.username.UsernameToken(name, secret, use_digest=digest, **words)

        client(safe.gateway, wsse=token()).service.Order(Number=1, Item="Bolt")
        safe.received()
        assert safe.context()["BTS.WindowsUser"] == "alice"
        for wrong in (token(secret="wrong"), token(name="mallory"), token(secret="")):
            with pytest.raises(zeep.exceptions.Fault, match=REFUSED):
                client(safe.gateway, wsse=wrong).service.Order(Number=1, Item="Bolt")
        assert "soap.no-user" in post(safe.gateway, envelope(order())).text
        if digest:
            same = token(nonce="0123456789abcdef", created=datetime.datetime.utcnow())
            client(safe.gateway, wsse=same).service.Order(Number=1, Item="Bolt")
            with pytest.raises(zeep.exceptions.Fault, match="soap.replayed"):
                client(safe.gateway, wsse=same).service.Order(Number=1, Item="Bolt")


def test_a_location_without_security_does_not_pretend_to_understand(stage, pki):
    stage.receive_orders()
    with stage.gateway:
        sealed = signed(pki.get("rsa", "soap-partner"), envelope(order()))
        part(sealed, "Security").set("{http://schemas.xmlsoap.org/soap/envelope/}mustUnderstand", "1")
        assert post(stage.gateway, etree.tostring(sealed)).code() == "MustUnderstand"


@pytest.mark.parametrize("soap12", [False, True])
def test_what_we_seal_others_open(safe, tmp_path, soap12):
    with Recorder(keep=True) as partner:
        port = by_soap_port(partner.url, {"use_soap12": soap12, "security": {"sign": True, "encrypt": True}},
                            encryption_certificates=[safe.partner.thumbprint], revocation="off")
        safe.secure(receive_port(by_http()), port)
        with safe.gateway:
            safe.hand_in(order(item="Secret bolt"))
            assert partner.wait_for(lambda: partner.bodies, 20)
    text = partner.bodies[0][1]
    assert b"Secret bolt" not in text
    opened = decrypt(etree.fromstring(text), safe.partner, tmp_path)
    verify(opened, safe.own.certificate)
    assert opened.findtext(f".//{{{ORDERS}}}Item") == "Secret bolt"


def test_responses_are_signed(safe):
    operation = {"name": "Submit", "request": f"{ORDERS}#Order", "response": f"{ORDERS}#Confirmation"}
    settings = {"schemas": ["Orders"], "operations": [operation], "security": {"require_signature": True},
                "response_security": {"sign": True}}
    with web_service(lambda _: f'<Confirmation xmlns="{ORDERS}"><Accepted>true</Accepted></Confirmation>') as url:
        safe.secure(receive_port(by_soap(settings=settings, revocation="off"), two_way=True),
                    send_port("Partner", url, two_way=True))
        with safe.gateway:
            caller = client(safe.gateway, wsse=Signer(safe.partner, verify_with=safe.own.certificate))
            assert caller.service.Submit(Number=1, Item="Bolt") is True


def test_answers_must_prove_what_the_port_demands(safe):
    told = envelope("<Told xmlns='urn:t'/>")
    with web_service(lambda body: told if b"Plain" in body else etree.tostring(signed(safe.partner, told))) as url:
        port = by_soap_port(url, {"answer_security": {"require_signature": True}}, two_way=True, retry_count=0,
                            revocation="off")
        safe.secure(receive_port(by_http()), port, file_port("Answers", safe.out, filter='BTS.SPName == "Out"'))
        with safe.gateway:
            safe.hand_in(order(item="Plain"))
            failure = safe.failure()
            assert failure["code"] == "adapter.soap.bad-answer" and "not signed" in failure["text"]
            safe.hand_in(order())
            assert b"Told" in safe.received()[0]


def test_a_missing_signing_certificate_suspends(safe):
    with Recorder() as partner:
        port = by_soap_port(partner.url, {"security": {"sign": True}})
        wrong = group(signing_certificates=[safe.partner.thumbprint])
        safe.gateway.apply(documents(wrong, host(), receive_port(by_http()), port))
        with safe.gateway:
            safe.hand_in(order())
            assert safe.failure()["code"] == "pipeline.certificate-in-wrong-store"
        assert not partner.arrived


def test_contradictions_are_refused_when_applied(safe):
    url = "http://127.0.0.1:9/"
    mime = {"pipeline": "SMIMETransmit", "encoder": {"signature_type": "blob"}}
    path = safe.gateway.folder / "bad.yaml"
    for bad, code in ((by_soap_port(url, {"security": {"encrypt": True}}), "artifacts.no-encryption-certificate"),
                      (by_soap_port(url, **mime), "artifacts.contradiction"),
                      (by_soap_port(url, {"security": {"cipher": "aes256-cbc"}}), "artifacts.contradiction")):
        path.write_text(documents(group(signing_certificates=[safe.own.thumbprint]), host(), receive_port(by_http()), bad))
        done = safe.gateway("apply", "-f", path)
        assert done.returncode != 0 and code in str(done.stderr), done.stderr
