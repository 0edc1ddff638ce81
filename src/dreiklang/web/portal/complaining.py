"""Complaining about how a ticket was dealt with: read by others than those it is about."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.tickets import policy
from dreiklang.tickets.commands.complaints import file_complaint
from dreiklang.tickets.queries.complaints import complaint_about
from dreiklang.web import forms, routing
from dreiklang.web.portal.finding import ticket_of
from dreiklang.web.portal.frame import TICKETS, page


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def complaint_page(request: HttpRequest, number: int) -> HttpResponse:
    """Say what went wrong; it becomes a ticket of its own, and the page of that is shown."""
    ticket, actor = ticket_of(request, number)
    if not policy.may_file_complaint(actor, ticket):
        raise NotFound
    context: dict[str, Any] = {"ticket": ticket, "typed": {"text": ""}, "problems": {}}
    status = 200
    if request.method == "POST":
        typed = forms.read(request, "text")
        try:
            made = file_complaint(ticket, actor=actor, text=typed["text"])
        except (Invalid, WrongState) as refusal:
            sentences = refusal.fields.get("text") if isinstance(refusal, Invalid) else None
            context |= {"typed": typed, "problems": {"text": sentences or [str(refusal)]}}
            status = 422 if isinstance(refusal, Invalid) else 409
        else:
            return redirect(reverse("portal:ticket", args=[made.number]) + "?sent")
    context["running"] = complaint_about(ticket)
    return page(request, "complaint", context, actor=actor, at=TICKETS, status=status)
