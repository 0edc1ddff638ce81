"""The tree of MIME parts in a mail (RFC 5322 §2, RFC 2046 §5), read by offsets.

The standard library's parser reads a mail line by line and builds every header into objects: 9 ms for a
200-kB attachment, 0.5 ms for an ordinary mail before a word is decoded. Here boundaries are searched in the
bytes and nothing is copied until somebody asks for it; a part knows where its body starts and ends.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from . import limits
from .headers import Parameters, decoded_bytes, header_parameters

_EMPTY_LINE = re.compile(rb"\r\n\r\n|\n\r?\n|\r\r(?!\n)")
_HEADER_LINE = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_LINE_END = re.compile(rb"\r\n|\n|\r")
_KNOWN_HEADER = re.compile(
    rb"(?:^|[\r\n])(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]+|reply-to|received):",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"\([^()]*\)")
_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "base64", "quoted-printable"})
_SOFT_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_GUESSED_BOUNDARY = re.compile(rb"(?:^|[\r\n])--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-)", re.IGNORECASE)


@dataclass(slots=True)
class Reading:
    """What is counted while one mail is read: the raw bytes, the parts so far and the problems met."""

    raw: bytes
    parts: int = 0
    root: Part | None = None
    problems: dict[str, None] = field(default_factory=dict)

    def note(self, code: str) -> None:
        """Remember a problem once, in the order met."""
        self.problems[code] = None


class Part:
    """One node of the tree: header lines, and either children or a body."""

    def __init__(self, reading: Reading, start: int, end: int, *, default_type: str = "text/plain") -> None:
        self._reading = reading
        self._default_type = default_type
        self.start = start
        self.header_lines, self.body_start = _header_lines(reading, start, end)
        self.body_end = end
        self.children: list[Part] = []

    @cached_property
    def _first_values(self) -> dict[str, bytes]:
        return dict(reversed(self.header_lines))

    def all(self, name: str) -> list[str]:
        """Every value of the header, unfolded, as text without RFC 2047 decoding; `name` in lower case."""
        if name not in self._first_values:
            return []
        return [
            decoded_bytes(value, self.charset if name != "content-type" else None)
            for key, value in self.header_lines
            if key == name
        ]

    def first(self, name: str) -> str | None:
        """The first value of the header, or None."""
        value = self._first_values.get(name)
        if value is None:
            return None
        return decoded_bytes(value, self.charset if name != "content-type" else None)

    def has(self, name: str) -> bool:
        """Whether the part bears this header."""
        return name in self._first_values

    @cached_property
    def content_type_parameters(self) -> Parameters:
        """Value and parameters of Content-Type."""
        return header_parameters(self.first("content-type") or "")

    @cached_property
    def disposition_parameters(self) -> Parameters:
        """Value and parameters of Content-Disposition."""
        return header_parameters(self.first("content-disposition") or "")

    @cached_property
    def content_type(self) -> str:
        """`type/subtype` in lower case; what is no type counts as plain text (RFC 2045 §5.2)."""
        value = self.content_type_parameters.value.lower()
        if value == "text":
            return "text/plain"
        if not re.fullmatch(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", value):
            if value and value != self._default_type:
                self._reading.note("content_type_invalid")
            return self._default_type
        return value

    @property
    def disposition(self) -> str:
        """`inline`, `attachment` or whatever stands there, in lower case; empty if not given."""
        return self.disposition_parameters.value.lower()

    @cached_property
    def charset(self) -> str | None:
        """The charset declared for the body."""
        return self.content_type_parameters.get("charset")

    @property
    def encoded_body(self) -> bytes:
        """The body as it stands in the mail."""
        return self._reading.raw[self.body_start : self.body_end]

    @cached_property
    def content(self) -> bytes:
        """The body with its transfer encoding taken off; damaged encodings give what can be read."""
        encoding = (self.first("content-transfer-encoding") or "").lower()
        if encoding not in _ENCODINGS:
            encoding = _COMMENT.sub("", encoding).split(";")[0].strip(" \t\"'")
        body = self.encoded_body
        if encoding == "base64":
            return self._from_base64(body)
        if encoding == "quoted-printable":
            return quopri_decoded(body)
        if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
            return uudecoded(body) or body
        if encoding not in {"", "7bit", "8bit", "binary"}:
            self._reading.note("transfer_encoding_unknown")
        return body

    def _from_base64(self, body: bytes) -> bytes:
        """RFC 2045 §6.8, also where pieces were glued together or the end is missing."""
        try:
            tail = body[-1_000:].rstrip()
            if body.find(b"=", 0, max(0, len(body) - 1_000)) < 0 and tail.find(b"=", 0, -3) < 0:
                return binascii.a2b_base64(body)
        except binascii.Error:
            pass
        self._reading.note("base64_damaged")
        pieces = []
        for piece in re.split(rb"=+", _NOT_BASE64.sub(b"", body)):
            whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
            pieces.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
        return b"".join(pieces)

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail."""
        stack = [self]
        while stack:
            part = stack.pop()
            yield part
            stack.extend(reversed(part.children))


