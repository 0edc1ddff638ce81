"""Vendors: their clocks kept as the journal says, own staff reminded when they are silent, their case number noted."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from dreiklang.calendars.rules import add_working_time
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, derived
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.sla.events import CaseNumberNoted, VendorSilent
from dreiklang.sla.models import VendorWait
from dreiklang.sla.queries.vendors import contract_with, deeds_of, references_in_letters, seconds_promised
from dreiklang.sla.rules.vendors import Reminder, Wait, reminders_of, waits_of
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, held
from dreiklang.tickets.models import Ticket


@derived
def keep_vendor_waits(ticket_id: int) -> None:
    """Write what a ticket's vendors were asked and whether they answered; a second run changes nothing."""
    ticket = Ticket.objects.get(pk=ticket_id)
    kept = {(row.organization_id, row.asked_at): row for row in VendorWait.objects.filter(ticket=ticket)}
    named = references_in_letters(ticket)
    for wait in waits_of(deeds_of(ticket)):
        row = kept.pop((wait.vendor, wait.asked_at), None)
        if row is None:
            known = _known_reference(ticket, wait.vendor) or named.get(wait.vendor, "")
            _begin(ticket, wait, reference=known)
        elif (row.ended_at, row.was_answered) != (wait.ended_at, wait.was_answered):
            row.ended_at, row.was_answered = wait.ended_at, wait.was_answered
            row.next_reminder_at = None if wait.ended_at else _next(row)
            row.reference = row.reference or named.get(wait.vendor, "")
            row.save(update_fields=["ended_at", "was_answered", "next_reminder_at", "reference"])
    for row in kept.values():  # what was called back before it left never was asked
        row.delete()


def _begin(ticket: Ticket, wait: Wait, *, reference: str) -> None:
    version = contract_with(wait.vendor, wait.asked_at)
    row = VendorWait(
        ticket=ticket, organization_id=wait.vendor, version=version, asked_at=wait.asked_at, ended_at=wait.ended_at,
        was_answered=wait.was_answered, reference=reference,
    )  # fmt: skip
    if version is not None and (seconds := seconds_promised(version, ticket)) is not None:
        row.due_at = add_working_time(version.calendar.as_rules(), wait.asked_at, seconds)
    row.next_reminder_at = None if wait.ended_at else _next(row)
    row.save()


def _known_reference(ticket: Ticket, vendor_id: int) -> str:
    rows = VendorWait.objects.filter(ticket=ticket, organization=vendor_id).exclude(reference="")
    return rows.order_by("-asked_at").values_list("reference", flat=True).first() or ""


def _ladder(row: VendorWait) -> list[Reminder]:
    if row.version is None:
        return []
    hours = row.version.calendar.as_rules()
    return reminders_of(row.version.ladder, hours, asked_at=row.asked_at, due_at=row.due_at)


def _next(row: VendorWait) -> datetime | None:
    ladder = _ladder(row)
    return ladder[row.reminded].at if row.reminded < len(ladder) else None


@command
def remind_of_vendor(wait_id: int, *, actor: Actor) -> VendorWait:
    """Tell own staff that a vendor is silent, and whom to ask next; once for each rung. WrongState if none is due."""
    require(actor.is_system)
    now = clock.now()
    found = VendorWait.objects.filter(pk=wait_id).values_list("ticket_id", flat=True).first()
    if found is None:
        raise NotFound
    ticket = held(found, actor=actor)
    row = VendorWait.objects.select_for_update(of=("self",)).select_related(
        "organization", "version__calendar"
    ).get(pk=wait_id)  # fmt: skip
    if row.ended_at is not None or row.next_reminder_at is None or row.next_reminder_at > now:
        raise WrongState(code="not_due")
    reminder = _ladder(row)[row.reminded]
    row.reminded += 1
    row.next_reminder_at = _next(row)
    row.save(update_fields=["reminded", "next_reminder_at"])
    publish(
        VendorSilent(
            subject_id=ticket.pk, wait_id=row.pk, organization_id=row.organization_id, asked_at=row.asked_at,
            is_late=row.due_at is not None and row.due_at <= now, vendor=row.organization.name,
            contact=reminder.contact, **acts_at(actor, ticket),
        ),
        actor=actor,
    )  # fmt: skip
    return row


@command
def note_case_number(ticket: Ticket, *, actor: Actor, vendor_id: int, reference: str) -> VendorWait:
    """Write down the number a vendor gave the case; the ticket is found by it from now on, inside."""
    ticket = held(ticket, actor=actor)
    require(tickets.may_write_to_third_party(actor, ticket))
    rows = VendorWait.objects.filter(ticket=ticket, organization=vendor_id).select_related("organization")
    row = rows.order_by("-asked_at").first()
    if row is None:
        raise NotFound(_("This vendor was not asked about this ticket."))
    reference = " ".join(reference.split())
    if len(reference) > 100 or not reference.isprintable():
        raise Invalid({"reference": [_("No more than 100 characters.")]})
    if reference == row.reference:
        raise WrongState(_("Nothing was changed."), code="nothing_changed")
    row.reference = reference
    row.save(update_fields=["reference"])
    remember_words(ticket, inside=[reference])
    publish(
        CaseNumberNoted(
            subject_id=ticket.pk, organization_id=vendor_id, vendor=row.organization.name, reference=reference,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )  # fmt: skip
    return row
