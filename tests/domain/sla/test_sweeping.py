"""P11: each stage of each clock is recorded once and told once, with two schedulers, kills and a clock that jumps."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction
from tests.rules.calendars.oracle import Oracle
from tests.rules.sla import minutes
from tests.share import times

from dreiklang.calendars.commands import add_standard, change_calendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement
from dreiklang.sla.commands.sweeping import record_stages
from dreiklang.sla.jobs import sweep
from dreiklang.sla.models import Clock, ClockNotice
from dreiklang.sla.queries.drafting import Draft
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import reopen, resolve

SYSTEM = system("schedule")
#: Fridays before the two odd Sundays; the tickets live from there into the next week.
STARTS = (datetime(2026, 3, 27, 7, tzinfo=UTC), datetime(2026, 10, 23, 6, tzinfo=UTC))
HOURS = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")} | {"sun": [["00:00", "06:00"]]}
TARGETS = {("first_response", None): 60, ("resolution", 1): 240, ("resolution", None): 600}
SHARES = {1: 50}


class Killed(Exception):
    """The process ended in the middle."""


def sweep_at(moment, *, is_killed=False):
    """A scheduler of its own, with its own connection, that may die before it has written anything for good."""

    def run():
        try:
            with clock.standing_at(moment), transaction.atomic():
                record_stages(actor=SYSTEM, at_most=7)
                if is_killed:
                    raise Killed
        except (Killed, WrongState):
            pass
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def live(ticket, rng, start, actor):
    """A few things that happen to a ticket, at whole minutes: [(minute, deed, event as the oracle reads it)]."""
    deeds = {
        "priority": lambda impact: classify(ticket, actor=actor, impact=impact, urgency=1),
        "pending": lambda _: pause(ticket, actor=actor, reason="requester"),
        "resumed": lambda _: resume(ticket, actor=actor),
        "resolved": lambda _: resolve(ticket, actor=actor, text="Done."),
        "reopened": lambda _: reopen(ticket, actor=actor),
    }
    for at in sorted(rng.sample(range(1, 5 * 24 * 60), rng.randint(0, 5))):
        yield start + timedelta(minutes=at), rng.choice(list(deeds)), deeds, rng.choice([1, 3])


@pytest.mark.django_db(transaction=True)
def test_p11_every_stage_is_recorded_and_told_once(cast, record_property):
    rng = random.Random(11)
    with clock.standing_at(STARTS[0] - timedelta(days=2)):
        calendar = change_calendar(add_standard(actor=SYSTEM), actor=SYSTEM, week=HOURS)
        draft = Draft(
            calendar=calendar, pauses=["requester"], shares=[{"level": 1, "percent": 50}],
            targets=[{"metric": m, "priority": p, "minutes": n} for (m, p), n in TARGETS.items()],
        )  # fmt: skip
        make_agreement("Usual", actor=SYSTEM, draft=draft)
    expected, tickets = set(), times(10_000, least=40)
    for start in STARTS:
        logs = _live_through(cast, rng, start, tickets // 2)
        end = start + timedelta(days=6)
        for moment in (start + timedelta(days=3, hours=1), start + timedelta(days=1), end):  # it jumps, back too
            both = [sweep_at(moment, is_killed=True), *(sweep_at(moment) for _n in range(2))]
            for thread in both:
                thread.join()
        with clock.standing_at(end):
            sweep(0)
            sweep(0)
        expected |= _expected(logs, end)

    recorded = set(
        ClockNotice.objects.filter(stage="breach").values_list("clock__ticket_id", "clock__metric", "clock__level")
    )
    assert recorded == expected
    lines = Counter(
        (plain["clock_id"], code)
        for code, plain in JournalLine.objects.filter(code__startswith="promise.").values_list("code", "plain")
        if "clock_id" in plain
    )
    assert set(lines.values()) <= {1}
    assert sum(1 for _clock, code in lines if code == "promise.broken") == len(expected)
    assert not Clock.objects.filter(next_stage_at__lt=end).exists()
    record_property("figure", f"{tickets} tickets over both odd days, {len(expected)} breaches, 0 missing, 0 double")


def _live_through(cast, rng, start, count):
    """Open tickets and let things happen to them in the order of time, with a sweep now and then in between."""
    actor, logs, turns = cast.actor("alan"), {}, []
    with clock.standing_at(start):
        for _n in range(count):
            ticket = open_ticket(cast.rita, actor=actor, subject="x")
            logs[ticket.pk] = [{"at": start, "type": "opened", "priority": ticket.priority, "level": 1}]
            turns += [(at, ticket, *rest) for at, *rest in live(ticket, rng, start, actor)]
    for at, ticket, deed, deeds, impact in sorted(turns, key=lambda turn: turn[0]):
        with clock.standing_at(at):
            try:
                deeds[deed](impact)
            except Refusal:
                continue
            ticket.refresh_from_db()
            logs[ticket.pk].append({"at": at, "type": deed, "reason": "requester", "priority": ticket.priority})
            if rng.random() < 0.3:
                sweep(0)
    return logs


def _expected(logs, end):
    """What the walk through the minutes says was broken. A solution is an answer, so it ends the first response."""
    desk = minutes.Desk(Oracle("Europe/Berlin", HOURS, frozenset()), _LOOKED, TARGETS, frozenset({"requester"}), SHARES)
    return {
        (ticket, metric, level or 0)
        for ticket, log in logs.items()
        for (metric, level), seen in minutes.watch(desk, log, end).items()
        if seen.broken
    }


_LOOKED: dict[datetime, bool] = {}


@pytest.mark.django_db
def test_p11_a_breach_is_told_within_a_minute(ticket):
    due = Clock.objects.get(ticket=ticket, metric="first_response").due_at
    moment = due - timedelta(seconds=30)
    while moment < due + timedelta(seconds=60):
        with clock.standing_at(moment):
            sweep(0)
        moment += timedelta(seconds=20)  # as often as the schedule says
    notice = ClockNotice.objects.get(clock__ticket=ticket, clock__metric="first_response", stage="breach")
    assert timedelta(0) < notice.recorded_at - due <= timedelta(seconds=60)


@pytest.mark.django_db
def test_a_warning_comes_before_the_breach_and_none_after_it(ticket):
    clock_ = Clock.objects.get(ticket=ticket, metric="first_response")
    with clock.standing_at(clock_.warns_at + timedelta(seconds=1)):
        sweep(0)
    assert [n.stage for n in clock_.notices.all()] == ["warning"]
    with clock.standing_at(clock_.due_at + timedelta(days=9)):
        sweep(0)
    told = JournalLine.objects.filter(code__in=["promise.near", "promise.broken"], subject_id=ticket.pk)
    by_clock = Counter((line.plain["metric"], line.plain.get("share_level", 0), line.code) for line in told)
    assert by_clock["first_response", 0, "promise.near"] == by_clock["first_response", 0, "promise.broken"] == 1
    assert by_clock["resolution", 0, "promise.near"] == 0  # overtaken by the breach


@pytest.mark.django_db
def test_a_breach_is_charged_to_the_level_that_holds_the_ticket(ticket):
    due = Clock.objects.get(ticket=ticket, metric="resolution", level=0).due_at
    with clock.standing_at(due + timedelta(seconds=5)):
        sweep(0)
    found = Clock.objects.get(ticket=ticket, metric="resolution", level=0)
    assert (found.state, found.breached_at, found.charged_level) == ("breached", due, 1)
    assert found.charged_team_id == ticket.team_id
