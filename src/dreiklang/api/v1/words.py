"""What is said and done on a ticket: messages, notes, correspondence, interventions, files, history."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import READING, WORKING, caller, scope
from dreiklang.api.paging import PAGE, Cursor, page_of
from dreiklang.api.shapes import Asked, FileRef, Files, Line, Page, Words, uploads
from dreiklang.api.v1.tickets import person_for, ticket_for
from dreiklang.kernel import files, journal
from dreiklang.kernel.composed_html import Composed, composed
from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.tickets import policy
from dreiklang.tickets.commands import conversation, corresponding, interventions
from dreiklang.tickets.models import Attachment, Correspondence, Intervention, Message, Note

router = Router(tags=["words"])


class MessageOut(Schema):
    """A message with the requester."""

    id: int
    direction: str
    author_name: str
    level: int | None
    to: list[dict[str, str]]
    cc: list[dict[str, str]]
    subject: str
    text: str
    html: str
    channel: str
    auto: str
    is_sender_proven: bool
    seal: str
    seal_check: str
    seal_by: str
    gratitude: str
    delivery: str
    said_at: datetime
    attachments: list[FileRef]


class NoteOut(Schema):
    """A note: inside only."""

    id: int
    author_id: int | None
    level: int
    text: str
    written_at: datetime
    attachments: list[FileRef]


class CorrespondenceOut(Schema):
    """Words with a third party: inside only."""

    id: int
    direction: str
    party_name: str
    party_address: str
    reference: str
    subject: str
    text: str
    html: str
    seal: str
    seal_check: str
    seal_by: str
    delivery: str
    said_at: datetime
    attachments: list[FileRef]


class InterventionOut(Schema):
    """A step of work. ``minutes``: minutes of work."""

    id: int
    author_id: int | None
    level: int
    kind: str
    text: str
    result: str
    outcome: str
    minutes: float
    done_at: datetime


class JournalLineOut(Schema):
    """A line of the ticket's history."""

    id: int
    at: datetime
    code: str
    actor_kind: str
    actor_id: int | None
    details: dict[str, Any]


def _files(words: Message | Note | Correspondence) -> list[FileRef]:
    return [
        FileRef(
            id=a.pk, filename=a.filename, content_type=a.content_type, size=a.file.size, sha256=a.file.sha256
        )
        for a in words.attachments.all()
    ]  # fmt: skip


def _as(shape: type[Schema], row: Any) -> Any:
    values = {name: getattr(row, name) for name in shape.model_fields if name != "attachments"}
    if "attachments" in shape.model_fields:
        values["attachments"] = _files(row)
    return shape(**values)


@router.get("/tickets/{int:number}/messages", response=Page[MessageOut], summary="Said with the requester")
@scope(*READING)
def list_messages(request: HttpRequest, number: int, cursor: Cursor = None) -> dict[str, Any]:
    """Messages, oldest first; also those of tickets that were merged into this one, as far as the caller may read."""
    ticket, actor = ticket_for(request, number)
    if not policy.sees_messages(actor, ticket):
        raise NotAllowed()
    rows = policy.messages_visible_to(actor, ticket).prefetch_related("attachments__file")
    return page_of(rows, cursor, lambda row: _as(MessageOut, row))


class MessageIn(Asked):
    """Words to the requester (from those who work), or of the requester (from the portal's side).

    With ``html`` the plain text is made from it; what a composer does not make is left out of it.
    """

    text: Words = ""
    html: Words = ""
    subject: Line = ""
    version: int | None = None
    attachments: Files = []


def composed_in(text: str, html: str) -> Composed:
    """What was composed: the text is the HTML's twin if there is any."""
    return composed(html) if html.strip() else Composed("", text)


