"""'We know of this': running outages beside a new request, and one click for whoever is hit as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.communication import policy as communication
from dreiklang.communication.commands.outages import join_outage, leave_outage
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries import outages as queries
from dreiklang.kernel.errors import NotAllowed, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.tickets import lifecycle
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.family import adopt
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.components.outages import shown
from dreiklang.web.routing import actor_of, policy

LONGEST = 2_000


@require_GET
@policy("desk")
def known(request: HttpRequest) -> HttpResponse:
    """What a new request may be about, by its service and words, for the requester if there is one already."""
    return render(request, "web/desk/outages/known.html", known_for(actor_of(request), request.GET))


def known_for(actor: Actor, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Running outages that fit what is typed, and which of them have a ticket that the new one can wait for."""
    text = f"{typed.get('subject', '')} {typed.get('text', '')}".replace("\x00", "")[:LONGEST]
    person = person_by(actor, str(typed.get("requester", "")))
    found = queries.fitting(
        actor,
        text,
        service_id=forms.whole(str(typed.get("service", ""))),
        organization=person.organization if person else None,
    )
    parents = parents_of(found, actor)
    return {"known": [(one, parents.get(outage.ticket_id)) for one, outage in zip(shown(found), found, strict=True)]}


def parents_of(outages: list[AnnouncedOutage], actor: Actor) -> dict[int | None, Ticket]:
    """The open tickets of some outages on which the actor may work, so that another can wait for them."""
    keys = [one.ticket_id for one in outages if one.ticket_id]
    if not keys:
        return {}
    seen = tickets.visible_to(actor).filter(pk__in=keys, state__in=sorted(lifecycle.UNSETTLED))
    return {ticket.pk: ticket for ticket in seen if tickets.may_work(actor, ticket)}


def person_by(actor: Actor, key: str) -> Person | None:
    """A person who was chosen in a form."""
    return persons_visible_to(actor).select_related("organization").filter(pk=forms.whole(key) or 0).first()


def adopt_by(outage_key: str, ticket: Ticket, actor: Actor) -> None:
    """A new ticket waits for the solution of an outage's ticket, if that was wished for and is possible."""
    key = forms.whole(outage_key)
    if key is None:
        return
    parent = parents_of([queries.outage(key, actor=actor)], actor)
    for one in parent.values():
        adopt(ticket, actor=actor, parent=one)


def joined(request: HttpRequest, actor: Actor, person: Person, typed: Mapping[str, str]) -> HttpResponse:
    """Whoever called is hit as well: noted with what they said, without a ticket."""
    outage = queries.outage(forms.whole(typed["joins"]) or 0, actor=actor)
    if not communication.may_announce(actor):
        raise NotAllowed
    join_outage(outage, actor=actor, person=person, words=typed["text"])
    words = _("%(name)s is noted for “%(title)s”. No ticket was opened.")
    messages.success(request, words % {"name": person.name, "title": outage.title_in(get_language() or "en")})
    return redirect("desk:outage", outage.pk)


@require_POST
@policy("desk")
def part(request: HttpRequest, outage_id: int, person_id: int) -> HttpResponse:
    """Somebody is not hit after all."""
    actor = actor_of(request)
    outage = queries.outage(outage_id, actor=actor)
    person = persons_visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    leave_outage(outage, actor=actor, person=person)
    return redirect("desk:outage", outage.pk)
