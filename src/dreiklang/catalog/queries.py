"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils import formats
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from dreiklang.accounts.rules import CONTACT, MANAGER
from dreiklang.catalog import policy
from dreiklang.catalog.models import Entry, EntryVersion, PlannedTask, Request
from dreiklang.catalog.rules import form, plan
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person
from dreiklang.organizations.rules import folded
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Ticket


def offered_to(actor: Actor) -> QuerySet[EntryVersion]:
    """What an actor can order, as it is offered now, by group and place."""
    entries = policy.visible_to(actor).filter(is_offered=True)
    now = EntryVersion.objects.filter(entry__in=entries, number=F("entry__number")).select_related("entry")
    return now.order_by("entry__group", "entry__position", "entry_id")


def offered_for(person: Person, *, actor: Actor) -> QuerySet[EntryVersion]:
    """What the desk can order for somebody."""
    fitting = policy.offered_to_organizations(frozenset({person.organization_id}))
    return offered_to(actor).filter(entry__in=Entry.objects.filter(fitting))


def found_in(versions: list[EntryVersion], words: str) -> list[EntryVersion]:
    """Those whose name, hint, group or choices hold every word of a search, in any language."""
    wanted = folded(words).split()

    def text(one: EntryVersion) -> str:
        group = str(one.entry.get_group_display())
        choices = [label for field in one.fields for choice in field.choices for label in choice.labels.values()]
        return folded(" ".join([*one.names.values(), *one.hints.values(), group, one.entry.key, *choices]))

    return [one for one in versions if all(word in text(one) for word in wanted)]


def entry_by(key: str, *, actor: Actor) -> EntryVersion:
    """What is offered under a key now. Raises NotFound alike for what is not there and not for the actor."""
    found = offered_to(actor).filter(entry__key=key).first()
    if found is None:
        raise NotFound(_("This is not offered, or not any more."))
    return found


@dataclass(frozen=True)
class Asked:
    """Whom an order asks, as it would be now."""

    ask: plan.Ask
    persons: list[Person]


def voters_for(ask: plan.Ask, *, requester: Person, ordered_by: Person | None) -> list[Person]:
    """Who can say yes to an order: never who wants it or ordered it, and nobody who has left.

    Where the manager ordered it themself, their own manager is asked.
    """
    concerned = {requester.pk, ordered_by.pk if ordered_by else None}
    if ask.who == plan.MANAGER:
        found, seen = requester.manager, {requester.pk}
        while found is not None and found.pk not in seen and (found.pk in concerned or not found.is_active):
            seen.add(found.pk)
            found = found.manager
        persons = [found] if found is not None else []
    elif ask.who == plan.CONTACT:
        persons = list(_with_role(CONTACT).filter(organization_id=requester.organization_id))
    elif ask.who == plan.LEAD:
        persons = list(_with_role(MANAGER).filter(organization__kind=Organization.Kind.PROVIDER))
    else:
        persons = list(Person.objects.filter(pk__in=ask.persons))
    homes = {requester.organization_id, *_providers()}
    return [one for one in persons if one.pk not in concerned and one.is_active and one.organization_id in homes][:20]


def _with_role(role: str) -> QuerySet[Person]:
    return Person.objects.filter(account__roles__contains=[role], account__is_active=True, is_active=True).order_by(
        "pk"
    )


def _providers() -> list[int]:
    return list(Organization.objects.filter(kind=Organization.Kind.PROVIDER).values_list("pk", flat=True))


def team_for(step: plan.Step, ticket: Ticket) -> Team | None:
    """The team of a step; that of the ticket where none is named or it takes nothing any more."""
    active = Team.objects.filter(is_active=True)
    if step.team in plan.LEVELS:
        level = int(step.team[-1])
        if ticket.team is not None and ticket.level == level:
            return ticket.team
        return active.filter(level=level, organization__kind=Organization.Kind.PROVIDER).order_by("pk").first()
    named = active.filter(key=step.team).first() if step.team else None
    return named or ticket.team


def answer_lines(
    version: EntryVersion, answers: Mapping[str, Any], language: str | None = None
) -> list[tuple[str, str]]:
    """Questions and answers as people read them, in a language or the reader's."""
    language = (language or get_language() or "en")[:2]
    with override(language):
        return [
            (form.in_language(one.labels, language), _said(one, answers[one.key], language))
            for one in version.fields
            if one.key in answers
        ]


def line_of(label: str, said: str) -> str:
    """Question and answer in one line: a question needs no colon."""
    return f"{label} {said}" if label.endswith(("?", ":")) else f"{label}: {said}"


def _said(one: form.Field, value: Any, language: str) -> str:
    labels = {choice.key: form.in_language(choice.labels, language) for choice in one.choices}
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(labels.get(key, str(key)) for key in value)
    if one.kind == form.DAY:
        return formats.date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    return labels.get(value, str(value)) if one.kind == form.CHOICE else str(value)


def request_of(ticket: Ticket) -> Request | None:
    """The order a ticket is about."""
    return Request.objects.select_related("version__entry", "ordered_by", "ticket").filter(ticket=ticket).first()


@dataclass(frozen=True)
class StepSeen:
    """One step of an order as a page shows it; ``state`` is *done*, *running* or *planned*."""

    name: str
    state: str
    tasks: list[PlannedTask]


def steps_of(request: Request) -> list[StepSeen]:
    """The steps of an order with their tasks, in order; step 0 only where it was needed."""
    found: dict[int, list[PlannedTask]] = {}
    for one in request.planned.select_related("task", "team").order_by("step", "pk"):
        found.setdefault(one.step, []).append(one)
    return [StepSeen(tasks[0].heading, _state(request, number), tasks) for number, tasks in sorted(found.items())]


def _state(request: Request, number: int) -> str:
    if number < request.step or request.state == Request.State.DONE:
        return "done"
    return "running" if number == request.step and request.state not in ("refused", "cancelled") else "planned"


def problem_words(code: str) -> str:
    """What is wrong with an answer, as a sentence."""
    return {
        "needed": _("Please answer this."),
        "text": _("At most 300 characters."),
        "long": _("At most 5,000 characters."),
        "number": _("This is not a number."),
        "least": _("This is too little."),
        "most": _("This is too much."),
        "day": _("This is not a day."),
        "yes_no": _("Yes or no?"),
        "choice": _("This is none of the choices."),
        "hidden": _("This is not asked after your other answers."),
    }.get(code, _("This form has no such field."))


def who_words(who: str) -> str:
    """Who is asked, in words."""
    return {
        plan.MANAGER: _("the requester's manager"),
        plan.CONTACT: _("a contact of the organisation"),
        plan.LEAD: _("a manager of the desk"),
    }.get(who, _("named people"))
