"""Words in a picture without a ruler: how wide they are about, and where they find room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

#: Widths in em for a sans-serif face such as Inter, Segoe UI or Roboto, the wider of them.
_NARROW = {**dict.fromkeys("ijl.,:;|!'’", 0.27), **dict.fromkeys("fIrt()[]/- ", 0.37), **dict.fromkeys("mwMW@%…–", 0.9)}
_DIGIT, _CAPITAL, _OTHER = 0.62, 0.68, 0.58


@lru_cache(maxsize=4096)
def width_of(words: str, size: float, *, is_bold: bool = False) -> float:
    """The width of a line of text in pixels, rather a little too wide than too narrow."""
    em = 0.0
    for letter in words:
        if letter in _NARROW:
            em += _NARROW[letter]
        elif letter.isdigit():
            em += _DIGIT
        else:
            em += _CAPITAL if letter.isupper() else _OTHER
    return em * size * (1.05 if is_bold else 1.0)


def cut_to(words: str, room: float, size: float, *, is_bold: bool = False) -> str:
    """As many whole words as fit; of a single long word as many letters, with an ellipsis."""
    if width_of(words, size, is_bold=is_bold) <= room:
        return words
    kept = words.split()
    while len(kept) > 1:
        kept.pop()
        while len(kept) > 1 and kept[-1] in ("&", "und", "and", "–", "-", "/"):
            kept.pop()
        shorter = " ".join(kept).rstrip(",;:")
        if width_of(shorter, size, is_bold=is_bold) <= room:
            return shorter
    first = kept[0] if kept else ""
    while first and width_of(first + "…", size, is_bold=is_bold) > room:
        first = first[:-1]
    return first + "…" if first else ""


class Box(NamedTuple):
    """A rectangle that is taken."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles share a point."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Place(NamedTuple):
    """Where a word may stand: the baseline's anchor point."""

    x: float
    y: float
    anchor: str = "start"


def box_of(words: str, place: Place, size: float, *, is_bold: bool = False) -> Box:
    """The rectangle of a word at a place."""
    width = width_of(words, size, is_bold=is_bold)
    left = place.x - {"start": 0.0, "middle": width / 2, "end": width}[place.anchor]
    return Box(left, place.y - size * 0.8, left + width, place.y + size * 0.25)


@dataclass
class Room:
    """What is taken already, and the bounds in which words may stand."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Keep words away from a rectangle."""
        self.taken.append(Box(left, top, right, bottom))

    def find(
        self, choices: Iterable[str], places: Iterable[Place], size: float, *, is_bold: bool = False
    ) -> tuple[str, Place] | None:
        """The first wording at the first place that is free; it is taken then. Longest wording first."""
        spots = list(places)
        for words in choices:
            if not words:
                continue
            for place in spots:
                box = box_of(words, place, size, is_bold=is_bold)
                inside = (
                    box.left >= self.bounds.left
                    and box.right <= self.bounds.right
                    and box.top >= self.bounds.top
                    and box.bottom <= self.bounds.bottom
                )
                if inside and self._is_free(box):
                    self.taken.append(box)
                    return words, place
        return None

    def _is_free(self, box: Box) -> bool:
        """As ``Box.meets`` for all that is taken, written out: this runs some hundred times a picture."""
        left, top, right, bottom = box
        for a, b, c, d in self.taken:  # noqa: SIM110 a generator takes twice as long
            if left < c and a < right and top < d and b < bottom:
                return False
        return True
