"""Moments and spans in words: near ones as a span, later ones as a time of day, always with the exact one beside."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE, HOUR = 60, 3600


def span_words(span: timedelta) -> str:
    """A length of time in words people say: '48 min', '1 h 20 min', '3 days'. Seconds are dropped."""
    seconds = abs(int(span.total_seconds()))
    if seconds < HOUR:
        return _("%(n)d min") % {"n": seconds // MINUTE}
    if seconds < 24 * HOUR:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        if not minutes:
            return _("%(n)d h") % {"n": hours}
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
    days = seconds // (24 * HOUR)
    return _("1 day") if days == 1 else _("%(n)d days") % {"n": days}


def clock_words(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A time of day; with the weekday within six days either side, with the date beyond."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    time = local.strftime("%H:%M")
    if local.date() == today:
        return time
    if abs((local.date() - today).days) <= 6:
        return f"{of_day(local.date(), 'D')}, {time}"
    return f"{of_day(local.date(), 'D')}, {of_day(local.date(), _('j M'))}"


def exact_words(moment: datetime, zone: tzinfo) -> str:
    """The whole moment for hover and screen readers: weekday, date, time, in the reader's zone."""
    local = moment.astimezone(zone)
    day, _time, rest = _("l, j F Y, H:i").partition("H:i")
    return of_day(local.date(), day) + local.strftime("%H:%M") + of_day(local.date(), rest)


def day_words(moment: datetime, zone: tzinfo) -> str:
    """A day as the conversation's separators say it: 'Tue 17 Nov'."""
    return of_day(moment.astimezone(zone).date(), _("D j M"))


def of_day(day: date, pattern: str) -> str:
    """A day by a pattern of dates, in the language of now."""
    return _of_day(day, pattern, get_language()) if pattern else ""


@lru_cache(maxsize=4096)
def _of_day(day: date, pattern: str, language: str | None) -> str:
    return str(formats.date_format(day, pattern))
