"""Reads about calendars that have a name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import WorkingCalendar, extra_days_from, week_from
from dreiklang.kernel.models import JournalLine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

STANDARD_NAME = "Standard"


def working_calendar(calendar: ServiceCalendar | None) -> WorkingCalendar:
    """The value to count working time in: of a calendar, or of the default one where none is chosen."""
    return (calendar or default_calendar()).as_rules()


def default_calendar() -> ServiceCalendar:
    """The calendar that holds wherever none is chosen.

    A desk that has none yet is open as the calendar `Standard`, not stored: Monday to Friday, eight to five,
    Europe/Berlin.
    """
    return ServiceCalendar.objects.filter(is_default=True).first() or ServiceCalendar(
        name=STANDARD_NAME, is_default=True
    )


def hours_over_time(calendar: ServiceCalendar) -> list[tuple[datetime, WorkingCalendar]]:
    """The hours a calendar had, each with the moment from which it had them, oldest first.

    From the journal, so that what was counted once can be counted again after the hours were changed. The first of
    them holds for all time before.
    """
    lines = JournalLine.objects.filter(
        subject_kind="calendar", subject_id=calendar.pk, code__in=("calendar.added", "calendar.changed")
    )
    told = [(at, _hours_told(plain)) for at, plain in lines.order_by("id").values_list("at", "plain")]
    return told or [(EPOCH, calendar.as_rules())]


def _hours_told(plain: dict[str, Any]) -> WorkingCalendar:
    """The hours that a journal line tells; what is empty was left out of it."""
    days = frozenset(date.fromisoformat(day) for day in plain.get("closed_days", ()))
    return WorkingCalendar(
        plain["timezone"],
        week_from(plain.get("week", {})),
        region=plain.get("region") or None,
        closed_days=days,
        extra_days=extra_days_from(plain.get("extra_days", {})),
    )
