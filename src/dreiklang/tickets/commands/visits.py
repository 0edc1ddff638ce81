"""Visits and appointments: planned, moved, called off, done. The requester gets an invitation for their calendar."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.holding import acts_at, author_id, held, held_where_it_goes_on, written
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.events.visits import CalendarFeedChanged, VisitPlanned
from dreiklang.tickets.models import CalendarFeed, Intervention, Invitation, Message, Ticket, Visit
from dreiklang.tickets.queries.visits import digest_of_feed, visits_of

LONGEST = timedelta(days=14)
#: What may be planned and changed (P30).
FIELDS = ("purpose", "place", "tools", "starts_at", "ends_at", "person")
#: What the requester's calendar shows; a change of anything else needs no new invitation.
TOLD = ("purpose", "place", "starts_at", "ends_at")


@command
def plan_visit(ticket: Ticket, *, actor: Actor, is_told: bool = True, text: str = "", **fields: Any) -> Visit:
    """Plan a visit or appointment: ``starts_at``, ``ends_at``, ``place``, ``purpose``, ``tools``, ``person``.

    With ``is_told`` the requester gets an invitation by mail, in their language or in the words of ``text``; it can be
    called back for ten seconds like any answer. Raises Invalid by field.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    visit = Visit(
        ticket=ticket, uid=f"{secrets.token_hex(16)}@dreiklang", author_id=author_id(actor), planned_at=clock.now()
    )
    _put(visit, {"purpose": ticket.subject, **{k: v for k, v in fields.items() if v}}, ticket)
    visit.save()
    if is_told:
        _invite(visit, ticket, text, actor=actor)
    _tell(visit, ticket, "planned", actor=actor, person_id=visit.person_id)
    return visit


@command
def change_visit(visit: Visit, *, actor: Actor, is_told: bool = True, text: str = "", **fields: Any) -> Visit:
    """Move a visit, or change place, purpose, tools or who goes. The requester is told of what concerns them."""
    visit, ticket = _held_visit(visit, actor=actor)
    former = {name: getattr(visit, name) for name in TOLD}
    person_id = visit.person_id
    _put(visit, fields, ticket)
    visit.sequence += 1
    visit.save()
    if is_told and former != {name: getattr(visit, name) for name in TOLD}:
        _invite(visit, ticket, text, actor=actor)
    given = visit.person_id if visit.person_id != person_id else None
    _tell(visit, ticket, "changed", actor=actor, person_id=given)
    return visit


@command
def cancel_visit(visit: Visit, *, actor: Actor, is_told: bool = True, text: str = "") -> Visit:
    """Call a visit off; whoever was invited is told, and their calendar forgets it."""
    visit, ticket = _held_visit(visit, actor=actor)
    visit.cancelled_at, visit.sequence = clock.now(), visit.sequence + 1
    visit.save(update_fields=["cancelled_at", "sequence"])
    if is_told and visit.invitations.exclude(message__delivery=Message.Delivery.WITHDRAWN).exists():
        _invite(visit, ticket, text, actor=actor, is_cancelling=True)
    _tell(visit, ticket, "cancelled", actor=actor)
    return visit


@command
def finish_visit(visit: Visit, *, actor: Actor, result: str = "", minutes: str | int = 0) -> Intervention:
    """It took place: logged as work with its result and minutes."""
    visit, ticket = _held_visit(visit, actor=actor)
    visit.done_at = clock.now()
    visit.save(update_fields=["done_at"])
    text = f"{visit.purpose}, {visit.place}" if visit.place else visit.purpose
    done = log_intervention(ticket, actor=actor, text=text, kind="visit", result=result, minutes=minutes or 0)
    ticket.refresh_from_db()
    _tell(visit, ticket, "done", actor=actor)
    return done


def _held_visit(visit: Visit, *, actor: Actor) -> tuple[Visit, Ticket]:
    """A running visit as it is now. Raises NotFound, or WrongState if it took place or was called off."""
    _asked, ticket = held_where_it_goes_on(visit.ticket_id, actor=actor)
    require(policy.may_work(actor, ticket))
    current = visits_of(ticket, actor=actor).filter(pk=visit.pk).first()
    if current is None:
        raise NotFound(_("There is no such visit."))
    if current.cancelled_at or current.done_at:
        raise WrongState(_("This visit is over already."), code="visit_over")
    return current, ticket


