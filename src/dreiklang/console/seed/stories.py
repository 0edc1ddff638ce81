"""The ways seeded tickets go: steps with the working minutes before each. Pure tables."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """What happens, and how many minutes after the step before, at least and at most."""

    name: str
    least: int
    most: int


class Story(NamedTuple):
    """A way through the levels; of ``weight`` such tickets."""

    weight: int
    steps: tuple[Step, ...]


TAKE, CHECK, NOTE = Step("take", 5, 90), Step("check", 5, 120), Step("note", 5, 60)
ASK, AWAIT, REPLY = Step("ask", 5, 40), Step("await_requester", 0, 1), Step("reply", 60, 2000)
SECOND, THIRD, OUTSIDE = Step("up_to_2", 10, 90), Step("up_to_3", 10, 120), Step("up_outside", 10, 120)
ACCEPT, RETURN, SOLVED = (
    Step("accept", 5, 400),
    Step("hand_back_incomplete", 20, 300),
    Step("hand_back_solved", 30, 900),
)
RESOLVE, CONFIRM, SILENCE = Step("resolve", 10, 300), Step("confirm", 30, 1800), Step("close", 9_900, 10_300)
EXTERNAL = Step("hand_back_solved", 1_400, 12_000)
PART, DATE, RESUME = Step("await_vendor", 5, 30), Step("await_date", 5, 30), Step("resume", 2880, 2900)
AGAIN = Step("reopen", 600, 4000)

STORIES: tuple[Story, ...] = (
    Story(24, (TAKE, RESOLVE, SILENCE)),
    Story(14, (TAKE, CHECK, RESOLVE, CONFIRM)),
    Story(14, (TAKE, ASK, AWAIT, REPLY, CHECK, RESOLVE, SILENCE)),
    Story(16, (TAKE, CHECK, SECOND, ACCEPT, CHECK, RESOLVE, CONFIRM)),
    Story(8, (TAKE, SECOND, ACCEPT, CHECK, NOTE, DATE, RESUME, CHECK, RESOLVE, SILENCE)),
    Story(8, (TAKE, SECOND, ACCEPT, CHECK, THIRD, ACCEPT, CHECK, NOTE, SOLVED, RESOLVE, SILENCE)),
    Story(5, (TAKE, SECOND, RETURN, ASK, AWAIT, REPLY, SECOND, ACCEPT, CHECK, RESOLVE, CONFIRM)),
    Story(5, (TAKE, SECOND, ACCEPT, OUTSIDE, ACCEPT, CHECK, EXTERNAL, RESOLVE, SILENCE)),
    Story(4, (TAKE, CHECK, PART, RESUME, RESOLVE, CONFIRM)),
    Story(3, (TAKE, RESOLVE, AGAIN, TAKE, CHECK, NOTE, RESOLVE, SILENCE)),
)

_HOUR, _DAY = 3600, 86_400
BEGINS, ENDS = 7 * _HOUR, 16 * _HOUR


def at_work(moment: int) -> int:
    """A moment (UTC seconds) moved on to the next hours in which people work: Monday to Friday, 7 to 16 UTC."""
    day, second = divmod(moment, _DAY)
    if second < BEGINS:
        second = BEGINS + second % _HOUR
    elif second >= ENDS:
        day, second = day + 1, BEGINS + second % _HOUR
    weekday = (day + 3) % 7  # the first of January 1970 was a Thursday
    return (day + (7 - weekday if weekday > 4 else 0)) * _DAY + second
