"""Tables in, with preview and way back; what the desk holds about a person, out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import Cursor, Limit
from dreiklang.api.paging import page_of as keyset_page
from dreiklang.api.shapes import Asked, Page
from dreiklang.exchange import policy
from dreiklang.exchange.commands import disclosing, importing
from dreiklang.exchange.models import Disclosure, Import, ImportLine
from dreiklang.exchange.queries.planning import fields_of, preview_of
from dreiklang.exchange.queries.runs import disclosure_of, import_of, progress_of
from dreiklang.exchange.reactions import AT_ONCE, read_in, undo
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.web.files import zip_answer

router = Router(tags=["exchange"])
CONTROL = "control.use"
PAGE = 100


class ImportIn(Asked):
    """A table as text: CSV, with whatever delimiter. At most ten million letters."""

    kind: Literal["tickets", "organizations"]
    filename: Annotated[str, Field(max_length=200)] = ""
    content: Annotated[str, Field(max_length=10_000_000)]


class ImportOut(Schema):
    """An import and how far it is. ``fields``: what a column may mean."""

    id: int
    version: int
    kind: str
    state: str
    filename: str
    headings: list[str]
    mapping: list[str]
    requester: str
    makes_persons: bool
    fields: list[str]
    total: int
    made: int
    refused: int
    undone: int
    kept: int
    made_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None


class MappingIn(Asked):
    """What each column means (empty: left out), and what holds for lines that do not say who asked."""

    mapping: list[Annotated[str, Field(max_length=60)]]
    requester: Annotated[str, Field(max_length=254)] = ""
    makes_persons: bool = False
    version: int | None = None


class BeginIn(Asked):
    """The version that was looked at."""

    version: int | None = None


class PlannedOut(Schema):
    """What a line would become, or why it is refused."""

    line: int
    title: str
    errors: list[str]


class PreviewOut(Schema):
    """What would become of a table; the lines that need a look first, at most 300."""

    made: int
    refused: int
    persons: int
    lines: list[PlannedOut]


class TableLineOut(Schema):
    """What became of a line."""

    id: int
    line: int
    title: str
    reference: str
    outcome: str
    words: str
    ticket: int | None
    person_id: int | None
    organization_id: int | None


class DisclosureIn(Asked):
    """``with_inside``: notes about the person's tickets too; for administrators."""

    with_inside: bool = False


class DisclosureOut(Schema):
    """What was asked for. Once ``made_at`` stands the file can be fetched, until ``expires_at``."""

    id: int
    person_id: int
    with_inside: bool
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    problem: str


def _out(run: Import) -> dict[str, Any]:
    progress = progress_of(run)
    names = ("id", "version", "kind", "state", "filename", "headings", "mapping", "total")
    moments = ("made_at", "begun_at", "finished_at", "undone_at")
    return {
        **{name: getattr(run, name) for name in (*names, *moments)},
        **{name: getattr(progress, name) for name in ("made", "refused", "undone", "kept")},
        "requester": str(run.options.get("requester", "")),
        "makes_persons": bool(run.options.get("makes_persons", False)),
        "fields": fields_of(run.kind),
    }


