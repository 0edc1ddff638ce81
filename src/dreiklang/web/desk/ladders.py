"""Escalations on the ticket page: what rang, what the requester said, and 'I see to it'."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.escalation.commands import ladders
from dreiklang.escalation.models import RequesterEscalation, Ringing
from dreiklang.escalation.policy import may_answer_ladder
from dreiklang.escalation.queries.ladders import unanswered
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms, routing
from dreiklang.web.desk.answers import done
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.notices import Notice


def ladder_notices(ticket: Ticket, actor: Actor) -> list[Notice]:
    """What rang and nobody answered, for those inside the house; with a button for those who may answer."""
    if ticket.state not in lifecycle.UNSETTLED or policy.is_outside_house(actor):
        return []
    found = []
    for ringing in unanswered(ticket):
        may = may_answer_ladder(actor, ticket, ringing)
        url = reverse("desk:ladder_answer", args=[ticket.number, ringing.pk]) if may else ""
        words = _("Escalated: %(ladder)s") % {"ladder": ringing.ladder.name}
        found.append(Notice(words, "warn", "stairs-up", url, _("I see to it") if may else ""))
    asked = RequesterEscalation.objects.filter(ticket=ticket).first()
    if asked is not None:
        found.append(Notice(_("The requester escalated: %(reason)s") % {"reason": asked.reason}, "warn", "stairs-up"))
    return found


@require_POST
@routing.policy("desk")
def answer(request: HttpRequest, number: int, ringing_id: int) -> HttpResponse:
    """'I see to it': an escalation is climbed no further."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    ringing = Ringing.objects.filter(pk=ringing_id, ticket=ticket).first()
    if ringing is None:
        raise NotFound
    ladders.answer_ladder(ringing, actor=actor)
    return done(request, ticket, _("Noted: you see to it."))
