"""What is made ready: text blocks and macros, kept, filled in for a ticket, and run on it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page, Scale
from dreiklang.api.v1.tickets import category_for, team_for
from dreiklang.api.v1.together import inside
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy, queries
from dreiklang.routines.commands import keeping, running, taking_back
from dreiklang.routines.models import Macro, Shared, TextBlock

router = Router(tags=["routines"])

Name = Annotated[str, Field(max_length=100)]
Language = Literal["de", "en"]
Texts = dict[Language, Annotated[str, Field(max_length=20_000)]]
Sharing = Literal["own", "team", "all"]
S = TypeVar("S", bound=Shared)


class SharedOut(Schema):
    """Whose it is: one's ``own``, a ``team``'s, or ``all``'s at the desk."""

    id: int
    version: int
    name: str
    sharing: Sharing
    team_id: int | None
    is_active: bool
    may_change: bool


class SharedIn(Asked):
    """What all of them take. ``version``: of the one that was read; 409 if somebody changed it since."""

    name: Name
    sharing: Sharing = "own"
    team_id: int | None = None
    is_active: bool = True
    version: int | None = None


class TextBlockOut(SharedOut):
    """A piece of text with placeholders, in each language."""

    shortcut: str
    words: dict[str, str]


class TextBlockIn(SharedIn):
    """A text block as it shall be."""

    words: Texts
    shortcut: Annotated[str, Field(max_length=30)] = ""


class FilledOut(Schema):
    """A text block as it would stand in an answer on this ticket."""

    id: int
    name: str
    shortcut: str
    text: str


class MacroOut(SharedOut):
    """Several deeds on a ticket as one; what is empty is not done."""

    key: str
    words: dict[str, str]
    words_as: str
    state: str
    assign_to: str
    category: str | None
    impact: int | None
    urgency: int | None
    tags: list[str]
    handover: dict[str, str]
    goes_on: bool


class MacroIn(SharedIn):
    """A macro as it shall be."""

    words: Texts = {}
    words_as: Literal["", "message", "note"] = ""
    state: Literal["", "wait", "resolve"] = ""
    assign_to: Literal["", "me", "team"] = ""
    category: Annotated[str, Field(max_length=100)] | None = None
    impact: Scale | None = None
    urgency: Scale | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=30)] = []
    handover: dict[Annotated[str, Field(max_length=30)], Annotated[str, Field(max_length=10_000)]] = {}
    goes_on: bool = False
    key: Annotated[str, Field(max_length=1)] = ""


class RoutinePlanOut(Schema):
    """What a macro would do on a ticket, in its order, and the words it would write."""

    deeds: list[str]
    text: str


class MacroRunIn(Asked):
    """``text``: the words as they shall be, else those of the macro. ``version``: of the ticket that was read."""

    text: Annotated[str, Field(max_length=100_000)] | None = None
    version: int | None = None


class MacroRunOut(Schema):
    """What was written to the requester, if anything was; it waits ten seconds in the outbox."""

    message_id: int | None
    ticket_version: int


def shared(one: Shared, actor: Actor) -> dict[str, Any]:
    """What all of them show."""
    return {
        "id": one.pk, "version": one.version, "name": one.name, "team_id": one.team_id, "is_active": one.is_active,
        "sharing": "own" if one.owner_id else "team" if one.team_id else "all",
        "may_change": policy.may_change(actor, one),
    }  # fmt: skip


def place_of(asked: SharedIn, actor: Actor) -> dict[str, Any]:
    """What all of them take, as the commands want it."""
    given = asked.dict(include={"name", "sharing", "is_active", "version"})
    return {**given, "team": team_for(actor, asked.team_id) if asked.team_id is not None else None}


def routine_for(actor: Actor, kind: type[S], routine_id: int) -> S:
    """One that the caller may use. Raises NotFound."""
    found = policy.visible_to(actor, kind).filter(pk=routine_id).first()
    if found is None:
        raise NotFound("There is no such thing among what is made ready.")
    return found


def _texts(asked: TextBlockIn | MacroIn) -> dict[str, str]:
    return {str(language): text for language, text in asked.words.items()}


def _block(one: TextBlock, actor: Actor) -> dict[str, Any]:
    return {**shared(one, actor), "shortcut": one.shortcut, "words": one.words}


def _macro(one: Macro, actor: Actor) -> dict[str, Any]:
    names = set(MacroOut.model_fields) - set(SharedOut.model_fields) - {"category"}
    category = one.category.key if one.category else None
    return {**shared(one, actor), **{name: getattr(one, name) for name in names}, "category": category}


# -- text blocks


