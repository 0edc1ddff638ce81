"""The head of a ticket: whose it is, who has it, how urgent and why, which promises run, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.escalation.models import Handover
from dreiklang.escalation.rules import CONTRACT
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address
from dreiklang.sla.queries.standing import open_clocks
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.models import Pending, Ticket
from dreiklang.tickets.queries.merging import merge_in_force
from dreiklang.tickets.queries.silence import asked
from dreiklang.tickets.queries.together import tags_of
from dreiklang.web.addresses import address
from dreiklang.web.components import moments, promises
from dreiklang.web.desk.actions import actions_of
from dreiklang.web.desk.ladders import ladder_notices
from dreiklang.web.desk.notices import Notice
from dreiklang.web.desk.reading import Reading

KIND_ICONS = {
    "incident": "bolt",
    "security": "shield",
    "request": "shopping-cart",
    "question": "help-circle",
    "complaint": "message-exclamation",
}


@dataclass(frozen=True)
class RunningClock:
    """A promise as the head shows it: name, bar, words."""

    name: str
    due_at: datetime
    used: int
    words: str
    tone: str
    is_paused: bool = False
    is_promise: bool = False


def head_of(ticket: Ticket, *, actor: Actor, reading: Reading | None = None) -> dict[str, Any]:
    """Everything the head's template reads."""
    reading = reading or Reading(ticket)
    pending = ticket.pendings.filter(ended_at=None).first() if ticket.state == lifecycle.WAITING else None
    actions, more = actions_of(ticket, actor=actor, way=reading.way)
    return {
        "ticket": ticket,
        "kind_icon": KIND_ICONS.get(ticket.kind, "bolt"),
        "requester_words": requester_words(reading),
        "state_words": state_words(ticket, pending),
        "sum_words": sum_words(ticket),
        "category_words": category_words(ticket),
        "clocks": clocks_of(ticket, pending, actor=actor),
        "actions": actions,
        "more_actions": more,
        "notices": notices_of(reading, actor),
        "tags": tags_of(ticket),
        "may": {"work": policy.may_work(actor, ticket)},
    }


def requester_words(reading: Reading) -> str:
    """Function, place, telephone, language, organisation: what one needs to know before one calls."""
    ticket, person = reading.ticket, reading.ticket.requester
    phone = next((a.value for a in reading.addresses if a.kind == Address.Kind.PHONE), "")
    place = ", ".join(p for p in (person.function, person.place, person.site.name if person.site else "") if p)
    languages = {"de": _("German"), "en": _("English")}
    parts = (
        place,
        _("tel. %(number)s") % {"number": phone} if phone else "",
        languages.get(person.language, person.language),
        ticket.customer.name,
    )
    return " · ".join(p for p in parts if p)


def state_words(ticket: Ticket, pending: Pending | None = None) -> str:
    """The state in words; a pause says for what and until when."""
    if pending is not None:
        words = pending.note or str(pending.get_reason_display())
        if pending.until_at:
            zone = timezone.get_current_timezone()
            until = moments.clock_words(pending.until_at, clock.now(), zone)
            words += _(", until %(moment)s") % {"moment": until}
        return words
    if ticket.awaits_acceptance:
        return _("waits to be accepted")
    return {
        "new": _("new"),
        "open": _("in work"),
        "waiting": _("waiting"),
        "resolved": _("solved"),
        "closed": _("closed"),
        "merged": _("goes on in another ticket"),
    }[ticket.state]


def sum_words(ticket: Ticket) -> str:
    """The sum behind the priority: urgency × impact."""
    urgency = {1: _("very urgent"), 2: _("urgent"), 3: _("not urgent")}[ticket.urgency]
    impact = {1: _("many affected"), 2: _("several affected"), 3: _("one affected")}[ticket.impact]
    return f"{urgency} × {impact}"


def category_words(ticket: Ticket) -> str:
    """The category in the reader's language."""
    return ticket.category.name_in((get_language() or "en")[:2]) if ticket.category else _("no category yet")


