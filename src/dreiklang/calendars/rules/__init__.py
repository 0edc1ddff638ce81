"""Working time as pure functions of a frozen calendar: no database, no clock, no side effects.

`calendar` says what an opening span, a closed day and the two daylight-saving days mean; `working_time`
counts; `questions` answers `dreiklang sla compute`.
"""

from dreiklang.calendars.rules.calendar import CLOSED_WEEK, Week, WorkingCalendar
from dreiklang.calendars.rules.documents import BadDocument, calendar_from, moment_from
from dreiklang.calendars.rules.errors import BadCalendar, BeyondHorizon, NeverOpen
from dreiklang.calendars.rules.questions import answer_questions
from dreiklang.calendars.rules.week import (
    DAY_NAMES,
    ExtraDays,
    extra_days_from,
    week_from,
    written_extra_days,
    written_week,
)
from dreiklang.calendars.rules.working_days import after_working_days, is_working_day, working_day_from
from dreiklang.calendars.rules.working_time import (
    OpenSpan,
    add_working_time,
    is_open,
    next_opening,
    open_spans,
    working_seconds_between,
)
from dreiklang.calendars.rules.year import Day, Month, year_of

__all__ = [
    "CLOSED_WEEK",
    "DAY_NAMES",
    "BadCalendar",
    "BadDocument",
    "BeyondHorizon",
    "Day",
    "ExtraDays",
    "Month",
    "NeverOpen",
    "OpenSpan",
    "Week",
    "WorkingCalendar",
    "add_working_time",
    "after_working_days",
    "answer_questions",
    "calendar_from",
    "extra_days_from",
    "is_open",
    "is_working_day",
    "moment_from",
    "next_opening",
    "open_spans",
    "week_from",
    "working_day_from",
    "working_seconds_between",
    "written_extra_days",
    "written_week",
    "year_of",
]