@router.get("/text-blocks", response=Page[TextBlockOut], summary="Text blocks the caller may use")
@scope(*WORKING)
def list_blocks(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """One's own, those of one's teams, and what is everybody's."""
    actor = caller(request)
    return page_of(policy.visible_to(actor, TextBlock), cursor, lambda one: _block(one, actor), size=limit)


@router.post("/text-blocks", response={201: TextBlockOut}, summary="Make a text block")
@scope(*WORKING)
def make_block(request: HttpRequest, asked: TextBlockIn) -> Status[dict[str, Any]]:
    """422 at ``words_<language>`` for an unknown placeholder."""
    return Status(201, _keep_block(None, asked, caller(request)))


def _keep_block(one: TextBlock | None, asked: TextBlockIn, actor: Actor) -> dict[str, Any]:
    kept = keeping.keep_text_block(
        one, actor=actor, words=_texts(asked), shortcut=asked.shortcut, **place_of(asked, actor)
    )
    return _block(kept, actor)


@router.get("/text-blocks/{int:routine_id}", response=TextBlockOut, summary="One text block")
@scope(*WORKING)
def get_block(request: HttpRequest, routine_id: int) -> dict[str, Any]:
    """As it stands now."""
    actor = caller(request)
    return _block(routine_for(actor, TextBlock, routine_id), actor)


@router.put("/text-blocks/{int:routine_id}", response=TextBlockOut, summary="Write a text block anew")
@scope(*WORKING)
def put_block(request: HttpRequest, routine_id: int, asked: TextBlockIn) -> dict[str, Any]:
    """As a whole."""
    actor = caller(request)
    return _keep_block(routine_for(actor, TextBlock, routine_id), asked, actor)


@router.delete("/text-blocks/{int:routine_id}", response={204: None}, summary="Remove a text block")
@scope(*WORKING)
def remove_block(request: HttpRequest, routine_id: int) -> Status[None]:
    """What was written with it stays."""
    actor = caller(request)
    keeping.remove_text_block(routine_for(actor, TextBlock, routine_id), actor=actor)
    return Status(204, None)


@router.get("/tickets/{int:number}/text-blocks", response=Page[FilledOut], summary="Text blocks filled in for a ticket")
@scope(*WORKING)
def offered_blocks(request: HttpRequest, number: int, q: str = "") -> list[dict[str, Any]]:
    """At most eight, those that begin with ``q``; in the requester's language, placeholders filled in."""
    ticket, actor = inside(request, number)
    return [
        {"id": one.block.pk, "name": one.block.name, "shortcut": one.block.shortcut, "text": one.text}
        for one in queries.blocks_for(ticket, actor=actor, wanted=q[:100])
    ]


# -- macros


@router.get("/macros", response=Page[MacroOut], summary="Macros the caller may run")
@scope(*WORKING)
def list_macros(request: HttpRequest, cursor: Cursor = None, limit: Limit = PAGE) -> dict[str, Any]:
    """One's own, those of one's teams, and what is everybody's."""
    actor = caller(request)
    found = policy.visible_to(actor, Macro).select_related("category")
    return page_of(found, cursor, lambda one: _macro(one, actor), size=limit)


@router.post("/macros", response={201: MacroOut}, summary="Make a macro")
@scope(*WORKING)
def make_macro(request: HttpRequest, asked: MacroIn) -> Status[dict[str, Any]]:
    """422 by field, also for one that would do nothing."""
    return Status(201, _keep_macro(None, asked, caller(request)))


def _keep_macro(one: Macro | None, asked: MacroIn, actor: Actor) -> dict[str, Any]:
    given = asked.dict(exclude={*SharedIn.model_fields, "category", "words"})
    kept = keeping.keep_macro(
        one, actor=actor, category=category_for(asked.category), words=_texts(asked),
        **given, **place_of(asked, actor),
    )  # fmt: skip
    return _macro(kept, actor)


@router.get("/macros/{int:routine_id}", response=MacroOut, summary="One macro")
@scope(*WORKING)
def get_macro(request: HttpRequest, routine_id: int) -> dict[str, Any]:
    """As it stands now."""
    actor = caller(request)
    return _macro(routine_for(actor, Macro, routine_id), actor)


@router.put("/macros/{int:routine_id}", response=MacroOut, summary="Write a macro anew")
@scope(*WORKING)
def put_macro(request: HttpRequest, routine_id: int, asked: MacroIn) -> dict[str, Any]:
    """As a whole."""
    actor = caller(request)
    return _keep_macro(routine_for(actor, Macro, routine_id), asked, actor)


@router.delete("/macros/{int:routine_id}", response={204: None}, summary="Remove a macro")
@scope(*WORKING)
def remove_macro(request: HttpRequest, routine_id: int) -> Status[None]:
    """What it did stays done."""
    actor = caller(request)
    keeping.remove_macro(routine_for(actor, Macro, routine_id), actor=actor)
    return Status(204, None)


@router.get("/tickets/{int:number}/macros/{int:routine_id}", response=RoutinePlanOut, summary="What a macro would do")
@scope(*WORKING)
def plan_macro(request: HttpRequest, number: int, routine_id: int) -> dict[str, Any]:
    """Nothing is done yet."""
    ticket, actor = inside(request, number)
    macro = routine_for(actor, Macro, routine_id)
    deeds = [deed.kind for deed in queries.plan_of(macro, ticket)]
    return {"deeds": deeds, "text": queries.filled(macro.words, ticket, actor) if macro.words_as else ""}


@router.post("/tickets/{int:number}/macros/{int:routine_id}", response=MacroRunOut, summary="Run a macro")
@scope(*WORKING)
def run_macro(request: HttpRequest, number: int, routine_id: int, asked: MacroRunIn) -> dict[str, Any]:
    """All of it, or, if a deed is refused, none of it."""
    ticket, actor = inside(request, number)
    macro = routine_for(actor, Macro, routine_id)
    message = running.run_macro(macro, ticket, actor=actor, text=asked.text, version=asked.version)
    ticket.refresh_from_db()
    return {"message_id": message.pk if message else None, "ticket_version": ticket.version}


class RoutineVersionOut(Schema):
    """The version of the ticket afterwards."""

    ticket_version: int


@router.delete(
    "/tickets/{int:number}/macro", response=RoutineVersionOut, summary="Take the macro back that was run last"
)
@scope(*WORKING)
def take_back_macro(request: HttpRequest, number: int) -> dict[str, Any]:
    """Possible for a minute, by whoever ran it, while nobody else has done anything since and its message has not left.

    All of its deeds or none; a note stays, it was said.
    """
    ticket, actor = inside(request, number)
    ticket = taking_back.take_back_macro(ticket, actor=actor)
    return {"ticket_version": ticket.version}
