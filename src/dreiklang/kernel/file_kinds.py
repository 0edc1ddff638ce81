"""What a file may be called, what it may be taken for, and how large a picture is before anybody opens it (P33)."""

from __future__ import annotations

import struct
import unicodedata
from typing import Final

#: Types a browser may show inside a page, and how their bytes begin; everything else is offered for saving only.
SHOWN_INLINE: Final = {
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}
#: Pixels beyond which a picture is a bomb: a few bytes that fill the memory of whoever looks at it.
MOST_PIXELS: Final = 40_000_000
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def safe_name(name: str) -> str:
    """A file name to show and to save under: no path, no control, bidi or zero-width characters (P33)."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    kept = kept.strip(" .") or "file"
    if len(kept) > 200:
        stem, dot, ending = kept.rpartition(".")
        kept = f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else kept[:200]
    return kept


def true_type(claimed: str, content: bytes) -> str:
    """The content type to keep: a picture only if its first bytes say so, nothing active ever under its own name."""
    claimed = claimed.lower().split(";")[0].strip()[:127]
    if claimed in SHOWN_INLINE and not content.startswith(SHOWN_INLINE[claimed]):
        return "application/octet-stream"
    if "/" not in claimed or any(c.isspace() for c in claimed):
        return "application/octet-stream"
    return claimed


def picture_type(content: bytes) -> str:
    """Which picture some bytes are, whatever their name says; empty if they are none that is shown."""
    if content.startswith(b"RIFF") and content[8:12] != b"WEBP":
        return ""
    return next((kind for kind, start in SHOWN_INLINE.items() if content.startswith(start)), "")


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a picture, read from its first bytes without opening it; (0, 0) if they do not tell."""
    kind = picture_type(content)
    try:
        if kind == "image/png":
            return struct.unpack(">II", content[16:24])
        if kind == "image/gif":
            return struct.unpack("<HH", content[6:10])
        if kind == "image/jpeg":
            return _of_jpeg(content)
        return _of_webp(content) if kind else (0, 0)
    except (struct.error, IndexError):
        return 0, 0


def _of_jpeg(content: bytes) -> tuple[int, int]:
    """ITU T.81, annex B: walk the segments to the frame header."""
    place = 2
    while place < len(content):
        if content[place] != 0xFF:
            return 0, 0
        mark = content[place + 1]
        if mark == 0xFF:
            place += 1
        elif mark in _FRAMES:
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        elif mark == 0x01 or 0xD0 <= mark <= 0xD8:
            place += 2
        else:
            place += 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
    return 0, 0


def _of_webp(content: bytes) -> tuple[int, int]:
    """RFC 9649, section 2: the three kinds of first chunks."""
    chunk = content[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
