"""What of a case becomes which part of its article: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

#: Where words stood: the requester's own are outside, everything else is inside.
REQUESTER: Final = "requester"
_GREETING: Final = re.compile(
    r"^\s*(?:guten (?:tag|morgen|abend)|hallo|hi|hey|moin|servus|grüß gott|sehr geehrte\w*|liebe\w*|dear|hello|"
    r"good (?:morning|afternoon|evening|day))\b[^.?!:]{0,60}[,!.:]?\s*$",
    re.IGNORECASE,
)
_FAREWELL: Final = re.compile(
    r"^\s*(?:mit (?:freundlichen|besten|vielen) grüßen|(?:viele|beste|liebe|schöne|freundliche) grüße|mfg|vg|lg|gruß|"
    r"(?:vielen )?dank(?: und gruß)?(?: im voraus)?|(?:kind|best|many thanks and) regards|regards|thanks|thank you|"
    r"cheers|sincerely|-- ?)\s*[,.!]?\s*",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])(?:\+|00|0)\d[\d /().-]{5,}\d(?!\w)")
LONGEST_PART: Final = 4_000


@dataclass(frozen=True)
class Said:
    """Words and where they stood."""

    source: str
    text: str


def symptom_of(text: str, names: Iterable[str] = ()) -> str:
    """What a requester wrote, without greeting, farewell and quotes; addresses, numbers and given names left out."""
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if not line.lstrip().startswith(">")]
    while lines and (not lines[0].strip() or _GREETING.match(lines[0])):
        lines.pop(0)
    end = next((n for n, line in enumerate(lines) if n and _FAREWELL.fullmatch(line)), len(lines))
    kept = "\n".join(lines[:end]).strip()
    kept = _PHONE.sub("…", _ADDRESS.sub("…", kept))
    for name in sorted({n for n in names if len(n) > 2}, key=len, reverse=True):
        kept = re.sub(rf"\b{re.escape(name)}\b", "…", kept)
    return kept[:LONGEST_PART]


def solution_of(text: str) -> str:
    """What was answered, without greeting and farewell."""
    return symptom_of(text)


def together(parts: Iterable[str], *, numbered: bool = False) -> str:
    """Parts one below the other, each once; as numbered steps where there are several."""
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if numbered and len(found) > 1:
        return "\n".join(f"{n}. {part}" for n, part in enumerate(found, 1))[:LONGEST_PART]
    return "\n\n".join(found)[:LONGEST_PART]


def body_of(parts: Iterable[tuple[str, str]]) -> str:
    """The Markdown of an article: a heading for each part that has words."""
    return "\n\n".join(f"## {heading}\n\n{words.strip()}" for heading, words in parts if words.strip())
