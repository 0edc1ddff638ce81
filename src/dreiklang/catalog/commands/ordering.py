"""Something is ordered: the ticket, its answers, who is asked, the steps that follow. And taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.approvals.commands import ask_approval
from dreiklang.approvals.models import Approval
from dreiklang.catalog import policy, queries
from dreiklang.catalog.commands.fulfilling import DESK, advance, held_request, settle, withdraw_open
from dreiklang.catalog.events import RequestMade
from dreiklang.catalog.models import Entry, EntryVersion, PlannedTask, Request
from dreiklang.catalog.rules import form, plan, schema
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.tasks import remove_task
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import first_words


class FormChanged(Conflict):
    """The form was changed while it was open; ``differences`` says how, ``version`` is the one offered now."""

    code = "form_changed"

    def __init__(self, found: list[schema.Difference], version: EntryVersion) -> None:
        self.differences = found
        self.version = version
        super().__init__(_("This form was changed while you had it open. Nothing you typed is lost."))


@command
def order(
    entry: Entry, *, actor: Actor, requester: Person, answers: Mapping[str, Any], number: int | None = None,
    channel: str = "portal",
) -> Request:  # fmt: skip
    """Order something for somebody: a ticket comes into being, those who must say yes are asked, work begins.

    ``number``: the version whose form was filled in. Raises FormChanged if another form is offered now, Invalid with
    ``field-<key>`` for answers, NotAllowed where it is not offered to the requester or the actor.
    """
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    require(policy.may_order(actor, entry, requester), _("This is not offered, or not any more."))
    version = entry.versions.get(number=entry.number)
    if number is not None and number != version.number:
        _look_for_changes(entry, number, version)
    if wrong := form.problems(version.fields, answers):
        raise Invalid({f"field-{key}": [queries.problem_words(code)] for key, code in wrong.items()})
    ordered_by = Person.objects.filter(pk=actor.person_id).first() if actor.kind == "person" else None
    ticket = _opened(version, requester, ordered_by, answers, actor, channel)
    cost = plan.cost_of(version.steps_and_asks, answers)
    request = Request.objects.create(
        ticket=ticket, version=version, answers=dict(answers), cost=cost, ordered_by=ordered_by, made_at=clock.now()
    )
    publish(
        RequestMade(
            subject_id=ticket.pk, request_id=request.pk, entry_id=entry.pk, version_number=version.number,
            person_id=ordered_by.pk if ordered_by else None, gist=version.name_in(requester.language),
        ),
        actor=actor,
    )  # fmt: skip
    _plan(request, ticket, requester.language)
    for ask in plan.asks_for(version.steps_and_asks, answers):
        _ask(request, ask, requester, ordered_by)
    advance(request)
    return request


def _look_for_changes(entry: Entry, number: int, now: EntryVersion) -> None:
    """Refuse what was typed into another form; a changed plan alone stops nobody."""
    opened = entry.versions.filter(number=number).first()
    if opened is None:
        raise Invalid({"": [_("This form does not exist.")]})
    if found := schema.differences(opened.fields, now.fields):
        raise FormChanged(found, now)


def _opened(
    version: EntryVersion, requester: Person, ordered_by: Person | None, answers: Mapping[str, Any], actor: Actor,
    channel: str,
) -> Ticket:  # fmt: skip
    """The ticket, with question and answer as the requester's words, in their language."""
    lines = [queries.line_of(label, said) for label, said in queries.answer_lines(version, answers, requester.language)]
    name = version.name_in(requester.language)
    with override(requester.language):
        if ordered_by is not None and ordered_by.pk != requester.pk:
            lines.append(_("Ordered by %(name)s.") % {"name": ordered_by.name})
    first = next((one.key for one in version.fields if one.kind == form.TEXT and one.key in answers), "")
    return open_with_message(
        requester, actor=actor, text="\n".join([name, "", *lines]).strip(), channel=channel, kind=version.kind,
        subject=f"{name}: {answers[first]}" if first else name, category=version.entry.category,
        urgency=version.urgency,
    )  # fmt: skip


def _plan(request: Request, ticket: Ticket, language: str) -> None:
    """Write down the steps that this order takes; teams read them in the language of the desk's own house."""
    planned = []
    for number, step in enumerate(plan.steps_for(request.version.steps_and_asks, request.answers), start=1):
        team = queries.team_for(step, ticket)
        planned += [
            PlannedTask(
                request=request, step=number, heading=form.in_language(step.names, language)[:100],
                text=form.in_language(task, language), team=team, takes_over=step.takes_over,
            )
            for task in step.tasks
        ]  # fmt: skip
    PlannedTask.objects.bulk_create(planned)


def _ask(request: Request, ask: plan.Ask, requester: Person, ordered_by: Person | None) -> None:
    """Ask who must say yes; where that is nobody, finding somebody is what the desk has to do first."""
    voters = queries.voters_for(ask, requester=requester, ordered_by=ordered_by)
    with override(requester.language):
        if voters:
            lines = queries.answer_lines(request.version, request.answers, requester.language)
            name = request.version.name_in(requester.language)
            ask_approval(
                request.ticket, actor=DESK, asked_for_by=ordered_by, persons=voters, cost=request.cost,
                needs=Approval.Needs.ALL if ask.who == plan.PERSON else Approval.Needs.ONE,
                question=shortened("\n".join([name, "", *(queries.line_of(label, said) for label, said in lines)])),
            )  # fmt: skip
            return
        PlannedTask.objects.create(
            request=request, step=0, heading=_("Approval"), team=request.ticket.team,
            text=_("Nobody is known who may approve this (%(who)s). Find out who it is, ask them, then tick this.")
            % {"who": queries.who_words(ask.who)},
        )  # fmt: skip


def shortened(text: str) -> str:
    """A question as long as an approval takes it."""
    return text if len(text) <= 4_900 else text[:4_900] + " …"


@command
def cancel(request: Request, *, actor: Actor, reason: str = "") -> Request:
    """Take an order back: nobody is asked any more, what was not done need not be done. Raises WrongState if over."""
    request = held_request(request)
    require(policy.may_cancel(actor, request))
    if request.state in (Request.State.DONE, Request.State.CANCELLED):
        raise WrongState(_("This order is settled already."), code="settled")
    withdraw_open(request, actor=DESK)
    settle(request, Request.State.CANCELLED, actor=actor, gist=first_words(reason))
    for one in request.planned.filter(task__isnull=False, task__done_at=None).select_related("task"):
        assert one.task is not None
        remove_task(one.task, actor=DESK)
    return request
