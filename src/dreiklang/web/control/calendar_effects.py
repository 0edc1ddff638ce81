"""What a calendar brings about, to be looked at: its year, and what other hours would do to promises that run."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.calendars.rules import DAY_NAMES, BadCalendar, Day, year_of
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.sla.queries.effects import Effect, Move, effect_of
from dreiklang.web.components.moments import clock_words
from dreiklang.web.components.promises import promise_name
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet

#: So many promises are listed; the rest is counted.
_MOST_LISTED = 50


@require_GET
@policy("control")
def year(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """A calendar's year: twelve months, the open hours of each day, holidays by name, closed and extra days."""
    calendar = ServiceCalendar.objects.filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound(code="no_calendar")
    shown = _year_from(request.GET.get("year", ""))
    months = year_of(calendar.as_rules(), shown, language=get_language() or "en")
    special = [day for month in months for day in month.days if day.kind in ("holiday", "closed_day", "extra")]
    context = {
        "calendar": calendar, "year": shown, "earlier": shown - 1, "later": shown + 1, "weekdays": _weekday_letters(),
        "months": [(formats.date_format(m.first, "F"), _hours(m.seconds), _weeks(m.days)) for m in months],
        "special": [(formats.date_format(day.date, "l, j. F" if get_language() == "de" else "l, j F"), _why(day),
                     _hours(day.seconds)) for day in special],
        "whole": _hours(sum(month.seconds for month in months)),
    }  # fmt: skip
    return control_page(request, "calendar_year", context, at="calendars")


def effect_shown(request: HttpRequest, calendar: ServiceCalendar, form: Sheet) -> dict[str, Any] | None:
    """What the hours on a valid form would do; None where they are as they stand, or no hours at all.

    ``is_seen``: the form came from a page that showed the effect of just these hours.
    """
    sent = form.cleaned_data
    wished = ServiceCalendar(
        timezone=sent["timezone"], region=sent["region"], closed_days=sent["closed_days"],
        extra_days=sent["extra_days"], week={day: sent[day] for day in DAY_NAMES if sent[day]},
    )  # fmt: skip
    try:
        hours = wished.as_rules()
    except BadCalendar:
        return None  # the command says at which field
    if hours == calendar.as_rules():
        return None
    if not hours.has_hours:
        form.add_error(None, _("This calendar would never be open; nothing could ever be due."))
        return None
    effect = effect_of(calendar, hours, actor=actor_of(request))
    written = [wished.timezone, wished.region, [str(d) for d in wished.closed_days], wished.extra_days, wished.week]
    mark = hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()
    return {**_words(effect), "mark": mark, "is_seen": sent["seen"] == mark}


def _words(effect: Effect) -> dict[str, Any]:
    shown = effect.moves[:_MOST_LISTED]
    return {
        "rows": [_row(move) for move in shown], "moved": effect.moved, "unlisted": effect.moved - len(shown),
        "looked_at": effect.looked_at, "are_all": effect.are_all,
    }  # fmt: skip


def _row(move: Move) -> dict[str, Any]:
    return {
        "ticket": move.ticket, "name": promise_name(move.metric, move.level),
        "due": _moment(move.due_at), "would_be": _moment(move.would_be_due_at),
        "is_later": move.would_be_due_at > move.due_at,
    }  # fmt: skip


def _moment(at: datetime) -> str:
    """A day and always its time: what moves by an hour must be seen to move."""
    zone = timezone.get_current_timezone()
    words, time_of_day = clock_words(at, clock.now(), zone), f"{at.astimezone(zone):%H:%M}"
    return words if time_of_day in words else f"{words}, {time_of_day}"


def _year_from(text: str) -> int:
    return int(text) if text.isdecimal() and 1970 <= int(text) <= 2200 else clock.now().year


def _weekday_letters() -> list[str]:
    monday = date(2026, 11, 16)
    return [formats.date_format(monday.replace(day=16 + n), "D") for n in range(7)]


def _weeks(days: list[Day]) -> list[list[dict[str, Any] | None]]:
    """The days in rows of seven, Monday first; None before the first and after the last."""
    cells: list[dict[str, Any] | None] = [None] * days[0].date.weekday()
    cells += [{"day": day, "hours": _hours(day.seconds) if day.seconds else "", "why": _why(day)} for day in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[place : place + 7] for place in range(0, len(cells), 7)]


def _why(day: Day) -> str:
    words = {
        "holiday": day.name, "closed_day": _("closed besides"), "extra": _("hours of its own"), "open": "",
        "closed": "",
    }[day.kind]  # fmt: skip
    return f"{words} ({day.name})" if day.name and day.kind in ("extra", "closed_day") else words


def _hours(seconds: float) -> str:
    """Hours with minutes only where there are some: 9, 4:30, 1897."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}:{minutes:02d}" if minutes else str(hours)
