"""Decisions about pushes from plain values: when it is quiet, what fits on a lock screen, when to try again. Pure."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final

from dreiklang.communication import rules as news

ANSWER, TRIAL = "answer", "trial"

#: Pushed unless the person chose otherwise: what is mailed, and what the team has to take.
PUSHED_BY_DEFAULT: Final = news.MAILED_BY_DEFAULT | {news.HANDED_OVER, news.PROMISE_BROKEN}
#: A sleeping phone is woken for these.
URGENT: Final = frozenset({news.ASSIGNED, news.HANDED_OVER, news.ESCALATED, news.PROMISE_BROKEN, news.PROMISE_NEAR})

#: Of an account; the oldest goes when there is one more.
MOST_DEVICES: Final = 20
#: News older than this are no news: given up, and not kept longer by the push service either.
LIVES: Final = timedelta(hours=12)
WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
GONE: Final = frozenset({404, 410})

FIRST_LINE, SUBJECT = 160, 120
TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def clock_time(text: str) -> time | None:
    """A time of day such as 22:30, or None if the text is none."""
    return time.fromisoformat(text) if TIME.fullmatch(text) else None


def is_quiet(at: datetime, begins: str, ends: str) -> bool:
    """Whether a local moment lies in the quiet hours, which may go over midnight; none are set: never."""
    begin, end = clock_time(begins), clock_time(ends)
    if begin is None or end is None or begin == end:
        return False
    now = at.time().replace(tzinfo=None)
    return begin <= now < end if begin < end else now >= begin or now < end


def first_line(text: str, most: int = FIRST_LINE) -> str:
    """The first line that says something, cut at a word where it is long; no control characters."""
    for line in text.splitlines():
        said = " ".join("".join(sign if sign.isprintable() else " " for sign in line).split())
        if said and not said.startswith(">"):
            return said if len(said) <= most else said[: most - 1].rsplit(" ", 1)[0] + "…"
    return ""


def next_wait(tries: int, age: timedelta, asked: str = "") -> timedelta | None:
    """How long to wait after so many tries of news of this age; None: give it up.

    ``asked`` is what the push service said in Retry-After (RFC 9110), in seconds.
    """
    wait = WAITS[min(max(tries, 1), len(WAITS)) - 1]
    if asked.isascii() and asked.isdigit() and len(asked) < 6:
        wait = max(wait, timedelta(seconds=int(asked)))
    return wait if age + wait <= LIVES else None


def is_for_good(status: int) -> bool:
    """Whether an answer means that trying again is of no use: refused, but not for being too often."""
    return 300 <= status < 500 and status != 429
