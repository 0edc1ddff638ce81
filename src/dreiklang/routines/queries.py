"""Reads of what is made ready, filled in for the ticket at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import formats, timezone, translation

from dreiklang.communication.rules import fill
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy, rules
from dreiklang.routines.models import Macro, Runbook, RunbookStep, RunbookTick, TextBlock
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category, Ticket

OFFERED = 8


@dataclass(frozen=True)
class Offered:
    """A text block as it would stand in the text."""

    block: TextBlock
    text: str


def values_of(ticket: Ticket, actor: Actor) -> dict[str, str]:
    """What the placeholders stand for, in the requester's language. Values are never read again."""
    team = Team.objects.filter(pk__in=actor.teams).order_by("level").values_list("name", flat=True).first()
    with translation.override(ticket.language):
        day = formats.date_format(timezone.localtime(clock.now()), "DATE_FORMAT")
    return {
        "number": str(ticket.number),
        "subject": ticket.subject,
        "name": ticket.requester.name,
        "customer": ticket.customer.name,
        "agent": actor.name,
        "team": team or "",
        "day": day,
        "link": f"{settings.PUBLIC_URL}/portal/tickets/{ticket.number}/",
    }


def filled(words: dict[str, str], ticket: Ticket, actor: Actor, values: dict[str, str] | None = None) -> str:
    """A text in the requester's language, with its placeholders filled in."""
    text = rules.in_language(words, ticket.language, settings.LANGUAGE_CODE)
    return fill(text, values if values is not None else values_of(ticket, actor))


def blocks_for(ticket: Ticket, *, actor: Actor, wanted: str) -> list[Offered]:
    """Text blocks that fit what is typed after ``::``, those with that shortcut first."""
    found = list(policy.visible_to(actor, TextBlock).filter(is_active=True).order_by("name", "id")[:500])
    fit = [b for b in found if not wanted or rules.begun_with(wanted, b.shortcut, b.name)]
    fit.sort(key=lambda b: (b.shortcut.casefold() != wanted.casefold(), b.name.casefold()))
    values = values_of(ticket, actor) if fit else {}
    return [Offered(b, filled(b.words, ticket, actor, values)) for b in fit[:OFFERED]]


def macros_for(actor: Actor) -> list[Macro]:
    """The macros somebody may run."""
    return list(
        policy.visible_to(actor, Macro).filter(is_active=True).select_related("category").order_by("name", "id")
    )


@dataclass(frozen=True)
class Deed:
    """One thing a macro will do on this ticket: what, and with which value."""

    kind: str
    value: Any = ""


def plan_of(macro: Macro, ticket: Ticket) -> list[Deed]:
    """What a macro will do on a ticket, in its order; what is so already is left out."""
    deeds = []
    if macro.category_id and macro.category_id != ticket.category_id:
        deeds.append(Deed("category", macro.category))
    deeds += [
        Deed(name, getattr(macro, name))
        for name in ("impact", "urgency")
        if getattr(macro, name) is not None and getattr(macro, name) != getattr(ticket, name)
    ]
    there = set(ticket.tagged.values_list("tag__folded", flat=True)) if macro.tags else set()
    new = [tag for tag in macro.tags if tag.casefold() not in there]
    if new:
        deeds.append(Deed("tags", new))
    if macro.assign_to:
        deeds.append(Deed("assign", macro.assign_to))
    if macro.words_as:
        deeds.append(Deed("resolve" if macro.state == Macro.State.RESOLVE else macro.words_as))
    if macro.state == Macro.State.WAIT:
        deeds.append(Deed("wait"))
    if any(macro.handover.values()):
        deeds.append(Deed("handover"))
    if macro.goes_on:
        deeds.append(Deed("next"))
    return deeds


@dataclass(frozen=True)
class Step:
    """A step of a runbook on a ticket, with its tick if it was done."""

    step: RunbookStep
    tick: RunbookTick | None


@dataclass(frozen=True)
class Open:
    """A runbook beside a ticket."""

    runbook: Runbook
    steps: list[Step]

    @property
    def done(self) -> int:
        """How many steps are ticked."""
        return sum(step.tick is not None for step in self.steps)


def runbooks_for(ticket: Ticket, *, actor: Actor) -> list[Open]:
    """Runbooks of the ticket's category or one above it, and those already begun; a fixed number of queries."""
    ticks = {
        tick.step_id: tick
        for tick in RunbookTick.objects.filter(ticket=ticket, undone_at=None).select_related("intervention__author")
    }
    above = _with_those_above(ticket.category_id)
    wanted = Q(categories__in=above) | Q(steps__in=list(ticks))
    steps = Prefetch("steps", RunbookStep.objects.filter(Q(is_active=True) | Q(pk__in=list(ticks))))
    found = policy.visible_to(actor, Runbook).filter(wanted, is_active=True).distinct().prefetch_related(steps)
    return [Open(book, [Step(s, ticks.get(s.pk)) for s in book.steps.all()]) for book in found.order_by("name", "id")]


def _with_those_above(category_id: int | None) -> list[int]:
    parents = dict(Category.objects.values_list("pk", "parent_id")) if category_id else {}
    found: list[int] = []
    while category_id and category_id not in found:
        found.append(category_id)
        category_id = parents.get(category_id)
    return found
