"""Where a team's rota has holes: working hours in which nobody is on duty."""

from __future__ import annotations

from datetime import datetime, timedelta

from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import open_spans
from dreiklang.teams.models import Absence, Team
from dreiklang.teams.queries import today
from dreiklang.teams.rules import uncovered

AHEAD = timedelta(days=14)


def gaps_of(team: Team, now: datetime) -> list[tuple[datetime, datetime]]:
    """Working hours of the next two weeks that no shift covers; none for a team without shifts, whose members are all
    on duty then. A shift whose person is away covers nothing, unless somebody stands in."""
    shifts = list(team.shifts.filter(ends_at__gt=now, starts_at__lt=now + AHEAD))
    if not shifts and not team.shifts.exists():
        return []
    away = list(Absence.objects.filter(person__in=[s.person_id for s in shifts], substitute=None))
    held = [
        (s.starts_at, s.ends_at)
        for s in shifts
        if not any(a.person_id == s.person_id and a.from_date <= today(s.starts_at) <= a.until_date for a in away)
    ]
    hours = (team.calendar or default_calendar()).as_rules()
    return uncovered([(span.starts_at, span.ends_at) for span in open_spans(hours, now, now + AHEAD)], held)
