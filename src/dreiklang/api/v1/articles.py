"""Articles: found, read, written, published, and whether they helped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import READING, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands import describing, writing
from dreiklang.knowledge.models import Edition, Revision
from dreiklang.knowledge.queries import reading
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.models import Organization

router = Router(tags=["articles"])
INSIDE = ("tickets.work", "tickets.see_all", "control.use")
REVIEWING = ("teams.lead", "tickets.see_all", "control.use")
Language = Annotated[str, Field(min_length=2, max_length=10, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]


class HitOut(Schema):
    """An article that answers; ``score`` orders, and means nothing by itself."""

    id: int
    key: str
    language: str
    title: str
    score: float


class ArticleOut(Schema):
    """An article in one language, as its readers see it; what readers said of it, for the provider's desk alone."""

    id: int
    key: str
    language: str
    kind: str
    audience: str
    level: int | None
    customer_id: int | None
    title: str
    body: str
    is_html: bool
    is_published: bool
    published_at: datetime | None
    is_disputed: bool | None = None
    helped: int | None = None
    did_not_help: int | None = None


class RevisionOut(Schema):
    """One writing of an edition."""

    number: int
    state: str
    title: str
    body: str
    note: str
    author_id: int | None
    written_at: datetime


class ArticleTextIn(Asked):
    """A draft. ``revision``: the number it began from, so that nobody's words are overwritten."""

    title: Annotated[str, Field(max_length=300)]
    body: Annotated[str, Field(max_length=markup.LONGEST)]
    note: Annotated[str, Field(max_length=300)] = ""
    revision: int | None = None


class ArticleIn(ArticleTextIn):
    """A new article. ``audience``: public, internal, level (with ``level``), customer (with ``customer_id``)."""

    language: Language
    kind: Annotated[str, Field(max_length=20)] = "solution"
    audience: Annotated[str, Field(max_length=10)] = "internal"
    level: int | None = None
    customer_id: Annotated[int | None, Field(ge=1, lt=2**62)] = None


class PublicationIn(Asked):
    """``revision``: the draft that was read and shall be shown."""

    revision: int


class BecauseIn(Asked):
    """Why a draft is sent back."""

    because: Annotated[str, Field(max_length=300)]


class FeedbackIn(Asked):
    """Whether it helped; if not, ``because`` is needed."""

    helped: bool
    because: Annotated[str, Field(max_length=1_000)] = ""


@router.get("/articles", response=list[HitOut], summary="Articles that answer a question")
@scope(*READING)
def find_articles(
    request: HttpRequest,
    q: Annotated[str, Field(max_length=10_000)],
    language: Annotated[str, Field(max_length=10)] = "",
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
) -> list[HitOut]:
    """Best first; ``language`` limits the editions that are shown."""
    hits = search(q, actor=caller(request), language=language, limit=limit).hits
    return [
        HitOut(
            id=hit.edition.article_id,
            key=hit.edition.article.key,
            language=hit.edition.language,
            title=hit.edition.title,
            score=hit.score,
        )
        for hit in hits
    ]


@router.post("/articles", response={201: RevisionOut}, summary="Begin an article")
@scope(*INSIDE)
def make_article(request: HttpRequest, asked: ArticleIn) -> Status[Revision]:
    """A draft; readers see nothing of it before it is published."""
    customer = Organization.objects.filter(pk=asked.customer_id).first() if asked.customer_id else None
    if asked.customer_id and customer is None:
        raise Invalid({"customer_id": ["There is no such organisation."]})
    values = asked.model_dump(exclude={"customer_id", "revision"})
    return Status(201, writing.write(None, actor=caller(request), customer=customer, **values))


@router.get("/articles/{int:article_id}/{str:language}", response=ArticleOut, summary="An article")
@scope(*READING)
def read_article(request: HttpRequest, article_id: int, language: str) -> ArticleOut:
    """What readers see; 404 where there is no such edition, or none for the caller."""
    actor = caller(request)
    edition = _readable(article_id, language, actor)
    shown = ArticleOut(
        id=edition.article_id,
        key=edition.article.key,
        kind=edition.article.kind,
        **{name: getattr(edition, name) for name in _PLAIN},
    )
    if policy.may_write(actor):
        shown.helped, shown.did_not_help = reading.helped(edition.article)
        shown.is_disputed = edition.article.is_disputed
    return shown


