"""Files and originals at the desk: only for those who may read the words they came with (P32, P33)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Attachment, Correspondence, Message
from dreiklang.web.files import file_answer, original_answer
from dreiklang.web.forwarded import forwarded_answer, is_mail
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def file(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """One file, to be saved; pictures may be shown inside the page."""
    actor = actor_of(request)
    found = Attachment.objects.select_related("file", "ticket", "message__ticket").filter(pk=attachment_id).first()
    if found is None or not tickets.may_have(actor, found):
        raise NotFound
    return file_answer(found, shown="show" in request.GET)


@require_GET
@policy("desk")
def forwarded(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A mail that came as a file, to be read in its place."""
    actor = actor_of(request)
    found = Attachment.objects.select_related("file", "ticket", "message__ticket").filter(pk=attachment_id).first()
    if found is None or not tickets.may_have(actor, found) or not is_mail(found):
        raise NotFound
    return forwarded_answer(found)


@require_GET
@policy("desk")
def original(request: HttpRequest, kind: str, words_id: int) -> HttpResponse:
    """Foreign HTML as it came, cleaned and in a sandbox."""
    actor = actor_of(request)
    words = _words(kind, words_id)
    if words is None or not _may_read(actor, words):
        raise NotFound
    return original_answer(words)


def _may_read(actor: Actor, words: Message | Correspondence) -> bool:
    if isinstance(words, Message):
        return tickets.may_read(actor, words)
    return tickets.works_inside(actor, words.ticket) and tickets.sees_correspondence(actor, words.ticket)


def _words(kind: str, words_id: int) -> Message | Correspondence | None:
    if kind == "message":
        return Message.objects.select_related("ticket").filter(pk=words_id).first()
    return Correspondence.objects.select_related("ticket").filter(pk=words_id).first()
