"""When a ticket that waits for its requester is reminded of, and when it closes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_DAYS, MOST_REMINDERS = 60, 3
#: A moment and a number of working days → that many working days later.
After = Callable[[datetime, int], datetime]


@dataclass(frozen=True)
class Silence:
    """What silence leads to: reminders after so many working days each, then closing after some more; or never."""

    remind_after: int
    times: int
    close_after: int | None


def next_reminder_at(plan: Silence, asked_at: datetime, reminded: Sequence[datetime], after: After) -> datetime | None:
    """When the next reminder is due, counted from the question or the last reminder; None if there were enough."""
    if len(reminded) >= plan.times:
        return None
    return after(max(asked_at, *reminded) if reminded else asked_at, plan.remind_after)


def closes_at(plan: Silence, reminded_before: int, now: datetime, after: After) -> datetime | None:
    """The closing that a reminder sent now announces: only the last one does, and only if the plan closes at all."""
    if plan.close_after is None or reminded_before + 1 < plan.times:
        return None
    return after(now, plan.close_after)
