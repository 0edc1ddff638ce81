"""The level board: each team's load, its promises of the day, who is there; what helps now; the day's traffic."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, Sum

from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import NeverOpen, next_opening, open_spans
from dreiklang.escalation.models import HandBack, Handover
from dreiklang.insight.queries.numbers import tickets_of
from dreiklang.insight.rules import Due, Load
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.teams.queries.presence import Presence, presence_of
from dreiklang.tickets import policy

#: A handover that waits longer than this is pointed out.
SLOW_ACCEPTANCE: Final = timedelta(minutes=20)


@dataclass
class TeamRow:
    """One team on the board."""

    team: Team
    load: Load
    presence: Presence
    open: int = 0
    waiting: int = 0
    untaken: int = 0
    overdue: int = 0
    dues: list[Due] = field(default_factory=list)


@dataclass(frozen=True)
class Span:
    """What the board looks at: from now to the end of today's hours, or the next working day once they are over."""

    now: datetime
    since: datetime
    until: datetime

    @property
    def is_today(self) -> bool:
        """Whether there are hours left today."""
        return self.since == self.now


@dataclass
class Board:
    """Everything the board shows."""

    span: Span
    rows: list[TeamRow]
    slow: list[tuple[Team, int]]
    broken: int = 0
    in_danger: int = 0
    unaccepted: int = 0
    absent: int = 0
    held_by_absent: list[tuple[Any, int, Any]] = field(default_factory=list)
    traffic: Traffic | None = None


@dataclass
class Traffic:
    """What moved today between the levels."""

    came: int
    solved_at_first: int
    up: dict[tuple[int, int], int]
    down: dict[tuple[int, int], tuple[int, int]]


def span_of(now: datetime) -> Span:
    """From now to the end of the desk's hours today; outside of them the next working day."""
    calendar = default_calendar().as_rules()
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        opens = next_opening(calendar, now)
    except NeverOpen:
        return Span(now, now, now + timedelta(hours=8))
    midnight = opens.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    spans = open_spans(calendar, opens, midnight)
    is_today = opens.astimezone(zone).date() == now.astimezone(zone).date()
    return Span(now, now if is_today else opens, spans[-1].ends_at if spans else opens + timedelta(hours=8))


def board_of(actor: Actor, now: datetime) -> Board:
    """The board for somebody who leads, in a fixed number of queries."""
    span = span_of(now)
    teams = list(Team.objects.filter(is_active=True).select_related("calendar").order_by("-level", "name", "pk"))
    presence = presence_of(teams, span.since, span.until)
    figures = _figures(actor)
    dues = _dues(actor, span)
    rows = []
    for team in teams:
        counted, there = figures.get(team.pk, {}), presence[team.pk]
        rows.append(
            TeamRow(
                team, Load(counted.get("work") or 0.0, there.minutes), there, counted.get("open", 0),
                counted.get("waiting", 0), counted.get("untaken", 0),
                sum(due.at < now for due in dues[team.pk]), [due for due in dues[team.pk] if due.at >= now],
            )
        )  # fmt: skip
    waiting = _waiting(actor, now)
    away = {absent.person.pk: absent for row in rows for absent in row.presence.away}
    return Board(
        span,
        rows,
        [(team, waiting[team.pk]) for team in teams if waiting.get(team.pk)],
        broken=tickets_of("overdue", actor=actor).count(),
        in_danger=tickets_of("danger", actor=actor, until=span.until).count(),
        unaccepted=tickets_of("unaccepted", actor=actor).count(),
        absent=len(away),
        held_by_absent=_held_by(actor, away),
        traffic=_traffic(actor, now),
    )


def _running(actor: Actor) -> Any:
    return policy.visible_to(actor).filter(team__isnull=False)


def _figures(actor: Actor) -> dict[int, dict[str, Any]]:
    active = Q(state_group__in=["initial", "active"])
    rows = (
        _running(actor)
        .unsettled()
        .values("team_id")
        .annotate(
            open=Count("pk"),
            waiting=Count("pk", filter=Q(state_group="pending")),
            untaken=Count("pk", filter=active & Q(assignee_id=None)),
            work=Sum("work_minutes", filter=active),
        )
    )
    return {row["team_id"]: row for row in rows}


def _dues(actor: Actor, span: Span) -> dict[int, list[Due]]:
    rows = _running(actor).filter(state_group__in=["initial", "active"], next_promise_at__lte=span.until)
    found: dict[int, list[Due]] = defaultdict(list)
    for team_id, due_at, minutes in rows.values_list("team_id", "next_promise_at", "work_minutes"):
        found[team_id].append(Due(due_at, due_at - timedelta(minutes=minutes) <= span.now))
    return found


def _waiting(actor: Actor, now: datetime) -> dict[int, int]:
    rows = Handover.objects.filter(
        accepted_at=None, ended_at=None, handed_at__lte=now - SLOW_ACCEPTANCE, ticket__in=_running(actor)
    )
    return dict(rows.values("to_team_id").annotate(n=Count("pk")).values_list("to_team_id", "n"))


def _held_by(actor: Actor, away: dict[int, Any]) -> list[tuple[Any, int, Any]]:
    """Open work that lies with people who are away today: person, how much, who stands in."""
    rows = _running(actor).filter(state_group__in=["initial", "active"], assignee_id__in=list(away))
    counted = dict(rows.values("assignee_id").annotate(n=Count("pk")).values_list("assignee_id", "n"))
    return [(away[key].person, n, away[key].substitute) for key, n in counted.items()]


def _traffic(actor: Actor, now: datetime) -> Traffic:
    zone = ZoneInfo(settings.TIME_ZONE)
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    seen = policy.visible_to(actor)
    up: Counter[tuple[int, int]] = Counter()
    for low, high, n in (
        Handover.objects.filter(handed_at__gte=midnight, ticket__in=seen)
        .values("from_level", "to_level")
        .annotate(n=Count("pk"))
        .values_list("from_level", "to_level", "n")
    ):
        up[low, high] += n
    down = {
        (high, low): (n, solved)
        for high, low, n, solved in HandBack.objects.filter(handed_at__gte=midnight, ticket__in=seen)
        .values("from_level", "to_level")
        .annotate(n=Count("pk"), solved=Count("pk", filter=Q(kind="solved")))
        .values_list("from_level", "to_level", "n", "solved")
    }
    came = tickets_of("came", actor=actor, since=midnight, until=now).count()
    first = tickets_of("solved_at_1", actor=actor, since=midnight, until=now).count()
    return Traffic(came, first, dict(up), down)