def read_structure(reading: Reading) -> Part:
    """The tree of the mail in `reading.raw`; never raises on any bytes."""
    raw = reading.raw
    start = 0
    if raw.startswith(b"\xef\xbb\xbf"):
        start = 3
    while start < len(raw) and raw[start] in b"\r\n":
        start += 1
    if raw.startswith((b"From ", b">From "), start):
        line_end = _LINE_END.search(raw, start)
        start = line_end.end() if line_end else len(raw)
    root = Part(reading, start, len(raw))
    reading.parts = 1
    reading.root = root
    _grow(root, reading)
    return root


def _grow(root: Part, reading: Reading) -> None:
    """Find the children of all multiparts, without recursion, within the limits."""
    waiting = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if not part.content_type.startswith("multipart/"):
            continue
        if depth >= limits.DEPTH:
            reading.note("nested_too_deep")
            continue
        spans = _spans(part, reading)
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for start, end in spans:
            if reading.parts >= limits.PARTS:
                reading.note("too_many_parts")
                break
            reading.parts += 1
            part.children.append(Part(reading, start, end, default_type=default))
        waiting.extend((child, depth + 1) for child in reversed(part.children))


def _spans(part: Part, reading: Reading) -> list[tuple[int, int]]:
    """Start and end of each child between the boundaries; a wrong or missing boundary is guessed."""
    raw, start, end = reading.raw, part.body_start, part.body_end
    declared = part.content_type_parameters.get("boundary") or ""
    spans: list[tuple[int, int]] = []
    if declared or "boundary" in part.content_type_parameters.named:
        boundary = declared.encode("utf-8", "surrogateescape")
        spans = _split(reading, boundary, start, end)
        if not spans and boundary.rstrip() != boundary:
            spans = _split(reading, boundary.rstrip(), start, end)
    if not spans:
        guess = _GUESSED_BOUNDARY.search(raw, max(0, start - 1), end)
        reading.note("boundary_wrong" if declared else "boundary_missing")
        if guess:
            spans = _split(reading, guess.group(1), start, end)
    return spans


def _split(reading: Reading, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between lines `--boundary`, up to `--boundary--` or the end of the parent."""
    raw = reading.raw
    delimiter = b"--" + boundary
    spans: list[tuple[int, int]] = []
    child_start: int | None = None
    at = raw.find(delimiter, start, end)
    while at >= 0:
        after = at + len(delimiter)
        closing = raw.startswith(b"--", after)
        line_end = after + 2 if closing else after
        while line_end < end and raw[line_end] in b" \t":
            line_end += 1
        at_line_start = at == start or raw[at - 1] in b"\r\n"
        if at_line_start and (line_end >= end or raw[line_end] in b"\r\n"):
            if child_start is not None:
                spans.append((child_start, max(child_start, _without_line_end(raw, at))))
            if closing:
                return spans
            if len(spans) >= limits.PARTS:
                reading.note("too_many_parts")
                return spans
            child_start = min(end, line_end + (2 if raw.startswith(b"\r\n", line_end) else 1))
        at = raw.find(delimiter, after, end)
    if child_start is not None:
        reading.note("boundary_unclosed")
        spans.append((child_start, end))
    return spans


def _without_line_end(raw: bytes, at: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    if raw[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if at and raw[at - 1] in b"\r\n" else at


def _header_lines(reading: Reading, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
    """Name (lower case) and unfolded value of each header line, and where the body starts."""
    raw = reading.raw
    if start < end and raw[start] in b"\r\n":
        return [], min(end, start + (2 if raw.startswith(b"\r\n", start) else 1))
    blank = _EMPTY_LINE.search(raw, start, end)
    head_end, body_start = (blank.start(), blank.end()) if blank else (end, end)
    lines: list[tuple[str, list[bytes]]] = []
    position, size = start, 0
    while position < head_end:
        ending = _LINE_END.search(raw, position, head_end)
        line_end, following = (ending.start(), ending.end()) if ending else (head_end, head_end)
        line = raw[position : min(line_end, position + limits.HEADER_BYTES)]
        size += line_end - position
        if line[:1] in (b" ", b"\t") and lines:
            if size <= limits.HEADER_BYTES:
                lines[-1][1].append(line)
            else:
                reading.note("header_too_long")
        elif found := _HEADER_LINE.match(line):
            size = line_end - position
            if size > limits.HEADER_BYTES:
                reading.note("header_too_long")
            if len(lines) >= limits.HEADERS:
                reading.note("too_many_headers")
                break
            lines.append((found.group(1).decode("ascii").lower(), [found.group(2)]))
        elif lines and _KNOWN_HEADER.search(raw, following, min(head_end, following + 2_000)):
            reading.note("header_invalid")
        else:
            # The body began without an empty line before it: what follows is words, not headers.
            reading.note("headers_end_early")
            body_start = position
            break
        position = following
    return [(name, b"".join(values)) for name, values in lines], body_start


def quopri_decoded(body: bytes) -> bytes:
    """Quoted-printable (RFC 2045 §6.7); `=` before something else stays as it is.

    Blanks after a soft line break were added on the way (rule 3 there) and go.
    """
    return quopri.decodestring(_SOFT_BREAK.sub(b"=", body))


def uudecoded(body: bytes) -> bytes:
    """The lines of a uuencoded file between `begin` and `end`; lines that cannot be read are left out."""
    decoded = []
    for line in body.splitlines():
        if line.startswith(b"begin "):
            continue
        if line.rstrip() == b"end":
            break
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            expected = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                decoded.append(binascii.a2b_uu(line[:expected]))
            except binascii.Error:
                continue
    return b"".join(decoded)
