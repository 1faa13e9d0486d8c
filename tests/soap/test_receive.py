"""SOAP receive, called by zeep, and by hands that mean harm."""
import pytest
import zeep.exceptions
from lxml import etree

from support.artifacts import documents, group, host, receive_port, send_port
from support.soap import ORDERS, SOAP11, SOAP12, by_soap, client, envelope, order, orders_schema, post, web_service


@pytest.mark.parametrize("binding", ["Soap11", "Soap12"])
def test_zeep_delivers_by_the_description_that_we_give(stage, binding):
    stage.receive_orders()
    with stage.gateway:
        caller = client(stage.gateway)
        service = caller.create_service("{urn:sealgate:service:Sealgate}Sealgate" + binding,
                                        f"http://127.0.0.1:{stage.gateway.port}/soap")
        assert service.Order(Number=7, Item="Bölt & <Nut>") is None
        document = etree.fromstring(stage.received()[0])
    assert document.tag == f"{{{ORDERS}}}Order"
    assert document.findtext(f"{{{ORDERS}}}Item") == "Bölt & <Nut>"


def test_context_tells_what_stood_around_the_document(stage):
    stage.receive_orders(understood_headers=["urn:h#*"])
    with stage.gateway:
        headers = (f'<h:Trace xmlns:h="urn:h" xmlns:e2="{SOAP12}" e2:mustUnderstand="1">T-1</h:Trace>'
                   '<h:Trace xmlns:h="urn:h">T-2</h:Trace>')
        answer = post(stage.gateway, envelope(order(), headers, SOAP12), version=SOAP12,
                      headers={"Content-Type": 'application/soap+xml; action="urn:orders/submit"'})
        assert (answer.status, answer.body) == (202, b"")
        stage.received()
        context = stage.context()
    assert context["SOAP.Version"] == "1.2"
    assert context["SOAP.Action"] == "urn:orders/submit"
    assert context["SOAP.MethodName"] == "Order"
    assert context["BTS.InboundTransportType"] == "SOAP"
    assert "T-1" in context["SOAPHeader.Trace"] and "T-2" in context["SOAPHeader.UnknownHeaders"]


def test_requests_get_the_response_that_a_send_port_fetched(stage):
    good = f'<?xml version="1.0" encoding="ISO-8859-1"?><Confirmation xmlns="{ORDERS}"><Accepted>true</Accepted></Confirmation>'
    fault = f'<f:Fault xmlns:f="{SOAP11}"><faultcode>f:Client</faultcode><faultstring>no nuts</faultstring></f:Fault>'
    operation = {"name": "Submit", "action": "urn:orders/submit", "request": f"{ORDERS}#Order",
                 "response": f"{ORDERS}#Confirmation"}
    with web_service(lambda body: good if b"Bolt" in body else fault) as url:
        stage.apply(receive_port(by_soap(settings={"schemas": ["Orders"], "operations": [operation]}), two_way=True),
                    send_port("Partner", url, two_way=True))
        with stage.gateway:
            caller = client(stage.gateway)
            assert caller.service.Submit(Number=1, Item="Bolt") is True
            with pytest.raises(zeep.exceptions.Fault, match="no nuts") as raised:
                caller.service.Submit(Number=2, Item="Nut")
            assert raised.value.code.endswith("Client")


def test_faults_name_the_stable_code(stage):
    stage.receive_orders()
    with stage.gateway:
        other = post(stage.gateway, envelope("<Other xmlns='urn:other'/>"))
        assert (other.status, other.code()) == (500, "Client")
        assert "soap.no-such-operation" in other.text
        newer = post(stage.gateway, envelope("<Other xmlns='urn:other'/>", version=SOAP12), version=SOAP12)
        assert (newer.status, newer.code()) == (400, "Sender")
        demanding = post(stage.gateway, envelope(order(), f'<h:Pay xmlns:h="urn:h" xmlns:e2="{SOAP11}" e2:mustUnderstand="1"/>'))
        assert demanding.code() == "MustUnderstand" and "soap.not-understood" in demanding.text
        assert post(stage.gateway, envelope(order(), version="urn:soap:2")).code() == "VersionMismatch"
        announced = post(stage.gateway, envelope(order(), version=SOAP12), version=SOAP11)
        assert announced.code() == "Sender" and "adapter.soap.bad-content-type" in announced.text
        assert "soap.body-not-one" in post(stage.gateway, envelope("")).text
        assert "soap.body-not-one" in post(stage.gateway, envelope(order() + order())).text
        for foreign in ('multipart/related; type="application/xop+xml"', "text/xml; charset=utf-7", "application/json"):
            assert post(stage.gateway, envelope(order()), headers={"Content-Type": foreign}).status == 415
        assert stage.gateway.request("GET", "/soap")[0] == 405
        assert stage.messages() == []