@router.post("/tickets/{int:number}/messages", response={201: MessageOut}, summary="Write to the other side")
@scope(*READING)
def write_message(request: HttpRequest, number: int, asked: MessageIn) -> Status[Any]:
    """From inside to the requester; from the requester (or their contact) to the desk."""
    ticket, actor = ticket_for(request, number)
    words, sent = composed_in(asked.text, asked.html), uploads(asked.attachments)
    if policy.works_inside(actor, ticket):
        message = conversation.write_message(
            ticket, actor=actor, text=words.text, html=words.html, subject=asked.subject, version=asked.version,
            attachments=sent,
        )  # fmt: skip
    else:
        author = person_for(actor, actor.person_id)
        message = conversation.receive_message(
            ticket, actor=actor, author=author, text=words.text, html=words.html, subject=asked.subject, channel="api",
            attachments=sent,
        )  # fmt: skip
    return Status(201, _as(MessageOut, message))


@router.delete("/messages/{int:message_id}", response=MessageOut, summary="Take back before it leaves")
@scope(*WORKING)
def withdraw_message(request: HttpRequest, message_id: int) -> Any:
    """Possible for ten seconds, by the author."""
    actor = caller(request)
    message = Message.objects.filter(pk=message_id, ticket__in=policy.visible_to(actor)).first()
    if message is None:
        raise NotFound("There is no such message.")
    return _as(MessageOut, conversation.withdraw_message(message, actor=actor))


@router.get("/tickets/{int:number}/notes", response=Page[NoteOut], summary="Notes the caller may read")
@scope(*WORKING)
def list_notes(request: HttpRequest, number: int, cursor: Cursor = None) -> dict[str, Any]:
    """Notes, oldest first."""
    ticket, actor = ticket_for(request, number)
    rows = policy.notes_visible_to(actor, ticket).prefetch_related("attachments__file")
    return page_of(rows, cursor, lambda row: _as(NoteOut, row))


class NoteIn(Asked):
    """Words that stay inside."""

    text: Words
    mentioned: Annotated[list[int], Field(max_length=50)] = []
    attachments: Files = []


@router.post("/tickets/{int:number}/notes", response={201: NoteOut}, summary="Write a note")
@scope(*WORKING)
def write_note(request: HttpRequest, number: int, asked: NoteIn) -> Status[Any]:
    """Write a note; ``mentioned`` are ids of persons who are told."""
    ticket, actor = ticket_for(request, number)
    people = [person_for(actor, person_id, "mentioned") for person_id in asked.mentioned]
    made = conversation.write_note(
        ticket, actor=actor, text=asked.text, mentioned=people, attachments=uploads(asked.attachments)
    )
    return Status(201, _as(NoteOut, made))


@router.get("/tickets/{int:number}/correspondence", response=Page[CorrespondenceOut], summary="With third parties")
@scope(*WORKING)
def list_correspondence(request: HttpRequest, number: int, cursor: Cursor = None) -> dict[str, Any]:
    """Words with third parties, oldest first."""
    ticket, actor = ticket_for(request, number)
    if not policy.sees_correspondence(actor, ticket):
        raise NotAllowed()
    rows = ticket.correspondence.prefetch_related("attachments__file")
    return page_of(rows, cursor, lambda row: _as(CorrespondenceOut, row))


class CorrespondenceIn(Asked):
    """Words to one named third party."""

    party_name: Line
    party_address: Annotated[str, Field(max_length=254)]
    text: Words = ""
    html: Words = ""
    subject: Line = ""
    reference: Annotated[str, Field(max_length=100)] = ""
    attachments: Files = []


@router.post(
    "/tickets/{int:number}/correspondence", response={201: CorrespondenceOut}, summary="Write to a third party"
)
@scope(*WORKING)
def write_correspondence(request: HttpRequest, number: int, asked: CorrespondenceIn) -> Status[Any]:
    """Write to a vendor or an expert; the requester never reads it."""
    ticket, actor = ticket_for(request, number)
    made = composed_in(asked.text, asked.html)
    given = asked.model_dump() | {"text": made.text, "html": made.html, "attachments": uploads(asked.attachments)}
    return Status(201, _as(CorrespondenceOut, corresponding.write_to_third_party(ticket, actor=actor, **given)))


