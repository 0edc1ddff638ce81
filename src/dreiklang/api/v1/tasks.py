"""Tasks and check-lists of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Line, Page
from dreiklang.api.v1.tickets import person_for, team_for
from dreiklang.api.v1.together import inside
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands import tasks as commands
from dreiklang.tickets.models import Task
from dreiklang.tickets.queries.tasks import mine, tasks_of

router = Router(tags=["tasks"])


class TaskOut(Schema):
    """One thing to be done; tasks of one ``heading`` are a check-list."""

    id: int
    ticket: int
    heading: str
    text: str
    position: int
    assignee_id: int | None
    team_id: int | None
    due_at: datetime | None
    is_blocking: bool
    done_at: datetime | None


class TasksIn(Asked):
    """Tasks to add, one for each text."""

    texts: Annotated[list[Line], Field(min_length=1, max_length=100)]
    heading: Annotated[str, Field(max_length=100)] = ""
    assignee_id: int | None = None
    team_id: int | None = None
    due_at: datetime | None = None
    is_blocking: bool = False


class TaskChange(Asked):
    """What may be changed; what is left out stays."""

    text: Line | None = None
    heading: Annotated[str, Field(max_length=100)] | None = None
    assignee_id: int | None = None
    team_id: int | None = None
    due_at: datetime | None = None
    is_blocking: bool | None = None


def _shown(task: Task) -> dict[str, Any]:
    names = ("heading", "text", "position", "assignee_id", "team_id", "due_at", "is_blocking", "done_at")
    return {"id": task.pk, "ticket": task.ticket.number, **{name: getattr(task, name) for name in names}}


def _due(due_at: datetime | None) -> datetime | None:
    if due_at is not None and due_at.tzinfo is None:
        raise Invalid({"due_at": ["A moment needs a time zone."]})
    return due_at


def _task(request: HttpRequest, task_id: int) -> tuple[Task, Actor]:
    """A task the caller may read. Raises NotFound otherwise."""
    actor = caller(request)
    found = Task.objects.filter(pk=task_id, ticket__in=policy.visible_to(actor)).select_related("ticket").first()
    if found is None or not tasks_of(found.ticket, actor=actor).filter(pk=task_id).exists():
        raise NotFound("There is no such task.")
    return found, actor


@router.get("/tasks", response=Page[TaskOut], summary="What the caller has to do")
@scope(*WORKING)
def my_tasks(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """Open tasks of the caller and of their teams that nobody in particular has."""
    actor = caller(request)
    found = Task.objects.filter(mine(actor), ticket__in=policy.visible_to(actor)).select_related("ticket")
    return page_of(found, cursor, _shown)


@router.get("/tickets/{int:number}/tasks", response=Page[TaskOut], summary="What is to be done on a ticket")
@scope(*WORKING)
def list_tasks(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """In their order, the done ones too."""
    ticket, actor = inside(request, number)
    return [_shown(task) for task in tasks_of(ticket, actor=actor).select_related("ticket")]


@router.post("/tickets/{int:number}/tasks", response={201: list[TaskOut]}, summary="Add tasks")
@scope(*WORKING)
def add_tasks(request: HttpRequest, number: int, asked: TasksIn) -> Status[list[dict[str, Any]]]:
    """Add tasks; with a heading they are a check-list."""
    ticket, actor = inside(request, number)
    made = commands.add_tasks(
        ticket,
        actor=actor,
        texts=asked.texts,
        heading=asked.heading,
        assignee=person_for(actor, asked.assignee_id, "assignee_id") if asked.assignee_id else None,
        team=team_for(actor, asked.team_id) if asked.team_id else None,
        due_at=_due(asked.due_at),
        is_blocking=asked.is_blocking,
    )
    return Status(201, [_shown(task) for task in made])


@router.patch("/tasks/{int:task_id}", response=TaskOut, summary="Change a task")
@scope(*WORKING)
def change_task(request: HttpRequest, task_id: int, asked: TaskChange) -> dict[str, Any]:
    """Change what is given."""
    task, actor = _task(request, task_id)
    fields = asked.dict(exclude_unset=True)
    if "assignee_id" in fields:
        key = fields.pop("assignee_id")
        fields["assignee"] = person_for(actor, key, "assignee_id") if key else None
    if "team_id" in fields:
        key = fields.pop("team_id")
        fields["team"] = team_for(actor, key) if key else None
    _due(fields.get("due_at"))
    if fields.get("is_blocking", False) is None:
        raise Invalid({"is_blocking": ["Yes or no; left out it stays."]})
    return _shown(commands.change_task(task, actor=actor, **fields))


@router.put("/tasks/{int:task_id}/completion", response=TaskOut, summary="It is done")
@scope(*WORKING)
def do_task(request: HttpRequest, task_id: int) -> dict[str, Any]:
    """Tick a task."""
    task, actor = _task(request, task_id)
    return _shown(commands.do_task(task, actor=actor))


@router.delete("/tasks/{int:task_id}/completion", response=TaskOut, summary="It is not done after all")
@scope(*WORKING)
def open_task(request: HttpRequest, task_id: int) -> dict[str, Any]:
    """Take a tick back."""
    task, actor = _task(request, task_id)
    return _shown(commands.open_task(task, actor=actor))


@router.delete("/tasks/{int:task_id}", response={204: None}, summary="It need not be done")
@scope(*WORKING)
def remove_task(request: HttpRequest, task_id: int) -> Status[None]:
    """Remove a task; the journal keeps that it was there."""
    task, actor = _task(request, task_id)
    commands.remove_task(task, actor=actor)
    return Status(204, None)
