"""German compounds opened into the words they are made of, by the words the desk already knows.

After Koehn and Knight, Empirical Methods for Compound Splitting (EACL 2003): of all ways to cut a word into known
words with linking letters between, the one with the fewest parts, and of these the one whose parts are most common.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

SHORTEST_PART: Final = 4
SHORTEST_COMPOUND: Final = 8
MOST_PARTS: Final = 3
LINKS: Final = ("", "s", "es", "n", "en", "er", "e")
LONGEST_COMPOUND: Final = 40


def opened(word: str, known: Mapping[str, int]) -> tuple[str, ...]:
    """The parts of a folded word, or nothing if it is no compound. ``known``: folded word → in how many texts."""
    if not SHORTEST_COMPOUND <= len(word) <= LONGEST_COMPOUND:
        return ()
    ways = [way for way in _ways(word, known, MOST_PARTS) if len(way) > 1]
    return max(ways, key=lambda way: (-len(way), _commonness(way, known)), default=())


def _ways(word: str, known: Mapping[str, int], at_most: int) -> Iterator[tuple[str, ...]]:
    if word in known and len(word) >= SHORTEST_PART:
        yield (word,)
    if at_most <= 1:
        return
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        head = _head(word[:cut], known)
        if head:
            for rest in _ways(word[cut:], known, at_most - 1):
                yield (head, *rest)


def _head(text: str, known: Mapping[str, int]) -> str:
    """The word a beginning stands for, its linking letters taken off."""
    for link in LINKS:
        bare = text.removesuffix(link) if link else text
        if len(bare) >= SHORTEST_PART and len(bare) + len(link) == len(text) and bare in known:
            return bare
    return ""


def _commonness(way: tuple[str, ...], known: Mapping[str, int]) -> float:
    return sum(math.log(known[part]) for part in way) / len(way)
