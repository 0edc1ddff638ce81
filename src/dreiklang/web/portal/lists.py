"""Lists of tickets: one's own, and for a customer's contact those of the whole organisation. Paged by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dreiklang.kernel.counting import Counts, count_words
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import TicketQuerySet
from dreiklang.tickets.queries import search_tickets
from dreiklang.web import forms, routing
from dreiklang.web.portal.cards import cards_of
from dreiklang.web.portal.finding import asker, visitor
from dreiklang.web.portal.frame import ORGANIZATION, TICKETS, is_fragment, page

PAGE = 20
LONGEST_QUESTION = 200
ALL = "all"


@dataclass(frozen=True)
class Choice:
    """One way to narrow a list, with its count."""

    key: str
    name: str
    url: str
    count: str
    is_on: bool


def _states_of_own() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    return {
        "open": (_("Running"), ("new", "open", "waiting", "resolved")),
        "closed": (_("Closed"), ("closed", "merged")),
        ALL: (_("All"), ()),
    }


def _states_of_organization() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    return {
        "new": (_("Arrived"), ("new",)),
        "open": (_("In work"), ("open",)),
        "waiting": (_("Waiting"), ("waiting",)),
        "resolved": (_("Solved"), ("resolved",)),
        "closed": (_("Closed"), ("closed", "merged")),
        ALL: (_("All"), ()),
    }


@require_GET
@routing.policy("portal")
def own(request: HttpRequest) -> HttpResponse:
    """The person's own tickets: running, closed, all; or those that hold some words."""
    actor = visitor(request)
    return _list(request, actor, asker(actor), _states_of_own(), at=TICKETS, address=reverse("portal:tickets"))


@require_GET
@routing.policy("portal.see_organization")
def organization(request: HttpRequest) -> HttpResponse:
    """Every ticket of the organisation, by state with its count; for its contact."""
    actor = visitor(request)
    return _list(
        request, actor, actor, _states_of_organization(), at=ORGANIZATION, address=reverse("portal:organization")
    )


def _list(
    request: HttpRequest,
    actor: Actor,
    eye: Actor,
    states: Mapping[str, tuple[str, tuple[str, ...]]],
    *,
    at: str,
    address: str,
) -> HttpResponse:
    """``eye`` is the actor as far as this list looks."""
    question = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    wished = request.GET.get("show", "")
    show = wished if wished in states else (ALL if at == ORGANIZATION else "open")
    before = forms.whole(request.GET.get("before", ""))
    seen = _seen(eye, at)
    if question:
        found = search_tickets(question, actor=eye, before=before, limit=PAGE)
        tickets, has_more, is_near = found.tickets, found.has_more, found.is_near
    else:
        tickets, is_near = list(_page_of(seen, states[show][1], before)), False
        tickets, has_more = tickets[:PAGE], len(tickets) > PAGE
    context: dict[str, Any] = {
        "cards": cards_of(tickets, actor=actor),
        "question": question,
        "show": show,
        "is_near": is_near,
        "address": address,
        "is_later_page": before is not None,
        "more_url": _address(address, question, show, tickets[-1].pk) if has_more and tickets else "",
    }
    if is_fragment(request) and before is not None:
        return render(request, "web/portal/parts/cards.html", context)
    numbers = _counts[at](eye)
    numbers.append(sum(numbers))  # every ticket is in one of the states; ALL comes last
    context["choices"] = [
        Choice(key, name, _address(address, "", key), count_words(number), key == show and not question)
        for (key, (name, _kinds)), number in zip(states.items(), numbers, strict=True)
    ]
    return page(request, "tickets", context, actor=actor, at=at)


def _seen(eye: Actor, at: str) -> TicketQuerySet:
    """What a list looks at: one's own tickets, or those of the organisation."""
    return policy.visible_of_customers(eye) if at == ORGANIZATION else policy.visible_to(eye)


def _in(seen: TicketQuerySet, kinds: tuple[str, ...]) -> TicketQuerySet:
    if not kinds:
        return seen
    groups = {lifecycle.TICKET.groups[kind] for kind in kinds}
    return seen.filter(state__in=kinds, state_group__in=sorted(groups))


def _page_of(seen: TicketQuerySet, kinds: tuple[str, ...], before: int | None) -> TicketQuerySet:
    """One page and one more, newest first, after a key."""
    found = _in(seen, kinds).select_related("requester", "team", "assignee").order_by("-pk")
    return (found.filter(pk__lt=before) if before is not None else found)[: PAGE + 1]


_counts = {
    TICKETS: Counts(lambda eye: _parts(_seen(eye, TICKETS), _states_of_own())),
    ORGANIZATION: Counts(lambda eye: _parts(_seen(eye, ORGANIZATION), _states_of_organization())),
}


def _parts(seen: TicketQuerySet, states: Mapping[str, tuple[str, tuple[str, ...]]]) -> dict[str, TicketQuerySet]:
    """What is counted: the states. All of them together is their sum, where each is counted beyond what is told."""
    return {key: _in(seen, kinds) for key, (_name, kinds) in states.items() if kinds}


def _address(address: str, question: str, show: str, before: int | None = None) -> str:
    query: dict[str, Any] = {"q": question} if question else {"show": show}
    if before is not None:
        query["before"] = before
    return f"{address}?{urlencode(query)}"
