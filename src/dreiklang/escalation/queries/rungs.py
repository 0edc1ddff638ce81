"""Who stands on the rungs of a ladder: those present, else who stands in for them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from dreiklang.escalation.models import Rung
from dreiklang.kernel import clock
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Membership, Team
from dreiklang.teams.queries import absences_on, actor_for, memberships_on, on_duty, substitute_of, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def persons_on(rung: Rung, ticket: Ticket) -> list[Person]:
    """Who is told at a rung of a ticket now: those present, else who stands in; only who may see the ticket."""
    at = clock.now()
    people = _on(rung, ticket, at)
    seen = {person.pk: person for person in people if person.is_active and person.account is not None}
    return [p for p in seen.values() if p.account and tickets.may_see(actor_for(p.account), ticket)]


def _on(rung: Rung, ticket: Ticket, at: datetime) -> list[Person]:
    whom = Rung.Whom(rung.whom)
    if whom == Rung.Whom.PERSON:
        stand_in = substitute_of(rung.person, at) if rung.person else None
        return [stand_in] if stand_in else []
    if whom == Rung.Whom.MANAGER:
        return _with_role("manager", at)
    if whom == Rung.Whom.CONTACT:
        return list(_bearers("contact").filter(organization_id=ticket.customer_id))
    if ticket.team is None:
        return []
    if whom == Rung.Whom.ON_CALL:
        return on_duty(ticket.team, at)
    leads = leads_of(ticket.team)
    away = absences_on(today(at), [lead.pk for lead in leads])
    present = [lead for lead in leads if lead.pk not in away]
    return present or [p for p in (substitute_of(lead, at) for lead in leads) if p is not None]


def leads_of(team: Team) -> list[Person]:
    """The leads of a team today."""
    rows = memberships_on(today()).filter(team=team, role=Membership.Role.LEAD).select_related("person__account")
    return [row.person for row in rows]


def _bearers(role: str) -> QuerySet[Person]:
    rows = Person.objects.filter(is_active=True, account__is_active=True, account__roles__contains=[role])
    return rows.select_related("account").order_by("sort_key", "pk")


def _with_role(role: str, at: datetime) -> list[Person]:
    people = list(_bearers(role).filter(organization__kind="provider"))
    away = absences_on(today(at), [person.pk for person in people])
    return [person for person in people if person.pk not in away] or people


def nobody_on(whom: str, person: Person | None, team: Team | None) -> bool:
    """Whether a rung points to nobody as things stand: no such lead, manager, contact or person with an account."""
    if whom == Rung.Whom.PERSON:
        return person is None or not person.is_active or person.account_id is None
    if whom == Rung.Whom.MANAGER:
        return not _bearers("manager").filter(organization__kind="provider").exists()
    if whom == Rung.Whom.CONTACT:
        return not _bearers("contact").exists()
    members = memberships_on(today())
    if team is not None:
        members = members.filter(team=team)
    if whom == Rung.Whom.LEAD:
        members = members.filter(role=Membership.Role.LEAD)
    return not members.exists()


def teams_without_lead() -> list[str]:
    """Teams inside the house of whom nobody is lead: a rung to the lead finds nobody there."""
    with_lead = memberships_on(today()).filter(role=Membership.Role.LEAD).values("team_id")
    rows = Team.objects.filter(is_active=True, organization__kind="provider").exclude(pk__in=with_lead)
    return list(rows.order_by("level", "name").values_list("name", flat=True))
