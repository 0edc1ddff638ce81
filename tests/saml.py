"""A fake SAML service: real signatures over real documents, and a word in everything it says."""

from __future__ import annotations

import base64
import re
import secrets
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml import XMLSigner

ENTITY = "https://idp.example/entity"
P, A = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"


class Service:
    """Its key and certificate, and how it answers."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "idp")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
            .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip
        self.pem = certificate.public_bytes(serialization.Encoding.PEM).decode()

    def answer(self, question: str, *, whole: bool = False, signed: bool = True, **said: str) -> str:
        """The document that answers a question (the address to which the browser was sent)."""
        deflated = base64.b64decode(parse_qs(urlsplit(question).query)["SAMLRequest"][0])
        asked = etree.fromstring(zlib.decompress(deflated, -15))
        now = datetime.now(UTC)
        words = {
            "back": asked.get("AssertionConsumerServiceURL"), "answers": asked.get("ID"), "issuer": ENTITY,
            "audience": asked.findtext(f"{{{A}}}Issuer"), "begins": at(now - timedelta(minutes=1)),
            "ends": at(now + timedelta(minutes=5)), "subject": "u-rita", "mail": "rita@klinikum.example",
            "format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "destination": "",
            "status": "urn:oasis:names:tc:SAML:2.0:status:Success", "id": f"_{secrets.token_hex(8)}", **said,
        }  # fmt: skip
        assertion = etree.fromstring(ASSERTION.format(**words))
        if signed and not whole:
            assertion = self.signed(assertion)
        words["destination"] = words["destination"] or words["back"]
        response = etree.fromstring(RESPONSE.format(**words))
        # put together as text: moving nodes between documents would rename prefixes under the signature
        inside = etree.tostring(assertion).decode() + "</p:Response>"
        document = etree.tostring(response).decode().replace("</p:Response>", inside)
        return etree.tostring(self.signed(etree.fromstring(document))).decode() if signed and whole else document

    def signed(self, element: etree._Element) -> etree._Element:
        """With a signature inside, as the schema wants it."""
        place = etree.SubElement(element, "{http://www.w3.org/2000/09/xmldsig#}Signature", Id="placeholder")
        element.remove(place)
        element.insert(1, place)
        signer = XMLSigner(signature_algorithm="ecdsa-sha256", c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#")
        return signer.sign(element, key=self.key, cert=self.pem, reference_uri=element.get("ID"), id_attribute="ID")


def at(moment: datetime) -> str:
    """As SAML writes moments."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def sent(document: str) -> str:
    """As a form carries it."""
    return base64.b64encode(document.encode()).decode()


def forged(document: str, subject: str = "u-karl") -> str:
    """An assertion of one's own making, of the same shape as the one in a document, without its signature."""
    own = re.search(r"<a:Assertion.*</a:Assertion>", document, re.S)
    assert own is not None
    bare = re.sub(r"<(\w+:)?Signature .*</(\w+:)?Signature>", "", own[0], flags=re.S)
    return bare.replace("u-rita", subject).replace("rita@", "karl@")


ASSERTION = (
    f'<a:Assertion xmlns:a="{A}" ID="{{id}}" Version="2.0" IssueInstant="{{begins}}"><a:Issuer>{{issuer}}</a:Issuer>'
    '<a:Subject><a:NameID Format="{format}">{subject}</a:NameID>'
    '<a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><a:SubjectConfirmationData'
    ' Recipient="{back}" InResponseTo="{answers}" NotOnOrAfter="{ends}"/></a:SubjectConfirmation></a:Subject>'
    '<a:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"><a:AudienceRestriction>'
    "<a:Audience>{audience}</a:Audience>"
    '</a:AudienceRestriction></a:Conditions><a:AttributeStatement><a:Attribute Name="mail"><a:AttributeValue>{mail}'
    "</a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion>"
)
RESPONSE = (
    f'<p:Response xmlns:p="{P}" xmlns:a="{A}" ID="_r{{id}}" Version="2.0" IssueInstant="{{begins}}"'
    ' Destination="{destination}" InResponseTo="{answers}"><a:Issuer>{issuer}</a:Issuer>'
    '<p:Status><p:StatusCode Value="{status}"/></p:Status></p:Response>'
)
