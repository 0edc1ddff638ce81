"""How a ticket stands, as somebody outside reads it: the state in two words, who does what, what comes next.

No levels, no priority, no reasons from inside: only states, names of those who write to the requester, and dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _

from dreiklang.tickets import lifecycle, rules
from dreiklang.tickets.models import Ticket
from dreiklang.web.components import moments

ANSWER, BUSY, QUIET, DONE, OVER = "answer", "busy", "quiet", "done", "over"
ICONS = {ANSWER: "message-exclamation", BUSY: "tool", QUIET: "clock-pause", DONE: "circle-check", OVER: "check"}


@dataclass(frozen=True)
class LastWord:
    """The last thing the desk wrote to the requester: who, and how it begins."""

    author: str = ""
    gist: str = ""


@dataclass(frozen=True)
class Standing:
    """How a ticket stands. ``tone`` chooses colour and sign; the words say the same."""

    tone: str
    state: str
    who: str
    when: str = ""
    when_at: datetime | None = None

    @property
    def icon(self) -> str:
        """The sign beside the words."""
        return ICONS[self.tone]


def standing_of(
    ticket: Ticket,
    *,
    waits_for: str,
    last: LastWord,
    now: datetime,
    zone: tzinfo,
    is_own: bool = True,
    was_solved: bool = True,
) -> Standing:
    """A ticket's standing, said to the requester (``is_own``) or to the contact of the organisation.

    ``waits_for`` is the kind of its running pause (requester, vendor, date, other) or empty. ``was_solved``: a closed
    ticket had a solution, and was not closed because nobody answered us or it was no request at all.
    """
    if ticket.state == lifecycle.MERGED:
        return Standing(BUSY, _("Goes on together"), _("We handle this with another report of the same thing."))
    if ticket.state == lifecycle.CLOSED:
        at = ticket.closed_at
        when = _("Closed: %(moment)s") % {"moment": moments.clock_words(at, now, zone)} if at else ""
        if not was_solved:
            return Standing(OVER, _("Closed"), _unsolved_words(last), when, at)
        return Standing(OVER, _("All done"), _last_words(last), when, at)
    if ticket.state == lifecycle.RESOLVED:
        return Standing(DONE, _("It's solved"), _last_words(last), *_closing(ticket, now, zone))
    if ticket.state == lifecycle.WAITING and waits_for == "requester":
        words = (
            _("%(name)s asks: %(gist)s") % {"name": last.author, "gist": last.gist}
            if last.author
            else _("We have a question.")
        )
        if is_own:
            return Standing(ANSWER, _("Your answer needed"), words, _("We go on as soon as you answer"))
        return Standing(ANSWER, _("Answer missing"), words, _("We go on as soon as the answer comes"))
    if ticket.state == lifecycle.WAITING:
        words = _("We have put it aside for the moment.") if waits_for == "date" else _("We wait for somebody else.")
        return Standing(QUIET, _("We wait"), words, *_return(ticket, now, zone))
    state = _("Has arrived") if ticket.state == lifecycle.NEW else _("In work")
    return Standing(BUSY, state, who_words(ticket), *_promise(ticket, now, zone))


def who_words(ticket: Ticket) -> str:
    """Who does what now: a person or team that writes to the requester, else our specialists without a name (A5)."""
    if ticket.level > 2 and not ticket.is_direct:
        return _("Our specialists are working on it.")
    if ticket.assignee is not None:
        return _("%(name)s is looking into it.") % {"name": ticket.assignee.name}
    if ticket.state == lifecycle.NEW:
        return _("Somebody will look at it soon.")
    if ticket.team is not None:
        return _("%(name)s is working on it.") % {"name": ticket.team.name}
    return _("We are working on it.")


def _unsolved_words(last: LastWord) -> str:
    """Why a ticket is closed that nobody solved: what we asked last stayed open, or nothing was to be answered."""
    if last.gist:
        return _("We got no answer to: %(gist)s") % {"gist": last.gist}
    return _("It was closed without an answer.")


def _last_words(last: LastWord) -> str:
    return f"{last.author}: {last.gist}" if last.author and last.gist else last.gist


def _closing(ticket: Ticket, now: datetime, zone: tzinfo) -> tuple[str, datetime | None]:
    if ticket.closes_at is None:
        return "", None
    moment = moments.clock_words(ticket.closes_at, now, zone)
    return _("Closes %(moment)s unless you object") % {"moment": moment}, ticket.closes_at


def _return(ticket: Ticket, now: datetime, zone: tzinfo) -> tuple[str, datetime | None]:
    if ticket.returns_at is None:
        return "", None
    moment = moments.clock_words(ticket.returns_at, now, zone)
    return _("We come back to it: %(moment)s") % {"moment": moment}, ticket.returns_at


def _promise(ticket: Ticket, now: datetime, zone: tzinfo) -> tuple[str, datetime | None]:
    due = ticket.next_promise_at
    if due is None:
        return "", None
    moment = moments.clock_words(due, now, zone)
    if due < now:
        return _("Promised: %(moment)s. We are late") % {"moment": moment}, due
    return _("Next message by %(moment)s") % {"moment": moment}, due


def may_reopen(ticket: Ticket, now: datetime) -> bool:
    """Whether the requester can still say that it does not work: later, a new ticket follows the old one."""
    return (
        ticket.state in (lifecycle.RESOLVED, lifecycle.CLOSED)
        and ticket.resolved_at is not None
        and rules.may_still_reopen(ticket.resolved_at, now)
    )
