"""Whether words that were taken over from inside still stand in a text. Pure.

It errs on the side of finding: a few words in a row are enough, whatever markup, case or line breaks stand between.
"""

from __future__ import annotations

import re
from typing import Final

#: So many words in a row of what was taken over count as it; of shorter words all of them.
RUN: Final = 6
_WORD: Final = re.compile(r"\w+")


def words_in_order(text: str) -> list[str]:
    """The words of a text, folded, without what stands between them."""
    return _WORD.findall(text.casefold())


def still_stands(passage: str, text: str) -> bool:
    """Whether a run of words of the passage stands in the text."""
    return stands_among(passage, f" {' '.join(words_in_order(text))} ")


def stands_among(passage: str, folded: str) -> bool:
    """The same for a text whose words were put in order before, with a blank around each: for many passages."""
    words = words_in_order(passage)
    length = min(RUN, len(words))
    if not length:
        return False
    runs = {" ".join(words[n : n + length]) for n in range(len(words) - length + 1)}
    return any(f" {run} " in folded for run in runs)
