"""How compounds are opened just now: by the words the desk knows."""

from __future__ import annotations

from functools import lru_cache

from dreiklang.kernel import clock
from dreiklang.knowledge.models import KnownWord
from dreiklang.knowledge.rules import compounds
from dreiklang.knowledge.rules.words import Opening, nothing_opened

_KEPT_SECONDS = 30


def opening(language: str) -> Opening:
    """What opens the words of a language. The known words are read anew every half minute at most."""
    if language != "de":
        return nothing_opened
    return _opener(int(clock.now().timestamp()) // _KEPT_SECONDS)


def fresh_opening() -> Opening:
    """The same, read anew at once: for building the index right after the words were learned."""
    _opener.cache_clear()
    return opening("de")


@lru_cache(maxsize=1)
def _opener(_half_minute: int) -> Opening:
    known = dict(KnownWord.objects.values_list("word", "articles"))
    if not known:
        return nothing_opened

    @lru_cache(maxsize=50_000)
    def opened(word: str) -> tuple[str, ...]:
        return compounds.opened(word, known)

    return opened
