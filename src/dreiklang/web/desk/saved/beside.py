"""A view as the list beside a ticket: its first rows in its own order, and which ticket comes next."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.views import Reading, readings_of, view_of
from dreiklang.web import forms
from dreiklang.web.desk import lists
from dreiklang.web.desk.rows import NEXT, facts_of, rows_of, unranked
from dreiklang.web.desk.saved.pages import narrowed

PAGE = 25
PREFIX = "view-"


def reading_of(key: str, *, actor: Actor) -> Reading:
    """The view that a list's key names. Raises NotFound for none of the actor's."""
    number = forms.whole(key.removeprefix(PREFIX))
    if number is None:
        raise NotFound(code="no_view")
    return readings_of([view_of(number, actor=actor)], actor=actor)[0]


def name_of(key: str, *, actor: Actor) -> str:
    """What the view is called."""
    number = forms.whole(key.removeprefix(PREFIX))
    return view_of(number or 0, actor=actor).name_in(get_language() or "en")


def worklist_of(key: str, *, actor: Actor, typed: str = "") -> lists.Worklist:
    """The view as a list."""
    reading = narrowed(reading_of(key, actor=actor), typed, actor=actor)
    group = _group(key, reading, actor, "", typed)
    return lists.Worklist(
        key,
        reading.view.name_in(get_language() or "en"),
        groups=[group] if group.rows else [],
        typed=typed,
        mistake=reading.narrowing_mistake,
        empty_title=_("This view cannot be read any more.") if reading.mistake else _("Nothing fits now"),
        empty_words=reading.mistake or _("What fits later appears here by itself."),
    )


def more_of(key: str, after: str, *, actor: Actor, typed: str = "") -> lists.Group:
    """The rows behind a key."""
    return _group(key, narrowed(reading_of(key, actor=actor), typed, actor=actor), actor, after, typed)


def _group(key: str, reading: Reading, actor: Actor, after: str, typed: str) -> lists.Group:
    keyset = reading.keyset
    found = keyset.after(reading.found, after) if after else reading.found
    facts = list(facts_of(keyset.ordered(unranked(found)), actor=actor, kind=NEXT)[: PAGE + 1])
    group = lists.Group(NEXT, _("In this order"), rows=rows_of(facts[:PAGE], actor=actor, list_key=key))
    group.count_words = f"{PAGE}+" if len(facts) > PAGE else str(len(facts))
    if len(facts) > PAGE:
        cursor = keyset.cursor(_place_of(facts[PAGE - 1].id, reading))
        group.more_url = (
            reverse("desk:rows", args=[key]) + f"?group={NEXT}&after={cursor}" + lists.Way("", typed).query("&")
        )
    return group


def _place_of(ticket_id: int, reading: Reading) -> tuple[object, ...]:
    """Where a ticket stands in a view's order, also once it fits no more."""
    return tuple(reading.everywhere.filter(pk=ticket_id).values_list(*reading.keyset.columns).get())


def next_in(key: str, ticket: Ticket, *, actor: Actor) -> int | None:
    """The number of the ticket that comes behind one in a view's order, or else the view's first other one."""
    reading = reading_of(key, actor=actor)
    keyset = reading.keyset
    others = reading.found.exclude(pk=ticket.pk)
    behind = keyset.after(others, keyset.cursor(_place_of(ticket.pk, reading)))
    for found in (behind, others):
        number = keyset.ordered(found).values_list("number", flat=True).first()
        if number is not None:
            return number
    return None
