"""How words are folded for finding: case, umlauts, ß, accents. Pure; the same for texts and questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_TEXT = 60_000
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+(?:[.\-_/\\:@+#][^\W_]+)*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def folded(word: str) -> str:
    """A word in small letters, umlauts as their two letters, other accents gone: ``Müller`` → ``mueller``."""
    if word.isascii():
        return word.lower()
    small = unicodedata.normalize("NFC", word).casefold().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


def bare(word: str) -> str:
    """A word with its dots simply left off: ``Müller`` → ``muller``, for those who type it so."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def words_for_index(texts: Iterable[str]) -> list[str]:
    """What goes into the index for some texts: each word folded, bare where that differs, and the parts of a path."""
    words: dict[str, None] = {}
    for text in texts:
        for found in dict.fromkeys(_WORD.findall(text[:LONGEST_TEXT])):
            if len(found) > 80:
                continue
            first = folded(found)
            words[first] = None
            if not first.isalnum():  # most words are of one part
                words.update(dict.fromkeys(_PART.findall(first)))
            if first.isascii() and not found.isascii():
                words[bare(found)] = None
    return list(words)


def question_words(question: str) -> list[str]:
    """The words of a question, folded, each once, at most eight."""
    return list(dict.fromkeys(folded(word) for word in _WORD.findall(question)))[:MOST_WORDS]


def asked_number(question: str) -> int | None:
    """The ticket number somebody typed, with or without ``#`` or brackets; None for anything else."""
    bare_number = question.strip().strip("[]# ")
    return int(bare_number) if bare_number.isascii() and bare_number.isdigit() and len(bare_number) < 16 else None


def stays_inside(seal: str) -> bool:
    """Whether words stay in the desk because they came encrypted: what hides them from every server on their way here
    is not undone by a push or a webhook. ``seal`` as a message keeps it."""
    return seal in ("encrypted", "decrypted")
