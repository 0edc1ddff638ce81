"""The promises of a ticket: bars in the head, brackets for the staff, and the sheet that says why they stand so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.sla.queries.standing import explained
from dreiklang.sla.rules import BREACHED, MET, PAUSED, RESOLUTION, UPDATE, Measured, Step
from dreiklang.tickets.models import Pending, Ticket
from dreiklang.web.components import moments, promises
from dreiklang.web.components.promises import hours_words
from dreiklang.web.desk import answers
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy
from dreiklang.web.staff.score import Pause, Promise, PromiseKind


@dataclass(frozen=True)
class Reason:
    """A line of 'why is it so?': when, what, and the working time it counted."""

    at: str
    words: str
    counted: str = ""


@dataclass(frozen=True)
class Why:
    """One promise with its reasons."""

    name: str
    state: str
    tone: str
    words: str
    sum: str
    reasons: list[Reason]


@require_GET
@policy("desk")
def why(request: HttpRequest, number: int) -> HttpResponse:
    """'Why is it so?': each promise of the ticket with every span and event it counted."""
    ticket, actor = ticket_of(request, number)
    found = explained(ticket, actor=actor)
    context: dict[str, Any] = {
        "ticket": ticket,
        "version": found.version,
        "whys": [_why(measured) for measured in _worth_telling(found.clocks)],
    }
    return answers.sheet(request, "web/desk/sheets/promises.html", context)


def brackets_of(ticket: Ticket, *, actor: Actor) -> list[Promise]:
    """The promises as the staff draws them above the levels."""
    found = explained(ticket, actor=actor).clocks
    return [_bracket(measured) for measured in _worth_telling(found)]


def _worth_telling(clocks: Sequence[Measured]) -> list[Measured]:
    """All but the rounds of updates that were kept: of these the last one stands for all."""
    last = max((c.round for c in clocks if c.metric == UPDATE), default=0)
    return [c for c in clocks if c.metric != UPDATE or c.round == last or c.breached_at]


def _why(measured: Measured) -> Why:
    zone, now = timezone.get_current_timezone(), clock.now()
    due = promises.promise_words(measured.due_at, now, zone)
    state = {
        MET: (_("kept"), "ok"),
        BREACHED: (_("not kept"), "danger"),
        PAUSED: (_("paused"), "calm"),
    }.get(measured.state, (_("runs"), due.tone))
    if measured.state == PAUSED:
        words = _("If it went on now, it would be due %(due)s.") % {"due": due.exact}
    elif measured.met_at is not None:
        met = moments.exact_words(measured.met_at, zone)
        words = _("Due %(due)s; done %(met)s.") % {"due": due.exact, "met": met}
    else:
        words = _("Due %(due)s.") % {"due": due.exact}
    if measured.charged_level and not measured.level:
        words += " " + _("When it broke, level %(level)s had the ticket.") % {"level": measured.charged_level}
    total = _("%(used)s of %(target)s working time used") % {
        "used": hours_words(measured.used_seconds), "target": hours_words(measured.target_seconds),
    }  # fmt: skip
    if measured.paused_seconds:
        total += ", " + _("%(paused)s paused") % {"paused": hours_words(measured.paused_seconds)}
    reasons = [reason for step in measured.why if (reason := _reason(step, zone, now)) is not None]
    name = promises.promise_name(measured.metric, measured.level or 0)
    return Why(name, state[0], state[1], words, total, reasons)


def _reason(step: Step, zone: Any, now: datetime) -> Reason | None:
    at = moments.clock_words(step.at, now, zone)
    if step.until is None:
        return Reason(at, _event_words(step))
    until = moments.clock_words(step.until, now, zone)
    counted = {
        "used": _("counted"),
        "paused": _("stood still"),
        "elsewhere": _("another level had it"),
        "settled": _("solved; counts for nothing"),
    }[step.what]
    return Reason(f"{at} – {until}", counted, hours_words(step.seconds) if step.what in ("used", "paused") else "")


def _event_words(step: Step) -> str:
    reasons = dict(Pending.Reason.choices)
    words = {
        "opened": _("opened with priority %(said)s"),
        "priority": _("priority or kind changed: %(said)s") if step.said else _("kind changed"),
        "replied": _("answered"),
        "pending": str(reasons.get(step.said, step.said)),
        "resumed": _("went on"),
        "handover": _("to level %(said)s"),
        "resolved": _("solution sent"),
        "reopened": _("opened again"),
        "closed": _("closed"),
        "terms": _("another agreement or other hours hold from here"),
        "discarded": _("goes on elsewhere, or was no request"),
    }[step.what]
    return words % {"said": step.said} if "%(said)s" in words else words


_KINDS = {"first_response": PromiseKind.ANSWER, "update": PromiseKind.UPDATE, RESOLUTION: PromiseKind.SOLUTION}


def _bracket(measured: Measured) -> Promise:
    stood = [step for step in measured.why if step.until is not None and step.what in ("paused", "settled")]
    pauses = [Pause(step.at, step.until) for step in stood]
    if pauses and measured.state == PAUSED:
        pauses[-1] = Pause(pauses[-1].since)
    return Promise(
        kind=PromiseKind.SHARE if measured.level else _KINDS[measured.metric],
        since=measured.started_at,
        due_at=max(measured.due_at, measured.started_at + timedelta(seconds=1)),
        met_at=measured.met_at,
        level=measured.level or 0,
        pauses=tuple(pauses),
    )
