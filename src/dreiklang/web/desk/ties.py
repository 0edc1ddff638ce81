"""What ties a ticket to words, to other tickets and to colleagues: tags, links, followers; sheets and the panel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import following, linking, tagging
from dreiklang.tickets.models import Ticket, TicketLink
from dreiklang.tickets.queries.family import children_of
from dreiklang.tickets.queries.merging import merges_into, splits_of
from dreiklang.tickets.queries.search import search_tickets
from dreiklang.tickets.queries.together import followers_of, inside_of, tags_of, tags_offered, ties_of
from dreiklang.web import forms
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.answers import WayBack
from dreiklang.web.desk.finding import me, ticket_of, with_chosen
from dreiklang.web.desk.told_together import link_words
from dreiklang.web.routing import actor_of, policy

OFFERED = 6


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Links and followers beside the ticket."""
    people = list(followers_of(ticket)) if not tickets.is_outside_house(actor) else []
    return {
        "ties": [(tie, link_words(tie.link.kind, is_origin=tie.is_origin)) for tie in ties_of(ticket, actor=actor)],
        "merges": merges_into(ticket, actor=actor),
        "splits": splits_of(ticket, actor=actor),
        "parent": next(iter(inside_of(actor).filter(kin_below__child=ticket, kin_below__ended_at=None)), None),
        "children": (children := children_of(ticket, actor=actor)),
        "open_children": sum(child.state_group != "settled" for child in children),
        "is_open": ticket.state_group != "settled",
        "may_move": tickets.may_move(actor, ticket),
        "followers": people,
        "follows": ticket.followers.filter(person_id=me(actor)).exists(),
        "may_work": tickets.may_work(actor, ticket),
        "may_follow": bool(me(actor)),
        "is_inside": not tickets.is_outside_house(actor),
    }


@require_http_methods(["GET", "POST"])
@policy("desk")
def tags(request: HttpRequest, number: int) -> HttpResponse:
    """The tags of a ticket: put one on, take one off."""
    ticket, actor = ticket_of(request, number)
    context: dict[str, Any] = {"ticket": ticket, "typed": {}, "problems": {}}
    status = 200
    if request.method == "POST":
        typed = forms.read(request, "deed", "name")
        try:
            if typed["deed"] == "off":
                tagging.untag(ticket, actor=actor, name=typed["name"])
            else:
                tagging.tag(ticket, actor=actor, name=typed["name"])
        except Invalid as refusal:
            context |= {"typed": typed, "problems": refusal.fields}
            status = 422
        else:
            if not answers.is_fragment(request) or request.POST.get("deed") == "on_from_undo":
                return answers.done(request, ticket)
            context["undo"] = {"name": typed["name"], "is_off": typed["deed"] == "off"}
    context |= {"tags": tags_of(ticket), "offered": tags_offered("", actor=actor)}
    response = answers.sheet(request, "web/desk/sheets/tags.html", context, status=status)
    return answers.told(response, ticket) if request.method == "POST" and status == 200 else response


@require_GET
@policy("desk")
def offered_tags(request: HttpRequest) -> JsonResponse | HttpResponse:
    """Tags that fit what is being typed, for the field's own list of proposals."""
    words = request.GET.get("name", "").strip()[:60]
    return render(request, "web/desk/tags_offered.html", {"offered": tags_offered(words, actor=actor_of(request))})


@require_GET
@policy("desk")
def tagged(request: HttpRequest, tag_id: int) -> HttpResponse:
    """To the list of tickets that bear a tag."""
    return redirect("desk:worklist", key=f"tag-{tag_id}")


@require_http_methods(["GET", "POST"])
@policy("desk")
def links(request: HttpRequest, number: int) -> HttpResponse:
    """Tie this ticket to another one."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {
            "kinds": [(kind, link_words(kind, is_origin=True)) for kind in TicketLink.Kind.values],
            "others": near_ones(ticket, "", actor=actor),
            "typed": {"kind": "related"},
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        other = other_of(typed["other"], actor=actor)
        made = linking.link(ticket, actor=actor, other=other, kind=typed["kind"])
        return _("Linked."), WayBack(reverse("desk:unlink", args=[ticket.number, made.pk]))

    return sheets.run(
        request, number, template="web/desk/sheets/link.html", fields=("other", "kind"), deed=deed, start=start
    )


@require_POST
@policy("desk")
def unlink(request: HttpRequest, number: int, link_id: int) -> HttpResponse:
    """Untie it."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    tie = next((t for t in ties_of(ticket, actor=actor) if t.link.pk == link_id), None)
    if tie is None:
        raise NotFound
    linking.unlink(tie.link, actor=actor)
    return answers.done(request, ticket, _("The link is gone."))


