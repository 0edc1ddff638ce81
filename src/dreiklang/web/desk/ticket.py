"""The ticket page and its parts: head, staff, conversation, side panels. Each part can be loaded alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dreiklang.channels.chat.queries import running_at
from dreiklang.communication.commands.notifying import read_ticket
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk import list_contents, lists, panels
from dreiklang.web.desk.answers import is_fragment
from dreiklang.web.desk.composer import composer_of
from dreiklang.web.desk.conversation import conversation_of
from dreiklang.web.desk.entries import by_day
from dreiklang.web.desk.finding import me, ticket_of
from dreiklang.web.desk.head import head_of, list_address
from dreiklang.web.desk.reading import Reading
from dreiklang.web.desk.splitting import may_split
from dreiklang.web.desk.staff import staff_of
from dreiklang.web.desk.ticket_links import with_links
from dreiklang.web.routing import policy


@require_GET
@policy("desk")
def page(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket; with the list beside it when a whole page is asked for."""
    ticket, actor = ticket_of(request, number)
    if me(actor):
        read_ticket(ticket, actor=actor)
    key, reading = _list_key(request, ticket, actor), Reading(ticket)
    context: dict[str, Any] = {
        **head_of(ticket, actor=actor, reading=reading),
        "days": _days(ticket, actor, reading),
        "composer": composer_of(ticket, actor=actor, reading=reading),
        "panels": panels.names_for(ticket, actor=actor),
        "may_split": may_split(ticket, actor),
        "running_chat": running_at(ticket, actor=actor),
        "list_query": f"?list={key}",
        "list_url": list_address(key),
    }
    if is_fragment(request):
        return render(request, "web/desk/ticket_fragment.html", context)
    context |= {"worklist": lists.heading_of(key, actor=actor, open_number=number), "open_number": number, "at": key}
    return render(request, "web/desk/ticket_page.html", context)


def _list_key(request: HttpRequest, ticket: Ticket, actor: Actor) -> str:
    """The list the ticket was opened from, if it is one of the reader's; else its team's or one's own."""
    if wished := request.GET.get("list", ""):
        try:
            lists.name_of(wished, actor=actor)
            list_contents.tickets_in(wished, actor=actor)
        except NotFound:
            pass
        else:
            return wished
    return f"team-{ticket.team_id}" if ticket.team_id in actor.teams else lists.first_key(actor)


def _days(ticket: Ticket, actor: Actor, reading: Reading | None = None) -> list[Any]:
    return by_day(
        with_links(conversation_of(ticket, actor=actor, reading=reading), actor=actor), timezone.get_current_timezone()
    )


@require_GET
@policy("desk")
def head(request: HttpRequest, number: int) -> HttpResponse:
    """The head alone, as it is now."""
    ticket, actor = ticket_of(request, number)
    key = _list_key(request, ticket, actor)
    context = {**head_of(ticket, actor=actor), "list_query": f"?list={key}", "list_url": list_address(key)}
    return render(request, "web/desk/ticket/head.html", context)


@require_GET
@policy("desk")
def entries(request: HttpRequest, number: int) -> HttpResponse:
    """The conversation alone, as it is now; looking at it reads it."""
    ticket, actor = ticket_of(request, number)
    if me(actor):
        read_ticket(ticket, actor=actor)
    context = {"ticket": ticket, "days": _days(ticket, actor), "may_split": may_split(ticket, actor)}
    return render(request, "web/desk/ticket/entries.html", context)


@require_GET
@policy("desk")
def composer(request: HttpRequest, number: int) -> HttpResponse:
    """The composer alone, with the drafts as they are kept now."""
    ticket, actor = ticket_of(request, number)
    found = composer_of(ticket, actor=actor, opened=request.GET.get("tab", ""))
    return render(request, "web/desk/ticket/composer.html", {"ticket": ticket, "composer": found})


@require_GET
@policy("desk")
def staff(request: HttpRequest, number: int) -> HttpResponse:
    """The staff with its text twin."""
    ticket, actor = ticket_of(request, number)
    return HttpResponse(staff_of(ticket, actor=actor, with_earlier="earlier" in request.GET))


@require_GET
@policy("desk")
def panel(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One panel beside the ticket."""
    ticket, actor = ticket_of(request, number)
    return render(request, f"web/desk/panels/{panels.known(name)}.html", panels.content_of(name, ticket, actor=actor))
