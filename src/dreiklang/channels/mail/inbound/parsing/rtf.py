"""Text out of RTF, packed as Outlook packs it ([MS-OXRTFCP]); RTF that only wraps HTML gives its words all the same."""

from __future__ import annotations

import re
import struct

from . import limits

_PREBUFFER = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4_096
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE
)
_SKIPPED = re.compile(
    r"fonttbl|colortbl|stylesheet|info|pict|object|header|footer|themedata|datastore|listtable|listoverridetable|"
    r"generator|latentstyles|rsidtbl|xmlnstbl|mmathpr|htmltag|fldinst|bkmkstart|bkmkend"
)
_BREAKS = {"par": "\n", "line": "\n", "tab": "\t", "row": "\n", "cell": "\t", "page": "\n", "sect": "\n"}
_SIGNS = {"bullet": "•", "endash": "–", "emdash": "—", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}


def rtf_of(packed: bytes) -> bytes:
    """Undo the packing; what is damaged ends the text early."""
    if len(packed) < 16:
        return b""
    _size, raw_size, kind, _crc = struct.unpack_from("<IIII", packed)
    if kind == _PLAIN:
        return packed[16 : 16 + raw_size]
    if kind != _PACKED:
        return b""
    return bytes(_unpacked(packed, min(raw_size, 4 * limits.TEXT_CHARACTERS)))


def _unpacked(packed: bytes, wanted: int) -> bytearray:
    """Flags of eight: a byte as it is, or a reference of 12 bits place and 4 bits length into the window."""
    window = bytearray(_PREBUFFER.ljust(_WINDOW, b"\0"))
    place = len(_PREBUFFER)
    out = bytearray()
    at = 16
    while at < len(packed) and len(out) < wanted:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                if at >= len(packed):
                    return out
                copied = packed[at : at + 1]
                at += 1
            else:
                if at + 2 > len(packed):
                    return out
                reference = packed[at] << 8 | packed[at + 1]
                at += 2
                start, length = reference >> 4, (reference & 0xF) + 2
                if start == place:
                    return out
                copied = b""
                for step in range(length):
                    byte = window[(start + step) % _WINDOW]
                    copied += bytes((byte,))
                    window[(place + step) % _WINDOW] = byte
            for byte in copied:
                window[place] = byte
                place = (place + 1) % _WINDOW
            out += copied
    return out


def text_from_rtf(rtf: bytes) -> str:
    """The words, without fonts, pictures and other destinations nobody reads."""
    reader = _Words()
    for token in _TOKEN.finditer(rtf[: 4 * limits.TEXT_CHARACTERS]):
        word, number, code, sign, brace, plain = token.groups()
        if brace:
            reader.group(opens=brace == b"{")
        elif word:
            reader.word(word.decode("ascii").lower(), int(number) if number else None)
        elif sign == b"*":
            reader.is_hidden = True
        elif code or sign or plain:
            reader.written(reader.byte(int(code, 16)) if code else _of(sign, plain))
    text = "".join(reader.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


class _Words:
    """What has been read so far, and the state of the group that is open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.charset = "cp1252"
        self.is_hidden = False
        self.after_unicode = 1
        self.to_skip = 0
        self.groups: list[tuple[bool, int]] = []

    def group(self, *, opens: bool) -> None:
        if opens:
            if len(self.groups) < 1_000:
                self.groups.append((self.is_hidden, self.after_unicode))
        else:
            self.is_hidden, self.after_unicode = self.groups.pop() if self.groups else (False, 1)

    def word(self, name: str, value: int | None) -> None:
        if _SKIPPED.fullmatch(name):
            self.is_hidden = True
        elif name == "htmlrtf":
            self.is_hidden = value != 0
        elif name == "ansicpg" and value:
            self.charset = f"cp{value}"
        elif name == "uc":
            self.after_unicode = value or 0
        elif self.is_hidden:
            return
        elif name == "u" and value is not None:
            self.out.append(chr(value % 0x10000))
            self.to_skip = self.after_unicode
        else:
            self.out.append(_BREAKS.get(name) or _SIGNS.get(name, ""))

    def written(self, words: str) -> None:
        if not self.is_hidden:
            self.out.append(words[self.to_skip :])
            self.to_skip = max(0, self.to_skip - len(words))

    def byte(self, value: int) -> str:
        try:
            return bytes([value]).decode(self.charset)
        except (LookupError, UnicodeDecodeError):
            return bytes([value]).decode("latin-1")


def _of(sign: bytes | None, plain: bytes | None) -> str:
    if sign:
        return {b"~": "\u00a0", b"_": "-", b"-": ""}.get(sign, sign.decode("latin-1"))
    return (plain or b"").decode("latin-1")