@require_POST
@policy("desk")
def follow(request: HttpRequest, number: int) -> HttpResponse:
    """Hear of what happens on it."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    following.follow(ticket, actor=actor)
    undo = WayBack(reverse("desk:unfollowing", args=[number]))
    return answers.done(request, ticket, _("You hear of what happens here from now on."), undo=undo)


@require_POST
@policy("desk")
def unfollow(request: HttpRequest, number: int) -> HttpResponse:
    """Hear of it no more, oneself or (``person``) a colleague."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "person")
    person = Person.objects.filter(pk=forms.whole(typed["person"]) or 0).first()
    following.unfollow(ticket, actor=actor, person=person)
    undo = None if person else WayBack(reverse("desk:following", args=[number]))
    return answers.done(request, ticket, _("Follows no longer."), undo=undo)


@require_http_methods(["GET", "POST"])
@policy("desk")
def followers(request: HttpRequest, number: int) -> HttpResponse:
    """Let a colleague follow."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        working = memberships_on(today()).values("person_id")
        people = organizations.persons_visible_to(actor).filter(pk__in=working, is_active=True)
        return {"colleagues": people.exclude(pk__in=ticket.followers.values("person_id")).order_by("sort_key", "id")}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        seen = organizations.persons_visible_to(actor)
        person = seen.filter(pk=forms.whole(typed["person"]) or 0).select_related("account").first()
        if person is None:
            raise Invalid({"person": [_("Please choose somebody.")]})
        following.follow(ticket, actor=actor, person=person)
        undo = WayBack(reverse("desk:unfollowing", args=[ticket.number]), {"person": str(person.pk)})
        return _("%(name)s follows from now on.") % {"name": person.name}, undo

    return sheets.run(
        request, number, template="web/desk/sheets/followers.html", fields=("person",), deed=deed, start=start
    )


@require_GET
@policy("desk")
def others(request: HttpRequest, number: int) -> HttpResponse:
    """Other tickets that fit what is typed, to choose one of them."""
    ticket, actor = ticket_of(request, number)
    words, typed = request.GET.get("q", "").strip()[:200], request.GET.get("other", "")
    context = {"words": words, **with_chosen(near_ones(ticket, words, actor=actor), typed, actor=actor)}
    return render(request, "web/desk/others_offered.html", context)


def near_ones(ticket: Ticket, words: str, *, actor: Actor) -> list[Ticket]:
    """Tickets by number or words; without any, the other open ones of the same requester, then of the customer."""
    if words:
        found = search_tickets(words.lstrip("#"), actor=actor, limit=OFFERED + 1).tickets
        allowed = set(inside_of(actor).filter(pk__in=[t.pk for t in found]).values_list("pk", flat=True))
        return [t for t in found if t.pk != ticket.pk and t.pk in allowed][:OFFERED]
    seen = inside_of(actor).exclude(pk=ticket.pk).select_related("requester", "customer").order_by("-pk")
    own = list(seen.filter(requester_id=ticket.requester_id, state_group__in=OPEN_GROUPS)[:OFFERED])
    if len(own) < 3:
        beside = seen.filter(customer_id=ticket.customer_id, state_group__in=OPEN_GROUPS)
        own += list(beside.exclude(requester_id=ticket.requester_id)[: 3 - len(own)])
    return own


OPEN_GROUPS = ("initial", "active", "pending")


def other_of(typed: str, *, actor: Actor) -> Ticket:
    """The other ticket by its number, if the actor works inside it. Raises Invalid at the field otherwise."""
    number = forms.whole(typed.strip().lstrip("#"))
    found = inside_of(actor).filter(number=number or 0).select_related("requester", "customer").first()
    if found is None or not tickets.works_inside(actor, found):
        raise Invalid({"other": [_("Please choose a ticket.") if number is None else _("There is no such ticket.")]})
    return found
