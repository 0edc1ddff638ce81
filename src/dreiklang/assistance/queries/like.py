"""Like cases: tickets an actor may see that hold the telling words of another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.search import SearchQuery

from dreiklang.assistance.queries.history import texts_of
from dreiklang.assistance.rules.terms import written_words
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.lifecycle import MERGED, UNSETTLED
from dreiklang.tickets.models import Ticket

#: So many words are looked up; a word that more tickets hold tells nothing.
MOST_WORDS: Final = 6
TOO_COMMON: Final = 400
SHORTEST: Final = 4
#: Of the words that were looked up, so many must stand in a like case.
LEAST_COMMON: Final = 2


@dataclass(frozen=True)
class LikeCase:
    """A like ticket and the words both hold. ``may_be_same``: the same person's, and still open."""

    ticket: Ticket
    words: list[str]
    may_be_same: bool


def like_cases(ticket: Ticket, *, actor: Actor, limit: int = 3) -> list[LikeCase]:
    """The tickets that hold most of a ticket's longest words, the newer first among equals; at most eight questions.

    Only what the actor may see is looked at and counted (P28), and only words that the outside may read.
    """
    seen = policy.visible_to(actor).exclude(pk=ticket.pk).exclude(state=MERGED)
    shared: dict[int, list[str]] = defaultdict(list)
    for word in _telling(texts_of([ticket.pk]).get(ticket.pk, "")):
        holding = seen.filter(found_by__outside=_holds(word)).order_by().values_list("pk", flat=True)
        keys = list(holding[: TOO_COMMON + 1])
        if len(keys) <= TOO_COMMON:
            for key in keys:
                shared[key].append(word)
    ranked = sorted((key for key, words in shared.items() if len(words) >= LEAST_COMMON),
                    key=lambda key: (-len(shared[key]), -key))  # fmt: skip
    found = seen.filter(pk__in=ranked[:limit]).select_related("team", "requester", "category")
    cases = [
        LikeCase(other, shared[other.pk], other.requester_id == ticket.requester_id and other.state in UNSETTLED)
        for other in found
    ]
    return sorted(cases, key=lambda case: (-len(case.words), -case.ticket.pk))


def _telling(text: str) -> list[str]:
    """The longest different words of a text: in German and English alike, long words say most."""
    words = dict.fromkeys(term for _word, term in written_words(text) if len(term) >= SHORTEST)
    return sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]


def _holds(word: str) -> SearchQuery:
    return (
        SearchQuery(word, config="simple", search_type="plain")
        | SearchQuery(word, config="german", search_type="plain")
        | SearchQuery(word, config="english", search_type="plain")
    )
