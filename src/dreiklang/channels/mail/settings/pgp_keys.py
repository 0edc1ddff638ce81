"""OpenPGP keys as people hand them in: public ones, and secret ones with the password that protects them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class PgpKey:
    """What is shown of a key, its public part, and the whole in armour."""

    name: str
    fingerprint: str
    valid_until: datetime | None
    certificate: str
    armour: str = ""


def is_armoured(content: bytes) -> bool:
    """Whether a file is an OpenPGP key in ASCII armour."""
    return content.lstrip().startswith((b"-----BEGIN PGP PUBLIC", b"-----BEGIN PGP PRIVATE"))


def public_key(content: bytes) -> PgpKey:
    """The public key in a file. Raises Invalid."""
    import pysequoia

    try:
        certificate = pysequoia.Cert.from_bytes(content.strip())
    except (RuntimeError, ValueError) as wrong:
        raise Invalid({"certificate": [_("This is neither a certificate nor an OpenPGP public key.")]}) from wrong
    if certificate.is_revoked:
        raise Invalid({"certificate": [_("This key is withdrawn by its owner.")]})
    return _shown(certificate)


def secret_key(content: bytes, password: str) -> PgpKey:
    """The secret key in a file, which the password must open. Raises Invalid."""
    import pysequoia

    try:
        key = pysequoia.Tsk.from_bytes(content.strip())
        key.decryptor(password or None)
    except (RuntimeError, ValueError) as wrong:
        raise Invalid({"file": [_("This key cannot open mail, or the password does not open it.")]}) from wrong
    shown = _shown(key.extract_certificate())
    return PgpKey(shown.name, shown.fingerprint, shown.valid_until, shown.certificate, str(key))


def _shown(certificate: object) -> PgpKey:
    import pysequoia

    assert isinstance(certificate, pysequoia.Cert)
    names = ", ".join(str(one) for one in certificate.user_ids) or certificate.fingerprint.upper()
    return PgpKey(names, certificate.fingerprint, certificate.expiration, str(certificate))
