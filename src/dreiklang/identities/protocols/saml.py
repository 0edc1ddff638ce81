"""SAML 2.0, web browser profile: an answer to our own question, signed, for us, now, once.

Nothing is read but what the signature covers: the signed element is taken out of what was verified, never looked up
anew in the document (signature wrapping). Answers that nobody asked for, and encrypted ones, are refused.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from lxml import etree

from dreiklang.identities.models import Source
from dreiklang.identities.rules import Claim
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed

SKEW, WAITS_SECONDS, LONGEST = 120, 600, 500_000
_NS = {
    "p": "urn:oasis:names:tc:SAML:2.0:protocol", "a": "urn:oasis:names:tc:SAML:2.0:assertion",
    "d": "http://www.w3.org/2000/09/xmldsig#",
}  # fmt: skip
_SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser's session keeps while its owner is with the service."""

    source_id: int
    request_id: str
    at: float

    def kept(self) -> dict[str, Any]:
        """As the session can keep it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Said:
    """What a good answer says: of whom, as an answer to which question, and the name by which it is known again."""

    claim: Claim
    answers: str
    assertion: str


def begin(source: Source, back: str, us: str) -> tuple[str, Begun]:
    """Where to send the browser with our question, and what its session must keep."""
    now = clock.now()
    begun = Begun(source.pk, f"_{secrets.token_hex(20)}", now.timestamp())
    question = (
        f'<p:AuthnRequest xmlns:p="{_NS["p"]}" xmlns:a="{_NS["a"]}" ID="{begun.request_id}" Version="2.0"'
        f' IssueInstant="{now:%Y-%m-%dT%H:%M:%SZ}" AssertionConsumerServiceURL={quoteattr(back)}'
        f' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
        f" Destination={quoteattr(str(source.setting('sso_url')))}><a:Issuer>{us}</a:Issuer></p:AuthnRequest>"
    )
    deflated = zlib.compress(question.encode())[2:-4]
    query = urlencode({"SAMLRequest": base64.b64encode(deflated).decode()})
    address = str(source.setting("sso_url"))
    return f"{address}{'&' if '?' in address else '?'}{query}", begun


def read(source: Source, answer: str, back: str, us: str) -> Said:
    """What an answer says, if its service has signed it, for us, now. Raises NotAllowed."""
    response = _parsed(answer)
    signed = _signed(response, certificates(str(source.setting("certificates"))))
    is_whole = signed.tag == f"{{{_NS['p']}}}Response"
    if is_whole:
        response = signed
    status = response.find("p:Status/p:StatusCode", _NS)
    if status is None or status.get("Value") != _SUCCESS:
        raise _refused("status")
    if response.get("Destination", back) != back:
        raise _refused("destination")
    found = signed.findall("a:Assertion", _NS) if is_whole else [signed]
    if len(found) != 1 or found[0].tag != f"{{{_NS['a']}}}Assertion":
        raise _refused("assertion")
    return _checked(source, found[0], back, us)


def certificates(pem: str) -> list[str]:
    """The certificates of a text, one by one, if each can be read; else none."""
    try:
        loaded = x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        return []
    return [certificate.public_bytes(Encoding.PEM).decode() for certificate in loaded]


def metadata(back: str, us: str) -> str:
    """What a service has to know of the desk, for those who read it from an address."""
    return (
        '<?xml version="1.0"?><m:EntityDescriptor xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata"'
        f" entityID={quoteattr(us)}>"
        f'<m:SPSSODescriptor protocolSupportEnumeration="{_NS["p"]}" WantAssertionsSigned="true">'
        "<m:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</m:NameIDFormat>"
        '<m:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"'
        f" Location={quoteattr(back)}"
        ' index="0" isDefault="true"/></m:SPSSODescriptor></m:EntityDescriptor>'
    )


def _parsed(answer: str) -> Any:
    """The document, without entities, document types or comments; every ID in it once."""
    if len(answer) > LONGEST:
        raise _refused("length")
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=False
    )
    try:
        root = etree.fromstring(base64.b64decode(answer, validate=False), reader)
    except (etree.XMLSyntaxError, binascii.Error, ValueError) as broken:
        raise _refused("form") from broken
    ids = [element.get("ID") for element in root.iter() if element.get("ID")]
    strange = root.getroottree().docinfo.doctype or root.tag != f"{{{_NS['p']}}}Response"
    if strange or len(ids) != len(set(ids)) or root.find(".//a:EncryptedAssertion", _NS) is not None:
        raise _refused("form")
    if len(list(root.iter(f"{{{_NS['a']}}}Assertion"))) != 1:
        raise _refused("assertion")
    return root


def _signed(response: Any, trusted: Iterable[str]) -> Any:
    """The element that one of the certificates has signed, as it was verified: the whole answer or its assertion."""
    from signxml.exceptions import SignXMLException  # here: every part of the desk would hold its 3 MiB
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    assertion = response.find("a:Assertion", _NS)
    for element in (response, assertion):
        if element is None or element.find("d:Signature", _NS) is None:
            continue
        alone = etree.fromstring(etree.tostring(element, with_tail=False))
        for certificate in trusted:
            try:
                verified = XMLVerifier().verify(
                    alone, x509_cert=certificate, id_attribute="ID", validate_schema=True,
                    expect_config=SignatureConfiguration(location="./", expect_references=1),
                )  # fmt: skip
            except (SignXMLException, ValueError, TypeError, LookupError):
                continue
            result = verified[0] if isinstance(verified, list) else verified
            if result.signed_xml is not None and result.signed_xml.get("ID") == element.get("ID"):
                return result.signed_xml
        raise _refused("signature")
    raise _refused("signature")


def _checked(source: Source, assertion: Any, back: str, us: str) -> Said:
    now = clock.now()
    if _text(assertion.find("a:Issuer", _NS)) != source.setting("entity_id"):
        raise _refused("issuer")
    conditions = assertion.find("a:Conditions", _NS)
    if conditions is None or not _holds(conditions, now):
        raise _refused("time")
    restrictions = conditions.findall("a:AudienceRestriction", _NS)
    if not restrictions or not all(us in [_text(a) for a in r.findall("a:Audience", _NS)] for r in restrictions):
        raise _refused("audience")
    answers = ""
    for confirmation in assertion.findall("a:Subject/a:SubjectConfirmation", _NS):
        data = confirmation.find("a:SubjectConfirmationData", _NS)
        if confirmation.get("Method") != _BEARER or data is None or data.get("NotOnOrAfter") is None:
            continue
        if data.get("Recipient") == back and _holds(data, now) and data.get("InResponseTo"):
            answers = data.get("InResponseTo")
    if not answers:
        raise _refused("recipient")
    name = assertion.find("a:Subject/a:NameID", _NS)
    if name is None or name.get("Format") == _TRANSIENT or not assertion.get("ID"):
        raise _refused("subject")
    address = _attribute(assertion, str(source.setting("mail_attribute")))
    shown = _attribute(assertion, str(source.setting("name_attribute")))
    return Said(Claim(_text(name), address, bool(address), shown), answers, assertion.get("ID"))


def _holds(element: Any, now: datetime) -> bool:
    """Whether a span of time holds; clocks may differ by two minutes."""
    moment = now.timestamp()
    try:
        begins, ends = (_moment(element.get(name)) for name in ("NotBefore", "NotOnOrAfter"))
    except ValueError:
        return False
    return (begins is None or begins <= moment + SKEW) and (ends is None or moment - SKEW < ends)


def _moment(said: str | None) -> float | None:
    if said is None:
        return None
    at = datetime.fromisoformat(said)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _attribute(assertion: Any, name: str) -> str:
    values = [
        _text(value) for attribute in assertion.findall("a:AttributeStatement/a:Attribute", _NS)
        if name and attribute.get("Name") == name for value in attribute.findall("a:AttributeValue", _NS)
    ]  # fmt: skip
    return values[0] if len(values) == 1 else ""


def _text(element: Any) -> str:
    """All of an element's text: what stands behind something put in between is not cut off."""
    return "" if element is None else "".join(element.itertext()).strip()


def _refused(why: str) -> NotAllowed:
    sentence = _("What the sign-in service answered does not hold (%(why)s). Please begin again.")
    return NotAllowed(sentence % {"why": why}, code=f"not_held_{why}")