_PLAIN = (
    "language", "audience", "level", "customer_id", "title", "body", "is_html", "is_published", "published_at",
)  # fmt: skip


@router.get("/articles/{int:article_id}/{str:language}/revisions", response=list[RevisionOut], summary="Its revisions")
@scope(*INSIDE)
def list_revisions(request: HttpRequest, article_id: int, language: str) -> list[Revision]:
    """The newest first, at most a hundred."""
    return list(_kept(article_id, language, caller(request)).revisions.all()[:100])


@router.put("/articles/{int:article_id}/{str:language}/draft", response=RevisionOut, summary="Write its draft")
@scope(*INSIDE)
def write_draft(request: HttpRequest, article_id: int, language: Language, asked: ArticleTextIn) -> Revision:
    """Go on with the draft, begin the next, or translate into a language that is missing; 409 if others wrote."""
    actor = caller(request)
    edition = reading.edition_for(article_id, language, actor=actor, in_work=True)
    if not policy.may_write(actor):
        raise NotFound("There is no such article.")
    return writing.write(
        edition.article, actor=actor, language=language, audience=edition.audience, level=edition.level,
        customer=edition.customer, **asked.model_dump(),
    )  # fmt: skip


@router.delete("/articles/{int:article_id}/{str:language}/draft", response={204: None}, summary="Give its draft up")
@scope(*INSIDE)
def give_draft_up(request: HttpRequest, article_id: int, language: str) -> Status[None]:
    """The text stays among the revisions."""
    writing.discard(_kept(article_id, language, caller(request)), actor=caller(request))
    return Status(204, None)


@router.post("/articles/{int:article_id}/{str:language}/review", response=RevisionOut, summary="Ask for a review")
@scope(*INSIDE)
def ask_for_review(request: HttpRequest, article_id: int, language: str) -> Revision:
    """409 if there is no draft."""
    return writing.submit(_kept(article_id, language, caller(request)), actor=caller(request))


@router.delete("/articles/{int:article_id}/{str:language}/review", response=RevisionOut, summary="Send it back")
@scope(*REVIEWING)
def send_back(request: HttpRequest, article_id: int, language: str, asked: BecauseIn) -> Revision:
    """The author is asked for changes."""
    actor = caller(request)
    return writing.send_back(_kept(article_id, language, actor), actor=actor, because=asked.because)


@router.post(
    "/articles/{int:article_id}/{str:language}/publication", response=RevisionOut, summary="Show it to readers"
)
@scope(*REVIEWING)
def publish_article(request: HttpRequest, article_id: int, language: str, asked: PublicationIn) -> Revision:
    """409 if somebody wrote on since the revision that was read."""
    actor = caller(request)
    return writing.publish(_kept(article_id, language, actor), actor=actor, revision=asked.revision)


@router.delete(
    "/articles/{int:article_id}/{str:language}/publication", response={204: None}, summary="Take it from its readers"
)
@scope(*REVIEWING)
def withdraw_article(request: HttpRequest, article_id: int, language: str) -> Status[None]:
    """Every revision stays."""
    writing.withdraw(_kept(article_id, language, caller(request)), actor=caller(request))
    return Status(204, None)


@router.post(
    "/articles/{int:article_id}/{str:language}/feedback", response={204: None}, summary="Say whether it helped"
)
@scope(*READING)
def give_feedback(request: HttpRequest, article_id: int, language: str, asked: FeedbackIn) -> Status[None]:
    """The last word of a reader counts."""
    actor = caller(request)
    describing.give_feedback(
        _readable(article_id, language, actor), actor=actor, helped=asked.helped, because=asked.because
    )
    return Status(204, None)


def _readable(article_id: int, language: str, actor: Actor) -> Edition:
    found = policy.visible_to(actor).filter(article_id=article_id, language=language).select_related("article").first()
    if found is None:
        raise NotFound("There is no such article.")
    return found


def _kept(article_id: int, language: str, actor: Actor) -> Edition:
    found = policy.in_work_for(actor).filter(article_id=article_id, language=language).first()
    if found is None:
        raise NotFound("There is no such article.")
    return found
