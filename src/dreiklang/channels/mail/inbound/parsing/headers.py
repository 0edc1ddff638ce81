"""Header values: charsets, encoded words (RFC 2047), parameters (RFC 2231), message-ids, dates.

A value that leaves this module has no line break, no null byte and no direction-changing character (P37).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from . import limits
from .charsets import codec_of, text_of, windows_text

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c\u180e]")
_WORD_START = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,60})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?")
_ONLY_SPACE = re.compile(r"[ \t\r\n]*")
_MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")
_PARAMETER_PART = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_COMMENT = re.compile(r"\([^()]*\)")
_ODD_DATE = re.compile(r"\(|\s[:,]|:\s|[+-]\d\d:\d\d|(?:GMT|UTC|UT)[+-]|\s1\d\d\s", re.IGNORECASE)
_ISO_TIME = re.compile(r"\d[T ]\d\d:\d\d")
_HEX = re.compile(r"=([0-9A-Fa-f]{2})")


def decoded_bytes(value: bytes, charset: str | None = None) -> str:
    """A raw header value as text: ASCII, else UTF-8, else the mail's declared charset, else Windows-1252."""
    if value.isascii():
        return value.decode("ascii")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec_of(charset) not in {None, "utf-8", "ascii"}:
        return text_of(value, charset)[0]
    return windows_text(value)


def clean(value: str) -> str:
    """One line without control, zero-width and direction-changing characters."""
    if value.isascii() and value.isprintable():
        return value.strip()
    value = _INVISIBLE.sub("", _CONTROL.sub(" ", value))
    return value.strip()


def decoded(value: str) -> str:
    """A header value with its encoded words read (RFC 2047) and made safe to show on one line.

    Also read: words with blanks inside, words glued to others, letters split between two words of the same
    charset, missing base64 padding, words inside quotes. What cannot be read stays as it stands.
    """
    if "=?" not in value:
        return clean(value)
    pieces: list[str] = []
    pending = bytearray()
    pending_charset = ""
    position = 0
    while found := _WORD_START.search(value, position):
        end = value.find("?=", found.end())
        if end < 0:
            break
        if found.group(2) in "qQ" and value.startswith("?==", end) and value.find("?=", end + 2) == end + 3:
            end += 3
        between = value[position : found.start()]
        charset = found.group(1).lower()
        if pending_charset and (charset != pending_charset or not _ONLY_SPACE.fullmatch(between)):
            pieces.append(text_of(bytes(pending), pending_charset)[0])
            pending.clear()
        if not (pending_charset and _ONLY_SPACE.fullmatch(between)):
            pieces.append(between)
        pending += _word_bytes(found.group(2), value[found.end() : end])
        pending_charset = charset
        position = end + 2
    if pending_charset:
        pieces.append(text_of(bytes(pending), pending_charset)[0])
    pieces.append(value[position:])
    return clean("".join(pieces))


def _word_bytes(encoding: str, text: str) -> bytes:
    if encoding in "qQ":
        source = text.replace("_", " ").encode("utf-8", "replace")
        return re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes([int(m.group(1), 16)]), source)
    letters = re.sub(r"[^A-Za-z0-9+/]", "", text)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


@dataclass(frozen=True, slots=True)
class Parameters:
    """`value; name=…; name=…` of a structured header; names in lower case, the first of a name counts."""

    value: str
    named: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        """The parameter's decoded value or None."""
        return self.named.get(name)


def header_parameters(value: str) -> Parameters:
    """Value and parameters with quoting, RFC 2231 charsets and continuations, and RFC 2047 words taken off."""
    pieces = _split_parameters(value[: limits.HEADER_BYTES])
    plain: dict[str, str] = {}
    continued: dict[str, dict[int, tuple[str, bool]]] = {}
    for piece in pieces[1:200]:
        name, equals, text = piece.partition("=")
        found = _PARAMETER_PART.fullmatch(name.strip().lower())
        if not equals or found is None:
            continue
        text = _unquoted(text.strip())
        base, number, starred = found.group(1).strip(), found.group(2), bool(found.group(3))
        if number is None and not starred:
            plain.setdefault(base, text)
        else:
            continued.setdefault(base, {}).setdefault(int(number or 0), (text, starred))
    named = {name: clean(decoded(text)) for name, text in plain.items()}
    named.update({name: clean(_joined(parts)) for name, parts in continued.items()})
    if "boundary" in plain:
        named["boundary"] = plain["boundary"]
    return Parameters(clean(pieces[0]), named)


