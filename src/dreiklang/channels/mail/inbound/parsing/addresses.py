"""Addresses as they really stand in From, To, Cc: quotes, comments, groups, routes, unquoted commas (RFC 5322 §3"
".4)."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from functools import cached_property

from . import limits
from .headers import clean, decoded

_LOOSE_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]]{1,128}@(?:\[[^\s\[\]]{1,60}\]|[^\s<>\"',;:()\[\]]{1,255})")
_QUOTED_LOCAL = re.compile(r"\s*(\"[^\"]{1,64}\"@[^\s<>\"',;:()]{1,255})\s*")
_ENCODED_WORD = re.compile(r"=\?[\w.:+-]{1,60}(?:\*[\w-]{0,20})?\?[bBqQ]\?[^?@]{1,900}\?=")
_USUAL = re.compile(
    r"[ \t]*(?:\"([^\"\\]{0,300})\"|([^\",<>()@:;\\]{0,300}?))[ \t]*<([^\s<>\",;:()@]{1,64}@[\w.-]{1,253})>[ \t]*"
)


@dataclass(frozen=True)
class Address:
    """A mailbox: the name shown (may be empty) and the address as it stands in the mail."""

    name: str
    address: str

    @cached_property
    def key(self) -> str:
        """The address for comparing: lower case, international domains in their ASCII form (RFC 5890)."""
        local, at, domain = self.address.rpartition("@")
        domain = domain.lower().rstrip(".")
        if not domain.isascii():
            with contextlib.suppress(UnicodeError):
                domain = domain[:253].encode("idna").decode("ascii")
        return f"{local.lower()}{at}{domain}"

    def as_json(self) -> dict[str, str]:
        """Name and address, as COMMANDS prints them."""
        return {"name": self.name, "address": self.address}


def addresses(value: str) -> list[Address]:
    """All mailboxes of one header value, unfolded but not yet decoded; groups are opened, empty ones vanish."""
    usual = _USUAL.fullmatch(value)
    if usual:
        return [Address(_name(usual.group(1) or usual.group(2) or ""), _address(usual.group(3)))]
    found = _mailboxes(value)
    if not found and "=?" in value:
        # A sender that encoded the whole header, address and all.
        found = _mailboxes(decoded(value))
    return found


def _mailboxes(value: str) -> list[Address]:
    mailboxes: list[Address] = []
    carried = ""
    for piece in _pieces(value[: limits.HEADER_BYTES]):
        if len(mailboxes) >= limits.ADDRESSES:
            break
        mailbox = _mailbox(piece)
        if mailbox is None:
            words = piece.text.strip()
            # `Muster, Rita <rita@…>` without quotes: the part before the comma belongs to the name.
            carried = f"{carried}, {words}" if carried and words else words
            continue
        if carried and piece.angle is not None and mailbox.name and not piece.group_end:
            mailbox = Address(clean(decoded(carried) + ", " + mailbox.name), mailbox.address)
        carried = ""
        mailboxes.append(mailbox)
    return mailboxes


@dataclass(slots=True)
class _Piece:
    """What stands between two commas: words outside, the part in angle brackets, the comments."""

    text: str = ""
    quoted: bool = False
    angle: str | None = None
    comment: str = ""
    group_end: bool = False


def _pieces(value: str) -> list[_Piece]:
    """The value between its commas, in one pass over the characters, so that no input makes it slow."""
    splitter = _Splitter(value)
    position = 0
    while position < len(value):
        position = splitter.step(position)
    splitter.finish()
    return splitter.pieces


class _Splitter:
    """Where the pass stands: in words, in angle brackets, or some levels deep in comments."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.pieces: list[_Piece] = []
        self.piece = _Piece()
        self.words: list[str] = []
        self.angle: list[str] | None = None
        self.comment: list[str] = []
        self.depth = 0
        self.last_closing = value.rfind(")")

    def step(self, position: int) -> int:
        """Read one character (or one quoted string); returns where to go on."""
        character = self.value[position]
        if self.depth:
            return self.in_comment(position, character)
        if self.angle is not None:
            self.in_angle(character, self.angle)
            return position + 1
        if character == '"':
            end, text = _quoted(self.value, position)
            # A quoted local part keeps its quotes: they are part of the address.
            self.words.append(self.value[position : end + 1] if self.value.startswith("@", end + 1) else text)
            self.piece.quoted = True
            return end + 1
        if character == "=" and (word := _ENCODED_WORD.match(self.value, position)):
            # One word, whatever stands in it: some programs leave commas unencoded.
            self.words.append(word.group())
            return word.end()
        self.in_words(position, character)
        return position + 1

    def in_comment(self, position: int, character: str) -> int:
        if character == "\\" and position + 1 < len(self.value):
            self.comment.append(self.value[position + 1])
            return position + 2
        self.depth += {"(": 1, ")": -1}.get(character, 0)
        self.comment.append(character if self.depth else " ")
        return position + 1

    def in_angle(self, character: str, angle: list[str]) -> None:
        if character == ">":
            self.piece.angle = "".join(angle)
            self.angle = None
        elif character == "<":
            self.words.extend(["<", *angle] if angle else [])
            self.angle = []
        else:
            angle.append(character)

    def in_words(self, position: int, character: str) -> None:
        if character == "<":
            self.angle = []
        elif character == "(" and self.last_closing > position:
            self.depth = 1
        elif character in ",;":
            self.piece.group_end = character == ";"
            self.finish()
        elif character == ":" and "@" not in "".join(self.words[-200:]):
            # The name of a group, or `mailto:`.
            self.words, self.piece.quoted = [], False
        elif character != ">" or self.piece.angle is None:
            self.words.append(character)

    def finish(self) -> None:
        piece = self.piece
        piece.text = "".join(self.words)
        if self.angle is not None and piece.angle is None:
            piece.angle = "".join(self.angle)
        piece.comment = "".join(self.comment).strip()
        if piece.text.strip() or piece.angle is not None:
            self.pieces.append(piece)
        self.piece, self.words, self.angle, self.comment = _Piece(), [], None, []


