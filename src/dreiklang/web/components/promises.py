"""Promises in words and tone, as the design page says: colour is never alone, each tone brings its sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from dreiklang.web.components.moments import clock_words, exact_words, span_words

NEAR, DANGER = timedelta(hours=2), timedelta(hours=1)


def promise_name(metric: str, level: int = 0) -> str:
    """What was promised: to the customer, or (with a level) what that level may use of it."""
    if level:
        return _("Share of level %(level)s") % {"level": level}
    return {
        "first_response": _("First answer"),
        "update": _("Next update"),
        "resolution": _("Solution"),
        "vendor": _("Answer of the vendor"),
    }.get(metric, metric)


def hours_words(seconds: float) -> str:
    """Working time as hours and minutes: '4:30 h'. Days would mislead: a working day has no fixed length."""
    minutes = int(seconds // 60)
    return _("%(hours)d:%(minutes)02d h") % {"hours": minutes // 60, "minutes": minutes % 60}


@dataclass(frozen=True)
class PromiseWords:
    """What a list or head shows of a promise: words, tone (calm, near, warn, danger) and the exact moment."""

    words: str
    tone: str
    exact: str


def promise_words(due: datetime, now: datetime, zone: tzinfo) -> PromiseWords:
    """Over two hours a time of day; under two 'in 48 min'; under one with warning; after it how much overdue."""
    left = due - now
    exact = exact_words(due, zone)
    if left < timedelta(0):
        return PromiseWords(_overdue(-left), "danger", exact)
    if left <= DANGER:
        return PromiseWords(_("in %(span)s") % {"span": span_words(left)}, "warn", exact)
    if left <= NEAR:
        return PromiseWords(_("in %(span)s") % {"span": span_words(left)}, "near", exact)
    return PromiseWords(clock_words(due, now, zone), "calm", exact)


def _overdue(by: timedelta) -> str:
    """How much overdue. Days have a sentence of their own, because German bends them otherwise than after 'in'."""
    if by.days > 1:
        return _("%(n)d days overdue") % {"n": by.days}
    return _("%(span)s overdue") % {"span": span_words(by)}


def share_used(started: datetime, due: datetime, now: datetime) -> int:
    """How much of a promise's span has passed, in whole percent from 0 to 100."""
    whole = (due - started).total_seconds()
    if whole <= 0:
        return 100
    return max(0, min(100, round((now - started).total_seconds() / whole * 100)))
