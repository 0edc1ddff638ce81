"""What is to be done: on a ticket, by somebody, and what must be done before a ticket can be solved."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import Task, Ticket


def tasks_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Task]:
    """The tasks of a ticket and of those merged into it, as far as the actor may read them, in their order."""
    seen = [t.pk for t in policy.gathered(actor, ticket) if policy.works_inside(actor, t)]
    found = Task.objects.filter(ticket__in=seen).select_related("assignee", "team", "done_by")
    if policy.is_outside_house(actor):
        found = found.filter(Q(team_id__in=actor.teams) | Q(assignee_id=actor.id))
    return found.order_by("position", "id")


def mine(actor: Actor) -> Q:
    """Open tasks for an actor: their own, and those of their teams that nobody in particular has."""
    own = Q(assignee_id=actor.id) if actor.kind == "person" else Q(pk__in=[])
    return Q(done_at=None) & (own | Q(assignee=None, team_id__in=actor.teams))


def with_my_tasks(tickets: QuerySet[Ticket], *, actor: Actor) -> QuerySet[Ticket]:
    """Those of some tickets on which the actor has something to do."""
    return tickets.filter(Exists(Task.objects.filter(mine(actor), ticket=OuterRef("pk"))))


def next_of_mine(actor: Actor) -> QuerySet[Task]:
    """The actor's open tasks, the nearest due first; to be narrowed to a ticket."""
    return Task.objects.filter(mine(actor)).order_by(F("due_at").asc(nulls_last=True), "position", "id")


def blocking(ticket: Ticket) -> list[str]:
    """What must still be done before the ticket can be solved, whoever asks."""
    open_ones = Task.objects.filter(ticket__in=policy.with_merged(ticket.pk), is_blocking=True, done_at=None)
    return list(open_ones.order_by("position", "id").values_list("text", flat=True)[:5])
