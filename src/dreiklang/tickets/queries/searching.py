"""Search as people type it: words, a number, conditions among the words (``drucker team:netz is:overdue``)."""

from __future__ import annotations

from dataclasses import dataclass, field

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import filtered, mistake_words, understood
from dreiklang.tickets.queries.search import PAGE, Found, search_tickets
from dreiklang.tickets.rules.conditions import NOTHING, Mistake, Words


@dataclass(frozen=True)
class Answer:
    """A page of what was found; ``mistake`` says what could not be read, and then nothing was looked for."""

    tickets: list[Ticket] = field(default_factory=list)
    has_more: bool = False
    is_near: bool = False
    mistake: str = ""


def found_for(question: str, *, actor: Actor, before: int | None = None, limit: int = PAGE) -> Answer:
    """Tickets an actor may see that fit a question, newest first, by pages. Words alone may come near, too."""
    try:
        tree = understood(question, actor=actor, is_search=True)
        if tree == NOTHING or isinstance(tree, Words):
            return _answer(search_tickets(question, actor=actor, before=before, limit=limit))
        seen = filtered(policy.visible_to(actor), tree, actor=actor)
    except Mistake as mistake:
        return Answer(mistake=mistake_words(mistake))
    if before is not None:
        seen = seen.filter(pk__lt=before)
    fitting = list(seen.select_related("requester", "customer", "team", "assignee").order_by("-pk")[: limit + 1])
    return Answer(fitting[:limit], len(fitting) > limit)


def _answer(found: Found) -> Answer:
    return Answer(found.tickets, found.has_more, found.is_near)
