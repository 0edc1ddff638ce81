"""Finding tickets by words: what an actor may not see changes no answer (P28)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import (
    SearchQuery,
    SearchQueryCombinable,
    SearchQueryField,
    TrigramWordSimilarity,
)
from django.db.models import Q, Value
from django.db.models.functions import Cast

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket, TicketQuerySet, TicketWords
from dreiklang.tickets.rules.words import asked_number, folded, question_words

PAGE = 50
#: Up to so many fitting tickets of the whole desk are looked up by their keys.
FEW = 1_000
#: For those outside the house, near misses are looked for among this many of their newest tickets.
NEAREST_AMONG = 500
NEAR_ENOUGH = 0.45
SHORTEST_NEAR = 4
#: Words are kept up to 80 letters; a longer one is found by nothing.
LONGEST_WORD = 100


@dataclass(frozen=True)
class Found:
    """A page of found tickets, newest first. ``is_near``: nothing fitted exactly, these come near."""

    tickets: list[Ticket]
    has_more: bool
    is_near: bool = False


def search_tickets(question: str, *, actor: Actor, before: int | None = None, limit: int = PAGE) -> Found:
    """Tickets that hold every word of a question (or begin with it), or bear the number; newest first, by pages.

    Words inside are searched for those who work on every ticket; everybody else searches what the outside may
    read. If nothing fits, subjects that come near (typing errors) are offered.
    """
    seen = policy.visible_to(actor).select_related("requester", "customer", "team", "assignee")
    number = asked_number(question)
    if number is not None and before is None and (exact := list(seen.filter(number=number))):
        return Found(exact, has_more=False)
    words = question_words(question)
    if not words:
        return Found([], has_more=False)
    if before is not None:
        seen = seen.filter(pk__lt=before)
    fitting = list(seen.filter(_fits(words, actor)).order_by("-pk")[: limit + 1])
    if fitting or before is not None:
        return Found(fitting[:limit], has_more=len(fitting) > limit)
    return Found(_near(question, seen, limit), has_more=False, is_near=True)


class Beginning(SearchQueryCombinable, Cast):  # type: ignore[misc]
    """A word as it was indexed, or its beginning: as it is, since PostgreSQL's parser would cut ``sw-c4-02`` up."""

    config = None

    def __init__(self, word: str) -> None:
        super().__init__(Value(_beginning(word)), output_field=SearchQueryField())


def holding_words(text: str, actor: Actor) -> Q:
    """What holds every word of a text, as the actor may search; a text without a word is held by nothing.

    A question within the question: many views are counted in one statement.
    """
    words = question_words(text)
    if not words:
        return Q(pk__in=[])
    found = TicketWords.objects.filter(**{_column(actor): _holds(words)})
    return Q(pk__in=found.values("pk"))


def _column(actor: Actor) -> str:
    works = actor.is_system or actor.has(policy.WORK) or actor.has(policy.SEE_ALL)
    return "inside" if works else "outside"


def _fits(words: list[str], actor: Actor) -> Q:
    """What holds the words: by their keys if they are few, else by looking at the newest tickets first.

    Asked for the newest page at once, PostgreSQL goes through every ticket from the newest on, however rare the word
    is; the few keys come from the index of words. Either way the same tickets fit.
    """
    column = _column(actor)
    query = _holds(words)
    few = list(TicketWords.objects.filter(**{column: query}).values_list("pk", flat=True)[: FEW + 1])
    return Q(pk__in=few) if len(few) <= FEW else Q(**{f"found_by__{column}": query})


def _holds(words: list[str]) -> SearchQueryCombinable:
    """Every word as it stands or as a beginning, or in its German or English stem."""
    query: SearchQueryCombinable | None = None
    for word in words:
        one = (
            Beginning(word)
            | SearchQuery(word, config="german", search_type="phrase")
            | SearchQuery(word, config="english", search_type="phrase")
        )
        query = one if query is None else query & one
    assert query is not None
    return query


def _beginning(word: str) -> str:
    """A raw query term for 'begins with', quoted so that no sign of the word is read as an operator (P38)."""
    word = word[:LONGEST_WORD]
    quoted = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*" if len(word) > 2 else f"'{quoted}'"


def _near(question: str, seen: TicketQuerySet, limit: int) -> list[Ticket]:
    """Subjects that come near a question, among the newest an actor may see."""
    newest = seen.order_by("-pk").values("pk")[:NEAREST_AMONG]
    asked = folded(question)[:100]
    if sum(c.isalnum() for c in asked) < SHORTEST_NEAR:
        return []
    near = (
        Ticket.objects.filter(pk__in=newest)
        .annotate(nearness=TrigramWordSimilarity(asked, "subject"))
        .filter(nearness__gte=NEAR_ENOUGH)
        .select_related("requester", "customer", "team", "assignee")
        .order_by("-nearness", "-pk")
    )
    return list(near[:limit])
