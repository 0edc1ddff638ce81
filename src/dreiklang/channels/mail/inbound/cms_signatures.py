"""Whether an S/MIME signature fits its content, and whose certificate made it (RFC 5652 §5.4, RFC 8551 §2).

``cryptography`` makes such signatures and does not check them, so the few values that matter are found here and handed
to its keys. Whose certificate may be believed is decided by whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from .parsing.sealed import DerValue, content_of_signed, der_values

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_PSS = bytes.fromhex("2a864886f70d01010a")
_SEQUENCE, _SET, _INTEGER, _OCTETS, _FIRST, _IMPLICIT_OCTETS = 0x30, 0x31, 0x02, 0x04, 0xA0, 0x80
_DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}
"""SHA-1 and MD5 prove nothing any more: signatures with them count as not to be checked."""
_MOST_SIGNERS = 5
_LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: whether it fits what was signed, and the certificate that made it, if it came along."""

    fits: bool
    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...] = ()


def signature_of(der: bytes, content: bytes | None = None) -> Signed | None:
    """Check the first signature of a CMS envelope over ``content`` (None: over what lies inside); None if there is
    nothing that can be checked here: no CMS, no certificate, another kind of key, a digest of old."""
    try:
        return _checked(der, content_of_signed(der) if content is None else content)
    except (ValueError, IndexError, TypeError, UnsupportedAlgorithm):
        return None


def _checked(der: bytes, content: bytes | None) -> Signed | None:
    outer = _inside(der, 0, len(der))
    if der[outer[0].first : outer[0].last] != _SIGNED_DATA or content is None:
        return None
    signed = _inside(der, outer[1].first, outer[1].last)
    certificates = tuple(_certificates(der, signed))
    signers = der_values(der, signed[-1].first, signed[-1].last)
    for number, signer in enumerate(signers):
        if number >= _MOST_SIGNERS:
            break
        values = list(der_values(der, signer.first, signer.last))
        certificate = next((one for one in certificates if _is_meant(der, values[1], one)), None)
        if certificate is not None:
            return _signer_checked(der, values[2:], content, certificate, certificates)
    return None


def _inside(der: bytes, start: int, end: int) -> list[DerValue]:
    """What lies in the sequence that begins here."""
    whole = next(iter(der_values(der, start, end)))
    if whole.tag != _SEQUENCE:
        raise ValueError("no sequence")
    return list(der_values(der, whole.first, whole.last))


def _certificates(der: bytes, signed: list[DerValue]) -> Iterator[x509.Certificate]:
    for held in signed:
        if held.tag == _FIRST:
            for one in list(der_values(der, held.first, held.last))[:20]:
                if one.tag == _SEQUENCE:
                    yield x509.load_der_x509_certificate(der[one.start : one.last])


def _is_meant(der: bytes, named: DerValue, certificate: x509.Certificate) -> bool:
    """Whether the signer is this certificate's: named by issuer and number, or by its key's identifier."""
    if named.tag == _IMPLICIT_OCTETS:
        try:
            known = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        except x509.ExtensionNotFound:
            return False
        return known.value.digest == der[named.first : named.last]
    issuer, number = list(der_values(der, named.first, named.last))
    same_number = int.from_bytes(der[number.first : number.last], "big") == certificate.serial_number
    return same_number and der[issuer.start : issuer.last] == certificate.issuer.public_bytes()


def _signer_checked(
    der: bytes, values: list[DerValue], content: bytes, certificate: x509.Certificate, came: Sequence[x509.Certificate]
) -> Signed | None:
    digest = _DIGESTS.get(_algorithm(der, values[0]))
    if digest is None:
        return None
    attributes = values[1] if values[1].tag == _FIRST else None
    method, signature = (values[2], values[3]) if attributes else (values[1], values[2])
    said = content
    fits = True
    if attributes:
        counted = hashes.Hash(digest)
        counted.update(content)
        fits = _digest_in(der, attributes) == counted.finalize()
        said = bytes([_SET]) + der[attributes.start + 1 : attributes.last]
    made = der[signature.first : signature.last]
    fits = fits and _is_made_by(certificate, made, said, digest, is_pss=_algorithm(der, method) == _PSS)
    return Signed(fits, certificate, tuple(one for one in came if one != certificate))


def _algorithm(der: bytes, value: DerValue) -> bytes:
    name = next(iter(der_values(der, value.first, value.last)))
    return der[name.first : name.last]


def _digest_in(der: bytes, attributes: DerValue) -> bytes:
    for one in der_values(der, attributes.first, attributes.last):
        name, held = list(der_values(der, one.first, one.last))[:2]
        if der[name.first : name.last] == _MESSAGE_DIGEST:
            value = next(iter(der_values(der, held.first, held.last)))
            return der[value.first : value.last]
    raise ValueError("no digest")


def _is_made_by(
    certificate: x509.Certificate, signature: bytes, said: bytes, digest: hashes.HashAlgorithm, *, is_pss: bool
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO)
            key.verify(signature, said, pss if is_pss else padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, said, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, said)
        else:
            raise UnsupportedAlgorithm("another kind of key")
    except InvalidSignature:
        return False
    return True


def is_vouched_for(signed: Signed, believed: Sequence[x509.Certificate], at: datetime) -> bool:
    """Whether the signer's certificate is one of the believed, or issued by one through certificates that came along.

    Every link must be valid at that moment; issuers must be allowed to issue.
    """
    link = signed.certificate
    for _step in range(_LONGEST_CHAIN):
        if link is None or not link.not_valid_before_utc <= at <= link.not_valid_after_utc:
            return False
        if link in believed:
            return True
        link = next((one for one in (*believed, *signed.others) if _issued(one, link)), None)
    return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer == certificate or not may_issue(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def may_issue(certificate: x509.Certificate) -> bool:
    """Whether a certificate says that it may issue others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def addresses_of(certificate: x509.Certificate) -> list[str]:
    """The mail addresses that a certificate is for, lower case."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        found = []
    in_subject = certificate.subject.get_attributes_for_oid(x509.oid.NameOID.EMAIL_ADDRESS)
    return [str(one).lower() for one in (*found, *(attribute.value for attribute in in_subject))]
