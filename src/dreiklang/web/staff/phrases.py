"""The small phrases of the staff in the reader's language: spans, times, days, names of marks and promises."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime
from functools import lru_cache

from django.utils import dateformat
from django.utils.translation import override

from dreiklang.web.staff.lexicon import counted, lexicon
from dreiklang.web.staff.score import Mark, MarkKind, PromiseKind, Score


def span(score: Score, seconds: float) -> str:
    """Working time as people say it: '24 min', '1 h 10 min', '38 h'. A day is no unit of working time."""
    said, minutes = lexicon(score.language), max(0, int(seconds // 60))
    if minutes < 60:
        return said.minutes % minutes
    if minutes % 60 == 0:
        return said.hours % (minutes // 60)
    return said.hours_minutes % {"hours": minutes // 60, "minutes": minutes % 60}


def hour(score: Score, local: datetime) -> str:
    """A full hour below the axis."""
    return lexicon(score.language).full_hour % local.hour


def weekday(score: Score, local: datetime) -> str:
    """'Tue'."""
    return lexicon(score.language).weekdays[local.weekday()]


def date(score: Score, local: datetime) -> str:
    """Day and month: '17 Nov'."""
    return _date(score.language, local.year, local.month, local.day)


def day(score: Score, local: datetime) -> str:
    """Weekday and date."""
    return f"{weekday(score, local)} {date(score, local)}"


@lru_cache(maxsize=1024)
def _date(language: str, year: int, month: int, number: int) -> str:
    with override(language):
        return dateformat.format(calendar_date(year, month, number), lexicon(language).date_format)


def moment(score: Score, at: datetime) -> str:
    """A time of day, with the day before it where it is not today's."""
    local, today = at.astimezone(score.calendar.zone), score.now.astimezone(score.calendar.zone)
    time = f"{local.hour:02}:{local.minute:02}"
    return time if local.date() == today.date() else f"{day(score, local)} {time}"


def moment_after(score: Score, at: datetime, before: datetime) -> str:
    """A time of day beside an earlier one: the day is named only where it is another."""
    local, earlier = at.astimezone(score.calendar.zone), before.astimezone(score.calendar.zone)
    time = f"{local.hour:02}:{local.minute:02}"
    return time if local.date() == earlier.date() else f"{day(score, local)} {time}"


def due(score: Score, at: datetime) -> str:
    """A due time for a narrow place: time of day, weekday and time within six days, else the date."""
    local, today = at.astimezone(score.calendar.zone), score.now.astimezone(score.calendar.zone).date()
    days = (local.date() - today).days
    time = f"{local.hour:02}:{local.minute:02}"
    if days == 0:
        return time
    return f"{weekday(score, local)} {time}" if abs(days) <= 6 else day(score, local)


def kind(score: Score, mark: Mark) -> str:
    """What a mark is, in one or two words."""
    said = lexicon(score.language)
    if mark.kind is MarkKind.OUTWARD:
        return said.outward
    if mark.kind is MarkKind.INTERNAL:
        return said.internal
    if mark.kind is MarkKind.CHECK:
        return said.check
    return said.automatic if mark.kind is MarkKind.AUTOMATIC else said.requester


def level(score: Score, number: int) -> str:
    """'Level 2'."""
    return lexicon(score.language).level % number


def promise(score: Score, of: PromiseKind, at_level: int = 0) -> str:
    """The name of a promise."""
    said = lexicon(score.language)
    if of is PromiseKind.SHARE:
        return said.share % at_level
    if of is PromiseKind.SOLUTION:
        return said.solution
    return said.answer if of is PromiseKind.ANSWER else said.update


def counts(score: Score, marks: list[Mark]) -> str:
    """How many marks of each kind: '3 checks, 1 to the outside'."""
    numbers = ((of, sum(mark.kind is of for mark in marks)) for of in MarkKind)
    return ", ".join(counted(score.language, of, number) for of, number in numbers if number)


def mark_name(score: Score, mark: Mark) -> str:
    """What a screen reader says of a mark: '15:48, Level 2, Berta Krüger, check: driver up to date'."""
    parts = [moment(score, mark.at)]
    if mark.kind is MarkKind.REQUESTER:
        parts.append(mark.author or kind(score, mark))
    else:
        if mark.level:
            parts.append(level(score, mark.level))
        if mark.author:
            parts.append(mark.author)
        parts.append(kind(score, mark))
    name = ", ".join(parts)
    return f"{name}: {mark.words}" if mark.words else name


def group_name(score: Score, marks: list[Mark]) -> str:
    """What a screen reader says of a capsule."""
    first, last = marks[0], marks[-1]
    authors = ", ".join(dict.fromkeys(mark.author for mark in marks if mark.author))
    stretch = lexicon(score.language).stretch % {
        "since": moment(score, first.at),
        "until": moment(score, last.at),
    }
    parts = [stretch, level(score, first.level) if first.level else "", authors, counts(score, marks)]
    return ", ".join(part for part in parts if part)