def _put(visit: Visit, fields: dict[str, Any], ticket: Ticket) -> None:
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(visit, name, " ".join(value.split()) if isinstance(value, str) else value)
    limits = {"purpose": 200, "place": 200, "tools": 300}
    problems |= {
        name: [_("At most %(most)s letters.") % {"most": most}]
        for name, most in limits.items()
        if len(getattr(visit, name)) > most
    }
    if not visit.purpose:
        problems["purpose"] = [_("What for?")]
    problems |= _wrong_time(visit.starts_at, visit.ends_at) | _wrong_person(visit.person, ticket)
    if problems:
        raise Invalid(problems)


def _wrong_time(starts_at: datetime | None, ends_at: datetime | None) -> dict[str, list[str]]:
    if starts_at is None:
        return {"starts_at": [_("When?")]}
    if ends_at is None or ends_at <= starts_at or ends_at - starts_at > LONGEST:
        return {"ends_at": [_("It must end after it begins, at most two weeks later.")]}
    return {}


def _wrong_person(person: Person | None, ticket: Ticket) -> dict[str, list[str]]:
    if person is None:
        return {}
    account = person.account
    if account is None or not account.is_active or not policy.works_inside(actor_for(account), ticket):
        return {"person": [_("This person may not see the ticket.")]}
    return {}


def _invite(visit: Visit, ticket: Ticket, text: str, *, actor: Actor, is_cancelling: bool = False) -> Message:
    """A message to the requester that carries the appointment as it is now."""
    words = text.strip() or words_for(visit, ticket.language, is_cancelling=is_cancelling)
    message = write_message(ticket, actor=actor, text=words)
    ticket.refresh_from_db()
    Invitation.objects.create(
        message=message,
        visit=visit,
        sequence=visit.sequence,
        is_cancelling=is_cancelling,
        summary=f"[#{ticket.number}] {visit.purpose}",
        place=visit.place,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
    )
    return message


def words_for(visit: Visit, language: str, *, is_cancelling: bool = False) -> str:
    """What an invitation says where nobody wrote other words, in a language."""
    starts, ends = timezone.localtime(visit.starts_at), timezone.localtime(visit.ends_at)
    with translation.override(language):
        values = {
            "day": formats.date_format(starts, "l, j. F Y" if language.startswith("de") else "l, j F Y"),
            "from": formats.time_format(starts, "H:i"),
            "until": formats.time_format(ends, "H:i"),
            "purpose": visit.purpose,
        }
        if is_cancelling:
            return _("The appointment on %(day)s at %(from)s is called off: %(purpose)s.") % values
        words = _("We have an appointment on %(day)s, %(from)s to %(until)s: %(purpose)s.") % values
        if visit.place:
            words += "\n" + _("Place: %(place)s") % {"place": visit.place}
        return words + "\n" + _("If it does not suit you, please answer this message.")


def _tell(visit: Visit, ticket: Ticket, what: str, *, actor: Actor, person_id: int | None = None) -> None:
    written(ticket)
    publish(
        VisitPlanned(
            subject_id=ticket.pk,
            visit_id=visit.pk,
            what=what,
            starts=visit.starts_at.isoformat(),
            person_id=person_id,
            place=visit.place,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )


@command
def make_feed(*, actor: Actor) -> str:
    """A new address for one's own calendar; a former one ends. The secret is told once and kept as a digest only."""
    require(actor.has(policy.WORK) or actor.has(policy.WORK_HANDED))
    secret = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        person_id=actor.person_id, defaults={"digest": digest_of_feed(secret), "made_at": clock.now()}
    )
    publish(CalendarFeedChanged(subject_id=actor.person_id, is_on=True), actor=actor)
    return secret


@command
def end_feed(*, actor: Actor) -> None:
    """The address leads nowhere any more."""
    if not CalendarFeed.objects.filter(person_id=actor.person_id).delete()[0]:
        raise NotFound(_("There is no such address."))
    publish(CalendarFeedChanged(subject_id=actor.person_id, is_on=False), actor=actor)
