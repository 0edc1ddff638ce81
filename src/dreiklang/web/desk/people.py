"""People beside the tickets: who is offered while one types, one person's page, who gets copies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.channels.telephony.commands.dialling import place_of
from dreiklang.channels.telephony.policy import may_talk
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations import queries as people
from dreiklang.teams.models import Membership
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import classification, participation
from dreiklang.tickets.models import Participant, Ticket
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.desk.recent import remember_person
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def names(request: HttpRequest) -> HttpResponse:
    """Persons while a name is typed into an own field, as proposals of the browser's own list."""
    words = request.GET.get(request.GET.get("field", "")[:60], "").strip()[:60]
    seen = organizations.persons_visible_to(actor_of(request)).filter(is_active=True)
    found = people.found_persons(seen, words).select_related("organization").order_by("sort_key", "id")[:8]
    return render(request, "web/desk/person_names.html", {"people": found if words else []})


@require_GET
@policy("desk")
def offered(request: HttpRequest) -> HttpResponse:
    """Persons that fit what is typed, as a list to choose from."""
    actor, words = actor_of(request), (request.GET.get("q") or request.GET.get("name", "")).strip()[:100]
    found = people.found_persons(organizations.persons_visible_to(actor).filter(is_active=True), words)
    hits = found.select_related("organization").order_by("sort_key", "id")[:8] if words else []
    return render(request, "web/desk/people_offered.html", {"people": hits, "words": words})


@require_GET
@policy("desk")
def colleagues(request: HttpRequest) -> HttpResponse:
    """Colleagues whose name begins so, for @@ in a note: members of teams, by name."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:30]
    seen = organizations.persons_visible_to(actor).filter(is_active=True)
    working = memberships_on(today()).values("person_id")
    found = (
        people.found_persons(seen.filter(pk__in=working), words).exclude(pk=me(actor)).order_by("sort_key", "id")[:6]
    )
    return JsonResponse({"colleagues": [{"id": p.pk, "name": p.name} for p in found[:6]]})


@require_GET
@policy("desk")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: how to reach them, and their tickets that the reader may see."""
    actor = actor_of(request)
    found = _met(actor, person_id)
    remember_person(found, actor=actor)
    own = tickets.visible_to(actor).filter(requester=found).select_related("team").order_by("-id")
    context = {
        "person": found,
        "addresses": found.addresses.order_by("kind", "-is_first", "id"),
        "open_tickets": own.unsettled()[:20],
        "settled_tickets": own.filter(state_group="settled")[:20],
        "may_talk": may_talk(actor),
        "place": place_of(actor),
        "teams": Membership.objects.filter(pk__in=memberships_on(today()).filter(person=found)).select_related("team"),
    }
    return render(request, "web/desk/person.html", context)


def _met(actor: Actor, person_id: int) -> Any:
    """A person one may look up, or whom one meets as the requester of a ticket one works on."""
    try:
        return people.person(person_id, actor=actor)
    except NotFound:
        met = tickets.visible_to(actor).filter(requester_id=person_id).select_related("requester__organization").first()
        if met is None:
            raise
        return met.requester


@require_http_methods(["GET", "POST"])
@policy("desk")
def participants(request: HttpRequest, number: int) -> HttpResponse:
    """Who asks, and who is kept in copy."""
    ticket, actor = ticket_of(request, number)
    context: dict[str, Any] = {"ticket": ticket, "typed": {}, "problems": {}}
    if request.method == "POST":
        typed = forms.read(request, "deed", "address", "name", "participant", "requester")
        try:
            words = _changed(ticket, actor, typed)
        except Invalid as refusal:
            context |= {"typed": typed, "problems": refusal.fields}
            context["participants"] = ticket.participants.order_by("id")
            return answers.sheet(request, "web/desk/sheets/participants.html", context, status=422)
        return answers.done(request, ticket, words)
    context["participants"] = ticket.participants.order_by("id")
    return answers.sheet(request, "web/desk/sheets/participants.html", context)


def _changed(ticket: Ticket, actor: Actor, typed: dict[str, Any]) -> str:
    if typed["deed"] == "remove":
        gone = Participant.objects.filter(ticket=ticket, pk=forms.whole(typed["participant"]) or 0).first()
        if gone is None:
            raise Invalid({"address": [_("Nobody is in copy under this address.")]})
        participation.remove_participant(gone, actor=actor)
        return _("No longer in copy.")
    if typed["deed"] == "requester":
        asks = people.person(forms.whole(typed["requester"]) or 0, actor=actor)
        classification.change_requester(ticket, actor=actor, requester=asks)
        return _("The requester is changed.")
    known = people.person_of_mail(typed["address"]) if typed["address"] else None
    participation.add_participant(
        ticket, actor=actor, address=typed["address"], name=typed["name"] or (known.name if known else ""), person=known
    )
    return _("In copy from now on.")
