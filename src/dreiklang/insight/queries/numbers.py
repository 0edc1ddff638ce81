"""The basic numbers, and the tickets behind each: one query makes both, so that they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)

from dreiklang.escalation.models import Handover
from dreiklang.insight.rules import SMALLEST_TEAM
from dreiklang.kernel import clock
from dreiklang.kernel.counting import counts
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla.models import Clock
from dreiklang.teams.models import Team
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets import policy
from dreiklang.tickets.models import Resolution, Ticket

MEASURES: Final = ("open", "came", "solved", "solved_at_1", "handed_up", "breached")
#: Besides, what the board counts now.
OF_THE_BOARD: Final = ("overdue", "danger", "unaccepted", "lying")
MOST_WEEKS, MOST = 53, 1_000_000


@dataclass(frozen=True)
class Line:
    """A line of figures: its name, what narrows the lists behind it, and a figure for each measure."""

    name: str
    narrowing: dict[str, str]
    figures: tuple[int, ...]
    level: int | None = None


def tickets_of(
    measure: str,
    *,
    actor: Actor,
    since: datetime | None = None,
    until: datetime | None = None,
    team: str = "",
    customer: int | None = None,
    person: int | None = None,
) -> QuerySet[Ticket]:
    """The tickets a figure counts, as far as the actor may see them. Merged tickets count with what they became.

    ``since`` is included, ``until`` is not. ``team`` is an id or ``small``; the team is the one that has the ticket
    now, or had it last. ``open``: open at ``until``, or now where no ``until`` is told; ``danger``: due by an
    ``until`` that lies ahead, and its work takes longer than what is left. Raises NotFound for an unknown measure.
    """
    is_open_now = measure == "open" and until is None
    until = until or clock.now()
    since = since or until - timedelta(days=28)
    rows = policy.visible_to(actor).exclude(state="merged")
    if team == "small":
        rows = rows.filter(team_id__in=_small_teams())
    elif team:
        rows = rows.filter(team_id=int(team) if team.isascii() and team.isdigit() and len(team) < 17 else 0)
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if person is not None:
        rows = rows.filter(assignee_id=person)
    return rows.unsettled() if is_open_now else rows.filter(_fits(measure, since, until))


def _fits(measure: str, since: datetime, until: datetime) -> Q:
    active = Q(state_group__in=["initial", "active"])
    now = clock.now()
    if measure == "open":
        return Q(opened_at__lt=until) & (Q(resolved_at=None) | Q(resolved_at__gte=until))
    if measure == "came":
        return Q(opened_at__gte=since, opened_at__lt=until)
    if measure == "solved":
        return Q(resolved_at__gte=since, resolved_at__lt=until)
    if measure == "solved_at_1":
        standing = Resolution.objects.filter(ticket=OuterRef("pk"), reopened_at=None, level=1)
        went_up = Handover.objects.filter(ticket=OuterRef("pk"))
        return Q(resolved_at__gte=since, resolved_at__lt=until) & Q(Exists(standing)) & ~Q(Exists(went_up))
    if measure == "handed_up":
        up = Handover.objects.filter(
            ticket=OuterRef("pk"), handed_at__gte=since, handed_at__lt=until, to_level__gt=F("from_level")
        )
        return Q(Exists(up))
    if measure == "breached":
        broken = Clock.objects.filter(ticket=OuterRef("pk"), level=0, breached_at__gte=since, breached_at__lt=until)
        return Q(Exists(broken.exclude(state="void")))
    if measure == "overdue":
        return active & Q(next_promise_at__lt=now)
    if measure == "danger":
        work = ExpressionWrapper(Value(timedelta(minutes=1)) * F("work_minutes"), output_field=DurationField())
        too_late = ExpressionWrapper(Value(now) + work, output_field=DateTimeField())
        in_view = Q(next_promise_at__lte=until) if until > now else Q()
        return active & in_view & Q(next_promise_at__gte=now, next_promise_at__lte=too_late)
    if measure == "unaccepted":
        return Q(awaits_acceptance=True, state_group__in=["initial", "active", "pending"])
    if measure == "lying":
        return active
    raise NotFound(code="no_measure")


def by_week(actor: Actor, weeks: int, **narrowing: Any) -> list[Line]:
    """The last weeks, Monday to Monday, the newest first; the first line is the running week. One statement."""
    zone = ZoneInfo(settings.TIME_ZONE)
    day = today()
    monday = day - timedelta(days=day.weekday())
    spans = []
    for n in range(min(max(weeks, 1), MOST_WEEKS)):
        first = monday - timedelta(weeks=n)
        since = datetime(first.year, first.month, first.day, tzinfo=zone)
        last = first + timedelta(weeks=1)
        spans.append((first, since, datetime(last.year, last.month, last.day, tzinfo=zone)))
    asked = {
        f"{n} {measure}": tickets_of(measure, actor=actor, since=since, until=until, **narrowing)
        for n, (_first, since, until) in enumerate(spans)
        for measure in MEASURES
    }
    counted = counts(asked, exact_to=MOST)
    return [
        Line(
            first.isoformat(),
            {"since": since.isoformat(), "until": until.isoformat()},
            tuple(counted[f"{n} {measure}"] for measure in MEASURES),
        )
        for n, (first, since, until) in enumerate(spans)
    ]


def by_team(actor: Actor, since: datetime, until: datetime) -> list[Line]:
    """Each team that is large enough to be no person; the small ones together (P46)."""
    small = _small_teams()
    found = _grouped(actor, since, until, "team_id")
    teams = Team.objects.filter(pk__in=list(found)).order_by("level", "name", "pk")
    lines = [Line(t.name, {"team": str(t.pk)}, found[t.pk], t.level) for t in teams if t.pk not in small]
    together = [found[key] for key in found if key in small]
    if together:
        lines.append(Line("", {"team": "small"}, tuple(map(sum, zip(*together, strict=True)))))
    return lines


def by_customer(actor: Actor, since: datetime, until: datetime) -> list[Line]:
    """Each customer with tickets in the span."""
    found = _grouped(actor, since, until, "customer_id")
    rows = Organization.objects.filter(pk__in=list(found)).order_by("sort_key", "pk")
    return [Line(row.name, {"customer": str(row.pk)}, found[row.pk]) for row in rows]


def _grouped(actor: Actor, since: datetime, until: datetime, column: str) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for place, measure in enumerate(MEASURES):
        rows = tickets_of(measure, actor=actor, since=since, until=until).exclude(**{column: None}).order_by()
        for key, n in rows.values(column).annotate(n=Count("pk")).values_list(column, "n"):
            found.setdefault(key, [0] * len(MEASURES))[place] = n
    return {key: tuple(figures) for key, figures in found.items() if any(figures)}


def _small_teams() -> set[int]:
    members = dict(
        memberships_on(today())
        .values("team_id")
        .annotate(n=Count("person_id", distinct=True))
        .values_list("team_id", "n")
    )
    return {pk for pk in Team.objects.values_list("pk", flat=True) if members.get(pk, 0) < SMALLEST_TEAM}
