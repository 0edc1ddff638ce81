"""Visits of a ticket, and those of a technician for their own calendar."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.queries import actor_for
from dreiklang.teams.queries.duty_of import Duty, duty_of
from dreiklang.tickets import policy
from dreiklang.tickets.models import CalendarFeed, Ticket, Visit
from dreiklang.tickets.rules.icalendar import PUBLISH, Appointment, calendar

BACK, AHEAD = timedelta(days=60), timedelta(days=400)
MOST = 1000


def visits_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Visit]:
    """The visits of a ticket and of those merged into it; an outside team sees those of its own people."""
    seen = [t.pk for t in policy.gathered(actor, ticket) if policy.works_inside(actor, t)]
    found = Visit.objects.filter(ticket__in=seen).select_related("person")
    if policy.is_outside_house(actor):
        found = found.filter(person__memberships__team_id__in=actor.teams).distinct()
    return found.order_by("starts_at", "id")


def digest_of_feed(secret: str) -> bytes:
    """What is kept of the secret in a calendar's address."""
    return hashlib.sha256(secret.encode()).digest()


def feed_of(secret: str) -> str | None:
    """The calendar behind an address, with the rights of this moment; None if the address leads nowhere (any more)."""
    found = CalendarFeed.objects.filter(digest=digest_of_feed(secret)).select_related("person__account").first()
    account = found.person.account if found else None
    if found is None or account is None or not account.is_active or not found.person.is_active:
        return None
    actor, now = actor_for(account), clock.now()
    visits = Visit.objects.filter(
        person=found.person,
        cancelled_at=None,
        starts_at__gte=now - BACK,
        starts_at__lte=now + AHEAD,
        ticket__in=policy.visible_to(actor),
    ).select_related("ticket__requester")
    own = [v for v in visits.order_by("starts_at", "id")[:MOST] if policy.works_inside(actor, v.ticket)]
    with override(found.person.language):
        duties = [_on_duty(duty) for duty in duty_of(found.person)]
    return calendar([*(_shown(visit) for visit in own), *duties], method=PUBLISH, made_at=now)


def _on_duty(duty: Duty) -> Appointment:
    """A shift, the own or that of somebody one stands in for."""
    words = _("On duty: %(team)s") % {"team": duty.team}
    if duty.instead_of:
        words += " " + _("(for %(name)s)") % {"name": duty.instead_of}
    return Appointment(f"shift-{duty.shift_id}@dreiklang", 0, duty.starts_at, duty.ends_at, words)


def _shown(visit: Visit) -> Appointment:
    """For the technician's own eyes: with the requester and what to bring."""
    ticket = visit.ticket
    words = [ticket.requester.name, visit.tools]
    return Appointment(
        uid=visit.uid,
        sequence=visit.sequence,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=f"[#{ticket.number}] {visit.purpose}",
        place=visit.place,
        description="\n".join(word for word in words if word),
    )
