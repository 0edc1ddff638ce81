"""A mail that came as a file, to be read in its place: cleaned, in a sandbox, nothing fetched (P32)."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.channels.mail.inbound.isolation import Failure, parse_guarded
from dreiklang.channels.mail.inbound.parsing import Address, ParsedMail
from dreiklang.channels.mail.inbound.parsing import Attachment as Part
from dreiklang.kernel import files
from dreiklang.kernel.file_kinds import SHOWN_INLINE
from dreiklang.kernel.html_cleaning import clean_html
from dreiklang.tickets.models import Attachment
from dreiklang.web.files import FRAME, LARGEST_PICTURE, MAIL_POLICY

LARGEST = 10 * 1024 * 1024
"""A larger mail is left to be saved."""
MOST_ADDRESSES = 20


def is_mail(attachment: Attachment) -> bool:
    """Whether a file is a mail that may be read in the page."""
    return attachment.content_type in {"message/rfc822", "message/global"} and attachment.file.size <= LARGEST


def forwarded_answer(attachment: Attachment) -> HttpResponse:
    """The mail with its head and the names of its files; who may have it is decided by the face that calls."""
    read = parse_guarded(files.read(attachment.file.sha256))
    if isinstance(read, Failure):
        body = format_html("<p>{}</p>", _("This mail cannot be read here. It can be saved as a file."))
    else:
        body = _head(read) + _words(read) + _files(read)
    response = HttpResponse(FRAME.format(language=get_language() or "de", body=body))
    response["Content-Security-Policy"] = MAIL_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _head(mail: ParsedMail) -> SafeString:
    said = [
        (_("From"), _listed((mail.sender,) if mail.sender else ())),
        (_("To"), _listed(mail.to)),
        (_("In copy"), _listed(mail.cc)),
        (_("On"), _day(mail)),
        (_("Subject"), mail.subject),
    ]
    rows = format_html_join("", "<b>{}</b> {}<br>", [(name, value) for name, value in said if value])
    return format_html('<div style="border-bottom:1px solid #c8d0dc;padding:0 0 8px;margin:0 0 8px">{}</div>', rows)


def _listed(addresses: tuple[Address, ...]) -> str:
    shown = [f"{one.name} <{one.address}>" if one.name else one.address for one in addresses[:MOST_ADDRESSES]]
    return ", ".join(shown) + (" …" if len(addresses) > MOST_ADDRESSES else "")


def _day(mail: ParsedMail) -> str:
    return formats.date_format(timezone.localtime(mail.date), "SHORT_DATETIME_FORMAT") if mail.date else ""


def _words(mail: ParsedMail) -> SafeString:
    if mail.html:
        return mark_safe(clean_html(mail.html, inline=_pictures(mail.attachments)).html)  # noqa: S308 - cleaned
    return format_html('<div style="white-space:pre-wrap">{}</div>', mail.text)


def _pictures(parts: tuple[Part, ...]) -> dict[str, str]:
    return {
        part.content_id: f"data:{part.content_type};base64,{base64.b64encode(part.content).decode()}"
        for part in parts
        if part.content_id and part.content_type in SHOWN_INLINE and part.size <= LARGEST_PICTURE
    }


def _files(mail: ParsedMail) -> SafeString:
    names = [part.filename for part in mail.attachments if not part.inline]
    if not names:
        return SafeString()
    return format_html("<p><b>{}</b> {}</p>", _("Files in it:"), ", ".join(names))
