"""What others did to a ticket since a page was opened: the difference that a conflict shows (P14).

A page remembers the version of the ticket and the last journal line it showed. Not every new version is a reason to
stop somebody who writes: one's own deeds and the desk's book-keeping are none.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.desk import sentences


def last_line(ticket: Ticket) -> int:
    """The newest journal line about a ticket, as a page remembers it."""
    lines = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
    return lines.order_by("-id").values_list("id", flat=True).first() or 0


def changes_since(ticket: Ticket, seen: int, actor: Actor) -> list[str]:
    """What others did after a line, as sentences."""
    lines = [
        line
        for line in journal.lines_about("ticket", [ticket.pk])
        if line.id > seen
        and sentences.is_told(line.event)
        and (line.actor_kind, line.actor_id) != (actor.kind, actor.id)
    ]
    people = [line.actor_id for line in lines if line.actor_kind == "person" and line.actor_id]
    names: dict[Any, str] = dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))
    return [
        f"{names.get(line.actor_id) or _('Automatic')}: {sentences.told_shortly(line.event, names=names)}"
        for line in lines
    ]


def version_to_hold(request: HttpRequest, ticket: Ticket, actor: Actor) -> int | None:
    """The version a command must find: the page's own if others changed something since, else whatever stands now."""
    shown = forms.version_of(request)
    if shown is None or shown == ticket.version:
        return shown
    return shown if changes_since(ticket, seen_of(request), actor) else None


def seen_of(request: HttpRequest) -> int:
    """The last journal line the page showed."""
    return forms.whole(request.POST.get("seen", "")) or 0


def difference(request: HttpRequest, ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What a conflict shows."""
    return {"changes": changes_since(ticket, seen_of(request), actor)}
