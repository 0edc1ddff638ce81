"""The deeds that need one click: take, accept, go on, close, call back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.escalation import queries as between
from dreiklang.escalation.commands import handing_over, relaying
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import assignment, conversation, corresponding, pausing, resolution, taking_back
from dreiklang.tickets.models import Correspondence, Message
from dreiklang.web import forms
from dreiklang.web.desk.answers import WayBack, done
from dreiklang.web.desk.finding import myself, ticket_of
from dreiklang.web.routing import actor_of, policy


@require_POST
@policy("desk")
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Assign the ticket to oneself."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    person = myself(actor)
    former = f"person-{ticket.assignee_id}" if ticket.assignee_id else "team"
    ticket = assignment.assign(ticket, actor=actor, person=person, version=forms.version_of(request))
    undo = WayBack(reverse("desk:assignment", args=[number]), {"to": former})
    return done(request, ticket, _("It is yours now."), undo=undo)


@require_POST
@policy("desk")
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """Take over what was handed to one's team."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    handover = between.waiting_handover(ticket)
    if handover is None:
        raise WrongState(_("Somebody has taken it already."), code="already_accepted")
    handing_over.accept(handover, actor=actor, person=myself(actor))
    return done(request, ticket, _("Accepted. It is yours now."))


@require_POST
@policy("desk")
def resume(request: HttpRequest, number: int) -> HttpResponse:
    """Go on with a ticket that waited."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    return done(request, pausing.resume(ticket, actor=actor, version=forms.version_of(request)), _("It goes on."))


@require_POST
@policy("desk")
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """The requester said that it works: close."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    undo = WayBack(reverse("desk:closure_end", args=[number]))
    return done(request, resolution.confirm(ticket, actor=actor), _("Confirmed and closed."), undo=undo)


@require_POST
@policy("desk")
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a solved ticket without waiting for a word."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    ticket = resolution.close(ticket, actor=actor, version=forms.version_of(request))
    return done(request, ticket, _("Closed."), undo=WayBack(reverse("desk:closure_end", args=[number])))


@require_POST
@policy("desk")
def take_back_closing(request: HttpRequest, number: int) -> HttpResponse:
    """It was closed a moment ago by mistake."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    return done(request, taking_back.take_back_closing(ticket, actor=actor), _("Not closed after all."))


@require_POST
@policy("desk")
def take_back_move(request: HttpRequest, number: int) -> HttpResponse:
    """It was moved to another team a moment ago by mistake."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    ticket = taking_back.take_back_move(ticket, actor=actor)
    team = ticket.team.name if ticket.team else ""
    return done(request, ticket, _("Back at %(team)s.") % {"team": team})


@require_POST
@policy("desk")
def reopen_after_thanks(request: HttpRequest, number: int) -> HttpResponse:
    """There was more in it than thanks: open again, without a word to type."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    reason = _("There was more in it than thanks.")
    return done(request, resolution.reopen(ticket, actor=actor, because="desk", reason=reason), _("It is open again."))


@require_POST
@policy("desk")
def withdraw(request: HttpRequest, message_id: int) -> HttpResponse:
    """Call a message back within its ten seconds."""
    actor = actor_of(request)
    message = Message.objects.select_related("ticket").filter(pk=message_id).first()
    if message is None or not tickets.may_see(actor, message.ticket):
        raise NotFound
    forms.read(request)
    message = conversation.withdraw_message(message, actor=actor)
    return done(request, message.ticket, _("Called back. It has not left."))


@require_POST
@policy("desk")
def withdraw_correspondence(request: HttpRequest, correspondence_id: int) -> HttpResponse:
    """Call words to a third party back within their ten seconds."""
    actor = actor_of(request)
    words = Correspondence.objects.select_related("ticket").filter(pk=correspondence_id).first()
    if words is None or not tickets.sees_correspondence(actor, words.ticket):
        raise NotFound
    forms.read(request)
    words = corresponding.withdraw_correspondence(words, actor=actor)
    return done(request, words.ticket, _("Called back. It has not left."))


@require_POST
@policy("desk")
def dismiss_relay(request: HttpRequest, number: int) -> HttpResponse:
    """Set an offered answer aside."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "reason")
    relay = between.offered_relay(ticket, actor.teams)
    if relay is None:
        raise WrongState(_("This answer was used or set aside already."), code="relay_ended")
    relaying.dismiss_relay(relay, actor=actor, reason=typed["reason"])
    return done(request, ticket, _("Set aside."))


@require_POST
@policy("desk")
def close_direct_line(request: HttpRequest, number: int) -> HttpResponse:
    """Answers go through the level below again."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    return done(request, relaying.close_direct_line(ticket, actor=actor), _("The direct line is closed."))
