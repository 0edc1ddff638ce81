"""The questions form of `dreiklang sla compute`: working time on plain input, for audits and dry runs."""

from datetime import datetime
from typing import Final

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.documents import BadDocument, calendar_from, moment_from, object_from
from dreiklang.calendars.rules.errors import BeyondHorizon, NeverOpen
from dreiklang.calendars.rules.week import shown
from dreiklang.calendars.rules.working_time import add_working_time, is_open, working_seconds_between

_ENDLESS: Final = float("inf")
_FORMS: Final = 'must be {"from", "to"} or {"from", "add_minutes"}'


def answer_questions(document: object) -> dict[str, list[dict[str, float | str]]]:
    """Answer `{"calendar", "questions"}` with `{"answers"}`, one for each question in order.

    `{"from", "to"}` → `{"working_seconds"}`, a whole number unless fractions of seconds were asked about;
    `{"from", "add_minutes"}` → `{"at"}`, ISO 8601 in the calendar's zone. Raises `BadDocument`, with the
    place, for anything else, unknown keys included, and for a sum in a calendar that never opens.
    """
    parts = object_from(document, "", required=("calendar", "questions"))
    calendar = calendar_from(parts["calendar"])
    questions = parts["questions"]
    if not isinstance(questions, list):
        raise BadDocument("questions", f"must be a list, not {shown(questions)}")
    answers = []
    try:
        for question in questions:
            answers.append(_answer(calendar, question))
    except BadDocument as wrong:
        raise wrong.inside(f"questions[{len(answers)}]") from wrong
    except NeverOpen as never:
        raise BadDocument("calendar.week", str(never)) from never
    return {"answers": answers}


def _answer(calendar: WorkingCalendar, question: object) -> dict[str, float | str]:
    if isinstance(question, dict) and len(question) == 2 and "from" in question:
        if "add_minutes" in question:
            return {"at": _sum(calendar, question["from"], question["add_minutes"])}
        if "to" in question:
            return {"working_seconds": _between(calendar, question["from"], question["to"])}
    known = object_from(question, "", required=("from",), optional=("to", "add_minutes"))
    raise BadDocument("", f"{_FORMS}, not {', '.join(known)}")


def _sum(calendar: WorkingCalendar, start: object, minutes: object) -> str:
    moment = moment_from(start, "from")
    if not isinstance(minutes, int | float) or isinstance(minutes, bool) or not 0 <= minutes < _ENDLESS:
        raise BadDocument("add_minutes", f"must be a number of minutes from 0, not {shown(minutes)}")
    try:
        return add_working_time(calendar, moment, minutes * 60).astimezone(calendar.zone).isoformat()
    except BeyondHorizon as beyond:
        _refuse_beyond(calendar, moment, "from")
        raise BadDocument("add_minutes", str(beyond)) from beyond


def _between(calendar: WorkingCalendar, start: object, end: object) -> float:
    since, until = moment_from(start, "from"), moment_from(end, "to")
    try:
        seconds = working_seconds_between(calendar, since, until)
    except BeyondHorizon as beyond:
        _refuse_beyond(calendar, since, "from")
        raise BadDocument("to", str(beyond)) from beyond
    return int(seconds) if seconds.is_integer() else seconds


def _refuse_beyond(calendar: WorkingCalendar, moment: datetime, path: str) -> None:
    """Say that it was this moment, if it was."""
    try:
        is_open(calendar, moment)
    except BeyondHorizon as beyond:
        raise BadDocument(path, str(beyond)) from beyond
