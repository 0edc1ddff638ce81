"""What is out of order, told to those whom it concerns; who is hit as well says so by one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.communication.commands.outages import join_outage, leave_outage
from dreiklang.communication.queries import outages as queries
from dreiklang.communication.rules.outages import BEFORE_REQUESTERS
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands import keeping
from dreiklang.web import forms, routing
from dreiklang.web.components.outages import ShownOutage, shown, told_with_joining
from dreiklang.web.portal.answering import done, refused
from dreiklang.web.portal.finding import visitor
from dreiklang.web.portal.frame import is_fragment

PLACE = "portal"


def outages_like(text: str, service: str, actor: Actor) -> list[ShownOutage]:
    """Running outages that sound like what somebody is just typing, as far as they are told of them."""
    found = queries.fitting(actor, text, service_id=forms.whole(service))
    return shown(found, joined=queries.joined_by(actor.person_id, found) if found else ())


@require_GET
@routing.policy("portal")
def told(request: HttpRequest) -> HttpResponse:
    """The box above the question, anew."""
    context = {"told": told_with_joining(visitor(request), ahead=BEFORE_REQUESTERS)}
    return render(request, "web/portal/parts/outages.html", context)


@require_POST
@routing.policy("portal")
def join(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Hit as well: what was typed goes along, and no ticket is needed."""
    actor = visitor(request)
    text = forms.read(request, "text")["text"]
    outage = queries.outage(outage_id, actor=actor)
    try:
        join_outage(outage, actor=actor, person=Person.objects.get(pk=actor.person_id), words=text)
    except WrongState as refusal:
        if is_fragment(request):
            return refused(request, refusal, status=409)
        messages.error(request, str(refusal))
        return redirect("portal:start")
    if text:
        keeping.drop_draft(None, actor=actor, place=PLACE)
    messages.success(request, _("Thank you, you are noted. You get a mail when it is over."))
    return done(request, reverse("portal:start"))


@require_POST
@routing.policy("portal")
def leave(request: HttpRequest, outage_id: int) -> HttpResponse:
    """Not hit after all."""
    actor = visitor(request)
    outage = queries.outage(outage_id, actor=actor)
    leave_outage(outage, actor=actor, person=Person.objects.get(pk=actor.person_id))
    return redirect("portal:start")
