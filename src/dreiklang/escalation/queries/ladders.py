"""Which tickets a ladder concerns, now and in the past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from dreiklang.assets.queries import hours_of
from dreiklang.assets.rules import ESSENTIAL
from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import WorkingCalendar, working_seconds_between
from dreiklang.escalation.models import HandBack, Ladder, RequesterEscalation, Ringing
from dreiklang.kernel.models import JournalLine
from dreiklang.sla.models import Clock
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Ticket

DRY_RUN_DAYS: Final = 90
#: A sweep looks at so many tickets of a ladder at once; the rest a minute later.
AT_ONCE: Final = 2_000
LOOKED_AT: Final = 20_000
_REFUSED: Final = ("incomplete", "not_ours")
#: What sets a case going, whoever did it; what people do for it; what ends or halts it.
SET_GOING: Final = ("ticket.opened", "ticket.resumed", "ticket.reopened", "ticket.parted", "handover.made",
                    "handover.handed_back", "correspondence.received")  # fmt: skip
WORK: Final = (
    "message.written", "note.written", "correspondence.written", "intervention.logged", "ticket.assigned",
    "ticket.moved", "ticket.classified", "ticket.service_named", "question.answered", "handover.accepted",
    "relay.offered", "relay.used", "complaint.taken", "measure.decided", "measure.done", "tasks.added", "task.changed",
    "visit.planned", "direct_line.opened",
)  # fmt: skip
STOPS: Final = ("ticket.paused", "ticket.resolved", "ticket.closed", "ticket.merged")
_STARTED: Final = ("incident", "security")


@dataclass(frozen=True)
class WouldRing:
    """A ticket for which a ladder would have rung, and when, as far as that can be told."""

    ticket_id: int
    at: datetime | None = None


def due_tickets(ladder: Ladder, now: datetime) -> dict[int, int]:
    """Unsettled tickets for which a ladder holds now, each with the round it is to ring in.

    What waits for others does not count. A ladder rings once a ticket; an idle one rings again when somebody saw to it
    and the ticket fell idle anew: so much working time since the answer and the last work. While nobody has answered,
    its rungs climb instead.
    """
    rang = Ringing.objects.filter(ticket=OuterRef("pk"), ladder=ladder)
    is_idle = ladder.trigger == Ladder.Trigger.IDLE
    if is_idle:
        rang = rang.filter(acknowledged_at=None)
    running = Ticket.objects.filter(state_group__in=["initial", "active"])
    candidates = _concerned(running, ladder).filter(~Exists(rang))
    found = [one.ticket_id for one in _holding(ladder, candidates, now)][:AT_ONCE]
    rounds: dict[int, int] = {}
    if is_idle:
        rows = Ringing.objects.filter(ladder=ladder, ticket__in=found).values("ticket").annotate(n=Max("round"))
        rounds = dict(rows.values_list("ticket", "n"))
    return {pk: rounds.get(pk, 0) + 1 for pk in found}


def would_have_rung(ladder: Ladder, now: datetime, days: int = DRY_RUN_DAYS) -> list[WouldRing]:
    """The tickets of the last days for which a ladder (saved or not) would have rung: its dry run."""
    since = now - timedelta(days=days)
    seen = Ticket.objects.filter(Q(resolved_at__gte=since) | Q(resolved_at=None) | Q(opened_at__gte=since))
    found = _holding(ladder, _concerned(seen, ladder), now, past=True)
    return sorted(found, key=lambda one: (one.at or since, one.ticket_id))


def _concerned(rows: QuerySet[Ticket], ladder: Ladder) -> QuerySet[Ticket]:
    if ladder.team_id is not None:
        rows = rows.filter(team_id=ladder.team_id)
    if ladder.lowest_priority is not None:
        rows = rows.filter(priority__lte=ladder.lowest_priority)
    return rows


def _holding(ladder: Ladder, rows: QuerySet[Ticket], now: datetime, *, past: bool = False) -> Iterable[WouldRing]:
    trigger = Ladder.Trigger(ladder.trigger)
    if trigger in (Ladder.Trigger.PROMISE, Ladder.Trigger.SHARE):
        return _used(ladder, rows, now, past)
    if trigger == Ladder.Trigger.IDLE:
        return _idle_in_the_past(ladder, rows, now) if past else _idle(ladder, rows, now)
    if trigger == Ladder.Trigger.HANDED_BACK:
        counted = rows.annotate(n=Count("hand_backs", filter=Q(hand_backs__kind__in=_REFUSED)))
        wanted = counted.filter(n__gte=max(1, ladder.threshold)).order_by("pk").values_list("pk", flat=True)
        return [WouldRing(pk, _last_hand_back(pk)) for pk in wanted[:AT_ONCE]]
    if trigger == Ladder.Trigger.REQUESTER:
        asked = RequesterEscalation.objects.filter(ticket__in=rows).order_by("at").values_list("ticket_id", "at")
        return [WouldRing(pk, at) for pk, at in asked[:AT_ONCE]]
    return _aged(ladder, rows, now)


def _last_hand_back(ticket_id: int) -> datetime | None:
    return HandBack.objects.filter(ticket_id=ticket_id, kind__in=_REFUSED).order_by("-id").values_list(
        "handed_at", flat=True
    ).first()  # fmt: skip


def _used(ladder: Ladder, rows: QuerySet[Ticket], now: datetime, past: bool) -> list[WouldRing]:
    """Clocks of which so much is used; running ones are counted up to now in their contract's hours."""
    clocks = Clock.objects.filter(ticket__in=rows).exclude(state="void").select_related("version__calendar")
    is_share = ladder.trigger == Ladder.Trigger.SHARE
    clocks = clocks.filter(level__gt=0) if is_share else clocks.filter(level=0)
    if not past:
        clocks = clocks.filter(Q(state="running") | Q(state="breached", met_at=None))
        if is_share:
            clocks = clocks.filter(level=F("ticket__level"))
    found: dict[int, WouldRing] = {}
    calendars: dict[int, WorkingCalendar] = {}
    for one in clocks.order_by("due_at", "pk")[:LOOKED_AT]:
        hours = calendars.get(one.version_id)
        if hours is None:
            hours = calendars[one.version_id] = one.version.calendar.as_rules()
        used = one.used_seconds
        if one.met_at is None and one.state in ("running", "breached"):
            used += working_seconds_between(hours, one.measured_at, now)
        if used * 100 >= one.target_seconds * ladder.threshold and one.ticket_id not in found:
            found[one.ticket_id] = WouldRing(
                one.ticket_id, one.breached_at if ladder.threshold >= 100 else one.warns_at
            )
    return list(found.values())


