"""Files and originals: only for those who may read the words they came with, never run by the browser (P32, P33)."""

from __future__ import annotations

import base64
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel import files
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.html_cleaning import clean_html
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.attaching import SHOWN_INLINE
from dreiklang.tickets.models import Attachment, Correspondence, Message
from dreiklang.web.routing import actor_of, policy

#: For a file: nothing runs, nothing is fetched, nobody is called.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
#: For a mail: its own look and the pictures that came along, in a frame without an origin.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
#: Pictures larger than this are left to the list of files.
LARGEST_PICTURE = 4 * 1024 * 1024

FRAME = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><base target="_blank">'
    "<style>body{{font:14px/1.5 system-ui,sans-serif;margin:8px;color:#172131;background:#fff;overflow-wrap:anywhere}}"
    "img{{max-width:100%;height:auto}}table{{max-width:100%}}</style></head><body>{body}</body></html>"
)


@require_GET
@policy("desk")
def file(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """One file, to be saved; pictures may be shown inside the page."""
    actor = actor_of(request)
    found = Attachment.objects.select_related("file", "ticket").filter(pk=attachment_id).first()
    if found is None or not tickets.attachments_visible_to(actor, found.ticket).filter(pk=found.pk).exists():
        raise NotFound
    is_shown = found.content_type in SHOWN_INLINE and "show" in request.GET
    response = HttpResponse(
        files.read(found.file.sha256), content_type=found.content_type if is_shown else "application/octet-stream"
    )
    kind = "inline" if is_shown else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(found.filename)}"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
@policy("desk")
def original(request: HttpRequest, kind: str, words_id: int) -> HttpResponse:
    """Foreign HTML as it came, cleaned and in a sandbox; pictures that came along, none from elsewhere."""
    actor = actor_of(request)
    words = _words(kind, words_id)
    allowed = words is not None and (
        tickets.sees_messages(actor, words.ticket)
        if isinstance(words, Message)
        else tickets.sees_correspondence(actor, words.ticket)
    )
    if words is None or not allowed or not tickets.works_inside(actor, words.ticket):
        raise NotFound
    cleaned = clean_html(words.html, inline=_pictures(words))
    response = HttpResponse(FRAME.format(language=words.ticket.language, body=cleaned.html))
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _words(kind: str, words_id: int) -> Message | Correspondence | None:
    if kind == "message":
        return Message.objects.select_related("ticket").filter(pk=words_id).first()
    return Correspondence.objects.select_related("ticket").filter(pk=words_id).first()


def _pictures(words: Message | Correspondence) -> dict[str, str]:
    """Content id → the picture itself: a frame without an origin may not ask us for it with the reader's session."""
    found: dict[str, str] = {}
    for picture in (
        words.attachments.filter(content_type__in=SHOWN_INLINE).exclude(content_id="").select_related("file")
    ):
        if picture.file.size <= LARGEST_PICTURE:
            content = base64.b64encode(files.read(picture.file.sha256)).decode()
            found[picture.content_id.strip("<>")] = f"data:{picture.content_type};base64,{content}"
    return found