@router.delete(
    "/correspondence/{int:correspondence_id}", response=CorrespondenceOut, summary="Take back before it leaves"
)
@scope(*WORKING)
def withdraw_correspondence(request: HttpRequest, correspondence_id: int) -> Any:
    """Possible for ten seconds, by the author."""
    actor = caller(request)
    found = Correspondence.objects.filter(pk=correspondence_id, ticket__in=policy.visible_to(actor)).first()
    if found is None or not policy.sees_correspondence(actor, found.ticket):
        raise NotFound("There are no such words.")
    return _as(CorrespondenceOut, corresponding.withdraw_correspondence(found, actor=actor))


@router.get("/tickets/{int:number}/interventions", response=Page[InterventionOut], summary="Work done")
@scope(*WORKING)
def list_interventions(request: HttpRequest, number: int, cursor: Cursor = None) -> dict[str, Any]:
    """The intervention log, oldest first."""
    ticket, actor = ticket_for(request, number)
    if not policy.works_inside(actor, ticket):
        raise NotAllowed()
    rows = Intervention.objects.filter(ticket=ticket)
    if policy.is_outside_house(actor):
        rows = rows.filter(team_id__in=actor.teams)
    return page_of(rows, cursor, lambda row: _as(InterventionOut, row))


class InterventionIn(Asked):
    """A step of work."""

    text: Annotated[str, Field(max_length=5000)]
    kind: Literal["work", "check", "call", "visit"] = "work"
    result: Annotated[str, Field(max_length=500)] = ""
    outcome: Literal["helped", "no_effect", "ruled_out", "found", "none"] = "none"
    minutes: Annotated[float, Field(ge=0, le=1440)] = 0


@router.post("/tickets/{int:number}/interventions", response={201: InterventionOut}, summary="Log a step of work")
@scope(*WORKING)
def log_intervention(request: HttpRequest, number: int, asked: InterventionIn) -> Status[Any]:
    """Log what was tried, with its result and the minutes it took."""
    ticket, actor = ticket_for(request, number)
    values = {**asked.model_dump(), "minutes": str(asked.minutes)}
    return Status(201, _as(InterventionOut, interventions.log_intervention(ticket, actor=actor, **values)))


@router.get(
    "/attachments/{int:attachment_id}",
    summary="A file's bytes",
    openapi_extra={
        "responses": {
            200: {"description": "The bytes", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}
        }
    },
)
@scope(*READING)
def get_attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The bytes of a file, for whoever may read the words it came with; never shown inline (P33)."""
    actor = caller(request)
    found = Attachment.objects.select_related("ticket", "file", "message__ticket").filter(pk=attachment_id).first()
    if found is None or not policy.may_have(actor, found):
        raise NotFound("There is no such file.")
    answer = HttpResponse(files.read(found.file.sha256), content_type="application/octet-stream")
    answer["Content-Disposition"] = "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@router.get("/tickets/{int:number}/journal", response=Page[JournalLineOut], summary="The ticket's history")
@scope("tickets.work", "tickets.see_all")
def read_journal(request: HttpRequest, number: int, cursor: Cursor = None) -> dict[str, Any]:
    """The lines about a ticket, in order, as codes and ids; words lie with the records they belong to."""
    ticket, actor = ticket_for(request, number)
    if not policy.works_inside(actor, ticket):
        raise NotAllowed()
    found = list(islice(journal.lines_about("ticket", [ticket.pk], after=cursor or 0), PAGE + 1))
    items = [
        JournalLineOut(
            id=line.id, at=line.at, code=line.event.code, actor_kind=line.actor_kind, actor_id=line.actor_id,
            details=line.event.split()[0],
        )
        for line in found[:PAGE]
    ]  # fmt: skip
    return {"items": items, "next": str(items[-1].id) if len(found) > PAGE else None}
