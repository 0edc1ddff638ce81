"""Words that fill the tickets: a few very common, thousands rare, as in any collection of texts. Pure.

The n-th word comes with a frequency of about 1/n (G. K. Zipf, Human Behavior and the Principle of Least Effort, 1949),
so that an index of the seeded tickets is as uneven as a real one.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

SIZE = 20_000
#: A word that stands in about every fifth ticket, whatever its language.
FREQUENT = "terminalserver"
SHARE_OF_FREQUENT = 0.2

_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprst" for vowel in "aeiou"]


def word(number: int, syllables: int = 3) -> str:
    """The word of a number: each number below 60 ** syllables has its own."""
    parts = []
    for _ in range(syllables):
        number, rest = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[rest])
    return "".join(parts)


class Vocabulary:
    """Draws words: usual ones by Zipf's law, and names of devices of which hardly two are alike."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._words = [word(number) for number in range(SIZE)]
        self._shares = list(accumulate(1 / rank for rank in range(2, SIZE + 2)))

    def usual(self, count: int) -> list[str]:
        """So many words of a text."""
        return self._random.choices(self._words, cum_weights=self._shares, k=count)

    def device(self) -> str:
        """The name of a device: one of thirteen million, hence rare in any desk."""
        return word(int(self._random.random() * len(_SYLLABLES) ** 4), 4)
