"""Learning from the desk's own articles: what compounds are made of, what a term means in the other language.

Only from articles everybody may read: what others store must not change an answer (P28).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from django.db.models import QuerySet

from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.events import MeaningsLearned
from dreiklang.knowledge.models import Edition, KnownWord, LearnedMeaning
from dreiklang.knowledge.queries.compounds import fresh_opening, opening
from dreiklang.knowledge.rules import alignment
from dreiklang.knowledge.rules.compounds import SHORTEST_PART
from dreiklang.knowledge.rules.markup import as_text
from dreiklang.knowledge.rules.words import folded, terms_of

#: Articles in two languages that are learned from, the newest first: what a few thousand do not teach, more will not.
MOST_PAIRS = 3_000
#: A title says in few words what the article is about: it counts as often as so many pieces.
TITLES_COUNT = 3
AT_ONCE = 500
_WORD = re.compile(r"[^\W\d_]+")


@command
def learn(*, actor: Actor, reindex: bool = True) -> int:
    """Learn anew, and (with ``reindex``) write the postings of all editions again, German compounds opened by what is
    known now. Returns meanings known."""
    require(policy.may_import(actor))
    words = _learn_words()
    fresh_opening()
    meanings = _learn_meanings()
    if reindex:
        _index_all()
    publish(MeaningsLearned(subject_id=0, words_known=words, meanings=meanings), actor=actor)
    return meanings


def _index_all() -> None:
    for heap in _by_key(Edition.objects.filter(is_published=True).order_by("pk")):
        for language in sorted({edition.language for edition in heap}):
            index_editions([e for e in heap if e.language == language], opened=opening(language))


def _public() -> QuerySet[Edition]:
    return Edition.objects.filter(audience=Edition.Audience.PUBLIC, is_published=True)


def _by_key(editions: QuerySet[Edition]) -> Iterator[list[Edition]]:
    last = 0
    while heap := list(editions.filter(pk__gt=last)[:AT_ONCE]):
        yield heap
        last = heap[-1].pk


def _learn_words() -> int:
    counted: Counter[str] = Counter()
    for heap in _by_key(_public().filter(language="de").order_by("pk")):
        for edition in heap:
            text = f"{edition.title}\n{as_text(edition.body, is_html=edition.is_html)}"
            counted.update({w for w in map(folded, _plain_words(text)) if SHORTEST_PART <= len(w) <= 40})
    KnownWord.objects.all().delete()
    KnownWord.objects.bulk_create([KnownWord(word=w, articles=n) for w, n in counted.items()], batch_size=5_000)
    return len(counted)


def _plain_words(text: str) -> Iterator[str]:
    """The written words as they stand, cut at hyphens: only whole words are parts of compounds."""
    return (found[0] for found in _WORD.finditer(text))


def _learn_meanings() -> int:
    LearnedMeaning.objects.all().delete()
    languages = sorted(set(_public().order_by().values_list("language", flat=True).distinct()))
    count = 0
    for one, other in itertools.permutations(languages, 2):
        rows = [
            LearnedMeaning(
                language=one, term=m.term, other_language=other, other_term=m.other, probability=m.probability
            )
            for m in alignment.learned(_pairs(one, other))
        ]
        LearnedMeaning.objects.bulk_create(rows, batch_size=5_000)
        count += len(rows)
    return count


def _pairs(one: str, other: str) -> Iterator[alignment.Pair]:
    both = _public().filter(language=one, article__editions__in=_public().filter(language=other))
    there = {e.article_id: e for e in _public().filter(language=other, article__in=both.values("article"))}
    for edition in both.order_by("-published_at", "-pk")[:MOST_PAIRS].iterator(AT_ONCE):
        twin = there[edition.article_id]
        yield _body(edition), _body(twin)
        if edition.title and twin.title:
            titles = _terms(edition.title, one), _terms(twin.title, other)
            yield from itertools.repeat(titles, TITLES_COUNT)


def _body(edition: Edition) -> list[str]:
    return _terms(as_text(edition.body, is_html=edition.is_html), edition.language)


def _terms(text: str, language: str) -> list[str]:
    return terms_of(text, language, opened=opening(language))
