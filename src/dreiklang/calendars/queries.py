"""Reads about calendars that have a name."""

from __future__ import annotations

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import WorkingCalendar

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
