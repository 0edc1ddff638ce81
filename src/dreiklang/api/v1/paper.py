"""A ticket on paper."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Router

from dreiklang.api.doors import READING, scope
from dreiklang.api.v1.tickets import ticket_for
from dreiklang.kernel.errors import NotAllowed
from dreiklang.tickets import policy
from dreiklang.web.files import pdf_answer
from dreiklang.web.paper.ticket import inside_pdf, outside_pdf

router = Router(tags=["paper"])


@router.get(
    "/tickets/{int:number}/pdf",
    summary="A ticket as PDF",
    openapi_extra={"responses": {200: {"content": {"application/pdf": {}}}}},
)
@scope(*READING)
def pdf(
    request: HttpRequest, number: int, audience: Literal["outside", "inside"] = "outside", language: str = ""
) -> HttpResponse:
    """``outside``: what was said with the requester and nothing else. ``inside``: all the caller sees, with the staff.

    ``language`` de or en; else the caller's.
    """
    ticket, actor = ticket_for(request, number)
    with translation.override(language if language in ("de", "en") else actor.language):
        if audience == "inside":
            if not policy.works_inside(actor, ticket):
                raise NotAllowed()
            return pdf_answer(inside_pdf(ticket, actor=actor), f"{ticket.number}-internal.pdf")
        if not policy.sees_messages(actor, ticket):
            raise NotAllowed()
        return pdf_answer(outside_pdf(ticket, actor=actor), f"{ticket.number}.pdf")
