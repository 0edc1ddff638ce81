"""Who is there for whom, for many teams at once: people present, and the minutes they have between two moments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import working_seconds_between
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Absence, DutyShift, Team
from dreiklang.teams.queries import memberships_on, today


@dataclass(frozen=True)
class Away:
    """Somebody who is away today: until when, and who stands in. The reason is nobody's business."""

    person: Person
    back_on: date
    substitute: Person | None


@dataclass
class Presence:
    """A team's people at a moment, and the minutes they have until a later one. ``by_shift``: shifts say who is on."""

    present: list[Person] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    later: list[tuple[Person, datetime]] = field(default_factory=list)
    minutes: float = 0.0
    by_shift: bool = False


def presence_of(teams: Iterable[Team], at: datetime, until: datetime) -> dict[int, Presence]:
    """Presence of teams by id, in a fixed number of queries.

    Minutes are those of the team's calendar for each person present, or of the shifts where the team has any in the
    span. Who belongs to several teams counts in each: whole hours of both cannot be promised, and the board says so.
    """
    teams = list(teams)
    day = today(at)
    found: dict[int, Presence] = {team.pk: Presence() for team in teams}
    away = _away_on(day)
    shifts = _shifts_of(teams, at, until)
    fallback = default_calendar().as_rules()
    rows = (
        memberships_on(day)
        .filter(team__in=teams, person__is_active=True)
        .select_related("person")
        .order_by("person__sort_key", "person_id")
    )
    calendars = {team.pk: team.calendar.as_rules() if team.calendar else fallback for team in teams}
    for row in rows:
        one = found[row.team_id]
        if absent := away.get(row.person_id):
            one.away.append(absent)
            continue
        if row.team_id in shifts:
            one.by_shift = True
            _add_shifts(one, row.person, shifts[row.team_id].get(row.person_id, []), at, until)
        else:
            one.present.append(row.person)
            one.minutes += working_seconds_between(calendars[row.team_id], at, until) / 60
    return found


def _add_shifts(
    one: Presence, person: Person, spans: list[tuple[datetime, datetime]], at: datetime, until: datetime
) -> None:
    """Shifts of one person: on now, or later today."""
    for starts_at, ends_at in sorted(spans):
        one.minutes += max(0.0, (min(ends_at, until) - max(starts_at, at)).total_seconds() / 60)
    if any(starts_at <= at < ends_at for starts_at, ends_at in spans):
        one.present.append(person)
    elif spans:
        one.later.append((person, min(starts_at for starts_at, _ends in spans)))


def _away_on(day: date) -> dict[int, Away]:
    rows = Absence.objects.filter(from_date__lte=day, until_date__gte=day).select_related("person", "substitute")
    found: dict[int, Away] = {}
    for row in rows.order_by("pk"):
        back_on = row.until_date + timedelta(days=1)
        former = found.get(row.person_id)
        if former is None or (former.substitute is None and row.substitute is not None):
            found[row.person_id] = Away(row.person, back_on, row.substitute)
    return found


def _shifts_of(
    teams: list[Team], at: datetime, until: datetime
) -> dict[int, dict[int, list[tuple[datetime, datetime]]]]:
    """Team → person → shifts that touch the span; a team that has shifts at all is there although nobody is on."""
    with_shifts = set(DutyShift.objects.filter(team__in=teams).values_list("team_id", flat=True).distinct())
    found: dict[int, dict[int, list[tuple[datetime, datetime]]]] = {key: defaultdict(list) for key in with_shifts}
    rows = DutyShift.objects.filter(team__in=teams, starts_at__lt=until, ends_at__gt=at)
    for team_id, person_id, starts_at, ends_at in rows.values_list("team_id", "person_id", "starts_at", "ends_at"):
        found[team_id][person_id].append((starts_at, ends_at))
    return found
