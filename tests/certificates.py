"""Certificates for mail, made for tests: RSA, as S/MIME wants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Owned:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def as_pem(self) -> bytes:
        key = self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return self.certificate.public_bytes(PEM) + key

    def as_pkcs12(self, password: bytes) -> bytes:
        secret = serialization.BestAvailableEncryption(password)
        return pkcs12.serialize_key_and_certificates(b"mail", self.key, self.certificate, None, secret)

    def signed(self, entity: bytes) -> bytes:
        """An opaque signature: the entity lies inside."""
        made = pkcs7.PKCS7SignatureBuilder().set_data(entity).add_signer(self.certificate, self.key, hashes.SHA256())
        return made.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])

    def signature_of(self, entity: bytes) -> bytes:
        """A signature that stands apart."""
        made = pkcs7.PKCS7SignatureBuilder().set_data(entity).add_signer(self.certificate, self.key, hashes.SHA256())
        options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
        return made.sign(serialization.Encoding.DER, options)

    def encrypted(self, entity: bytes) -> bytes:
        made = pkcs7.PKCS7EnvelopeBuilder().set_data(entity).add_recipient(self.certificate)
        return made.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


@lru_cache(maxsize=4)
def owned_by(address: str) -> Owned:
    """A fresh certificate for an address; the same one within a run, because making a key takes a while."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Owned(made, key)


def issued_by(issuer: Owned, address: str, *, days: int = 400) -> Owned:
    """A certificate for an address, issued by another one, with a key of its own kind (elliptic)."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    return Owned(made, key)


@lru_cache(maxsize=1)
def authority() -> Owned:
    """Who issues certificates."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Klinikum CA")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Owned(made, key)
