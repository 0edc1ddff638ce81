"""Messages become a ticket of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import splitting
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.rules import first_words
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.answers import WayBack
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy

SHOWN = 60


def may_split(ticket: Ticket, actor: Actor) -> bool:
    """Whether the reader may make tickets out of messages of this one."""
    return actor.has(tickets.WORK) and tickets.may_work(actor, ticket)


@require_http_methods(["GET", "POST"])
@policy("desk")
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Which messages, under which subject, in whose name; on a refusal again with all that was chosen."""
    ticket, actor = ticket_of(request, number)
    if request.method == "GET":
        picked = [request.GET.get("message", "")]
        first = _offered(ticket, actor).filter(pk=forms.whole(picked[0]) or 0).first()
        subject = first_words(first.subject or first.text, 80) if first else ""
        return _sheet(request, ticket, actor, {"messages": picked, "subject": subject})
    typed = forms.read(request, "subject", "requester", lists=["messages"])
    try:
        made = _split(ticket, actor, typed)
    except Invalid as refusal:
        return _sheet(request, ticket, actor, typed, refusal.fields)
    undo = WayBack(reverse("desk:merging", args=[made.number]), {"other": str(number), "direction": "there"})
    return answers.done(request, ticket, _("Split off into %(number)s.") % {"number": made.number}, undo=undo)


def _split(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Ticket:
    picked = list(_offered(ticket, actor).filter(pk__in=[forms.whole(key) or 0 for key in typed["messages"]]))
    requester = None
    if typed["requester"]:
        author = forms.whole(typed["requester"]) or 0
        requester = Person.objects.filter(pk=author, pk__in=[m.author_id for m in picked]).first()
        if requester is None:
            raise Invalid({"requester": [_("Only who wrote all of these messages can ask in their own name.")]})
    return splitting.split(ticket, actor=actor, messages=picked, subject=typed["subject"], requester=requester)


def _offered(ticket: Ticket, actor: Actor) -> Any:
    return tickets.messages_visible_to(actor, ticket).select_related("author").order_by("-said_at", "-id")


def _sheet(
    request: HttpRequest,
    ticket: Ticket,
    actor: Actor,
    typed: Mapping[str, Any],
    problems: Mapping[str, Any] | None = None,
) -> HttpResponse:
    found: list[Message] = list(_offered(ticket, actor)[:SHOWN])
    picked = {forms.whole(key) for key in typed["messages"]}
    others = {m.author_id: m.author for m in found if m.author and m.direction == Message.Direction.IN}
    others.pop(ticket.requester_id, None)
    context = {
        "ticket": ticket,
        "rows": [(m, m.pk in picked, first_words(m.text or m.subject, 140)) for m in found],
        "authors": list(others.values()),
        "typed": typed,
        "problems": problems or {},
    }
    return answers.sheet(request, "web/desk/sheets/split.html", context, status=422 if problems else 200)