def _quoted(value: str, start: int) -> tuple[int, str]:
    """The text of a quoted string and the index of its end; a missing end quote ends at the angle bracket."""
    position, text = start + 1, []
    while position < len(value):
        character = value[position]
        if character == "\\" and position + 1 < len(value):
            position += 1
            text.append(value[position])
        elif character == '"':
            return position, "".join(text)
        else:
            text.append(character)
        position += 1
    stop = value.find("<", start)
    if stop < 0:
        stop = len(value)
    return stop - 1, value[start + 1 : stop]


def _mailbox(piece: _Piece) -> Address | None:
    if piece.angle is not None:
        address = _address(piece.angle)
        if not address:
            return None
        name = piece.text.strip() or piece.comment
        return Address(_name(name), address)
    if piece.quoted and (whole := _QUOTED_LOCAL.fullmatch(piece.text)):
        return Address(_name(piece.comment), clean(whole.group(1)))
    found = list(_LOOSE_ADDRESS.finditer(piece.text[:2_000]))
    if not found:
        return None
    loose = found[-1] if piece.quoted else found[0]
    name = (piece.text[: loose.start()] + piece.text[loose.end() :]).strip(" \t\r\n[]'\"<>")
    return Address(_name(name or piece.comment), _address(loose.group()))


def _name(text: str) -> str:
    name = re.sub(r"\s+", " ", decoded(text)).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name[:500]


def _address(text: str) -> str:
    """The address in angle brackets without route, `mailto:` and blanks; empty for `<>` or words."""
    text = clean(text)
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    if text[:7].lower() == "mailto:":
        text = text[7:]
    if '"' not in text:
        text = re.sub(r"\([^()]*\)|\s+", "", text)
    text = text.strip("'<>.,;")
    return text[:320] if "@" in text else ""
