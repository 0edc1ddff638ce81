"""How much there is to search in: texts and their average lengths, for whoever reads."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import EmptyResultSet
from django.db.models import Avg, Count, QuerySet

from dreiklang.kernel import clock
from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.rules.ranking import Collection

#: To count so many at each question costs more than to answer it, and what comes and goes in the meantime changes next
#: to nothing: they are counted anew every half minute. Fewer are counted each time.
MANY: Final = 2_000
_KEPT_SECONDS, _MOST_KEPT = 30, 256
_kept: dict[str, tuple[int, dict[str, Collection]]] = {}


def collections_of(readable: QuerySet[Edition]) -> dict[str, Collection]:
    """Some editions by language. What is kept is kept for this very question with its values, so that what an actor
    may not read changes nothing (P28)."""
    rows = readable.order_by().values("language").annotate(
        texts=Count("pk"), title=Avg("title_length"), body=Avg("body_length")
    )  # fmt: skip
    try:
        asked = repr(rows.query.sql_with_params())
    except EmptyResultSet:
        return {}
    half_minute = int(clock.now().timestamp()) // _KEPT_SECONDS
    counted_at, known = _kept.get(asked, (-1, {}))
    if counted_at == half_minute:
        return known
    found = {r["language"]: Collection(r["texts"], float(r["title"]), float(r["body"])) for r in rows}
    if sum(collection.texts for collection in found.values()) > MANY:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[asked] = (half_minute, found)
    return found
