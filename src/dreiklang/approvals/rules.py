"""When an approval is decided. Plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

YES, NO = "yes", "no"
OPEN, GRANTED, REFUSED, WITHDRAWN = "open", "granted", "refused", "withdrawn"
ALL, ONE = "all", "one"
#: Somebody who says nothing is reminded so often, so far apart.
REMIND_AFTER: Final = timedelta(days=2)
MOST_REMINDERS: Final = 3


def decided(answers: Iterable[str], *, needs: str) -> str:
    """What the answers so far (empty: none yet) make of an approval.

    *All* must agree: the first no refuses, the last yes grants. *One* is enough: the first yes grants, only when all
    have said no it is refused. Without voters nothing is ever granted.
    """
    given = list(answers)
    if not given:
        return OPEN
    if needs == ONE:
        if YES in given:
            return GRANTED
        return REFUSED if all(answer == NO for answer in given) else OPEN
    if NO in given:
        return REFUSED
    return GRANTED if all(answer == YES for answer in given) else OPEN


def is_to_remind(asked_at: datetime, reminded_at: datetime | None, reminders: int, now: datetime) -> bool:
    """Whether somebody who has not answered is reminded now."""
    return reminders < MOST_REMINDERS and now - (reminded_at or asked_at) >= REMIND_AFTER
