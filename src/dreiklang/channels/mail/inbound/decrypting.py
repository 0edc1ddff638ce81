"""Opening encrypted mail with a key that an administrator gave to the desk (RFC 8551 §3.3, RFC 3156 §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7

from . import openpgp
from .isolation import Failure, parse_guarded
from .parsing import ParsedMail
from .parsing.sealed import ENCRYPTED, SIGNED, is_cms, seal_of
from .parsing.structure import Part, Reading, read_structure
from .seals import UNCHECKED, Believed, Check, checked, of_pgp, with_check

DECRYPTED = "decrypted"
SMIME, PGP = "smime", "pgp"


@dataclass(frozen=True, slots=True)
class Key:
    """What opens mail: for S/MIME certificate and key in PEM, for OpenPGP both in armour and the key's password."""

    certificate: str
    private_key: str
    kind: str = SMIME
    password: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What lay in an envelope, with its own content headers, and the signature that came in the same packet."""

    entity: bytes
    check: Check = UNCHECKED


def unsealed(
    raw: bytes, mail: ParsedMail, keys: Sequence[Key], believed: Believed, at: datetime | None = None
) -> ParsedMail:
    """A sealed mail as far as the desk can read it: opened with a key that fits, its signature checked.

    Who wrote it and to whom is what stands outside: headers inside the envelope could say anything.
    """
    at = at or datetime.now(UTC)
    if mail.seal == SIGNED:
        return checked(raw, mail, believed, at)
    root = read_structure(Reading(raw))
    opened = _opened(root, keys, believed) if seal_of(root) == ENCRYPTED else None
    if opened is None:
        return mail
    whole = _with_outer_headers(raw, root, opened.entity)
    read = parse_guarded(whole)
    if isinstance(read, Failure) or read.seal == ENCRYPTED:
        return mail if isinstance(read, Failure) else read
    read = checked(whole, read, believed, at) if read.seal == SIGNED else with_check(read, opened.check)
    return replace(read, seal=DECRYPTED)


def _opened(root: Part, keys: Sequence[Key], believed: Believed) -> _Opened | None:
    if is_cms(root):
        found = (_opened_cms(root.content, key) for key in keys if key.kind == SMIME)
        entity = next((one for one in found if one is not None), None)
        return None if entity is None else _Opened(entity)
    secrets = [openpgp.SecretKey(key.private_key, key.password) for key in keys if key.kind == PGP]
    is_apart = root.content_type == "multipart/encrypted"
    if not secrets or (is_apart and len(root.children) != 2):
        return None
    message = (root.children[1] if is_apart else root).content
    answer = openpgp.opened(message, secrets, believed.keys)
    if answer.content is None:
        return None
    head = b"" if is_apart else _plain_head(root)
    return _Opened(head + answer.content, of_pgp(answer))


def _plain_head(root: Part) -> bytes:
    """What describes words that stood in the mail itself, without a head of their own inside."""
    charset = root.charset if root.charset and root.charset.isascii() and root.charset.isprintable() else "utf-8"
    return f'Content-Type: text/plain; charset="{charset}"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'.encode()


def _opened_cms(envelope: bytes, key: Key) -> bytes | None:
    try:
        certificate = x509.load_pem_x509_certificate(key.certificate.encode())
        private = load_pem_private_key(key.private_key.encode(), None)
        if not isinstance(private, rsa.RSAPrivateKey):
            return None
        return pkcs7.pkcs7_decrypt_der(envelope, certificate, private, [])
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _with_outer_headers(raw: bytes, root: Part, inner: bytes) -> bytes:
    """The lines outside without what described the envelope, then what describes the content, then the content."""
    outside = [line for line in _header_lines(raw[: root.body_start]) if not _describes(line)]
    within = Part(Reading(inner), 0, len(inner))
    inside = [line for line in _header_lines(inner[: within.body_start]) if _describes(line)]
    return b"\r\n".join([*outside, *inside, b"", inner[within.body_start :]])


def _header_lines(head: bytes) -> list[bytes]:
    """Header lines, each with its folded continuation."""
    lines: list[bytes] = []
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b"\r\n" + line
        elif line:
            lines.append(line)
    return lines


def _describes(line: bytes) -> bool:
    return line[:8].lower() == b"content-"
