"""Asking for somebody with more authority: once for a ticket, with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.escalation import policy as escalation
from dreiklang.escalation.commands.ladders import escalate_as_requester
from dreiklang.escalation.models import RequesterEscalation
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.web import forms, routing
from dreiklang.web.portal.finding import is_own, ticket_of
from dreiklang.web.portal.frame import ORGANIZATION, TICKETS, page


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def escalation_page(request: HttpRequest, number: int) -> HttpResponse:
    """Say why; those who answer for the team are told at once, and the ticket stays where it is."""
    ticket, actor = ticket_of(request, number)
    if not escalation.may_escalate_as_requester(actor, ticket):
        raise NotFound
    made = RequesterEscalation.objects.filter(ticket=ticket).first()
    context: dict[str, Any] = {"ticket": ticket, "made": made, "typed": {"reason": ""}, "problems": {}}
    status = 200
    if request.method == "POST":
        typed = forms.read(request, "reason")
        try:
            escalate_as_requester(ticket, actor=actor, reason=typed["reason"])
        except (Invalid, WrongState) as refusal:
            context |= {"typed": typed, "problems": {"reason": [str(refusal)]}}
            status = 422 if isinstance(refusal, Invalid) else 409
        else:
            messages.success(request, _("Escalated. Those who answer for the team know of it now."))
            return redirect("portal:ticket", number=number)
    at = TICKETS if is_own(ticket, actor) else ORGANIZATION
    return page(request, "escalation", context, actor=actor, at=at, status=status)
