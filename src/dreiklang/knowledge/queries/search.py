"""Articles that answer a question. Nothing an actor may not read changes the order or the number of answers (P28).

Averages, frequencies and near misses are counted among the editions the actor may read; what compounds are made of
and what terms mean in another language is learned only from what everybody may read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Length

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import Edition, LearnedMeaning, Posting, Word
from dreiklang.knowledge.queries.commonness import common_terms, estimated, present
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.queries.glossary import known_words, other_words
from dreiklang.knowledge.queries.sizes import collections_of
from dreiklang.knowledge.rules import nearness, ranking
from dreiklang.knowledge.rules.ranking import Collection
from dreiklang.knowledge.rules.stop_words import STOP_WORDS
from dreiklang.knowledge.rules.words import (
    LONGEST_QUESTION,
    folded,
    language_of,
    question_marks,
    question_terms,
    stemmed,
    written_words,
)

#: Of the words that somebody may have meant who typed one wrong, so many are looked for.
MOST_NEAR = 3
#: A term in more texts than this tells little: it counts where a rarer one stands, too; where none does, the newest
#: texts are compared.
COMMON, NEWEST = 2_000, 2_000
#: While somebody types, the last word stands for the words that begin so, if it has so many letters.
SHORTEST_BEGINNING, MOST_BEGINNINGS, BEGUN = 3, 8, 0.6
#: What a hit in a translation counts for an article whose edition in the question's language does not hold the words.
SILENT = 0.5


@dataclass(frozen=True)
class Hit:
    """An article that answers, in the edition to show. ``score`` orders, and means nothing by itself."""

    edition: Edition
    score: float


@dataclass(frozen=True)
class Sought:
    """A word of the question (``group``), one term it is looked up by, and how surely that is what was meant."""

    group: int
    term: str
    weight: float
    said: int


@dataclass(frozen=True)
class Found:
    """Answers, best first; ``asked_in`` is the language the question was read in, ``meant`` what was put right,
    ``also`` the terms that the glossary calls the same; ``is_newest_only``: in a language every word stands in so many
    that only its newest texts were compared."""

    hits: list[Hit]
    asked_in: str
    meant: dict[str, str]
    also: frozenset[str] = frozenset()
    is_newest_only: bool = False


def search(
    question: str,
    *,
    actor: Actor,
    language: str = "",
    limit: int = 20,
    editions: QuerySet[Edition] | None = None,
    is_typing: bool = False,
) -> Found:
    """Articles an actor may read that answer a question, best first, each once.

    ``language`` limits the editions that are shown; an article is found by any edition the actor may read.
    ``editions`` narrows what is searched further (a customer's, a service's). ``is_typing``: the last word may not be
    written to its end yet.
    """
    readable = policy.visible_to(actor) if editions is None else editions
    collections = collections_of(readable)
    asked_in = language_of(question, otherwise="") or _by_terms(question, collections, readable, actor)
    scores: dict[int, float] = {}
    meant: dict[str, str] = {}
    is_newest_only = False
    asked = question_terms(question, asked_in, opened=opening(asked_in))
    others = other_words(asked, asked_in, actor=actor)
    for there, collection in collections.items():
        sought, put_right = _sought(question, asked_in, there, readable)
        sought = _with_others(sought, asked, others.get(there, {}))
        if is_typing and there == asked_in:
            sought += _beginnings(question, asked, there, readable)
        if there == asked_in:
            meant = put_right
        scored, is_newest = _scores(sought, there, collection, readable)
        scores |= scored
        is_newest_only |= is_newest
    also = frozenset(term for said in others.values() for pairs in said.values() for term, _weight in pairs)
    return Found(_shown(scores, readable, language, asked_in, limit), asked_in, meant, also, is_newest_only)


def _by_terms(question: str, there: Iterable[str], readable: QuerySet[Edition], actor: Actor) -> str:
    """The language whose readable editions, or whose glossary, know most of a question that has no small words to
    tell by."""
    counts = {}
    for language in sorted({*there, *STOP_WORDS}):
        terms = list(question_terms(question, language, opened=opening(language)))
        counts[language] = len(present(terms, readable.filter(language=language))) + len(
            known_words(terms, language, actor=actor)
        )
    best = max(counts.values(), default=0)
    leading = [language for language, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else actor.language or "en"


def _postings(language: str, readable: QuerySet[Edition]) -> QuerySet[Posting]:
    return Posting.objects.filter(edition__in=readable.filter(language=language).order_by().values("pk"))


def _sought(
    question: str, asked_in: str, there: str, readable: QuerySet[Edition]
) -> tuple[list[Sought], dict[str, str]]:
    """What to look for among the editions of one language; and typing errors that were put right."""
    terms = question_terms(question, asked_in, opened=opening(asked_in))
    if there == asked_in:
        meant = _near(question, terms, there, readable)
        sought = [
            Sought(group, term, 1.0, said) for group, (term, said) in enumerate(terms.items()) if term not in meant
        ]
        sought += [
            Sought(group, other, nearness, said)
            for group, (term, said) in enumerate(terms.items())
            for other, nearness in meant.get(term, ())
        ]
        sought = _marked(question, sought) if there == "de" else sought
        return sought, {term: others[0][0] for term, others in meant.items()}
    meanings: dict[str, list[tuple[str, float]]] = defaultdict(list)
    rows = LearnedMeaning.objects.filter(language=asked_in, term__in=terms, other_language=there)
    for term, other, probability in rows.values_list("term", "other_term", "probability"):
        meanings[term].append((other, probability))
    # a word that no translation taught may be a name, a code, or the same in both languages
    as_it_stands = question_terms(question, there)
    sought = []
    for group, (term, said) in enumerate(terms.items()):
        sought += [Sought(group, other, probability, said) for other, probability in meanings[term]]
    taken = {one.term for one in sought}
    unknown = {term: said for term, said in as_it_stands.items() if term not in taken}
    near = _near(question, [term for term in unknown if not meanings.get(term)], there, readable)
    for group, (term, said) in enumerate(unknown.items(), start=len(terms)):
        sought += [Sought(group, other, sure, said) for other, sure in near.get(term, [(term, 1.0)])]
    return sought, {}


def _with_others(
    sought: list[Sought], asked: dict[str, int], others: Mapping[str, list[tuple[str, float]]]
) -> list[Sought]:
    """With what the glossary calls the same: it counts in the place of the word that was said."""
    groups = {term: group for group, term in enumerate(asked)}
    there = {(one.group, one.term) for one in sought}
    return sought + [
        Sought(groups[said], term, weight, asked[said])
        for said, pairs in others.items()
        for term, weight in dict(pairs).items()
        if (groups[said], term) not in there
    ]


def _beginnings(question: str, asked: dict[str, int], language: str, readable: QuerySet[Edition]) -> list[Sought]:
    """Terms that begin like the last word, the most common first: they count where it stands, a little less."""
    words = question[:LONGEST_QUESTION].split()
    beginning = folded(words[-1]) if words and not question[-1:].isspace() else ""
    if len(beginning) < SHORTEST_BEGINNING or not beginning.isalnum():
        return []
    common = _postings(language, readable).filter(term__startswith=beginning).values("term").annotate(many=Count("pk"))
    group = list(asked).index(term) if (term := stemmed(words[-1], language)) in asked else len(asked)
    terms = common.order_by("-many", "term").values_list("term", flat=True)[:MOST_BEGINNINGS]
    return [Sought(group, other, BEGUN, 1) for other in terms if other != term]


def _marked(question: str, sought: list[Sought]) -> list[Sought]:
    """German terms told from those that differ in an umlaut alone: the one that was typed counts a share more."""
    marks = question_marks(question)
    told: list[Sought] = []
    for one in sought:
        mark, is_said = marks.get(one.term, ("", False))
        if not mark or one.weight != 1.0:
            told.append(one)
        elif is_said:
            told += [
                replace(one, weight=1 - ranking.UMLAUT_SAID), replace(one, term=mark, weight=ranking.UMLAUT_SAID)
            ]  # fmt: skip
        else:
            told += [one, replace(one, term=mark, weight=-ranking.UMLAUT_UNSAID)]
    return told


def _near(
    question: str, terms: Iterable[str], language: str, readable: QuerySet[Edition]
) -> dict[str, list[tuple[str, float]]]:
    """For terms that stand in nothing the actor may read: what comes near to the word and does, the nearest first."""
    inside = readable.filter(language=language)
    wanted = set(terms)
    missing = wanted - present(wanted, inside)
    found: dict[str, list[tuple[str, float]]] = {}
    for word in sorted(written_words(question[:LONGEST_QUESTION])) if missing else ():
        term, most = stemmed(word, language), nearness.most_errors(word)
        if term not in missing or not most:
            continue
        errors = {stemmed(other, language): count for other, count in _alike(word, most)}
        best = sorted(present(errors, inside), key=lambda other: (errors[other], other))[:MOST_NEAR]
        if best:
            found[term] = [(other, nearness.sureness(word, errors[other])) for other in best]
    return found


def _alike(word: str, most: int) -> list[tuple[str, int]]:
    """Words within so many typing errors, the farthest first, so that of two with one stem the nearer counts."""
    alike = Q(word__startswith=word[:2]) | Q(word__trigram_similar=word)
    words = Word.objects.annotate(letters=Length("word")).filter(
        alike, letters__gte=len(word) - most, letters__lte=len(word) + most
    )
    counted = ((other, nearness.errors_between(word, other, most)) for other in words.values_list("word", flat=True))
    return sorted((pair for pair in counted if pair[1] <= most), key=lambda pair: -pair[1])


def _scores(
    sought: Iterable[Sought], language: str, collection: Collection, readable: QuerySet[Edition]
) -> tuple[dict[int, float], bool]:
    """The score of every edition of a language that holds anything of what is sought (formula: rules/ranking.py), and
    whether only the newest were compared, because every word stands in very many.
    """
    sought = list(sought)
    if not sought or not collection.texts:
        return {}, False
    there = readable.filter(language=language).order_by()
    among, known, is_newest = there, dict[str, float](), False
    if collection.texts > COMMON:
        terms = {one.term for one in sought}
        common = common_terms(terms, there, more_than=COMMON)
        known = estimated(common, there, texts=collection.texts, newest=NEWEST)
        is_newest = bool(common) and not present(terms - common, there)
        if is_newest:
            among = there.order_by("-published_at", "-pk")[:NEWEST]
        elif common:
            rare = Posting.objects.filter(term__in=terms - common)
            among = there.filter(pk__in=rare.values("edition"))
    inside, values = among.values("pk", "title_length", "body_length").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _SCORES.format(inside=inside),
            [
                *values,
                [s.group for s in sought],
                [s.term for s in sought],
                [s.weight for s in sought],
                [s.said for s in sought],
                [known.get(s.term) for s in sought],
                ranking.TITLE_WEIGHT,
                1 - ranking.TITLE_EVENNESS,
                ranking.TITLE_EVENNESS / (collection.title_length or 1),
                1 - ranking.BODY_EVENNESS,
                ranking.BODY_EVENNESS / (collection.body_length or 1),
                ranking.LEAD_WEIGHT,
                collection.texts,
                collection.texts,
                ranking.SATURATION,
            ],
        )
        return {edition_id: float(score) for edition_id, score in cursor.fetchall()}, is_newest


_SCORES = """
WITH readable (id, title_length, body_length) AS ({inside}),
sought (part, term, weight, said, known) AS (
    SELECT * FROM unnest(%s::int[], %s::text[], %s::float8[], %s::int[], %s::float8[])
),
hit AS (
    SELECT s.part, s.term, s.weight, s.said, s.known, r.id,
           %s * p.in_title / (%s + %s * r.title_length) + p.in_body / (%s + %s * r.body_length) + %s * p.in_lead
               AS weighed
    FROM sought s
    JOIN knowledge_posting p ON p.term = s.term
    JOIN readable r ON r.id = p.edition_id
),
holding AS (
    SELECT part, least(sum(weight * many), %s) AS texts
    FROM (SELECT part, term, max(weight) AS weight, coalesce(max(known), count(*)) AS many
          FROM hit GROUP BY part, term) counted
    GROUP BY part
),
together AS (
    SELECT part, id, max(said) AS said, sum(weight * weighed) AS weighed FROM hit GROUP BY part, id
)
SELECT t.id, sum(t.said * ln(1 + (%s - h.texts + 0.5) / (h.texts + 0.5)) * t.weighed / (%s + t.weighed)) AS score
FROM together t JOIN holding h ON h.part = t.part
GROUP BY t.id
"""


def _shown(
    scores: dict[int, float], readable: QuerySet[Edition], language: str, asked_in: str, limit: int
) -> list[Hit]:
    """The best articles, each in the wanted language, else in the question's, else in the one it was found by."""
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    # an article may be hit in each of its languages, and not every one of them in the wanted language
    candidates = dict(ordered) if language else dict(ordered[: limit * 8])
    articles = _articles(candidates, readable, asked_in)
    if not language and 0 < limit < len(articles):  # of the others nothing will be shown: they are not read at all
        least = sorted((round(score, 4) for score in articles.values()), reverse=True)[limit - 1]
        articles = {article_id: score for article_id, score in articles.items() if round(score, 4) >= least}
    shown = readable.filter(article_id__in=articles)
    if language:
        shown = shown.filter(language=language)
    best: dict[int, Edition] = {}
    for edition in shown.select_related("article").defer("body").order_by("pk"):
        former = best.get(edition.article_id)
        if former is None or _suits(edition, scores, asked_in) > _suits(former, scores, asked_in):
            best[edition.article_id] = edition
    hits = [Hit(edition, round(articles[article_id], 4)) for article_id, edition in best.items()]
    hits.sort(key=lambda hit: (-hit.score, hit.edition.pk))
    return hits[:limit]


def _articles(candidates: dict[int, float], readable: QuerySet[Edition], asked_in: str) -> dict[int, float]:
    """Articles by score. What stands in the language of the question is measured there; what was found only by
    translated words counts where there is no such edition, and half where there is one that does not hold the words.
    """
    own: dict[int, float] = {}
    others: dict[int, float] = {}
    rows = readable.filter(pk__in=candidates).values_list("pk", "article_id", "language")
    for edition_id, article_id, there in rows:
        scores = own if there == asked_in else others
        scores[article_id] = max(scores.get(article_id, 0.0), candidates[edition_id])
    without_own = others.keys() - own.keys()
    silent = set(readable.filter(article_id__in=without_own, language=asked_in).values_list("article_id", flat=True))
    return own | {a: others[a] * (SILENT if a in silent else 1.0) for a in without_own}


def _suits(edition: Edition, scores: dict[int, float], asked_in: str) -> tuple[bool, float, int]:
    return edition.language == asked_in, scores.get(edition.pk, 0.0), -edition.pk
