"""Whose signatures mean something: certificates of people or of who issues them, and OpenPGP keys, given by people."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import SignerForgotten, SignerKnown
from dreiklang.channels.mail.inbound.cms_signatures import may_issue
from dreiklang.channels.mail.inbound.seals import Believed
from dreiklang.channels.mail.settings import pgp_keys
from dreiklang.channels.mail.settings.keys import LARGEST, name_of
from dreiklang.channels.models import KnownSigner, SealKind
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def add_known_signer(content: bytes, *, actor: Actor) -> KnownSigner:
    """Believe signatures by a certificate (PEM or DER) or an OpenPGP public key; those by certificates that an issuing
    one has issued, too. Raises Invalid."""
    require(actor.has("control.use"))
    found = _read(content)
    if KnownSigner.objects.filter(fingerprint=found.fingerprint).exists():
        raise Invalid({"certificate": [_("The desk knows this one already.")]})
    found.added_at = clock.now()
    found.save()
    publish(SignerKnown(subject_id=found.pk, fingerprint=found.fingerprint), actor=actor)
    return found


@command
def forget_signer(signer: KnownSigner, *, actor: Actor) -> None:
    """Believe it no longer. What was checked before keeps the word it got."""
    require(actor.has("control.use"))
    gone = SignerForgotten(subject_id=signer.pk, fingerprint=signer.fingerprint)
    signer.delete()
    publish(gone, actor=actor)


def believed() -> Believed:
    """Everything that is believed now."""
    rows = list(KnownSigner.objects.order_by("id"))
    return Believed(
        tuple(x509.load_pem_x509_certificate(r.certificate.encode()) for r in rows if r.kind == SealKind.SMIME),
        tuple(row.certificate for row in rows if row.kind == SealKind.PGP),
    )


def _read(content: bytes) -> KnownSigner:
    if len(content) <= LARGEST and b"PRIVATE KEY" in content:
        raise Invalid({"certificate": [_("This holds a private key. Only the public part is wanted here.")]})
    if len(content) <= LARGEST and pgp_keys.is_armoured(content):
        key = pgp_keys.public_key(content)
        return _signer(SealKind.PGP, key.name, key.fingerprint, key.certificate, key.valid_until)
    try:
        is_pem = b"-----BEGIN" in content[:LARGEST]
        load = x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate
        certificate = load(content[:LARGEST])
    except ValueError as wrong:
        raise Invalid({"certificate": [_("This is neither a certificate nor an OpenPGP public key.")]}) from wrong
    return _signer(
        SealKind.SMIME,
        name_of(certificate),
        certificate.fingerprint(hashes.SHA256()).hex(),
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        certificate.not_valid_after_utc,
        is_issuer=may_issue(certificate),
    )


def _signer(
    kind: SealKind, name: str, fingerprint: str, certificate: str, until: datetime | None, *, is_issuer: bool = False
) -> KnownSigner:
    return KnownSigner(
        kind=kind, name=name[:300], fingerprint=fingerprint, certificate=certificate, valid_until=until,
        is_issuer=is_issuer,
    )  # fmt: skip
