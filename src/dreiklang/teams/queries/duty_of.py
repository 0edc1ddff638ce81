"""Somebody's duty: the own shifts, and those of people they stand in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dreiklang.kernel import clock
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Absence, DutyShift
from dreiklang.teams.queries import today

BACK, AHEAD = timedelta(days=30), timedelta(days=180)


@dataclass(frozen=True)
class Duty:
    """A span on duty for a team; ``instead_of``: the person one stands in for."""

    shift_id: int
    team: str
    starts_at: datetime
    ends_at: datetime
    instead_of: str = ""


def duty_of(person: Person, *, since: datetime | None = None) -> list[Duty]:
    """The shifts of a person, and of those the person stands in for while they are away, in order of time.

    Shifts on days of the own absence are left out: somebody else stands in for them.
    """
    now = clock.now()
    begin, end = since or now - BACK, now + AHEAD
    away = list(Absence.objects.filter(person=person, until_date__gte=today(begin)))
    standing_in = Absence.objects.filter(substitute=person, until_date__gte=today(begin)).select_related("person")
    found = [
        Duty(s.pk, s.team.name, s.starts_at, s.ends_at)
        for s in _shifts([person.pk], begin, end)
        if not any(a.from_date <= today(s.starts_at) <= a.until_date for a in away)
    ]
    absences = list(standing_in)
    for shift in _shifts([a.person_id for a in absences], begin, end):
        day = today(shift.starts_at)
        for absence in absences:
            if absence.person_id == shift.person_id and absence.from_date <= day <= absence.until_date:
                found.append(Duty(shift.pk, shift.team.name, shift.starts_at, shift.ends_at, absence.person.name))
                break
    return sorted(found, key=lambda duty: (duty.starts_at, duty.shift_id))


def _shifts(people: list[int], begin: datetime, end: datetime) -> list[DutyShift]:
    rows = DutyShift.objects.filter(person_id__in=people, ends_at__gt=begin, starts_at__lt=end, team__is_active=True)
    return list(rows.select_related("team").order_by("starts_at", "pk"))
