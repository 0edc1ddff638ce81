"""Whether a signed mail reads as it was signed, and by whom (RFC 8551 §3.5, RFC 3156 §5, RFC 9580 §7).

What is checked must be what is shown: a signature over a part of the mail says nothing of the rest, and is told so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cryptography import x509

from . import openpgp
from .cms_signatures import Signed, addresses_of, is_vouched_for, signature_of
from .parsing import ParsedMail
from .parsing.addresses import addresses
from .parsing.sealed import is_clear_signed, is_cms
from .parsing.structure import Part, Reading, read_structure

VALID, FOREIGN, ALTERED, UNKNOWN, PARTLY = "valid", "foreign", "altered", "unknown", "partly"
LONGEST_NAME: Final = 200
_CMS_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
_LINE_END = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Believed:
    """Whose signatures mean something here: certificates of people or of those who issue them, and OpenPGP keys."""

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What a signature is worth. ``state`` is empty where it cannot be checked; ``by`` names who signed."""

    state: str = ""
    by: str = ""
    owners: tuple[str, ...] = ()
    """Addresses that the signer's key is for."""


UNCHECKED: Final = Check()


def checked(raw: bytes, mail: ParsedMail, believed: Believed, at: datetime) -> ParsedMail:
    """The signed mail with what its signature is worth at that moment."""
    return with_check(mail, _check(raw, believed, at))


def with_check(mail: ParsedMail, check: Check) -> ParsedMail:
    """The mail with a check noted; a good signature of somebody else than the sender is told from the sender's."""
    state = check.state
    if state == VALID and (mail.sender is None or len(mail.senders) > 1 or mail.sender.key not in check.owners):
        state = FOREIGN
    return replace(mail, seal_check=state, seal_by=check.by[:LONGEST_NAME])


def _check(raw: bytes, believed: Believed, at: datetime) -> Check:
    root = read_structure(Reading(raw))
    if root.content_type == "multipart/signed":
        return _check_apart(raw, root.children, believed, at)
    if is_cms(root):
        return _worth(signature_of(root.content), believed, at)
    if is_clear_signed(root):
        whole = root.content.strip()
        if whole.count(b"-----BEGIN PGP SIGNED") > 1 or not whole.endswith(b"-----END PGP SIGNATURE-----"):
            return Check(PARTLY)
        return of_pgp(openpgp.checked_within(whole + b"\n", believed.keys))
    return Check(PARTLY)


def _check_apart(raw: bytes, parts: list[Part], believed: Believed, at: datetime) -> Check:
    if len(parts) != 2:
        return Check(PARTLY)
    signed, seal = parts
    content = _LINE_END.sub(b"\r\n", raw[signed.start : signed.body_end])
    if seal.content_type in _CMS_SIGNATURES:
        return _worth(signature_of(seal.content, content), believed, at)
    if seal.content_type == "application/pgp-signature":
        return of_pgp(openpgp.checked(content, seal.content, believed.keys))
    return Check()


def _worth(signed: Signed | None, believed: Believed, at: datetime) -> Check:
    if signed is None or signed.certificate is None:
        return Check()
    owners = tuple(addresses_of(signed.certificate))
    by = ", ".join(owners) or signed.certificate.subject.rfc4514_string()
    if not signed.fits:
        return Check(ALTERED, by)
    return Check(VALID if is_vouched_for(signed, believed.certificates, at) else UNKNOWN, by, owners)


def of_pgp(answer: openpgp.Answer) -> Check:
    """An answer about an OpenPGP signature, in the words used here."""
    by = answer.user_ids[0] if answer.user_ids else answer.fingerprint.upper()
    owners = tuple(one.key for user_id in answer.user_ids for one in addresses(user_id))
    return Check(answer.state, by, owners)
