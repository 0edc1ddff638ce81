"""Complaints: an owner outside the level complained about, what they change, and the answer that is owed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy, rules
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.events.complaints import (
    ComplaintTaken,
    MeasureDecided,
    MeasureDone,
    MeasureDropped,
    MeasureReopened,
)
from dreiklang.tickets.models import Complaint, Measure, Ticket
from dreiklang.tickets.queries.complaints import complaint_about, possible_owners, proposed_owner, team_for_complaint

LONGEST = 500


@command
def file_complaint(about: Ticket, *, actor: Actor, text: str) -> Ticket:
    """A requester complains about how a ticket of theirs was dealt with: a ticket of its own, with an owner at once.

    It is about the level that has the ticket now. A team of another level works on it, sight is restricted to that
    team, the owner, managers and whoever complains: neither those it is about nor the customer's contacts read it.
    Where nobody can be proposed as owner the desk names one.

    Raises Invalid for missing words, WrongState while a complaint about the same ticket runs.
    """
    about = held(about, actor=actor)
    require(policy.may_file_complaint(actor, about))
    if not text.strip():
        raise Invalid({"text": [_("Please say what went wrong.")]})
    if running := complaint_about(about):
        words = _("Your complaint %(number)s about this ticket is being looked at. Please write there.")
        raise WrongState(words % {"number": running.number}, code="complaint_runs")
    owner = proposed_owner(about.level)
    made = open_with_message(
        about.requester,
        actor=actor,
        text=text,
        subject=_("Complaint about %(number)s: %(subject)s") % {"number": about.number, "subject": about.subject},
        kind=rules.COMPLAINT,
        channel="portal",
        team=team_for_complaint(about.level),
        service=about.service,
        is_restricted=True,
        follows=about if owner is None else None,
    )
    if owner is not None:
        take_complaint(made, actor=system("desk"), owner=owner, about=about, about_level=about.level)
        made.refresh_from_db()
    return made


@command
def take_complaint(
    ticket: Ticket,
    *,
    actor: Actor,
    owner: Person,
    about: Ticket | None = None,
    about_level: int | None = None,
    version: int | None = None,
) -> Complaint:
    """Give a complaint its owner, and say which ticket and level it is about (the ticket's level, unless told).

    The owner works inside the house and on no team of the level complained about, or the complaint would be judged
    by those it is about. Raises Invalid by field, WrongState for a ticket of another kind.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_keep_complaint(actor, ticket))
    if ticket.kind != rules.COMPLAINT:
        raise WrongState(_("This ticket is no complaint."), code="no_complaint")
    level = about_level or (about.level if about else None)
    problems: dict[str, list[str]] = {}
    if about is not None and (about.pk == ticket.pk or not policy.may_see(actor, about)):
        problems["about"] = [_("There is no such ticket.")]
    if level not in (1, 2, 3, 4):
        problems["about_level"] = [_("Which level is it about?")]
    elif not possible_owners(level).filter(pk=owner.pk).exists():
        problems["owner"] = [_("Who owns a complaint works inside the house, on another level than it is about.")]
    if problems:
        raise Invalid(problems)
    assert level is not None
    found = Complaint.objects.filter(ticket=ticket).first()
    former = found.owner_id if found else None
    complaint = found or Complaint(ticket=ticket, since_at=clock.now())
    if found and (former, found.about_id, found.about_level) == (owner.pk, about.pk if about else None, level):
        raise Invalid({"": [_("Nothing was changed.")]}, code="nothing_changed")
    complaint.owner, complaint.about, complaint.about_level = owner, about, level
    complaint.save()
    written(ticket)
    publish(
        ComplaintTaken(
            subject_id=ticket.pk,
            owner_id=owner.pk,
            former_owner_id=former,
            about_id=about.pk if about else None,
            about_level=level,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return complaint


@command
def decide_measure(
    complaint: Complaint, *, actor: Actor, text: str, owner: Person | None = None, due_date: date | None = None
) -> Measure:
    """Write down what is changed because of a complaint, who sees to it and until when. Raises Invalid by field."""
    ticket = _kept(complaint, actor)
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST:
        raise Invalid({"text": [_("What is changed? A sentence of at most 500 characters.")]})
    measure = Measure.objects.create(
        complaint=complaint, text=text, owner=owner, due_date=due_date, made_at=clock.now()
    )
    written(ticket)
    publish(
        MeasureDecided(
            subject_id=ticket.pk,
            measure_id=measure.pk,
            owner_id=owner.pk if owner else None,
            due_date=due_date.isoformat() if due_date else "",
            text=text,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return measure


@command
def finish_measure(measure: Measure, *, actor: Actor) -> Measure:
    """It is changed. Raises WrongState if that was said already."""
    measure, ticket = _held_measure(measure, actor)
    if measure.done_at:
        raise WrongState(_("It is so already."), code="already_so")
    measure.done_at = clock.now()
    measure.save(update_fields=["done_at"])
    written(ticket)
    publish(MeasureDone(subject_id=ticket.pk, measure_id=measure.pk, **acts_at(actor, ticket)), actor=actor)
    return measure


@command
def reopen_measure(measure: Measure, *, actor: Actor) -> Measure:
    """It is not done after all."""
    measure, ticket = _held_measure(measure, actor)
    if not measure.done_at:
        raise WrongState(_("It is so already."), code="already_so")
    measure.done_at = None
    measure.save(update_fields=["done_at"])
    written(ticket)
    publish(MeasureReopened(subject_id=ticket.pk, measure_id=measure.pk, **acts_at(actor, ticket)), actor=actor)
    return measure


@command
def drop_measure(measure: Measure, *, actor: Actor) -> None:
    """Take a measure back; the journal keeps that it was decided."""
    measure, ticket = _held_measure(measure, actor)
    dropped = MeasureDropped(subject_id=ticket.pk, measure_id=measure.pk, text=measure.text, **acts_at(actor, ticket))
    measure.delete()
    written(ticket)
    publish(dropped, actor=actor)


def _kept(complaint: Complaint, actor: Actor) -> Ticket:
    ticket = held(complaint.ticket_id, actor=actor)
    require(policy.may_keep_complaint(actor, ticket))
    return ticket


def _held_measure(measure: Measure, actor: Actor) -> tuple[Measure, Ticket]:
    ticket = _kept(measure.complaint, actor)
    found = Measure.objects.select_for_update().filter(pk=measure.pk).first()
    if found is None:
        raise NotFound(code="no_measure")
    return found, ticket
