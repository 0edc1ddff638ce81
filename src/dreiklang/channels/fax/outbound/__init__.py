"""Answers by fax: a PDF that leaves by mail, through the gateway."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.fax.models import Fax
from dreiklang.channels.fax.rules import answer_subject
from dreiklang.channels.mail.outbound.letters import Enclosed, Letter
from dreiklang.kernel.typesetting import pdf_of
from dreiklang.tickets.models import Message

_TEMPLATE: Final = Path(__file__).parent / "answer.typ"
#: What gateways send on as pages.
_FAXABLE: Final = frozenset({"application/pdf", "image/tiff"})


def as_fax(letter: Letter, message: Message) -> Letter:
    """The letter as the gateway wants it, if it goes to the number a fax came from; else as it is.

    The words become a page; PDF and TIFF files go along, and the page names those that cannot. The mail itself is
    empty, as gateways print it, unless somebody gets a copy by mail.
    """
    ticket = message.ticket
    if ticket.channel != "fax":
        return letter
    came = Fax.objects.filter(message__author_address__in=[one.address for one in letter.to]).exclude(number="")
    fax = came.select_related("line").order_by("-id").first()
    if fax is None:
        return letter
    files = [one for one in letter.enclosed if one.content_type in _FAXABLE and not one.content_id]
    names = message.attachments.filter(is_inline=False).exclude(content_type__in=_FAXABLE)
    with override(ticket.language):
        page = pdf_of(
            _TEMPLATE,
            {
                "language": ticket.language, "sender": letter.sender.name, "subject": letter.subject,
                "number": fax.shown_number, "to": ticket.requester.name if message.to else "",
                "at": formats.date_format(timezone.localtime(letter.at), "SHORT_DATETIME_FORMAT"),
                "text": letter.text, "labels": [_("To"), _("From"), _("Date")],
                "left": [_("Not sent by fax: %(file)s") % {"file": one.filename} for one in names],
            },
        )  # fmt: skip
    return replace(
        letter,
        subject=answer_subject(fax.line.answers_subject, fax.number) or letter.subject,
        text=letter.text if letter.cc else "",
        html=letter.html if letter.cc else "",
        enclosed=(Enclosed(f"fax-{ticket.number}.pdf", "application/pdf", page), *files),
    )
