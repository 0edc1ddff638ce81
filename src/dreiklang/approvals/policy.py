"""Who may ask, who may answer, who sees what was said."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import absences_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def may_ask(actor: Actor, ticket: Ticket) -> bool:
    """Ask for an approval, withdraw one: those inside the house who work on the ticket."""
    return tickets.may_work(actor, ticket) and not tickets.is_outside_house(actor)


def approvals_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Approval]:
    """The approvals of a ticket, for those who may know of them: who works on it inside the house."""
    if not tickets.works_inside(actor, ticket) or tickets.is_outside_house(actor):
        return Approval.objects.none()
    return Approval.objects.filter(ticket=ticket).select_related("asked_by").prefetch_related("votes__person")


def votes_for(actor: Actor) -> QuerySet[Vote]:
    """The open questions that wait for an actor: own ones, and those of people who are away and named them."""
    if actor.kind != "person":
        return Vote.objects.none()
    away = [person for person, substitute in absences_on(today()).items() if substitute == actor.id]
    waiting = Vote.objects.filter(answer="", approval__state=Approval.State.OPEN)
    found = waiting.filter(Q(person_id=actor.id) | Q(person_id__in=away))
    # nobody answers what they asked themselves, or what is asked for themselves
    return found.exclude(approval__ticket__requester_id=actor.id).exclude(approval__asked_by_id=actor.id)


def concerned(approval: Approval) -> set[int | None]:
    """Who answers no vote of this approval, not even for somebody else: who asked, and whom it is asked for.

    The same rule as in ``votes_for``, for those who come by mail.
    """
    return {approval.asked_by_id, approval.ticket.requester_id}


def substitute_of(person: Person) -> int | None:
    """Who answers for somebody who is away today."""
    return absences_on(today(), [person.pk]).get(person.pk)
