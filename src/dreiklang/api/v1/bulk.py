"""One deed for many tickets: tried beforehand, begun, followed, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands import bulk as commands
from dreiklang.tickets.jobs import do_few, undo_few
from dreiklang.tickets.models import BulkRun
from dreiklang.tickets.queries.bulk import progress_of, refused_of, run_of
from dreiklang.tickets.rules import bulk as rules

router = Router(tags=["bulk changes"])


class BulkIn(Asked):
    """A deed (``take``, ``assign``, ``release``, ``team``, ``kind``, ``category``, ``urgency``, ``impact``, ``tag``,
    ``untag``, ``pause``, ``close``, ``field.<key>``), its value, and the numbers of the tickets; at most 5,000."""

    numbers: Annotated[list[Annotated[int, Field(ge=1, lt=2**62)]], Field(min_length=1, max_length=rules.MOST)]
    deed: Annotated[str, Field(max_length=50)]
    value: Annotated[str, Field(max_length=2000)] = ""


class RefusedOut(Schema):
    """A ticket that was not changed, or not taken back, and why."""

    number: int
    reason: str


class BulkTrialOut(Schema):
    """What would be refused among the first 200 tickets; those the caller may not see are not counted."""

    tried: int
    refused: list[RefusedOut]
    may_be_undone: bool


class BulkOut(Schema):
    """How far a run is. ``kept``: changed since, so not taken back."""

    id: int
    deed: str
    value: str
    made_at: datetime
    finished_at: datetime | None
    undone_at: datetime | None
    total: int
    waiting: int
    changed: int
    refused: int
    undone: int
    kept: int
    reasons: list[RefusedOut]


def _keys(asked: BulkIn, actor: Actor) -> list[int]:
    return list(policy.visible_to(actor).filter(number__in=asked.numbers).values_list("pk", flat=True))


def _out(run: BulkRun) -> dict[str, Any]:
    progress = progress_of(run)
    counts = {name: getattr(progress, name) for name in ("total", "waiting", "changed", "refused", "undone", "kept")}
    names = ("id", "deed", "value", "made_at", "finished_at", "undone_at")
    reasons = [{"number": item.ticket.number, "reason": item.words} for item in refused_of(run)]
    return {**{name: getattr(run, name) for name in names}, **counts, "reasons": reasons}


@router.post("/bulk-trials", response=BulkTrialOut, summary="What one deed for many tickets would be refused")
@scope("tickets.work", "tickets.see_all")
def try_beforehand(request: HttpRequest, asked: BulkIn) -> dict[str, Any]:
    """Nothing stays changed."""
    actor = caller(request)
    keys = _keys(asked, actor)
    refused = commands.try_bulk(keys, actor=actor, deed=asked.deed, value=asked.value)
    return {
        "tried": min(len(keys), rules.TRIED),
        "refused": [{"number": number, "reason": reason} for number, reason in refused],
        "may_be_undone": rules.may_be_undone(asked.deed),
    }


@router.post("/bulk-changes", response={201: BulkOut}, summary="Begin one deed for many tickets")
@scope("tickets.work", "tickets.see_all")
def begin(request: HttpRequest, asked: BulkIn) -> Status[dict[str, Any]]:
    """Up to 20 are done at once; more go on by themselves: ask for the run until ``finished_at`` stands."""
    actor = caller(request)
    run = commands.begin_bulk(_keys(asked, actor), actor=actor, deed=asked.deed, value=asked.value)
    do_few(run, actor)
    return Status(201, _out(run_of(run.pk, actor=actor)))


@router.get("/bulk-changes/{int:run_id}", response=BulkOut, summary="How far a run is")
@scope("tickets.work", "tickets.see_all")
def get(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """One's own only."""
    return _out(run_of(run_id, actor=caller(request)))


@router.delete("/bulk-changes/{int:run_id}", response=BulkOut, summary="Take a run back")
@scope("tickets.work", "tickets.see_all")
def undo(request: HttpRequest, run_id: int) -> dict[str, Any]:
    """By new lines; tickets changed since stay as they are. 409 for what has left the house."""
    actor = caller(request)
    run = commands.take_back(run_of(run_id, actor=actor), actor=actor)
    undo_few(run, actor)
    return _out(run_of(run_id, actor=actor))
