"""From case to article: what is prepared, what is written from it, which article answered a case."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, Line, Page
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import borrowing
from dreiklang.knowledge.models import Article, Borrowed
from dreiklang.knowledge.queries.borrowing import standing_in
from dreiklang.tickets.models import Ticket
from dreiklang.training.commands import articles
from dreiklang.training.policy import may_look
from dreiklang.training.queries import drafting

router = Router(tags=["articles"])
Part = Annotated[str, Field(max_length=100_000)]


class InsideOut(Schema):
    """Words of the case that are not everybody's, and where they stood."""

    source: str
    text: str


class LikeArticleOut(Schema):
    """An article that may answer the case already."""

    article_id: int
    language: str
    title: str


class PreparedOut(Schema):
    """The article as far as the case wrote it."""

    language: str
    title: str
    symptom: str
    cause: str
    solution: str
    environment: str
    inside: list[InsideOut]
    like: list[LikeArticleOut]


class CaseArticleIn(Asked):
    """``may_leave``: which of the inside words, as they were told, somebody read and lets out of the house."""

    title: Line
    symptom: Part = ""
    cause: Part = ""
    solution: Part
    environment: Part = ""
    language: Literal["de", "en"] = "de"
    audience: Literal["public", "internal", "level", "customer"] = "internal"
    level: Annotated[int | None, Field(ge=1, le=4)] = None
    kind: Literal["solution", "workaround", "known_error", "how_to", "document"] = "solution"
    may_leave: Annotated[list[Part], Field(max_length=500)] = []


class DraftOut(Schema):
    """The draft that came of it."""

    article_id: int
    language: str
    revision: int


class UseOut(Schema):
    """An article that belongs to a case. ``how``: written from it, or the case was solved with it."""

    article_id: int
    how: str
    used_at: datetime


class BorrowedOut(Schema):
    """Words from inside that stand in an article."""

    id: int
    source: str
    text: str
    confirmed_at: datetime | None


def _ticket(request: HttpRequest, number: int) -> tuple[Ticket, Actor]:
    ticket, actor = ticket_for(request, number)
    if not may_look(actor):
        raise NotFound("There is no such ticket.")
    return ticket, actor


def _article(actor: Actor, article_id: int) -> Article:
    edition = knowledge.in_work_for(actor).filter(article_id=article_id).select_related("article").first()
    if edition is None:
        raise NotFound("There is no such article.")
    return edition.article


@router.get("/tickets/{int:number}/prepared-article", response=PreparedOut, summary="The article a case could become")
@scope(*WORKING)
def prepared(request: HttpRequest, number: int) -> dict[str, Any]:
    """Nothing is kept by reading it."""
    ticket, actor = _ticket(request, number)
    found = drafting.prepared_from(ticket, actor=actor)
    like = drafting.articles_like(ticket, found.symptom, actor=actor)
    names = ("language", "title", "symptom", "cause", "solution", "environment", "inside")
    return {
        **{name: getattr(found, name) for name in names},
        "like": [
            {"article_id": hit.edition.article_id, "language": hit.edition.language, "title": hit.edition.title}
            for hit in like
        ],
    }


@router.post("/tickets/{int:number}/prepared-article", response={201: DraftOut}, summary="Write a case's article")
@scope(*WORKING)
def write_up(request: HttpRequest, number: int, asked: CaseArticleIn) -> tuple[int, dict[str, Any]]:
    """A draft; lessons of the case that ask for an article wait for it."""
    ticket, actor = _ticket(request, number)
    parts = articles.Parts(asked.symptom, asked.cause, asked.solution, asked.environment)
    draft = articles.write_up(
        ticket, actor=actor, title=asked.title, parts=parts, language=asked.language, audience=asked.audience,
        level=asked.level, kind=asked.kind, may_leave=asked.may_leave,
    )  # fmt: skip
    edition = draft.edition
    return 201, {"article_id": edition.article_id, "language": edition.language, "revision": draft.number}


@router.get("/tickets/{int:number}/articles", response=Page[UseOut], summary="Articles that belong to a case")
@scope(*WORKING)
def uses(request: HttpRequest, number: int) -> list[Any]:
    """The first first."""
    ticket, actor = _ticket(request, number)
    readable = set(knowledge.in_work_for(actor).values_list("article_id", flat=True))
    return [use for use in drafting.uses_of(ticket) if use.article_id in readable]


@router.put("/tickets/{int:number}/articles/{int:article_id}", response=UseOut, summary="The case was solved with it")
@scope(*WORKING)
def use(request: HttpRequest, number: int, article_id: int) -> Any:
    """409 if that was said before."""
    ticket, actor = _ticket(request, number)
    return articles.use_article(ticket, _article(actor, article_id), actor=actor)


@router.delete("/tickets/{int:number}/articles/{int:article_id}", response={204: None}, summary="It was not this one")
@scope(*WORKING)
def drop_use(request: HttpRequest, number: int, article_id: int) -> tuple[int, None]:
    """The article stays."""
    ticket, actor = _ticket(request, number)
    articles.drop_use(ticket, _article(actor, article_id), actor=actor)
    return 204, None


@router.get(
    "/articles/{int:article_id}/inside-words", response=Page[BorrowedOut], summary="Words from inside in an article"
)
@scope(*WORKING)
def inside_words(request: HttpRequest, article_id: int) -> list[Borrowed]:
    """Those that still stand in any edition's newest text."""
    actor = caller(request)
    found: dict[int, Borrowed] = {}
    for edition in knowledge.in_work_for(actor).filter(article_id=article_id).order_by("pk"):
        newest = edition.revisions.first()
        text = f"{edition.title}\n{edition.body}\n{newest.title if newest else ''}\n{newest.body if newest else ''}"
        found |= {one.pk: one for one in standing_in(edition, text)}
    return list(found.values())


def _borrowed(actor: Actor, borrowed_id: int) -> Borrowed:
    found = Borrowed.objects.filter(pk=borrowed_id, edition__in=knowledge.in_work_for(actor)).first()
    if found is None:
        raise NotFound("There are no such words.")
    return found


@router.put("/inside-words/{int:borrowed_id}/confirmation", response=BorrowedOut, summary="They may leave the house")
@scope(*WORKING)
def confirm(request: HttpRequest, borrowed_id: int) -> Borrowed:
    """Somebody has read them."""
    actor = caller(request)
    return borrowing.confirm_borrowed(_borrowed(actor, borrowed_id), actor=actor)


@router.delete("/inside-words/{int:borrowed_id}/confirmation", response=BorrowedOut, summary="They may not after all")
@scope(*WORKING)
def doubt(request: HttpRequest, borrowed_id: int) -> Borrowed:
    """409 while readers outside have the article."""
    actor = caller(request)
    return borrowing.doubt_borrowed(_borrowed(actor, borrowed_id), actor=actor)
