"""Tasks and check-lists on a ticket: added, done, changed, put in order, removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy, rules
from dreiklang.tickets.commands.holding import acts_at, author_id, held, held_where_it_goes_on, written
from dreiklang.tickets.events.tasks import TaskChanged, TasksAdded
from dreiklang.tickets.models import Task, Ticket
from dreiklang.tickets.queries.tasks import tasks_of

MOST, LONGEST = 200, 300
#: What ``change_task`` may set (P30).
FIELDS = ("text", "heading", "assignee", "team", "due_at", "is_blocking")


@command
def add_tasks(
    ticket: Ticket,
    *,
    actor: Actor,
    texts: Sequence[str],
    heading: str = "",
    assignee: Person | None = None,
    team: Team | None = None,
    due_at: datetime | None = None,
    is_blocking: bool = False,
) -> list[Task]:
    """Add tasks, one for each text; with a ``heading`` they are a check-list. Raises Invalid by field.

    An outside team adds tasks for itself only. Whoever shall do it must be able to see the ticket.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    wanted = [" ".join(text.split()) for text in texts if text.strip()]
    problems: dict[str, list[str]] = {}
    if not wanted:
        problems["texts"] = [_("What is to be done?")]
    if any(len(text) > LONGEST for text in wanted):
        problems["texts"] = [_("A task has at most %(most)s letters; more belongs into a note.") % {"most": LONGEST}]
    if ticket.tasks.count() + len(wanted) > MOST:
        problems["texts"] = [_("A ticket has at most %(most)s tasks.") % {"most": MOST}]
    if policy.is_outside_house(actor) and team is None and assignee is None:
        team = Team.objects.filter(pk__in=actor.teams).order_by("pk").first()
    problems |= _wrong_hands(ticket, assignee, team, actor)
    if problems:
        raise Invalid(problems)
    last = ticket.tasks.aggregate(last=Max("position"))["last"] or 0
    made = Task.objects.bulk_create(
        Task(
            ticket=ticket,
            heading=" ".join(heading.split())[:100],
            text=text,
            position=last + n,
            assignee=assignee,
            team=team,
            due_at=due_at,
            is_blocking=is_blocking,
            author_id=author_id(actor),
            made_at=clock.now(),
        )
        for n, text in enumerate(wanted, start=1)
    )
    written(ticket)
    publish(
        TasksAdded(
            subject_id=ticket.pk,
            task_ids=tuple(task.pk for task in made),
            person_id=assignee.pk if assignee else None,
            gist=rules.first_words("; ".join(wanted)),
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return made


def _wrong_hands(ticket: Ticket, assignee: Person | None, team: Team | None, actor: Actor) -> dict[str, list[str]]:
    """Why somebody, or a team, cannot have a task of this ticket."""
    account = assignee.account if assignee else None
    if assignee is not None and (
        account is None or not account.is_active or not policy.works_inside(actor_for(account), ticket)
    ):
        return {"assignee": [_("This person may not see the ticket.")]}
    if team is not None and team.pk != ticket.team_id and team.organization.kind != "provider":
        return {"team": [_("This team may not see the ticket.")]}
    if policy.is_outside_house(actor) and (
        (team is not None and team.pk not in actor.teams) or (assignee is not None and assignee.pk != actor.id)
    ):
        return {"assignee": [_("Please give the task to your own team.")]}
    return {}


def _held_task(task: Task, *, actor: Actor) -> tuple[Task, Ticket]:
    """A task as it is now with the ticket it is worked on in. Raises NotFound if the actor may not know of it."""
    _asked, ticket = held_where_it_goes_on(task.ticket_id, actor=actor)
    require(policy.may_work(actor, ticket))
    current = tasks_of(ticket, actor=actor).filter(pk=task.pk).first()
    if current is None:
        raise NotFound(_("There is no such task."))
    return current, ticket


def _tell(task: Task, ticket: Ticket, what: str, *, actor: Actor, person_id: int | None = None) -> None:
    written(ticket)
    publish(
        TaskChanged(
            subject_id=ticket.pk,
            task_id=task.pk,
            what=what,
            person_id=person_id,
            gist=rules.first_words(task.text),
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )


@command
def do_task(task: Task, *, actor: Actor) -> Task:
    """It is done. Raises WrongState if it was."""
    task, ticket = _held_task(task, actor=actor)
    if task.done_at is not None:
        raise WrongState(_("This is done already."), code="already_done")
    task.done_at, task.done_by_id = clock.now(), author_id(actor)
    task.save(update_fields=["done_at", "done_by"])
    _tell(task, ticket, "done", actor=actor)
    return task


@command
def open_task(task: Task, *, actor: Actor) -> Task:
    """It is not done after all. Raises WrongState if it was not."""
    task, ticket = _held_task(task, actor=actor)
    if task.done_at is None:
        raise WrongState(_("This is not done yet."), code="not_done")
    task.done_at = task.done_by = None
    task.save(update_fields=["done_at", "done_by"])
    _tell(task, ticket, "open", actor=actor)
    return task


@command
def change_task(task: Task, *, actor: Actor, **fields: Any) -> Task:
    """Change text, heading, assignee, team, due_at or is_blocking. Raises Invalid by field."""
    task, ticket = _held_task(task, actor=actor)
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(task, name, fields[name])
    task.text, task.heading = " ".join(task.text.split()), " ".join(task.heading.split())[:100]
    if not task.text or len(task.text) > LONGEST:
        problems["text"] = [_("What is to be done?")]
    problems |= _wrong_hands(ticket, fields.get("assignee"), fields.get("team"), actor)
    if problems:
        raise Invalid(problems)
    task.save(update_fields=list(FIELDS))
    given = task.assignee_id if fields.get("assignee") else None
    _tell(task, ticket, "changed", actor=actor, person_id=given)
    return task


@command
def move_task(task: Task, *, actor: Actor, up: bool) -> Task:
    """One place up or down in the order of its ticket. At the end of the list nothing moves: WrongState."""
    task, ticket = _held_task(task, actor=actor)
    order = list(Task.objects.filter(ticket_id=task.ticket_id).order_by("position", "id"))
    at = next(n for n, other in enumerate(order) if other.pk == task.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(order):
        raise WrongState(_("It stands at the end already."), code="at_the_end")
    order[at], order[to] = order[to], order[at]
    for place, other in enumerate(order, start=1):
        other.position = place
    Task.objects.bulk_update(order, ["position"])
    _tell(task, ticket, "moved", actor=actor)
    return task


@command
def remove_task(task: Task, *, actor: Actor) -> Ticket:
    """It need not be done. What was removed stays in the journal."""
    task, ticket = _held_task(task, actor=actor)
    _tell(task, ticket, "removed", actor=actor)
    task.delete()
    return ticket
