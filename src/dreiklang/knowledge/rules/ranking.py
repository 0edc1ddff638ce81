"""How well a text answers a question: BM25F.

Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (Foundations and Trends in Information
Retrieval 3, 2009), sections 3.4 and 3.6: the frequencies of title and body are weighed and evened out by length
first, then saturated together. Terms of another language stand for one word together, weighed by how probable the
translation is (Darwish, Oard: Probabilistic Structured Query Methods, SIGIR 2003).

The sum itself is done by the database (``queries/search.py``); here are its numbers and its twin for one text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SATURATION: Final = 1.8
TITLE_WEIGHT: Final = 2.5
TITLE_EVENNESS: Final = 0.4
BODY_EVENNESS: Final = 0.85
#: What an article is about stands in its first terms: each of a question's words there counts this much besides.
LEAD: Final = 20
LEAD_WEIGHT: Final = 0.75
#: ``drücken`` and ``drucken`` are one term. Who typed the umlaut takes so much less of a text without it, and who typed
#: none so much less of a text with it: the plural of a word may have one.
UMLAUT_SAID: Final = 0.5
UMLAUT_UNSAID: Final = 0.2


@dataclass(frozen=True)
class Collection:
    """What there is to search in: how many texts, and how long titles and bodies are on average (in terms)."""

    texts: int
    title_length: float
    body_length: float


def rarity(holding: float, texts: int) -> float:
    """Inverse document frequency, never negative: how much a term tells that ``holding`` of ``texts`` texts hold."""
    holding = min(holding, texts)
    return math.log(1 + (texts - holding + 0.5) / (holding + 0.5))


def evened(frequency: float, length: float, average: float, evenness: float) -> float:
    """A frequency as it would be in a text of average length."""
    return frequency / (1 - evenness + evenness * length / average) if average else frequency


def score(
    question: Mapping[str, int],
    title: Mapping[str, int],
    body: Mapping[str, int],
    holding: Mapping[str, int],
    collection: Collection,
    lead: Mapping[str, int] | None = None,
) -> float:
    """The score of one text; ``holding`` says in how many texts of the collection a term stands, ``lead`` how often
    among the first terms of the body."""
    title_length, body_length = sum(title.values()), sum(body.values())
    total = 0.0
    for term, said in question.items():
        weighed = TITLE_WEIGHT * evened(
            title.get(term, 0), title_length, collection.title_length, TITLE_EVENNESS
        ) + evened(body.get(term, 0), body_length, collection.body_length, BODY_EVENNESS)
        weighed += LEAD_WEIGHT * (lead or {}).get(term, 0)
        if weighed:
            total += said * rarity(holding[term], collection.texts) * weighed / (SATURATION + weighed)
    return total
