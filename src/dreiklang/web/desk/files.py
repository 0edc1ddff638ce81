"""Files and originals at the desk: only for those who may read the words they came with (P32, P33)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Attachment, Correspondence, Message
from dreiklang.web.files import file_answer, original_answer
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def file(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """One file, to be saved; pictures may be shown inside the page."""
    actor = actor_of(request)
    found = Attachment.objects.select_related("file", "ticket").filter(pk=attachment_id).first()
    if found is None or not tickets.attachments_visible_to(actor, found.ticket).filter(pk=found.pk).exists():
        raise NotFound
    return file_answer(found, shown="show" in request.GET)


@require_GET
@policy("desk")
def original(request: HttpRequest, kind: str, words_id: int) -> HttpResponse:
    """Foreign HTML as it came, cleaned and in a sandbox."""
    actor = actor_of(request)
    words = _words(kind, words_id)
    allowed = words is not None and (
        tickets.sees_messages(actor, words.ticket)
        if isinstance(words, Message)
        else tickets.sees_correspondence(actor, words.ticket)
    )
    if words is None or not allowed or not tickets.works_inside(actor, words.ticket):
        raise NotFound
    return original_answer(words)


def _words(kind: str, words_id: int) -> Message | Correspondence | None:
    if kind == "message":
        return Message.objects.select_related("ticket").filter(pk=words_id).first()
    return Correspondence.objects.select_related("ticket").filter(pk=words_id).first()
