"""Signed and encrypted mail (RFC 8551, RFC 3156): which it is, and what a signed envelope holds.

A signature is told, not checked here (`seals`, one floor up, does).
CMS may come in BER with lengths left open, because programs write it as they go;
so it is walked byte by byte, within limits, and whatever does not fit is no envelope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .structure import Part

SIGNED, ENCRYPTED = "signed", "encrypted"
_CMS = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OCTETS, _OBJECT, _EXPLICIT = 0x30, 0x04, 0x06, 0xA0
_DEEPEST = 12
_CLEAR_SIGNED = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z]{1,20}: [^\n]{0,200}\n)*[ \t]*\n(.*?\n)"
    r"-----BEGIN PGP SIGNATURE-----[ \t]*\n[^-]*-----END PGP SIGNATURE-----[ \t]*",
    re.DOTALL,
)
_INLINE = {b"-----BEGIN PGP MESSAGE-----": ENCRYPTED, b"-----BEGIN PGP SIGNED MESSAGE-----": SIGNED}


class DerValue(NamedTuple):
    """One value in DER or BER: its tag, where it starts, and where its content begins and ends."""

    tag: int
    start: int
    first: int
    last: int


def der_values(der: bytes, start: int, end: int) -> Iterator[DerValue]:
    """The values between two places. Raises ValueError or IndexError where none can be read."""
    at = start
    while at < end:
        tag, first, last, following = _value(der, at, end, 0)
        if tag == 0 and first == last:
            return
        yield DerValue(tag, at, first, last)
        at = following


def is_cms(part: Part) -> bool:
    """Whether a part is an S/MIME envelope, signed or encrypted."""
    return part.content_type in _CMS


def seal_of(part: Part) -> str:
    """`signed`, `encrypted` or nothing, by what the part says of itself or begins with."""
    if part.content_type == "multipart/signed":
        return SIGNED
    if part.content_type == "multipart/encrypted":
        return ENCRYPTED
    if is_cms(part):
        kind = (part.content_type_parameters.get("smime-type") or "").lower()
        return SIGNED if kind == "signed-data" or _is_signed_data(part.content) else ENCRYPTED
    if part.content_type == "text/plain":
        start = part.encoded_body[:2_000].lstrip()
        return next((seal for mark, seal in _INLINE.items() if start.startswith(mark)), "")
    return ""


def is_clear_signed(part: Part) -> bool:
    """Whether a part's words bear their OpenPGP signature below themselves."""
    return part.content_type == "text/plain" and seal_of(part) == SIGNED


def words_of_clear_signed(text: str) -> str:
    """The words between the lines of armour; what stands around them stays."""
    found = _CLEAR_SIGNED.match(text.lstrip())
    if found is None:
        return text
    return re.sub(r"^- ", "", found.group(1), flags=re.MULTILINE) + text.lstrip()[found.end() :]


def _is_signed_data(der: bytes) -> bool:
    return _SIGNED_DATA in der[:40]


def content_of_signed(der: bytes) -> bytes | None:
    """What a signed envelope holds (RFC 5652 §5.1: ContentInfo, SignedData, EncapsulatedContentInfo), or None."""
    try:
        outer = _inside(der, 0, len(der), _SEQUENCE)
        kinds = list(_values(der, *outer))
        if der[kinds[0][1] : kinds[0][2]] != _SIGNED_DATA:
            return None
        explicit = _first(kinds, _EXPLICIT)
        signed = _inside(der, *explicit, _SEQUENCE)
        held = _first(list(_values(der, *signed)), _SEQUENCE)
        wrapped = _first(list(_values(der, *held)), _EXPLICIT)
        return b"".join(_octets(der, *wrapped, 0))
    except (ValueError, IndexError):
        return None


def _inside(der: bytes, start: int, end: int, tag: int) -> tuple[int, int]:
    """Where the content of the first value lies, which must have this tag."""
    return _first(list(_values(der, start, end))[:1], tag)


def _first(values: list[tuple[int, int, int]], tag: int) -> tuple[int, int]:
    for found, start, end in values:
        if found == tag:
            return start, end
    raise ValueError("no such value")


def _octets(der: bytes, start: int, end: int, depth: int) -> Iterator[bytes]:
    """An octet string in one piece or in many."""
    for tag, first, last in _values(der, start, end):
        if tag == _OCTETS:
            yield der[first:last]
        elif tag == _OCTETS | 0x20 and depth < _DEEPEST:
            yield from _octets(der, first, last, depth + 1)


def _values(der: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Tag, start and end of the content of each value between two places."""
    return ((value.tag, value.first, value.last) for value in der_values(der, start, end))


def _value(der: bytes, at: int, end: int, depth: int) -> tuple[int, int, int, int]:
    tag, length = der[at], der[at + 1]
    first = at + 2
    if length == 0x80:
        if depth > _DEEPEST:
            raise ValueError("too deep")
        last = first
        while der[last : last + 2] != b"\0\0":
            last = _value(der, last, end, depth + 1)[3]
            if last > end:
                raise ValueError("no end")
        return tag, first, last, last + 2
    if length > 0x80:
        size = length & 0x7F
        if size > 5:
            raise ValueError("too long")
        length = int.from_bytes(der[first : first + size], "big")
        first += size
    if first + length > end:
        raise ValueError("beyond the end")
    return tag, first, first + length, first + length
