"""Saved views: which there are for the caller, their tickets page by page, making, changing and removing them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page, TicketOut
from dreiklang.api.v1.tickets import shown, team_for
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.commands import views as commands
from dreiklang.tickets.models import SavedView
from dreiklang.tickets.queries.views import readings_of, view_of, views_for

router = Router(tags=["views"])
LARGEST_PAGE = 100
Word = Annotated[str, Field(max_length=100)]


class ViewOut(Schema):
    """A view as it is kept; ``conditions`` in the words of the search."""

    id: int
    version: int
    name: str
    conditions: str
    columns: list[str]
    sorting: str
    grouping: str
    audience: str
    team_id: int | None
    role: str


class ViewIn(Asked):
    """A new view."""

    name: Word
    conditions: Annotated[str, Field(max_length=2000)] = ""
    columns: list[Word] | None = None
    sorting: Word = "priority"
    grouping: Word = ""
    audience: Literal["private", "team", "role", "everyone"] = "private"
    team_id: int | None = None
    role: Word = ""


class ViewChange(Asked):
    """What may be changed; what is left out stays."""

    version: int | None = None
    name: Word | None = None
    conditions: Annotated[str, Field(max_length=2000)] | None = None
    columns: list[Word] | None = None
    sorting: Word | None = None
    grouping: Word | None = None
    audience: Literal["private", "team", "role", "everyone"] | None = None
    team_id: int | None = None
    role: Word | None = None


def _out(view: SavedView, actor: Actor) -> ViewOut:
    names = ("id", "version", "conditions", "columns", "sorting", "grouping", "audience", "team_id", "role")
    return ViewOut(name=view.name_in(actor.language), **{name: getattr(view, name) for name in names})


def _given(asked: ViewIn | ViewChange, actor: Actor) -> dict[str, object]:
    given = asked.dict(exclude_none=True, exclude={"team_id", "version"})
    if asked.team_id is not None:
        given["team"] = team_for(actor, asked.team_id)
    return given


@router.get("/views", response=Page[ViewOut], summary="The views the caller may use")
@scope(*WORKING)
def list_views(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """One's own, those shared with the caller, those that come with the desk."""
    actor = caller(request)
    return page_of(views_for(actor), cursor, lambda view: _out(view, actor), size=limit)


@router.post("/views", response={201: ViewOut}, summary="Save a view")
@scope(*WORKING)
def make(request: HttpRequest, asked: ViewIn) -> Status[ViewOut]:
    """One's own. 422 at ``conditions`` with the place of a mistake."""
    actor = caller(request)
    return Status(201, _out(commands.make_view(actor=actor, **_given(asked, actor)), actor))  # type: ignore[arg-type]


@router.get("/views/{int:view_id}", response=ViewOut, summary="One view")
@scope(*WORKING)
def get(request: HttpRequest, view_id: int) -> ViewOut:
    """As it stands now."""
    actor = caller(request)
    return _out(view_of(view_id, actor=actor), actor)


@router.patch("/views/{int:view_id}", response=ViewOut, summary="Change a view")
@scope(*WORKING)
def change(request: HttpRequest, view_id: int, asked: ViewChange) -> ViewOut:
    """409 if somebody else did since ``version``."""
    actor = caller(request)
    view = view_of(view_id, actor=actor)
    return _out(commands.change_view(view, actor=actor, version=asked.version, **_given(asked, actor)), actor)


@router.delete("/views/{int:view_id}", response={204: None}, summary="Remove a view")
@scope(*WORKING)
def remove(request: HttpRequest, view_id: int) -> Status[None]:
    """For everyone it is shared with; it can be brought back on the screen."""
    actor = caller(request)
    commands.remove_view(view_of(view_id, actor=actor), actor=actor)
    return Status(204, None)


@router.get("/views/{int:view_id}/tickets", response=Page[TicketOut], summary="What fits a view, in its order")
@scope(*WORKING)
def tickets(request: HttpRequest, view_id: int, cursor: str = "", limit: int = 50) -> dict[str, object]:
    """Page by page; ``cursor`` comes from ``next``. 422 for a view that cannot be read any more."""
    actor = caller(request)
    reading = readings_of([view_of(view_id, actor=actor)], actor=actor)[0]
    if reading.mistake:
        raise Invalid({"conditions": [reading.mistake]})
    size = min(max(limit, 1), LARGEST_PAGE)
    keyset = reading.keyset
    found = keyset.after(reading.found, cursor) if cursor else reading.found
    rows = list(keyset.ordered(found.select_related("requester", "team", "assignee", "category"))[: size + 1])
    following = None
    if len(rows) > size:
        following = keyset.cursor(list(reading.found.filter(pk=rows[size - 1].pk).values_list(*keyset.columns).get()))
    return {"items": [shown(ticket) for ticket in rows[:size]], "next": following}
