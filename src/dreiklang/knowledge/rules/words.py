"""A text as terms: folded, stemmed, compounds opened; codes and paths kept whole.

Stems are Snowball's (Porter 2001, https://snowballstem.org); folding follows what German readers type for ä, ö, ü, ß.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

import Stemmer

from dreiklang.knowledge.rules.stop_words import STOP_WORDS

#: Letters of a text that are read for the index, and of a question.
LONGEST_TEXT: Final = 400_000
LONGEST_QUESTION: Final = 2_000
LONGEST_TERM: Final = 60
#: Different words of a question that are looked for; what comes after them changes hardly anything.
MOST_WORDS: Final = 40
Opening = Callable[[str], tuple[str, ...]]

_WHOLE = re.compile(r"[^\W_]+(?:[.\-_/\\:@+#’'][^\W_]+)*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_WRITTEN_OUT = re.compile(r"(?<![aeqou])(a|o|u)e(?![ui])")
_WITH_DOTS: Final = {"a": "ä", "o": "ö", "u": "ü"}
_FIRST_DOTLESS = re.compile(r"[aou]")
_ALGORITHMS: Final = {
    "de": "german", "en": "english", "fr": "french", "it": "italian", "es": "spanish", "nl": "dutch",
    "pt": "portuguese", "sv": "swedish", "da": "danish", "no": "norwegian", "fi": "finnish",
}  # fmt: skip


def nothing_opened(_word: str) -> tuple[str, ...]:
    """For languages that write their compounds apart."""
    return ()


def folded(word: str) -> str:
    """Small letters without accents: ``Größe`` → ``grosse``."""
    if word.isascii():
        return word.lower()
    small = unicodedata.normalize("NFC", word).lower().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


def terms_of(text: str, language: str, *, opened: Opening = nothing_opened) -> list[str]:
    """The terms of a text, in order, repeated as they stand. ``opened`` says of a folded word what it is made of."""
    return [term for word in _words(text[:LONGEST_TEXT]) for term in _terms(word, language, opened)]


def question_terms(text: str, language: str, *, opened: Opening = nothing_opened) -> dict[str, int]:
    """The terms of a question, each with how often it was said; of a question without any, its stop words."""
    words = list(_words(text[:LONGEST_QUESTION]))
    said = [w for w in words if w.lower() not in STOP_WORDS.get(language, frozenset())] or words
    counted: dict[str, int] = {}
    for word in said:
        for term in _terms(word, language, opened, is_said=True):
            if term in counted or len(counted) < MOST_WORDS:
                counted[term] = counted.get(term, 0) + 1
    return counted


def umlaut_marks(text: str, language: str) -> list[str]:
    """The stems of German words with their umlauts left in, for each word that has any: ``drücken`` and ``drucken``
    are one term, and this tells them apart."""
    if language != "de":
        return []
    marked = (umlaut_mark(part) for word in _words(text[:LONGEST_TEXT]) for part in _PART.findall(word))
    return [mark for mark in marked if mark]


def umlaut_mark(word: str) -> str:
    """The stem of a German word as it is written, or nothing if it has no umlaut; ``ue`` is one, too."""
    small = unicodedata.normalize("NFC", word).lower().replace("ß", "ss")
    if small.isascii():
        small = _WRITTEN_OUT.sub(lambda m: _WITH_DOTS[m[1]], small)
    if small.isascii() or word.lower() in STOP_WORDS["de"] or not small.isalpha():
        return ""
    mark = small[: len(_stemmed(word[:LONGEST_TERM], "de"))]
    return "" if mark.isascii() else mark


def question_marks(text: str) -> dict[str, tuple[str, bool]]:
    """For each German term of a question: the mark that tells it from its like, and whether it was asked for or is
    what was *not* said (``drucken`` is not ``drück``)."""
    found: dict[str, tuple[str, bool]] = {}
    for word in _words(text[:LONGEST_QUESTION]):
        for part in _PART.findall(word):
            mark, term = umlaut_mark(part), _stemmed(part[:LONGEST_TERM], "de")
            if mark:
                found[term] = (mark, True)
            elif place := _FIRST_DOTLESS.search(term):
                dotted = term[: place.start()] + _WITH_DOTS[place[0]] + term[place.end() :]
                found.setdefault(term, (dotted, False))
    return found


def written_words(text: str) -> set[str]:
    """The folded words of a text as they were written, for looking up what somebody meant who typed one wrong."""
    return {folded(word) for word in _PART.findall(text[:LONGEST_TEXT]) if len(word) <= LONGEST_TERM}


def stemmed(word: str, language: str) -> str:
    """The term that one written word becomes."""
    return _stemmed(word[:LONGEST_TERM], language)


def language_of(text: str, otherwise: str = "en") -> str:
    """Which of the known languages a text is in, by its small words; ``otherwise`` if they do not tell."""
    words = [word.lower() for word in _PART.findall(text[:LONGEST_QUESTION])]
    counts = {language: sum(w in stops for w in words) for language, stops in STOP_WORDS.items()}
    if any(c in "äöüß" for w in words for c in w):
        counts["de"] += 1
    best = max(counts.values())
    leading = [language for language, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else otherwise


def _words(text: str) -> Iterator[str]:
    for found in _WHOLE.finditer(text):
        yield found[0]


def _terms(word: str, language: str, opened: Opening, *, is_said: bool = False) -> Iterator[str]:
    """What is looked up for one written word: the whole (if it has joints) and each of its parts, stemmed."""
    if not word.isascii() or not word.isalnum():
        parts = _PART.findall(word)
        if len(parts) > 1 and any(c.isdigit() for c in word) and len(word) <= LONGEST_TERM:
            yield folded(word)
    else:
        parts = [word]
    for part in parts:
        if not is_said and part.lower() in STOP_WORDS.get(language, frozenset()):
            continue
        yield _stemmed(part[:LONGEST_TERM], language)
        if language == "de" and len(part) >= 8:
            for piece in opened(folded(part)):
                yield _stemmed(piece, language)


@lru_cache(maxsize=100_000)
def _stemmed(word: str, language: str) -> str:
    algorithm = _ALGORITHMS.get(language)
    small = word.lower()
    if algorithm is None or any(c.isdigit() for c in small):
        return folded(small)
    if language == "de":
        # ae, oe, ue for ä, ö, ü: both spellings end in one stem, as a reader would have it
        small = _WRITTEN_OUT.sub(lambda m: m[1], folded(small)) if small.isascii() else folded(small)
    return folded(_stemmer(algorithm).stemWord(small))


@lru_cache(maxsize=16)
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)
