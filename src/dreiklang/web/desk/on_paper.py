"""A ticket as PDF, from the desk: with everything one may see, or with what was said with the requester."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotAllowed
from dreiklang.tickets import policy as tickets
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.files import pdf_answer
from dreiklang.web.paper import ticket as paper
from dreiklang.web.routing import policy


@require_GET
@policy("desk")
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The whole case for those inside; with ``?for=outside`` the messages alone, fit to be given away."""
    ticket, actor = ticket_of(request, number)
    if request.GET.get("for") == "outside":
        if not tickets.sees_messages(actor, ticket):
            raise NotAllowed
        return pdf_answer(paper.outside_pdf(ticket, actor=actor), f"{ticket.number}.pdf")
    return pdf_answer(paper.inside_pdf(ticket, actor=actor), f"{ticket.number}-intern.pdf")
