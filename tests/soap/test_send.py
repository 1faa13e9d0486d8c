"""SOAP send to spyne: documents out, answers and faults back."""
import pytest
from lxml import etree

from support.artifacts import by_http, file_port, receive_port
from support.gateway import Recorder
from support.waiting import eventually
from support.soap import SOAP11, SOAP12, by_soap, by_soap_port, envelope, post, spyne_server, web_service


def ask(question):
    text = f'<s:Ask xmlns:s="urn:spyne"><s:question>{question}</s:question></s:Ask>'
    return f'<?xml version="1.0" encoding="ISO-8859-1"?>\n{text}'.encode("latin-1")


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
def test_spyne_answers_and_the_answer_is_a_message(stage, version):
    with spyne_server(version) as (url, asked):
        port = by_soap_port(url, {"use_soap12": version == SOAP12, "action": "urn:spyne/Ask"}, two_way=True)
        stage.apply(receive_port(by_http()), port,
                    file_port("Answers", stage.out, filter='BTS.SPName == "Out"'))
        with stage.gateway:
            stage.hand_in(ask("wie schön?"))
            answer = etree.fromstring(stage.received()[0])
    assert answer.tag == "{urn:spyne}Told" and answer.findtext("{urn:spyne}Answer") == "heard wie schön?"
    question, action, content_type = asked[0]
    assert question == "wie schön?"
    if version == SOAP11:
        assert action == '"urn:spyne/Ask"' and content_type.startswith("text/xml")
    else:
        assert action is None and content_type == 'application/soap+xml; charset=utf-8; action="urn:spyne/Ask"'


@pytest.mark.parametrize("version", [SOAP11, SOAP12])
def test_a_fault_is_a_failure_with_its_text_and_is_retried(stage, version):
    with spyne_server(version) as (url, asked):
        stage.apply(receive_port(by_http()), by_soap_port(url, {"use_soap12": version == SOAP12}, two_way=True, retry_count=1))
        with stage.gateway:
            stage.hand_in(ask("too much"))
            failure = stage.failure()
    assert failure["code"] == "adapter.soap.fault"
    assert "that costs too much" in failure["text"] and "TooMuch" in failure["text"]
    assert len(asked) == 2


def test_a_fault_with_a_success_is_no_success(stage):
    fault = envelope("<e:Fault><faultcode>e:Server</faultcode><faultstring>out of bolts</faultstring></e:Fault>")
    with web_service(lambda _: fault) as url:
        stage.apply(receive_port(by_http()), by_soap_port(url, retry_count=0))
        with stage.gateway:
            stage.hand_in(ask("x"))
            failure = stage.failure()
    assert failure["code"] == "adapter.soap.fault" and "out of bolts" in failure["text"]


def test_what_is_no_xml_is_suspended_at_once(stage):
    with Recorder() as partner:
        stage.apply(receive_port(by_http()), by_soap_port(partner.url))
        with stage.gateway:
            stage.hand_in(b"ISA*00*")
            assert stage.failure()["code"] == "soap.not-xml"
        assert not partner.arrived


def test_a_client_certificate_that_cannot_be_loaded_suspends_at_once(stage):
    settings = {"client_certificate": "01 23 45 67 89 AB CD EF 01 23 45 67 89 AB CD EF 01 23 45 67"}
    stage.apply(receive_port(by_http()), by_soap_port("https://127.0.0.1:9/", settings))
    with stage.gateway:
        stage.hand_in(ask("x"))
        assert stage.failure()["code"] == "pipeline.certificate-missing"


def test_one_way_is_delivered_by_an_empty_success(stage):
    with Recorder(keep=True) as partner:
        stage.apply(receive_port(by_http()), by_soap_port(partner.url))
        with stage.gateway:
            stage.hand_in(ask("x"))
            assert partner.wait_for(lambda: partner.bodies, 20)
            eventually(lambda: stage.messages(state="completed"), "delivered")
    headers, body = partner.bodies[0]
    assert etree.fromstring(body).tag == f"{{{SOAP11}}}Envelope"
    assert headers["SOAPAction"] == '""' and headers["Sealgate-Delivery-Id"]


def test_headers_travel_through(stage):
    with Recorder(keep=True) as partner:
        stage.apply(receive_port(by_soap()), by_soap_port(partner.url, {"headers": ["Trace", "Absent"]}))
        with stage.gateway:
            text = envelope("<a xmlns='urn:a'/>", '<h:Trace xmlns:h="urn:h">T-1</h:Trace>')
            assert post(stage.gateway, text, headers={"SOAPAction": '"urn:do"'}).status == 202
            assert partner.wait_for(lambda: partner.bodies, 20)
    headers, body = partner.bodies[0]
    assert headers["SOAPAction"] == '"urn:do"'
    assert etree.fromstring(body).find(f"{{{SOAP11}}}Header/{{urn:h}}Trace").text == "T-1"


def test_nonsense_in_place_of_an_answer_is_retried(stage):
    with Recorder() as partner:  # answers 200 with nothing
        stage.apply(receive_port(by_http()), by_soap_port(partner.url, two_way=True, retry_count=1))
        with stage.gateway:
            stage.hand_in(ask("x"))
            assert stage.failure()["code"] == "adapter.soap.bad-answer"
        assert partner.number == 2