def clocks_of(ticket: Ticket, pending: Pending | None = None, *, actor: Actor) -> list[RunningClock]:
    """The promises that are open, and the date on which a waiting ticket comes back or a solved one closes."""
    now, zone = clock.now(), timezone.get_current_timezone()
    found: list[RunningClock] = []

    def add(name: str, started: datetime, due: datetime, *, calm: bool = False) -> None:
        words = promises.promise_words(due, now, zone)
        used = promises.share_used(started, due, now)
        tone = "calm" if calm else words.tone
        found.append(RunningClock(name, due, used, words.exact, tone))

    if ticket.state in lifecycle.UNSETTLED:
        for standing in open_clocks(ticket, actor=actor):
            words = promises.promise_words(standing.due_at, now, zone)
            name = promises.promise_name(standing.metric, standing.level)
            exact = _("stands still for now") if standing.is_paused else words.exact
            tone = "calm" if standing.is_paused else words.tone
            found.append(
                RunningClock(name, standing.due_at, standing.used_percent, exact, tone, standing.is_paused, True)
            )
    if ticket.returns_at and ticket.state == lifecycle.WAITING:
        add(_("Comes back"), ticket.changed_at, ticket.returns_at, calm=True)
    if pending is not None and pending.reason == Pending.Reason.REQUESTER:
        told = pending.reminders.filter(closes_at__isnull=False, told_at__isnull=False).order_by("-number").first()
        if told is not None and told.closes_at and told.decided_at >= asked(pending):
            add(_("Closes by itself"), told.decided_at, told.closes_at, calm=True)
    if ticket.closes_at and ticket.state == lifecycle.RESOLVED and ticket.resolved_at:
        add(_("Closes by itself"), ticket.resolved_at, ticket.closes_at, calm=True)
    return found


def notices_of(reading: Reading, actor: Actor) -> list[Notice]:
    """What waits for this reader: a handover to accept, a solution to pass on, a direct line that is open."""
    ticket, way = reading.ticket, reading.way
    found: list[Notice] = [merged_notice(ticket, actor)] if ticket.merged_into_id else []
    if way.waiting is not None and way.waiting.to_team_id in actor.teams:
        words = _("%(team)s hands this over: %(gist)s") % {
            "team": way.waiting.from_team.name,
            "gist": way.waiting.question or way.waiting.reason or way.waiting.at_once_because,
        }
        found.append(Notice(words, "warn", "arrow-ramp-right"))
        if way.waiting.missing:
            found.append(Notice(_passed_on_words(way.waiting), "warn", "alert-triangle"))
    if ticket.is_direct:
        found.append(Notice(_("The direct line is open: level 3 may write to the requester."), "ok", "phone"))
    found += ladder_notices(ticket, actor)
    back = reading.returned_solution if ticket.state in lifecycle.UNSETTLED else None
    if back is not None and ticket.team_id in actor.teams:
        words = _("Solved by level %(level)s: %(solution)s") % {"level": back.from_level, "solution": back.solution}
        if back.hint:
            words += " " + _("Next time you can do this yourselves: %(hint)s") % {"hint": back.hint}
        found.append(Notice(words, "ok", "circle-check"))
    found += _thanked(ticket, actor)
    return found


def _passed_on_words(handover: Handover) -> str:
    """Why it came past the gate, and past what."""
    why = {"why": handover.at_once_because}
    if handover.missing == [CONTRACT]:
        return _("It was passed on although the contract does not cover this level: %(why)s") % why
    return _("It was passed on before it was complete: %(why)s") % why


def _thanked(ticket: Ticket, actor: Actor) -> list[Notice]:
    """Thanks came for a solution: nothing was reopened, and one click does it if there was more in them."""
    if ticket.resolved_at is None or not rules.may_still_reopen(ticket.resolved_at, clock.now()):
        return []
    came = ticket.messages.filter(said_at__gte=ticket.resolved_at).exclude(gratitude="")
    if not policy.may_work(actor, ticket) or not policy.sees_messages(actor, ticket) or not came.exists():
        return []
    words = _("Thanks came; the ticket stays as it is.")
    url = address("desk:thanks_reopening", ticket.number)
    return [Notice(words, "ok", "thumb-up", url, _("There is more in it: reopen"))]


def merged_notice(ticket: Ticket, actor: Actor) -> Notice:
    """'Merged into 10023', with the way there and the way back."""
    made = merge_in_force(ticket)
    assert made is not None  # the table says so
    link = made.survivor if policy.works_inside(actor, made.survivor) else None
    return Notice(
        _("Merged by %(name)s. It goes on in") % {"name": made.author.name if made.author else _("Automatic")},
        "warn",
        "git-merge",
        url=address("desk:parting", ticket.number) if policy.may_part(actor, ticket) else "",
        button=_("Part again"),
        link=address("desk:ticket", link.number) if link else "",
        link_words=f"{link.number} {link.subject}" if link else _("another ticket"),
    )


def list_address(key: str) -> str:
    """Where the list lies that the ticket was opened from."""
    return address("desk:worklist", key) if key else address("desk:start")
