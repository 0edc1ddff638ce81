"""Who may ask, who may answer, who sees what was said."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from dreiklang.approvals.models import Approval, Vote
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.queries import absences_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket


def may_ask(actor: Actor, ticket: Ticket) -> bool:
    """Ask for an approval, withdraw one: those inside the house who work on the ticket."""
    return tickets.may_work(actor, ticket) and not tickets.is_outside_house(actor)


def approvals_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Approval]:
    """The approvals of a ticket and of those merged into it, for those who work on it inside the house."""
    if not tickets.works_inside(actor, ticket) or tickets.is_outside_house(actor):
        return Approval.objects.none()
    seen = [one.pk for one in tickets.gathered(actor, ticket) if tickets.works_inside(actor, one)]
    return Approval.objects.filter(ticket__in=seen).select_related("asked_by").prefetch_related("votes__person")


def votes_for(actor: Actor) -> QuerySet[Vote]:
    """The open questions that wait for an actor: own ones, and those of people who are away and named them."""
    if actor.kind != "person":
        return Vote.objects.none()
    away = [person for person, substitute in absences_on(today()).items() if substitute == actor.id]
    waiting = Vote.objects.filter(answer="", approval__state=Approval.State.OPEN)
    me = Person.objects.filter(pk=actor.person_id)
    in_the_house = Q(Exists(me.filter(organization__kind=Organization.Kind.PROVIDER)))
    at_home = Q(approval__ticket__customer__in=me.values("organization")) | in_the_house
    found = waiting.filter(Q(person_id=actor.id) | (Q(person_id__in=away) & at_home))
    # nobody answers what they asked themselves, or what is asked for themselves
    return found.exclude(approval__ticket__requester_id=actor.id).exclude(approval__asked_by_id=actor.id)


def concerned(approval: Approval) -> set[int | None]:
    """Who answers no vote of this approval, not even for somebody else: who asked, and whom it is asked for.

    The same rule as in ``votes_for``, for those who come by mail.
    """
    return {approval.asked_by_id, approval.ticket.requester_id}


def may_be_asked(person: Person, ticket: Ticket) -> bool:
    """Whether the question may reach somebody: another customer, a provider or a vendor has no part in it."""
    home = person.organization
    return home.pk == ticket.customer_id or home.kind == Organization.Kind.PROVIDER


def may_stand_in(person: Person, approval: Approval) -> bool:
    """Whether somebody may answer for whoever was asked and named them: the rule of ``votes_for``, for mails."""
    return person.is_active and person.pk not in concerned(approval) and may_be_asked(person, approval.ticket)


def told_of(vote: Vote) -> set[int]:
    """Who gets the question by mail: who was asked and, while they are away today, who stands in for them."""
    told = {vote.person_id} - concerned(vote.approval)
    key = absences_on(today(), [vote.person_id]).get(vote.person_id)
    stands_in = Person.objects.select_related("organization").filter(pk=key).first() if key else None
    return told | ({stands_in.pk} if stands_in is not None and may_stand_in(stands_in, vote.approval) else set())
