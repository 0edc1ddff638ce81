"""Texts made ready once: as COPY takes them, as the journal quotes them, and with the words they are found by."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from dreiklang.console.seed.copying import lexemes_of
from dreiklang.console.seed.texts import PARAGRAPHS, TOPICS
from dreiklang.console.seed.vocabulary import Vocabulary
from dreiklang.tickets.rules import first_words
from dreiklang.tickets.rules.words import words_for_index

LANGUAGES = ("de", "en")


class Block(NamedTuple):
    """A paragraph, its first words, and its words in the index."""

    text: str
    gist: str
    lexemes: str


class Blocks:
    """All paragraphs by purpose and language; words of the vocabulary are looked up once for each batch."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.vocabulary = Vocabulary(random)
        self.topics: dict[str, list[tuple[Block, Block]]] = {}
        self.paragraphs: dict[tuple[str, str], list[Block]] = {}
        self._known: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for language in LANGUAGES:
            subjects = _blocks([topic.subject for topic in TOPICS[language]], language)
            told = _blocks([topic.told for topic in TOPICS[language]], language)
            self.topics[language] = list(zip(subjects, told, strict=True))
            for purpose, by_language in PARAGRAPHS.items():
                self.paragraphs[purpose, language] = _blocks(by_language[language], language)

    def some(self, purpose: str, language: str) -> Block:
        """A paragraph for a purpose."""
        fitting = self.paragraphs[purpose, language]
        return fitting[int(self.random.random() * len(fitting))]

    def learn(self, words: dict[str, set[str]]) -> None:
        """Look up how words (language → words) stand in the index, before their tickets are written."""
        for language, wanted in words.items():
            known = self._known[language]
            if len(known) > 100_000:  # names of devices hardly come twice
                known.clear()
            missing = sorted(wanted - known.keys())
            known.update(zip(missing, lexemes_of(missing, language), strict=True))

    def lexemes(self, words: list[str], language: str) -> str:
        """How learnt words stand in the index."""
        known = self._known[language]
        return " ".join([known[word] for word in words])


def _blocks(texts: list[str] | tuple[str, ...], language: str) -> list[Block]:
    found = lexemes_of([" ".join(words_for_index([text])) for text in texts], language)
    return [Block(text, first_words(text), lexemes) for text, lexemes in zip(texts, found, strict=True)]
