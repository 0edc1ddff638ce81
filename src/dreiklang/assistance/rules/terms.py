"""A text as terms: its words, pairs of neighbours, and the letter groups of a word.

Letter groups let a word that was never seen (a compound, an ending, a typing error) speak like those it resembles.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import lru_cache
from typing import Final

from dreiklang.knowledge.rules.stop_words import STOP_WORDS
from dreiklang.knowledge.rules.words import folded

#: Letters of a text that are read: what a ticket is about is said before.
LONGEST_TEXT: Final = 20_000
LONGEST_WORD: Final = 40
#: Longer rows of digits are numbers of something, and teach nothing about anything else.
LONGEST_NUMBER: Final = 4
SHORTEST_GROUP, LONGEST_GROUP = 3, 5
JOINT: Final = " "

_SMALL = frozenset(folded(word) for words in STOP_WORDS.values() for word in words)
_WORD = re.compile(r"\w+", re.UNICODE)


def written_words(text: str) -> list[tuple[str, str]]:
    """The words of a text in order, each as it stands and as it is learned."""
    return [(word, term) for word in _WORD.findall(text[:LONGEST_TEXT]) if (term := _term(word))]


def words_of(text: str) -> list[str]:
    """The words of a text as they are learned: small letters without accents, no long numbers."""
    return [term for word in _WORD.findall(text[:LONGEST_TEXT]) if (term := _term(word))]


def is_small(term: str) -> bool:
    """Whether a word says nothing by itself, in any language we know: no reason for anything."""
    return term in _SMALL


def counted_terms(words: list[str]) -> Counter[str]:
    """How often each word and each pair of neighbours stands in a text."""
    counted = Counter(words)
    counted.update(JOINT.join(pair) for pair in itertools.pairwise(words))
    return counted


@lru_cache(maxsize=100_000)
def _term(word: str) -> str:
    if len(word) > LONGEST_WORD or (len(word) > LONGEST_NUMBER and word.isdecimal()):
        return ""
    return "".join(folded(word).split())[:LONGEST_WORD]


def letter_groups(word: str) -> set[str]:
    """The word between its edges, and all its groups of three to five letters."""
    framed = f"<{word}>"
    groups = {
        framed[start : start + length]
        for length in range(SHORTEST_GROUP, LONGEST_GROUP + 1)
        for start in range(len(framed) - length + 1)
    }
    return groups | {framed}
