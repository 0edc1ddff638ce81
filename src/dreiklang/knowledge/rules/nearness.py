"""What somebody may have meant who typed a word wrong.

Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours (Damerau 1964: four of five
typing errors are one of these), each letter moved at most once.
"""

from __future__ import annotations

from typing import Final

SHORTEST: Final = 4


def most_errors(word: str) -> int:
    """How many typing errors are forgiven in a word of this length."""
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def errors_between(one: str, other: str, at_most: int) -> int:
    """How many typing errors lie between two words; more than ``at_most`` is ``at_most + 1``."""
    here, there = set(one), set(other)
    # each letter that only one of the two has is an error of its own: most pairs are told apart by that
    if max(abs(len(one) - len(other)), len(here - there), len(there - here)) > at_most:
        return at_most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, other_letter in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > at_most:
            return at_most + 1
        before, last = last, row
    return last[-1]


def sureness(word: str, errors: int) -> float:
    """How much a word counts that is so many errors away, from 1 down."""
    return 1 - errors / len(word)
