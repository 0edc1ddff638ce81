"""Files and originals as every face gives them out: never run by the browser, nothing fetched (P32, P33).

Who may have them is decided by the face that calls; nothing here asks.
"""

from __future__ import annotations

import base64
from urllib.parse import quote

from django.http import HttpResponse

from dreiklang.kernel import files
from dreiklang.kernel.file_kinds import SHOWN_INLINE
from dreiklang.kernel.html_cleaning import clean_html
from dreiklang.tickets.models import Attachment, Correspondence, Message

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


def file_answer(attachment: Attachment, *, shown: bool) -> HttpResponse:
    """One file, to be saved; a picture inside the page if ``shown`` is wished and its bytes are a picture's."""
    is_shown = shown and attachment.content_type in SHOWN_INLINE
    response = HttpResponse(
        files.read(attachment.file.sha256),
        content_type=attachment.content_type if is_shown else "application/octet-stream",
    )
    kind = "inline" if is_shown else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(attachment.filename)}"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def stored_answer(content: bytes, filename: str) -> HttpResponse:
    """Bytes that somebody sent, to be saved and never shown."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def picture_answer(content: bytes, content_type: str) -> HttpResponse:
    """A picture for the inside of a page, and nothing but a picture."""
    is_picture = content.startswith(SHOWN_INLINE.get(content_type, b"\x00none"))
    response = HttpResponse(content, content_type=content_type if is_picture else "application/octet-stream")
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def original_answer(words: Message | Correspondence) -> HttpResponse:
    """Foreign HTML as it came, cleaned and in a sandbox; pictures that came along, none from elsewhere."""
    cleaned = clean_html(words.html, inline=_pictures(words))
    response = HttpResponse(FRAME.format(language=words.ticket.language, body=cleaned.html))
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


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


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF to be saved or looked at; it can run nothing."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def zip_answer(content: bytes, name: str) -> HttpResponse:
    """An archive to be saved."""
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
