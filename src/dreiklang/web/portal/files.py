"""Files and originals at the portal: those of messages the reader may see, and no others (P31 to P33)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.web import routing
from dreiklang.web.files import file_answer, original_answer, pdf_answer
from dreiklang.web.paper.ticket import outside_pdf
from dreiklang.web.portal.conversation import files_of, messages_of
from dreiklang.web.portal.finding import ticket_of


@require_GET
@routing.policy("portal")
def file(request: HttpRequest, number: int, attachment_id: int) -> HttpResponse:
    """One file, to be saved; pictures may be shown inside the page."""
    ticket, actor = ticket_of(request, number)
    found = files_of(ticket, actor=actor).select_related("file").filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    return file_answer(found, shown="show" in request.GET)


@require_GET
@routing.policy("portal")
def original(request: HttpRequest, number: int, message_id: int) -> HttpResponse:
    """A message's HTML as it came, cleaned and in a sandbox."""
    ticket, actor = ticket_of(request, number)
    found = messages_of(ticket, actor=actor).select_related("ticket").filter(pk=message_id).exclude(html="").first()
    if found is None:
        raise NotFound
    return original_answer(found)


@require_GET
@routing.policy("portal")
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """One's ticket on paper: what was said."""
    ticket, actor = ticket_of(request, number)
    return pdf_answer(outside_pdf(ticket, actor=actor), f"{ticket.number}.pdf")
