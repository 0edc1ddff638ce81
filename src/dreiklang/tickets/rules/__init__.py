"""Decisions about tickets from plain values: priority, how long a reopening is open, who speaks at which level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

INCIDENT, SECURITY, REQUEST, QUESTION, COMPLAINT = "incident", "security", "request", "question", "complaint"

HIGH, MEDIUM, LOW = 1, 2, 3

#: impact × urgency → priority 1 (highest) to 4: the usual matrix of ITIL 4, Incident management practice;
#: every desk may change its own cells.
USUAL_MATRIX: dict[tuple[int, int], int] = {
    (HIGH, HIGH): 1,
    (HIGH, MEDIUM): 2,
    (HIGH, LOW): 3,
    (MEDIUM, HIGH): 2,
    (MEDIUM, MEDIUM): 3,
    (MEDIUM, LOW): 4,
    (LOW, HIGH): 3,
    (LOW, MEDIUM): 4,
    (LOW, LOW): 4,
}

#: What words of the requester are, as far as thanks go: nothing is asked; and it works.
THANKS, GOOD_NEWS = "thanks", "good_news"

#: What an hour of waiting is taken to lose, by priority, where no service says it in money. Each step is four times
#: the next, as the cells of the usual matrix are about two steps of impact or urgency apart.
DELAY_COSTS: dict[int, float] = {1: 400.0, 2: 100.0, 3: 25.0, 4: 6.0}
#: Minutes a ticket is taken to need on each level until the log says better.
USUAL_MINUTES: dict[int, float] = {1: 15.0, 2: 45.0, 3: 90.0, 4: 120.0}

MOST_PEOPLE = 10_000_000
REOPEN_DAYS = 10
CLOSE_AFTER_WORKING_DAYS = 5
UNDO_SECONDS = 10


def priority_of(impact: int, urgency: int, matrix: Mapping[tuple[int, int], int] | None = None) -> int:
    """Priority from impact × urgency; cells the desk has not set fall back to the usual matrix."""
    return (matrix or {}).get((impact, urgency), USUAL_MATRIX[impact, urgency])


def may_still_reopen(resolved_at: datetime, now: datetime, days: int = REOPEN_DAYS) -> bool:
    """Whether a later word of the requester reopens the ticket; after that it opens a linked one (HOUSE.md §3)."""
    return now - resolved_at <= timedelta(days=days)


def acting_level(actor_levels: Iterable[int], ticket_level: int, *, holds_ticket: bool) -> int:
    """The level at which somebody acts on a ticket: its level if the own team holds it, else the lowest own level."""
    return ticket_level if holds_ticket else min(actor_levels, default=1)


def first_words(text: str, length: int = 120) -> str:
    """One line of a text for lists, the journal and the staff, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(",.;:") + " …"
