"""How a tag is written: one word or a few, the same however it was typed. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 40
MOST: Final = 30


def tag_name(typed: str) -> str:
    """A tag as it is kept: without the sign in front, single blanks, nothing invisible, at most forty letters."""
    text = unicodedata.normalize("NFC", typed)
    seen = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(seen.replace(",", " ").split()).lstrip("# ")[:LONGEST].strip()


def tag_key(name: str) -> str:
    """What makes two spellings one tag."""
    return unicodedata.normalize("NFC", tag_name(name).casefold())[:80]
