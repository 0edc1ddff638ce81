"""Own running tickets that sound like what somebody is just typing, so that nothing is reported twice."""

from __future__ import annotations

import operator
from functools import reduce

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import Combinable

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules.words import folded, question_words

#: Looked for among this many of the newest running tickets of the person.
AMONG = 200
NEAR_ENOUGH = 0.45
SHORTEST_QUESTION, SHORTEST_WORD = 4, 4
STEMMERS = {"de": "german", "en": "english"}


def resembling(question: str, *, actor: Actor, limit: int = 3) -> list[Ticket]:
    """The actor's own unsettled tickets that hold half of a question's words or have a subject like it, nearest first.

    Only words the outside may read are compared, and only with the actor's own tickets, so that nobody else's can
    change the answer (P28). Nothing for questions of less than four letters.
    """
    asked = folded(question)[:200]
    words = [word for word in question_words(question) if len(word) >= SHORTEST_WORD]
    if not words or sum(c.isalnum() for c in asked) < SHORTEST_QUESTION:
        return []
    newest = (
        policy.visible_to(actor).filter(requester_id=actor.person_id).unsettled().order_by("-pk").values("pk")[:AMONG]
    )
    stemmer = STEMMERS.get(actor.language[:2], "simple")
    return list(
        Ticket.objects.filter(pk__in=newest)
        .annotate(nearness=TrigramWordSimilarity(asked, "subject"), hits=_hits(words, stemmer))
        .filter(Q(hits__gte=(len(words) + 1) // 2) | Q(nearness__gte=NEAR_ENOUGH))
        .select_related("team", "assignee", "requester")
        .order_by("-hits", "-nearness", "-pk")[:limit]
    )


def _hits(words: list[str], stemmer: str) -> Combinable:
    """How many of some words a ticket holds in their stem; words that say nothing (stop words) never count."""
    found = (SearchQuery(word, config=stemmer, search_type="plain") for word in words)
    each = (Case(When(found_by__outside=query, then=Value(1)), default=Value(0)) for query in found)
    return reduce(operator.add, each)
