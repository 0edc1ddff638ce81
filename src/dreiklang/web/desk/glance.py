"""A glance at a ticket without opening it: whose it is, how it stands, what was said last. It reads nothing as read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dreiklang.tickets import lifecycle
from dreiklang.web.desk import head
from dreiklang.web.desk.conversation import conversation_of
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.reading import Reading
from dreiklang.web.routing import policy

LAST = 2


@require_GET
@policy("desk")
def glance(request: HttpRequest, number: int) -> HttpResponse:
    """The few lines beside a link, for those who might open it."""
    ticket, actor = ticket_of(request, number)
    reading = Reading(ticket)
    pending = ticket.pendings.filter(ended_at=None).first() if ticket.state == lifecycle.WAITING else None
    said = [entry for entry in conversation_of(ticket, actor=actor, reading=reading) if entry.is_card]
    context = {
        "ticket": ticket,
        "requester_words": head.requester_words(reading),
        "state_words": head.state_words(ticket, pending),
        "category_words": head.category_words(ticket),
        "said": said[-LAST:],
        "earlier": max(0, len(said) - LAST),
    }
    return render(request, "web/desk/glance.html", context)
