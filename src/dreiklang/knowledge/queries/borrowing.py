"""Words from inside that stand in an article."""

from __future__ import annotations

from dreiklang.knowledge.models import Borrowed, Edition
from dreiklang.knowledge.rules.borrowing import stands_among, words_in_order


def standing_in(edition: Edition, text: str) -> list[Borrowed]:
    """What was taken over into any edition of the article and stands in this text, the first first."""
    folded = f" {' '.join(words_in_order(text))} "
    rows = Borrowed.objects.filter(edition__article_id=edition.article_id).select_related("confirmed_by").order_by("pk")
    return [one for one in rows if stands_among(one.text, folded)]


def unconfirmed_in(edition: Edition, text: str) -> list[Borrowed]:
    """Those of them that nobody has confirmed."""
    return [one for one in standing_in(edition, text) if one.confirmed_at is None]
