"""What stands around every page of the portal: where one is, whose portal it is, what waits for an answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dreiklang.kernel.counting import Counts, count_words
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Organization
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import TicketQuerySet
from dreiklang.web.portal.finding import asker, is_contact
from dreiklang.web.routing import AUDIENCES, actor_of

HELP, CATALOG, TICKETS, ORGANIZATION, PROFILE = "help", "catalog", "tickets", "organization", "profile"


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, actor: Actor, at: str, status: int = 200
) -> HttpResponse:
    """A page of the portal with its frame. ``at`` is the entry of the navigation one stands at."""
    home = _home.first(actor)
    frame = {
        "at": at,
        "visitor": actor,
        "organization_name": home or "",
        "is_contact": is_contact(actor),
        "is_agent": actor_of(request).has(AUDIENCES["desk"]),
        "waiting_count": count_words(waiting) if (waiting := waiting_for(actor)) else "",
    }
    return render(request, f"web/portal/{template}.html", {**frame, **context}, status=status)


def waiting_for(actor: Actor) -> int:
    """How many of the person's own tickets wait for their word: a question, or a solution to confirm."""
    return sum(_waiting(asker(actor)))


def _waiting_lists(eye: Actor) -> dict[str, TicketQuerySet]:
    own = policy.visible_to(eye)
    return {
        "asked": own.filter(state=lifecycle.WAITING, pendings__reason="requester", pendings__ended_at=None),
        "solved": own.filter(state=lifecycle.RESOLVED, closes_at__isnull=False),
    }


_waiting = Counts(_waiting_lists)
_home = Question(
    lambda actor: Organization.objects.filter(pk__in=actor.organizations).order_by("pk").values_list("name", flat=True)
)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page."""
    return bool(request.headers.get("HX-Request"))
