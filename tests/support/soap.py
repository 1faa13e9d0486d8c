"""Both ends of SOAP that we did not write: zeep as client, spyne as server."""
import contextlib
import http.server
import logging
import threading
import wsgiref.simple_server

import zeep
import zeep.transports
from lxml import etree
from spyne import Application, Fault, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

from support.artifacts import send_port

logging.getLogger("spyne").setLevel(logging.CRITICAL)
logging.getLogger("zeep").setLevel(logging.CRITICAL)

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
TYPES = {SOAP11: "text/xml; charset=utf-8", SOAP12: "application/soap+xml; charset=utf-8"}

ORDERS = "urn:orders"
ORDERS_XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{ORDERS}" elementFormDefault="qualified">
<xs:element name="Order"><xs:complexType><xs:sequence>
  <xs:element name="Number" type="xs:int"/><xs:element name="Item" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>
<xs:element name="Confirmation"><xs:complexType><xs:sequence>
  <xs:element name="Accepted" type="xs:boolean"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def orders_schema(name="Orders"):
    return {"kind": "Schema", "name": name, "message_type": f"{ORDERS}#Order", "xsd": ORDERS_XSD}


def by_soap(name="In by SOAP", path="/soap", settings=None, **words):
    return {"name": name, "host": "Default", "adapter": "SOAP", "settings": {"path": path, **(settings or {})},
            "pipeline": "PassThruReceive", **words}


def by_soap_port(url, settings=None, **words):
    """A send port by SOAP, for what came in at In."""
    return {**send_port("Out", url, **words), "adapter": "SOAP", "settings": {"url": url, **(settings or {})}}


def envelope(body, headers="", version=SOAP11):
    header = f"<e:Header>{headers}</e:Header>" if headers else ""
    return f'<e:Envelope xmlns:e="{version}">{header}<e:Body>{body}</e:Body></e:Envelope>'


def order(number=1, item="Bolt"):
    return f'<Order xmlns="{ORDERS}"><Number>{number}</Number><Item>{item}</Item></Order>'


class Answer:
    """What came back over HTTP, and the fault in it."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        root = etree.fromstring(body) if body else None
        found = [] if root is None else [one for one in root.iter() if etree.QName(one).localname == "Fault"]
        self.fault = found[0] if found else None
        self.text = " ".join(self.fault.itertext()) if found else ""

    def code(self):
        """faultcode without its prefix; of SOAP 1.2 the values from the outside in."""
        names = ("faultcode", "Value")
        return " ".join(one.text.split(":")[-1] for one in self.fault.iter() if etree.QName(one).localname in names)


def post(gateway, body, path="/soap", version=SOAP11, headers=None):
    """Any bytes to a SOAP location."""
    data = body.encode() if isinstance(body, str) else body
    return Answer(*gateway.request("POST", path, data, {"Content-Type": TYPES[version], **(headers or {})}))


def client(gateway, path="/soap", wsse=None):
    """A zeep client from the description that the gateway gives."""
    transport = zeep.transports.Transport(timeout=20, operation_timeout=20)
    return zeep.Client(f"http://127.0.0.1:{gateway.port}{path}?wsdl", transport=transport, wsse=wsse)


class OrderService(ServiceBase):
    """What our send port calls; refuses what costs too much."""

    @rpc(Unicode(min_occurs=1), _returns=Unicode, _in_message_name="Ask", _out_message_name="Told", _out_variable_name="Answer")
    def Ask(ctx, question):  # noqa: N802
        request = ctx.transport.req
        ctx.udc.append((question, request.get("HTTP_SOAPACTION"), request.get("CONTENT_TYPE")))
        if question == "too much":
            raise Fault("Client.TooMuch", "that costs too much")
        return f"heard {question}"


@contextlib.contextmanager
def web_service(reply):
    """The URL of a server that answers each POST with 200 and the text (or bytes) that `reply` gives for its body."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            said = reply(self.rfile.read(int(self.headers["Content-Length"])))
            said = said.encode() if isinstance(said, str) else said
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def spyne_server(version=SOAP11):
    """(url, list of what was asked)"""
    asked = []
    protocol = Soap11 if version == SOAP11 else Soap12
    application = Application([OrderService], tns="urn:spyne", in_protocol=protocol(validator="lxml"), out_protocol=protocol())
    application.event_manager.add_listener("method_call", lambda ctx: setattr(ctx, "udc", asked))

    class Quiet(wsgiref.simple_server.WSGIRequestHandler):
        def log_message(self, *_):
            pass

    with wsgiref.simple_server.make_server("127.0.0.1", 0, WsgiApplication(application), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", asked
        finally:
            server.shutdown()
            thread.join()
