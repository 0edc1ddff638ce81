"""The piece of a text that answers a question best, with the words of the question marked."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Final

from dreiklang.knowledge.rules.words import stemmed

LENGTH: Final = 200
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_MOST: Final = 40_000


def excerpt(text: str, terms: Set[str], language: str) -> list[tuple[str, bool]]:
    """The best piece of a text as parts, each with whether it is one of the ``terms``; its beginning if none stands
    in it."""
    text = " ".join(text[:_MOST].replace("#", " ").replace("*", " ").replace("`", " ").split())
    found = [m.span() for m in _WORD.finditer(text) if stemmed(m[0], language) in terms]
    start = _best_start(found)
    start = 0 if start < LENGTH // 3 else text.rfind(" ", 0, start - LENGTH // 5) + 1
    end = len(text) if len(text) - start <= LENGTH else max(text.rfind(" ", start, start + LENGTH), start + 1)
    parts = [("… ", False)] if start else []
    place = start
    for first, last in found:
        if start <= first and last <= end:
            parts += [(text[place:first], False), (text[first:last], True)]
            place = last
    parts.append((text[place:end] + (" …" if end < len(text) else ""), False))
    return [part for part in parts if part[0]]


def _best_start(found: list[tuple[int, int]]) -> int:
    """Where most of the found words stand close together."""
    best, at = 0, 0
    for i, (first, _last) in enumerate(found):
        inside = sum(1 for other, _end in found[i : i + 30] if other < first + LENGTH)
        if inside > best:
            best, at = inside, first
    return at