def _split_parameters(value: str) -> list[str]:
    """Split at semicolons that stand outside quotes."""
    if '"' not in value:
        return value.split(";")
    pieces, start, quoted, position = [], 0, False, 0
    while position < len(value):
        character = value[position]
        if character == "\\" and quoted:
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            pieces.append(value[start:position])
            start = position + 1
        position += 1
    pieces.append(value[start:])
    return pieces


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        end = text.rfind('"')
        inner = text[1:end] if end > 0 else text[1:]
        # Old Windows programs put paths there: a backslash quotes only what needs it.
        return re.sub(r'\\(["\\])', r"\1", inner)
    return text.split(" (")[0].strip()


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 §3 and §4: numbered pieces, each percent-encoded if starred, charset in the first."""
    collected = bytearray()
    charset = "utf-8"
    for index, number in enumerate(sorted(parts)):
        text, starred = parts[number]
        if starred and index == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        if starred:
            collected += unquote_to_bytes(text.encode("utf-8", "replace"))
        else:
            collected += text.encode(codec_of(charset) or "utf-8", "replace")
    joined = text_of(bytes(collected), charset or "utf-8")[0]
    return decoded(joined) if "=?" in joined else joined


def message_ids(value: str) -> list[str]:
    """The message-ids in a header, without angle brackets (they are no part of it, RFC 5322 §3.6.4)."""
    if "=?" in value:  # some programs encode an id that is longer than a line
        value = decoded(value)
    found = [re.sub(r"\s+", "", clean(text)) for text in _MESSAGE_ID.findall(value)]
    found = [text for text in found if text]
    if not found:
        found = [word.strip("<>") for word in clean(value).split() if "@" in word and len(word) <= 998]
    return list(dict.fromkeys(found))


def message_id(value: str | None) -> str:
    """The one id of a Message-ID or Content-ID header; empty if none can be read."""
    if not value:
        return ""
    found = _MESSAGE_ID.search(value)
    if found:
        return re.sub(r"\s+", "", clean(found.group(1)))
    words = clean(value).split()
    return words[0].strip("<>")[:998] if words else ""


def _date_words(value: str) -> str:
    """A date without comments, blanks around signs, offsets with colons and years of three digits (RFC 5322 §4.3)."""
    if not _ODD_DATE.search(value):
        return value
    while (without := _COMMENT.sub(" ", value)) != value:
        value = without
    value = re.sub(r"\s*([,:])\s*", r"\1", value).replace(",", ", ")
    value = re.sub(r"(?<=\s)(?:GMT|UTC|UT)?([+-]\d\d):?(\d\d)\s*$", r"\1\2", value.rstrip())
    return re.sub(
        r"(?<=[a-z]\s)1(\d\d)(?=\s+\d+:)", lambda year: str(2000 + int(year.group(1))), value, flags=re.IGNORECASE
    )


def _iso_moment(value: str) -> datetime | None:
    """ISO 8601, as some programs write it; without an offset it is taken as UTC."""
    try:
        at = datetime.fromisoformat(clean(value))
    except ValueError:
        return None
    if not 1970 <= at.year <= 2200 or not _ISO_TIME.search(value):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def moment(value: str | None) -> datetime | None:
    """A Date header as an aware moment in the sender's offset; None for anything that is no date."""
    if not value:
        return None
    try:
        found = parsedate_tz(_date_words(clean(value[:200])))
        if found is None or not 1970 <= found[0] <= 2200:
            return _iso_moment(value)
        offset = found[9] or 0
        zone = UTC if offset == 0 else timezone(timedelta(seconds=offset))
        second = min(found[5], 59)
        at = datetime(found[0], found[1], found[2], found[3], found[4], second, tzinfo=zone)
        at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at
