"""Opening encrypted S/MIME mail with a key that an administrator gave to the desk (RFC 8551 §3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs7

from dreiklang.channels.mail.inbound.isolation import Failure, parse_guarded
from dreiklang.channels.mail.inbound.parsing import ParsedMail
from dreiklang.channels.mail.inbound.parsing.sealed import ENCRYPTED, is_cms, seal_of
from dreiklang.channels.mail.inbound.parsing.structure import Part, Reading, read_structure

DECRYPTED = "decrypted"


@dataclass(frozen=True, slots=True)
class Key:
    """A certificate and its private key, both PEM."""

    certificate: str
    private_key: str


def decrypted(raw: bytes, mail: ParsedMail, keys: Sequence[Key]) -> ParsedMail:
    """The mail as it reads when one of the keys opens it; the same as before if none does.

    Who wrote it and to whom is what stands outside: headers inside the envelope could say anything.
    """
    root = read_structure(Reading(raw))
    if not (is_cms(root) and seal_of(root) == ENCRYPTED):
        return mail
    for key in keys:
        inner = _opened(root.content, key)
        if inner is not None:
            read = parse_guarded(_with_outer_headers(raw, root, inner))
            if isinstance(read, Failure):
                return mail
            return replace(read, seal=read.seal if read.seal == ENCRYPTED else DECRYPTED)
    return mail


def _opened(envelope: bytes, key: Key) -> bytes | None:
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
