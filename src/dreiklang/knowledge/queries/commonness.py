"""Terms that stand anywhere, or in very many texts, among what is read: told without counting all of them."""

from __future__ import annotations

from collections.abc import Iterable, Set

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from dreiklang.knowledge.models import Edition

_COUNTED = """
SELECT s.term FROM unnest(%s::text[]) s (term)
WHERE %s < (
    SELECT count(*) FROM (
        SELECT 1 FROM knowledge_posting p WHERE p.term = s.term
        AND EXISTS (SELECT 1 FROM knowledge_edition e WHERE e.id = p.edition_id AND e.id IN ({inside})) LIMIT %s
    ) few
)
"""
_PRESENT = """
SELECT s.term FROM unnest(%s::text[]) s (term)
WHERE EXISTS (SELECT 1 FROM knowledge_posting p WHERE p.term = s.term AND p.edition_id IN ({inside}))
"""
_SAMPLED = """
WITH newest (id) AS MATERIALIZED ({newest})
SELECT p.term, count(*) FROM newest n JOIN knowledge_posting p ON p.edition_id = n.id AND p.term = ANY(%s)
GROUP BY p.term
"""


def present(terms: Iterable[str], there: QuerySet[Edition]) -> set[str]:
    """Which terms stand in any of some editions."""
    wanted = sorted(set(terms))
    if not wanted:
        return set()
    try:
        inside, values = there.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT.format(inside=inside), [wanted, *values])
        return {term for (term,) in cursor.fetchall()}


def common_terms(terms: Set[str], there: QuerySet[Edition], *, more_than: int) -> set[str]:
    """Which terms stand in more than so many of some editions."""
    many = _often(terms, more_than)
    if not many:
        return set()
    inside, values = there.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED.format(inside=inside), [sorted(many), more_than, *values, more_than + 1])
        return {term for (term,) in cursor.fetchall()}


def _often(terms: Set[str], more_than: int) -> set[str]:
    """Those that stand in more than so many of all editions: only these can be common in some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.term FROM unnest(%s::text[]) s (term) WHERE %s < (SELECT count(*) FROM"
            " (SELECT 1 FROM knowledge_posting p WHERE p.term = s.term LIMIT %s) few)",
            [sorted(terms), more_than, more_than + 1],
        )
        return {term for (term,) in cursor.fetchall()}


def estimated(terms: Set[str], there: QuerySet[Edition], *, texts: int, newest: int) -> dict[str, float]:
    """In how many of some editions terms stand, by their share of the newest; never less than in those."""
    if not terms:
        return {}
    sample, values = there.order_by("-published_at", "-pk").values("pk")[:newest].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLED.format(newest=sample), [*values, sorted(terms)])
        counted = dict(cursor.fetchall())
    return {term: max(counted.get(term, 0), 1) * texts / min(newest, texts) for term in terms}