def _idle(ladder: Ladder, rows: QuerySet[Ticket], now: datetime) -> list[WouldRing]:
    """Tickets on which nobody has worked for so long. What did not change at all is surely idle and comes first."""
    old = rows.filter(opened_at__lte=now - timedelta(minutes=ladder.threshold)).order_by("changed_at", "pk")
    kept = list(old.values_list("pk", "team_id", "opened_at")[:LOOKED_AT])
    moved = _last_moves([pk for pk, _team, _opened in kept])
    answered = dict(
        Ringing.objects.filter(ladder=ladder, ticket__in=rows, acknowledged_at__isnull=False)
        .values("ticket")
        .annotate(at=Max("acknowledged_at"))
        .values_list("ticket", "at")
    )
    hours = _team_hours()
    return [
        WouldRing(pk, now)
        for pk, team_id, opened_at in kept
        if working_seconds_between(hours[team_id], max(moved.get(pk, opened_at), answered.get(pk, opened_at)), now)
        >= ladder.threshold * 60
    ]


def _last_moves(tickets_: list[int]) -> dict[int, datetime]:
    """When somebody last worked on some tickets."""
    lines = _moves(JournalLine.objects.filter(subject_kind="ticket", subject_id__in=tickets_))
    return dict(lines.values("subject_id").annotate(at=Max("at")).values_list("subject_id", "at"))


def _moves(lines: QuerySet[JournalLine]) -> QuerySet[JournalLine]:
    """The lines that move a case: work by people, and what sets it going. Tags, followers, the requester's own words
    and what the desk writes by itself are none."""
    return lines.filter(Q(code__in=SET_GOING) | Q(code__in=WORK, actor_kind="person"))


