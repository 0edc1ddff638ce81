"""Erasing a person after a preview, and how long the words of tickets are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.exchange.commands.erasing import MOST_REASON, ask_erasure
from dreiklang.exchange.commands.retaining import MOST_MONTHS, remove_retention, set_retention
from dreiklang.exchange.models import Retention
from dreiklang.exchange.queries.erasing import Due, preview_of, retentions
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import queries
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team

router = Router(tags=["exchange"])
CONTROL = "control.use"


class ObstacleOut(Schema):
    """What stands against an erasure. ``is_final``: to be settled first; otherwise a reason will do."""

    words: str
    is_final: bool
    tickets: list[int]


class ErasureOut(Schema):
    """What erasing would do (counts by what they count), and how far it is."""

    person_id: int
    is_possible: bool
    needs_reason: bool
    erased: dict[str, int]
    kept: list[str]
    against: list[ObstacleOut]
    asked_at: datetime | None
    done_at: datetime | None


class ErasureIn(Asked):
    """The decision. ``is_meant`` must be true: there is no way back."""

    is_meant: bool
    because: Annotated[str, Field(max_length=MOST_REASON)] = ""


class RetentionIn(Asked):
    """For a team's tickets, or without one for all others. Switched off it only reports."""

    team_id: int | None = None
    months: Annotated[int, Field(ge=1, le=MOST_MONTHS)]
    is_active: bool = False


class RetentionOut(Schema):
    """``due``: how many closed tickets would lose their words now."""

    id: int
    team_id: int | None
    months: int
    is_active: bool
    due: int


def _told(person: Person, actor: Actor) -> dict[str, Any]:
    seen = preview_of(person, actor=actor)
    against = [{"words": o.words, "is_final": o.is_final, "tickets": list(o.numbers)} for o in seen.against]
    last = seen.last
    return {
        "person_id": person.pk, "is_possible": seen.is_possible and last is None, "needs_reason": seen.needs_reason,
        "erased": seen.erased, "kept": list(seen.kept), "against": against,
        "asked_at": last.asked_at if last else None, "done_at": last.done_at if last else None,
    }  # fmt: skip


@router.get("/persons/{int:person_id}/erasure", response=ErasureOut, summary="What erasing a person would do")
@scope(CONTROL)
def preview_erasure(request: HttpRequest, person_id: int) -> dict[str, Any]:
    """Nothing is changed. Once it was asked for, ``done_at`` says that it is done."""
    actor = caller(request)
    return _told(queries.person(person_id, actor=actor), actor)


@router.post("/persons/{int:person_id}/erasure", response={202: ErasureOut}, summary="Erase a person")
@scope(CONTROL)
def erase_person(request: HttpRequest, person_id: int, asked: ErasureIn) -> Status[dict[str, Any]]:
    """It is done in the background and cannot be taken back."""
    actor = caller(request)
    person = queries.person(person_id, actor=actor)
    if not asked.is_meant:
        raise Invalid({"is_meant": [_("Please say that it is meant: there is no way back.")]})
    ask_erasure(person, actor=actor, because=asked.because)
    return Status(202, _told(person, actor))


@router.get("/retentions", response=list[RetentionOut], summary="How long words are kept, and what is due")
@scope(CONTROL)
def list_retentions(request: HttpRequest) -> list[dict[str, Any]]:
    """One a team at most, and one for all others."""
    return [_shown(due) for due in retentions(actor=caller(request))]


@router.put("/retentions", response=RetentionOut, summary="Set how long the words of a team's tickets are kept")
@scope(CONTROL)
def put_retention(request: HttpRequest, asked: RetentionIn) -> dict[str, Any]:
    """The team's one rule is made or replaced."""
    actor = caller(request)
    team = Team.objects.filter(pk=asked.team_id).first() if asked.team_id is not None else None
    if team is None and asked.team_id is not None:
        raise NotFound(code="no_team")
    kept = set_retention(team, actor=actor, months=asked.months, is_active=asked.is_active)
    return next(_shown(due) for due in retentions(actor=actor) if due.retention.pk == kept.pk)


@router.delete("/retentions/{int:retention_id}", response={204: None}, summary="Remove a retention")
@scope(CONTROL)
def delete_retention(request: HttpRequest, retention_id: int) -> Status[None]:
    """What is gone already stays gone."""
    found = Retention.objects.filter(pk=retention_id).first()
    if found is None:
        raise NotFound(code="no_retention")
    remove_retention(found, actor=caller(request))
    return Status(204, None)


def _shown(due: Due) -> dict[str, Any]:
    kept = due.retention
    return {
        "id": kept.pk, "team_id": kept.team_id, "months": kept.months, "is_active": kept.is_active, "due": due.tickets
    }  # fmt: skip
