"""What monitoring says: the alarms that fire now, and those behind a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.monitoring import queries
from dreiklang.channels.monitoring.commands import dismiss_alert
from dreiklang.channels.monitoring.models import Alert
from dreiklang.channels.monitoring.policy import visible_to
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.web.routing import actor_of, policy


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The alarms of a ticket."""
    alerts = queries.alerts_of(ticket, actor=actor)
    return {
        "alerts": alerts,
        "firing": sum(alert.state == Alert.State.FIRING for alert in alerts),
        "may_solve": tickets.may_move(actor, ticket) and ticket.state_group != "settled",
    }


@require_GET
@policy("tickets.work")
def page(request: HttpRequest) -> HttpResponse:
    """What fires now, newest first, keyset-paged."""
    rows = queries.firing(actor_of(request), before=place_in(request.GET.get("before", "")))
    shown = rows[: queries.SHOWN]
    last = shown[-1] if len(rows) > len(shown) else None
    context = {"rows": shown, "older": f"{last.since_at.isoformat()}~{last.pk}" if last else ""}
    return render(request, "web/desk/monitoring.html", context)


@require_POST
@policy("tickets.work")
def dismiss(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Take an alarm off the list that its program has forgotten."""
    alert = visible_to(actor_of(request)).filter(pk=alert_id).first()
    if alert is None:
        raise NotFound(_("There is no such alarm."))
    dismiss_alert(alert, actor=actor_of(request))
    messages.success(request, _("Taken off the list. If it is told of again it is back."))
    return redirect("desk:monitoring")


def place_in(told: str) -> tuple[datetime, int] | None:
    """Where the page goes on: ``moment~id`` of the last row; anything else is the beginning."""
    moment, _sign, key = told.partition("~")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (found, int(key)) if found.tzinfo and key.isdecimal() and len(key) < 19 else None
