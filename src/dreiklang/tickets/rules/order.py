"""In which order to work: what loses most by waiting. Pure, and the oracle of the same order in the database.

The rule is *apparent tardiness cost* (Vepsalainen and Morton, 'Priority rules for job shops with weighted tardiness
costs', Management Science 33, 1987): index = w/p * exp(-max(0, due - p - now) / K), where w is what an hour of
waiting loses, p the expected handling time and K how far one looks ahead. Without slack it is the c-mu rule (Smith
1956; weighted shortest job first): most loss saved for each minute of work. With slack the index sinks, so that what
has time waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dreiklang.tickets.rules import DELAY_COSTS

#: K: slack of so many seconds divides the index by e. Four hours: half a working day.
LOOK_AHEAD: Final = 4 * 3600.0
#: A ticket without a promise is taken to be due so long after it was opened, by priority, so that it ages.
DUE_WITHOUT_PROMISE: Final[dict[int, timedelta]] = {
    1: timedelta(hours=4), 2: timedelta(hours=8), 3: timedelta(hours=24), 4: timedelta(hours=72),
}  # fmt: skip
#: The index of a person who decides for many counts one and a half times.
VIP_FACTOR: Final = 1.5


@dataclass(frozen=True)
class Job:
    """A ticket as the order sees it. ``delay_cost`` for an hour, ``minutes`` of work; ``due_at`` None: no promise."""

    number: int
    delay_cost: float
    minutes: float
    priority: int
    opened_at: datetime
    due_at: datetime | None = None

    @property
    def start_by(self) -> datetime:
        """The last moment at which one can begin and still be in time."""
        due = self.due_at or self.opened_at + DUE_WITHOUT_PROMISE[self.priority]
        return due - timedelta(minutes=self.minutes)


def index_of(job: Job, now: datetime) -> float:
    """The logarithm of the index: the greater, the sooner. The logarithm orders alike and cannot underflow."""
    slack = max(0.0, (job.start_by - now).total_seconds())
    return math.log(job.delay_cost / job.minutes) - slack / LOOK_AHEAD


def delay_cost_of(priority: int, *, outage_per_hour: float = 0.0, is_vip: bool = False) -> float:
    """What an hour of waiting loses: by priority, plus the outage in money, more for a VIP."""
    cost = DELAY_COSTS[priority] + outage_per_hour
    return cost * VIP_FACTOR if is_vip else cost
