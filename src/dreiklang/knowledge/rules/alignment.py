"""What a term means in another language, learned from articles that stand in both.

IBM Model 1 (Brown et al., The Mathematics of Statistical Machine Translation, Computational Linguistics 19, 1993,
section 4.2) by expectation maximisation over pieces of the two texts that stand at the same place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: Words of a piece; pieces of the other text are read a little beyond both ends, since translations drift.
PIECE: Final = 25
BEYOND: Final = 8
ROUNDS: Final = 8
#: Meanings less probable than this are noise; of each term so many are kept.
LEAST: Final = 0.05
MOST_MEANINGS: Final = 6
Pair = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Meaning:
    """``term`` means ``other`` with this probability."""

    term: str
    other: str
    probability: float


def learned(pairs: Iterable[Pair]) -> list[Meaning]:
    """Meanings of the first language's terms in the second, from texts as terms. No pairs, no meanings."""
    import numpy

    from_ids: dict[str, int] = {}
    to_ids: dict[str, int] = {}
    froms: list[Any] = []
    tos: list[Any] = []
    groups: list[Any] = []
    count = 0
    for first, second in pairs:
        for here, there in _pieces(first, second):
            x = [from_ids.setdefault(term, len(from_ids)) for term in dict.fromkeys(here)]
            y = [to_ids.setdefault(term, len(to_ids)) for term in dict.fromkeys(there)]
            if x and y:
                froms.append(numpy.repeat(x, len(y)))
                tos.append(numpy.tile(y, len(x)))
                groups.append(numpy.repeat(numpy.arange(count, count + len(x)), len(y)))
                count += len(x)
    if not froms:
        return []
    return _meanings(
        numpy.concatenate(froms), numpy.concatenate(tos), numpy.concatenate(groups), count, from_ids, to_ids
    )


def _pieces(first: Sequence[str], second: Sequence[str]) -> Iterable[Pair]:
    many = max(1, round(max(len(first), len(second)) / PIECE))
    for i in range(many):
        start = max(0, len(second) * i // many - BEYOND)
        yield (
            first[len(first) * i // many : len(first) * (i + 1) // many],
            second[start : len(second) * (i + 1) // many + BEYOND],
        )


def _meanings(
    froms: Any, tos: Any, groups: Any, count: int, from_ids: dict[str, int], to_ids: dict[str, int]
) -> list[Meaning]:
    """Expectation: each term of a piece is shared out to the terms it stands beside; maximisation: their sums."""
    import numpy

    keys, places = numpy.unique(froms.astype(numpy.int64) * len(to_ids) + tos, return_inverse=True)
    of_from, of_to = keys // len(to_ids), keys % len(to_ids)
    chance = numpy.full(len(keys), 1.0)
    shares = chance
    for _round in range(ROUNDS):
        weight = chance[places]
        share = weight / numpy.bincount(groups, weight, count)[groups]
        shares = numpy.bincount(places, share, len(keys))
        chance = shares / numpy.bincount(of_to, shares, len(to_ids))[of_to]
    probable = shares / numpy.bincount(of_from, shares, len(from_ids))[of_from]
    from_terms, to_terms = list(from_ids), list(to_ids)
    kept: dict[int, int] = {}
    found = []
    for i in numpy.argsort(-probable, kind="stable"):
        if probable[i] < LEAST:
            break
        first = int(of_from[i])
        kept[first] = kept.get(first, 0) + 1
        if kept[first] <= MOST_MEANINGS:
            found.append(Meaning(from_terms[first], to_terms[int(of_to[i])], round(float(probable[i]), 4)))
    return found
