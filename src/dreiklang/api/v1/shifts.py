"""From shift to shift: the book of a team, who is there now, the work of somebody away."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Page, PersonRef, TeamRef
from dreiklang.api.v1.tickets import person_for
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.shifts import policy, queries
from dreiklang.shifts.commands import book, standing_in
from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Team

router = Router(tags=["shifts"])
Words = Annotated[str, Field(max_length=book.LONGEST)]


class EntryOut(Schema):
    """What the next shift must know. ``is_open``: carried on until it is settled."""

    id: int
    version: int
    team_id: int
    author: PersonRef | None
    text: str
    tickets: list[int]
    is_open: bool
    made_at: datetime
    settled_at: datetime | None
    settled_by: PersonRef | None


class EntryIn(Asked):
    """Something for the next shift, with the numbers of tickets it is about."""

    text: Words
    tickets: Annotated[list[Annotated[int, Field(ge=1, lt=2**62)]], Field(max_length=book.MOST_TICKETS)] = []
    is_open: bool = False


class EntryChange(Asked):
    """One's own entry, put right."""

    text: Words
    version: int | None = None


class AwayOut(Schema):
    """Somebody away: who stands in, how many open tickets wait with them. Never why."""

    person: PersonRef
    stands_in: PersonRef | None
    open_tickets: int


class PresentOut(Schema):
    """Who of a team is there now, and who is away today."""

    team: TeamRef
    here: list[PersonRef]
    away: list[AwayOut]


class GivingIn(Asked):
    """``to_id``: who gets the tickets of their teams, else they go back to the team. ``note`` stays inside."""

    to_id: int | None = None
    note: Annotated[str, Field(max_length=10_000)] = ""


class GivenOut(Schema):
    """What becomes, or became, of a ticket."""

    number: int
    to: PersonRef | None


def _person(person: Person | None) -> dict[str, Any] | None:
    return {"id": person.pk, "name": person.name} if person else None


def _entry(entry: BookEntry) -> dict[str, Any]:
    names = ("id", "version", "team_id", "text", "is_open", "made_at", "settled_at")
    return {
        **{name: getattr(entry, name) for name in names}, "tickets": [ticket.number for ticket in entry.tickets.all()],
        "author": _person(entry.author), "settled_by": _person(entry.settled_by),
    }  # fmt: skip


def _book(actor: Actor, team_id: int) -> Team:
    found = policy.books_of(actor).filter(pk=team_id).first()
    if found is None:
        raise NotFound("There is no such book.")
    return found


def _found(actor: Actor, entry_id: int) -> BookEntry:
    found = queries.one_entry(entry_id, actor=actor)
    if found is None:
        raise NotFound("There is no such entry.")
    return found


@router.get("/teams/{int:team_id}/book", response=Page[EntryOut], summary="The book of a team, newest first")
@scope(*WORKING)
def read_book(request: HttpRequest, team_id: int, cursor: str = "") -> dict[str, Any]:
    """``cursor`` comes from ``next``. Reading here marks nothing as read."""
    actor = caller(request)
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 18 else None
    rows = queries.entries_of(_book(actor, team_id), actor=actor, before=before)
    page = rows[: queries.PAGE]
    return {
        "items": [_entry(one) for one in page],
        "next": str(page[-1].pk) if len(rows) > queries.PAGE else None,
    }


@router.get("/teams/{int:team_id}/open-points", response=list[EntryOut], summary="What a team carries on")
@scope(*WORKING)
def open_points(request: HttpRequest, team_id: int) -> list[dict[str, Any]]:
    """Oldest first."""
    actor = caller(request)
    return [_entry(one) for one in queries.open_points(_book(actor, team_id), actor=actor)]


@router.post("/teams/{int:team_id}/book", response={201: EntryOut}, summary="Write in the book")
@scope(*WORKING)
def write(request: HttpRequest, team_id: int, asked: EntryIn) -> Status[dict[str, Any]]:
    """422 at ``tickets`` for one the caller may not see."""
    actor = caller(request)
    made = book.write_entry(
        _book(actor, team_id), actor=actor, text=asked.text, numbers=asked.tickets, is_open=asked.is_open
    )
    return Status(201, _entry(_found(actor, made.pk)))


@router.patch("/book-entries/{int:entry_id}", response=EntryOut, summary="Put one's own entry right")
@scope(*WORKING)
def correct(request: HttpRequest, entry_id: int, asked: EntryChange) -> dict[str, Any]:
    """409 if it was changed since ``version``."""
    actor = caller(request)
    book.correct_entry(_found(actor, entry_id), actor=actor, text=asked.text, version=asked.version)
    return _entry(_found(actor, entry_id))


@router.put("/book-entries/{int:entry_id}/settlement", response=EntryOut, summary="An open point is done")
@scope(*WORKING)
def settle(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    """It stays in the book."""
    actor = caller(request)
    book.settle_point(_found(actor, entry_id), actor=actor)
    return _entry(_found(actor, entry_id))


@router.delete("/book-entries/{int:entry_id}/settlement", response=EntryOut, summary="It is not done after all")
@scope(*WORKING)
def reopen(request: HttpRequest, entry_id: int) -> dict[str, Any]:
    """Carried on again."""
    actor = caller(request)
    book.reopen_point(_found(actor, entry_id), actor=actor)
    return _entry(_found(actor, entry_id))


@router.get("/duty-board", response=list[PresentOut], summary="Who is there now")
@scope(*WORKING)
def board(request: HttpRequest) -> list[dict[str, Any]]:
    """Team by team, by level."""
    return [
        {
            "team": row.team,
            "here": [_person(p) for p in row.here],
            "away": [
                {"person": _person(p), "stands_in": _person(instead), "open_tickets": held}
                for p, instead, held in row.away
            ],
        }
        for row in queries.board_for(caller(request))
    ]


def _away(actor: Actor, person_id: int) -> Person:
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None or not policy.may_give_work_of(actor, person):
        raise NotFound("There is nobody whose work the caller may give away.")
    return person


@router.get(
    "/people/{int:person_id}/open-work", response=list[GivenOut], summary="What would become of somebody's work"
)
@scope("teams.lead", "tickets.see_all")
def plan(request: HttpRequest, person_id: int, to_id: int | None = None) -> list[dict[str, Any]]:
    """Their open tickets, each with who would get it; null: the team."""
    actor = caller(request)
    to = person_for(actor, to_id, "to_id") if to_id else None
    given = queries.plan_for(_away(actor, person_id), actor=actor, to=to)
    return [{"number": one.ticket.number, "to": _person(one.to)} for one in given]


@router.post("/people/{int:person_id}/open-work", response=list[GivenOut], summary="Give somebody's work to others")
@scope("teams.lead", "tickets.see_all")
def give(request: HttpRequest, person_id: int, asked: GivingIn) -> list[dict[str, Any]]:
    """All of it or none."""
    actor = caller(request)
    to = person_for(actor, asked.to_id, "to_id") if asked.to_id else None
    given = standing_in.give_work(_away(actor, person_id), actor=actor, to=to, note=asked.note)
    return [{"number": ticket.number, "to": _person(ticket.assignee)} for ticket in given]