def test_one_version_only(stage):
    stage.receive_orders(version="1.2")
    with stage.gateway:
        old = post(stage.gateway, envelope(order()))
        assert old.code() == "VersionMismatch" and b"SupportedEnvelope" in old.body
        assert post(stage.gateway, envelope(order(), version=SOAP12), version=SOAP12).status == 202
        assert b"soap12:binding" in stage.gateway.get("/soap?wsdl")[2] and b"Soap11" not in stage.gateway.get("/soap?wsdl")[2]


def test_an_action_of_another_operation_is_refused(stage):
    operations = [{"name": "Submit", "action": "urn:submit", "request": f"{ORDERS}#Order"},
                  {"name": "Cancel", "action": "urn:cancel", "request": f"{ORDERS}#Cancel"}]
    stage.receive_orders(operations=operations)
    with stage.gateway:
        assert "soap.action-mismatch" in post(stage.gateway, envelope(order()), headers={"SOAPAction": '"urn:cancel"'}).text
        assert post(stage.gateway, envelope(order()), headers={"SOAPAction": '"urn:submit"'}).status == 202


LAUGHS = "<!DOCTYPE e [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"
HOSTILE = {
    "external entity": ('<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + envelope("<a>&x;</a>"), "xml.dtd-refused"),
    "entity over HTTP": ('<!DOCTYPE e [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>' + envelope("<a/>"), "xml.dtd-refused"),
    "external DTD": ('<!DOCTYPE e SYSTEM "http://127.0.0.1:9/x.dtd">' + envelope("<a/>"), "xml.dtd-refused"),
    "billion laughs": (LAUGHS + envelope("<a>&a9;</a>"), "xml.dtd-refused"),
    "undeclared entity": (envelope("<a>&x;</a>"), "xml.entity-refused"),
    "too deep": (envelope("<a>" * 500 + "</a>" * 500), "xml.too-deep"),
    "too many attributes": (envelope("<a " + " ".join(f'a{i}="1"' for i in range(2000)) + "/>"), "xml.too-many-attributes"),
    "cut off": (envelope(order())[:-20], "xml.not-well-formed"),
    "processing instruction": (envelope("<?php x?><a/>"), "soap.bad-envelope"),
    "second body": (envelope(order()).replace("</e:Envelope>", f"<e:Body>{order(2)}</e:Body></e:Envelope>"), "soap.bad-envelope"),
    "UTF-7": ('<?xml version="1.0" encoding="UTF-7"?>' + envelope("<a/>"), "xml.unknown-encoding"),
}


def test_hostile_documents_are_refused_and_leave_nothing(stage):
    stage.receive_orders()
    with stage.gateway:
        for name, (text, code) in HOSTILE.items():
            answer = post(stage.gateway, text)
            assert answer.status == 500 and code in answer.text, (name, answer.status, answer.body)
        assert stage.messages() == []
        assert post(stage.gateway, envelope(order())).status == 202


def test_size_is_bounded(stage):
    stage.receive_orders(maximum_body="64KiB")
    with stage.gateway:
        large = envelope(order(item="x" * 70_000))
        answer = post(stage.gateway, large)
        assert answer.status == 413 and "soap.too-large" in answer.text
        assert post(stage.gateway, envelope(order(item="x" * 60_000))).status == 202


def test_what_nobody_wants_is_a_fault(stage):
    stage.gateway.apply(documents(group(), host(), orders_schema(),
                                  receive_port(by_soap(settings={"suspend_failed_requests": False}))))
    with stage.gateway:
        answer = post(stage.gateway, envelope(order()))
        assert (answer.status, answer.code()) == (500, "Server")
        assert "no-subscriber" in answer.text
        assert stage.messages() == []
