"""Which vendor somebody belongs to, which underpinning contract holds, and what a ticket's vendors were asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address, Organization
from dreiklang.sla.models import Agreement, AgreementVersion, VendorWait
from dreiklang.sla.queries.contracts import targets_from
from dreiklang.sla.rules import FIRST_RESPONSE, RESOLUTION, Terms
from dreiklang.sla.rules.vendors import ANSWERED, ASKED, OVER, Deed
from dreiklang.teams.models import Team
from dreiklang.teams.queries import today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Correspondence, Message, Ticket

OUTSIDE: Final = (Organization.Kind.VENDOR, Organization.Kind.EXTERNAL)
_OVER: Final = ("ticket.resolved", "ticket.closed", "ticket.merged")
_BETWEEN: Final = ("handover.made", "handover.handed_back")
_NEVER_LEFT: Final = (Message.Delivery.WITHDRAWN, Message.Delivery.FAILED)


def deeds_of(ticket: Ticket) -> list[Deed]:
    """Everything on a ticket that begins or ends the wait for a vendor. Four queries at most."""
    return [*_letters(ticket), *_lines(ticket)]


def _letters(ticket: Ticket) -> Iterator[Deed]:
    letters = Correspondence.objects.filter(ticket=ticket).exclude(delivery__in=_NEVER_LEFT).select_related(
        "party__organization"
    )  # fmt: skip
    for letter in letters.order_by("id"):
        vendor = letter.party.organization if letter.party else vendor_of(letter.party_address)
        if vendor is not None and vendor.kind in OUTSIDE:
            yield Deed(letter.said_at, ASKED if letter.direction == Message.Direction.OUT else ANSWERED, vendor.pk)


def references_in_letters(ticket: Ticket) -> dict[int, str]:
    """Vendor → the number that stood last in a letter of theirs. One query where no letter has one."""
    letters = Correspondence.objects.filter(ticket=ticket, direction=Message.Direction.IN).exclude(reference="")
    found: dict[int, str] = {}
    for letter in letters.select_related("party__organization").order_by("id"):
        vendor = letter.party.organization if letter.party else vendor_of(letter.party_address)
        if vendor is not None:
            found[vendor.pk] = letter.reference
    return found


def _lines(ticket: Ticket) -> Iterator[Deed]:
    lines = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk, code__in=(*_OVER, *_BETWEEN))
    outside = dict(Team.objects.filter(organization__kind__in=OUTSIDE).values_list("pk", "organization_id"))
    for at, code, plain in lines.order_by("id").values_list("at", "code", "plain"):
        if code in _OVER:
            yield Deed(at, OVER)
        else:
            if giver := outside.get(plain["from_team_id"]):
                yield Deed(at, ANSWERED, giver)
            if code == "handover.made" and (taker := outside.get(plain["to_team_id"])):
                yield Deed(at, ASKED, taker)


def vendor_of(address: str) -> Organization | None:
    """The vendor or external provider an address belongs to: of a known person, else by its domain."""
    known = Address.objects.filter(kind="mail", folded=address.lower()).select_related("person__organization").first()
    if known is not None:
        return known.person.organization if known.person.organization.kind in OUTSIDE else None
    domain = address.rpartition("@")[2].lower()
    return Organization.objects.filter(kind__in=OUTSIDE, is_active=True, mail_domains__contains=[domain]).first()


def contract_with(vendor_id: int, at: datetime) -> AgreementVersion | None:
    """The version of the underpinning contract with a vendor that was valid on a day and known at a moment."""
    rows = AgreementVersion.objects.filter(
        agreement__kind=Agreement.Kind.UNDERPINNING, agreement__organization=vendor_id, agreement__is_template=False,
        validity__contains=today(at), since_at__lte=at,
    )  # fmt: skip
    return rows.select_related("agreement", "calendar").order_by("agreement_id", "number").first()


def seconds_promised(version: AgreementVersion, ticket: Ticket) -> float | None:
    """The working time a vendor has for an answer to a ticket: of a first answer, else of a solution."""
    terms = Terms(version.calendar.as_rules(), targets_from(version.targets))
    first = terms.seconds_for(FIRST_RESPONSE, ticket.kind, ticket.priority)
    return first if first is not None else terms.seconds_for(RESOLUTION, ticket.kind, ticket.priority)


def waits_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[VendorWait]:
    """What vendors were asked, the newest first: for the provider's own people who work on the ticket, nobody else."""
    if tickets.is_outside_house(actor) or not tickets.works_inside(actor, ticket):
        return VendorWait.objects.none()
    rows = VendorWait.objects.filter(ticket=ticket)
    return rows.select_related("organization", "version__agreement", "version__calendar").order_by("-asked_at", "-pk")


def reminders_due(now: datetime) -> list[int]:
    """Waits of which a rung is to be told."""
    rows = VendorWait.objects.filter(next_reminder_at__lte=now).order_by("next_reminder_at", "pk")
    return list(rows.values_list("pk", flat=True)[:500])