@router.get("/imports", response=Page[ImportOut], summary="Tables that were read in")
@scope(CONTROL)
def list_imports(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """Oldest first."""
    return keyset_page(policy.imports_visible_to(caller(request)), cursor, _out, size=limit)


@router.post("/imports", response={201: ImportOut}, summary="Look at a table")
@scope(CONTROL)
def prepare(request: HttpRequest, asked: ImportIn) -> Status[dict[str, Any]]:
    """The file is kept and its columns are guessed. Nothing else is written."""
    made = importing.prepare_import(
        asked.content.encode(), actor=caller(request), kind=asked.kind, filename=asked.filename
    )
    return Status(201, _out(made))


@router.get("/imports/{int:import_id}", response=ImportOut, summary="How far an import is")
@scope(CONTROL)
def get_import(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """Its columns and its counts."""
    return _out(import_of(import_id, actor=caller(request)))


@router.delete("/imports/{int:import_id}", response={204: None}, summary="Forget a file that was only looked at")
@scope(CONTROL)
def forget(request: HttpRequest, import_id: int) -> Status[None]:
    """409 once it was read in: then take it back."""
    actor = caller(request)
    importing.forget_import(import_of(import_id, actor=actor), actor=actor)
    return Status(204, None)


@router.put("/imports/{int:import_id}/mapping", response=ImportOut, summary="Say what the columns mean")
@scope(CONTROL)
def put_mapping(request: HttpRequest, import_id: int, asked: MappingIn) -> dict[str, Any]:
    """For every column one of ``fields``, or nothing."""
    actor = caller(request)
    return _out(importing.set_mapping(import_of(import_id, actor=actor), actor=actor, **asked.model_dump()))


@router.get("/imports/{int:import_id}/preview", response=PreviewOut, summary="What would become of every line")
@scope(CONTROL)
def preview(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """Nothing is written."""
    found = preview_of(import_of(import_id, actor=caller(request)))
    lines = [{"line": one.line, "title": one.title, "errors": one.errors} for one in found.lines]
    return {"made": found.made, "refused": found.refused, "persons": found.persons, "lines": lines}


@router.put("/imports/{int:import_id}/run", response=ImportOut, summary="Read it in")
@scope(CONTROL)
def begin(request: HttpRequest, import_id: int, asked: BeginIn) -> dict[str, Any]:
    """A short table at once; a long one goes on by itself: ask until ``finished_at`` stands."""
    actor = caller(request)
    run = importing.begin_import(import_of(import_id, actor=actor), actor=actor, version=asked.version)
    if run.total <= AT_ONCE:
        read_in(run)
    return _out(import_of(import_id, actor=actor))


@router.delete("/imports/{int:import_id}/run", response=ImportOut, summary="Take an import back")
@scope(CONTROL)
def take_back(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """What is untouched goes; what is in use by now stays, and its line says why."""
    actor = caller(request)
    run = importing.take_back(import_of(import_id, actor=actor), actor=actor)
    if run.total <= AT_ONCE:
        undo(run)
    return _out(import_of(import_id, actor=actor))


@router.get("/imports/{int:import_id}/lines", response=Page[TableLineOut], summary="What became of the lines")
@scope(CONTROL)
def list_lines(request: HttpRequest, import_id: int, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """In the order of the file."""
    lines = import_of(import_id, actor=caller(request)).lines.select_related("ticket")
    return keyset_page(lines, cursor, _line, size=limit)


def _line(one: ImportLine) -> dict[str, Any]:
    names = ("id", "line", "title", "reference", "outcome", "words", "person_id", "organization_id")
    number = one.ticket.number if one.ticket else None
    return {**{name: getattr(one, name) for name in names}, "ticket": number}


@router.post(
    "/persons/{int:person_id}/disclosures", response={201: DisclosureOut}, summary="Ask for what is held about a person"
)
@scope(CONTROL, "portal.use")
def ask_disclosure(request: HttpRequest, person_id: int, asked: DisclosureIn) -> Status[Disclosure]:
    """Administrators for anybody, everybody else for themselves. It is put together in the background."""
    actor = caller(request)
    person = next(_askable(person_id, actor), None)
    if person is None:
        raise NotFound(code="no_person")
    return Status(201, disclosing.ask_disclosure(person, actor=actor, with_inside=asked.with_inside))


def _askable(person_id: int, actor: Actor) -> Iterator[Person]:
    """The person, if the actor may ask about them at all: a stranger learns not even that there is one."""
    for person in Person.objects.filter(pk=person_id):
        if policy.may_ask(actor, person, with_inside=False):
            yield person


@router.get("/disclosures", response=Page[DisclosureOut], summary="What the caller asked for")
@scope(CONTROL, "portal.use")
def list_disclosures(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """One's own only: nobody fetches what somebody else asked for."""
    return keyset_page(policy.disclosures_visible_to(caller(request)), cursor, lambda one: one, size=limit)


@router.get("/disclosures/{int:disclosure_id}", response=DisclosureOut, summary="Whether it is put together")
@scope(CONTROL, "portal.use")
def get_disclosure(request: HttpRequest, disclosure_id: int) -> Disclosure:
    """Once ``made_at`` stands, fetch its file."""
    return disclosure_of(disclosure_id, actor=caller(request))


@router.get(
    "/disclosures/{int:disclosure_id}/file",
    summary="What is held about a person, as ZIP",
    openapi_extra={"responses": {200: {"content": {"application/zip": {}}}}},
)
@scope(CONTROL, "portal.use")
def fetch(request: HttpRequest, disclosure_id: int) -> HttpResponse:
    """For whoever asked, for a week; fetching it is journalled."""
    actor = caller(request)
    found = disclosure_of(disclosure_id, actor=actor)
    return zip_answer(disclosing.fetch_disclosure(found, actor=actor), f"person-{found.person_id}.zip")
