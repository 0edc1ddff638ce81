"""Keys that open encrypted mail: given by an administrator, kept encrypted, never shown, taken away again (P39)."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.db.models import F
from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import MailKeyAdded, MailKeyRemoved
from dreiklang.channels.mail.inbound.decrypting import Key
from dreiklang.channels.mail.settings import pgp_keys
from dreiklang.channels.models import MailKey, SealKind
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

LARGEST = 100_000


@command
def add_mail_key(content: bytes, *, password: str = "", actor: Actor) -> MailKey:
    """Keep a certificate with its key: a PKCS#12 file (.p12, .pfx), PEM with both, or an OpenPGP secret key in armour.
    Raises Invalid.

    The password opens the file once and is not kept; only an OpenPGP key stays protected by it, and it is kept beside.
    """
    require(actor.has("control.use"))
    kept = _pgp_key(content, password) if pgp_keys.is_armoured(content[:LARGEST]) else _smime_key(content, password)
    if MailKey.objects.filter(fingerprint=kept.fingerprint).exists():
        raise Invalid({"file": [_("The desk has this key already.")]})
    kept.added_at = clock.now()
    kept.save()
    publish(MailKeyAdded(subject_id=kept.pk, fingerprint=kept.fingerprint), actor=actor)
    return kept


def _smime_key(content: bytes, password: str) -> MailKey:
    certificate, private = _read(content, password)
    return MailKey(
        kind=SealKind.SMIME,
        name=name_of(certificate)[:300],
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        private_key=private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        valid_until=certificate.not_valid_after_utc,
    )


def _pgp_key(content: bytes, password: str) -> MailKey:
    if len(content) > LARGEST:
        raise Invalid({"file": [_("This is no key file.")]})
    if b"PRIVATE KEY" not in content:
        raise Invalid({"file": [_("This is a public key. To open mail the secret one is needed.")]})
    key = pgp_keys.secret_key(content, password)
    return MailKey(
        kind=SealKind.PGP, name=key.name[:300], fingerprint=key.fingerprint, certificate=key.certificate,
        private_key=key.armour, password=password, valid_until=key.valid_until,
    )  # fmt: skip


@command
def remove_mail_key(key: MailKey, *, actor: Actor) -> None:
    """Destroy a key here. Mails that it opened stay readable; others encrypted for it are no longer opened."""
    require(actor.has("control.use"))
    gone = MailKeyRemoved(subject_id=key.pk, fingerprint=key.fingerprint)
    key.delete()
    publish(gone, actor=actor)


def keys_for_opening() -> list[Key]:
    """All keys, the newest first; certificates that have run out too, because old mails are put through again."""
    rows = MailKey.objects.order_by(F("valid_until").desc(nulls_first=True), "-id")
    return [Key(row.certificate, row.private_key, row.kind, row.password) for row in rows]


def _read(content: bytes, password: str) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    if len(content) > LARGEST:
        raise Invalid({"file": [_("This is no key file.")]})
    secret = password.encode() or None
    try:
        if b"-----BEGIN" in content:
            private = serialization.load_pem_private_key(content, secret)
            certificate: x509.Certificate | None = x509.load_pem_x509_certificate(content)
        else:
            found = pkcs12.load_key_and_certificates(content, secret)
            private, certificate = found[0], found[1]  # type: ignore[assignment]
    except (ValueError, TypeError) as wrong:
        raise Invalid(
            {"file": [_("This is no key file with certificate and key, or the password does not open it.")]}
        ) from wrong
    if certificate is None or private is None:
        raise Invalid({"file": [_("The file needs both: the certificate and its private key.")]})
    if not isinstance(private, rsa.RSAPrivateKey):
        raise Invalid({"file": [_("Only RSA keys can open S/MIME mail here.")]})
    if certificate.public_key() != private.public_key():
        raise Invalid({"file": [_("Certificate and key do not belong together.")]})
    return certificate, private


def name_of(certificate: x509.Certificate) -> str:
    """The mail addresses that a certificate is for, or its subject."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        mails = names.get_values_for_type(x509.RFC822Name)
    except x509.ExtensionNotFound:
        mails = []
    return ", ".join(mails) or certificate.subject.rfc4514_string()