def has_moved_since(ringing: Ringing) -> bool:
    """Whether somebody worked on a ticket that was idle when a ladder rang for it; never for other ladders."""
    if ringing.ladder.trigger != Ladder.Trigger.IDLE:
        return False
    lines = JournalLine.objects.filter(subject_kind="ticket", subject_id=ringing.ticket_id, at__gt=ringing.rung_at)
    return _moves(lines).exists()


def _idle_in_the_past(ladder: Ladder, rows: QuerySet[Ticket], now: datetime) -> list[WouldRing]:
    """Gaps between the works on a ticket while it was neither waiting nor settled."""
    kept = dict(rows.order_by("-pk").values_list("pk", "team_id")[:LOOKED_AT])
    lines = JournalLine.objects.filter(subject_kind="ticket", subject_id__in=list(kept))
    lines = (_moves(lines) | lines.filter(code__in=STOPS)).order_by("subject_id", "id")
    hours, found = _team_hours(), dict[int, WouldRing]()
    former: tuple[int, datetime] | None = None
    still = False
    for ticket_id, at, code in lines.values_list("subject_id", "at", "code").iterator(chunk_size=5_000):
        if former and former[0] != ticket_id:
            _note_gap(found, former, now, still, hours[kept[former[0]]], ladder)
            former, still = None, False
        if former:
            _note_gap(found, former, at, still, hours[kept[ticket_id]], ladder)
        if code in STOPS:
            still = True
        elif code in ("ticket.resumed", "ticket.reopened", "handover.made", "ticket.parted"):
            still = False
        former = (ticket_id, at)
    if former:
        _note_gap(found, former, now, still, hours[kept[former[0]]], ladder)
    return list(found.values())


def _note_gap(
    found: dict[int, WouldRing],
    former: tuple[int, datetime],
    until: datetime,
    still: bool,
    hours: WorkingCalendar,
    ladder: Ladder,
) -> None:
    ticket_id, since = former
    if still or ticket_id in found or (until - since) < timedelta(minutes=ladder.threshold):
        return
    if working_seconds_between(hours, since, until) >= ladder.threshold * 60:
        found[ticket_id] = WouldRing(ticket_id, until)


def _aged(ladder: Ladder, rows: QuerySet[Ticket], now: datetime) -> list[WouldRing]:
    """So many working minutes since the opening: of an essential service's hours, or the desk's for a complaint."""
    is_complaint = ladder.trigger == Ladder.Trigger.COMPLAINT
    if is_complaint:
        rows = rows.filter(kind="complaint")
    else:
        rows = rows.filter(service__criticality=ESSENTIAL, kind__in=_STARTED)
    rows = rows.filter(opened_at__lte=now - timedelta(minutes=ladder.threshold)).select_related("service__calendar")
    usual = default_calendar().as_rules()
    found = []
    for ticket in rows.order_by("opened_at", "pk")[:LOOKED_AT]:
        hours = usual if is_complaint or ticket.service is None else hours_of(ticket.service)
        until = ticket.resolved_at or now
        if working_seconds_between(hours, ticket.opened_at, until) >= ladder.threshold * 60:
            found.append(WouldRing(ticket.pk, ticket.opened_at + timedelta(minutes=ladder.threshold)))
    return found


def _team_hours() -> dict[int | None, WorkingCalendar]:
    usual = default_calendar().as_rules()
    found: dict[int | None, WorkingCalendar] = {None: usual}
    for team in Team.objects.select_related("calendar"):
        found[team.pk] = team.calendar.as_rules() if team.calendar else usual
    return found


def silent_ringings(now: datetime) -> list[int]:
    """Rungs whose time to wait is over and which nobody answered."""
    rows = Ringing.objects.filter(next_at__lte=now).order_by("next_at", "pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def unanswered(ticket: Ticket) -> list[Ringing]:
    """What rang for a ticket and nobody answered, one a ladder: the highest rung."""
    rows = Ringing.objects.filter(ticket=ticket, acknowledged_at=None).select_related("ladder").order_by("-position")
    found: dict[int, Ringing] = {}
    for row in rows:
        found.setdefault(row.ladder_id, row)
    return list(found.values())
