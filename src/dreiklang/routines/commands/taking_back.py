"""A macro taken back: each of its deeds by its own way back, the last first, all of them or none."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import Line, publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.routines.events import MacroRun, MacroTakenBack
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.commands import assignment, classification, conversation, pausing, tagging
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.events import MessageWritten, TicketAssigned, TicketClassified, TicketPaused
from dreiklang.tickets.events.together import TicketTagged
from dreiklang.tickets.models import Category, Message, Ticket
from dreiklang.tickets.queries.last_deeds import last_deed


@command
def take_back_macro(ticket: Ticket, *, actor: Actor) -> Ticket:
    """Undo the macro that the actor ran a moment ago. A note stays (it is said), and so does a draft.

    Raises WrongState if it is too late, somebody went on, or its message has left: then nothing is undone.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    run = last_deed(ticket, actor=actor, code=MacroRun.code)
    assert isinstance(run.event, MacroRun)
    since = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk, id__gt=run.id)
    if since.filter(code=MacroTakenBack.code).exists():
        raise WrongState(_("This was taken back already."), code="too_late")
    deeds = JournalLine.objects.filter(
        subject_kind="ticket", subject_id=ticket.pk, id__gt=run.event.began_after, id__lt=run.id, actor_id=actor.id
    )
    for line_id in deeds.order_by("-id").values_list("id", flat=True):
        _undo(journal.line(line_id), ticket, actor)
        ticket.refresh_from_db()
    written(ticket)
    publish(
        MacroTakenBack(
            subject_id=ticket.pk, macro_id=run.event.macro_id, name=run.event.name, **acts_at(actor, ticket)
        ),
        actor=actor,
    )
    return ticket


def _undo(line: Line, ticket: Ticket, actor: Actor) -> None:
    match line.event:
        case TicketPaused() if ticket.state == lifecycle.WAITING:
            pausing.resume(ticket, actor=actor)
        case MessageWritten(message_id=message):
            conversation.withdraw_message(Message.objects.get(pk=message), actor=actor)
        case TicketAssigned(former_person_id=former):
            person = Person.objects.filter(pk=former).first() if former else None
            assignment.assign(ticket, actor=actor, person=person)
        case TicketTagged(name=name):
            _untag(ticket, actor, name)
        case TicketClassified(changes=changes):
            _classify_back(ticket, actor, changes)


def _untag(ticket: Ticket, actor: Actor, name: str) -> None:
    try:
        with transaction.atomic():
            tagging.untag(ticket, actor=actor, name=name)
    except NotFound:
        return  # somebody took it off already


def _classify_back(ticket: Ticket, actor: Actor, changes: dict[str, list[Any]]) -> None:
    former: dict[str, Any] = {n: pair[0] for n, pair in changes.items() if n in ("kind", "impact", "urgency")}
    if "category" in changes:
        known = Category.objects.filter(pk=changes["category"][0]).first()
        former |= {"category": known, "clears_category": known is None}
    if former:
        classification.classify(ticket, actor=actor, **former)
