"""Lives of tickets at random, made by commands, against a walk through the minutes that keeps its own log of them.

What is undone (an answer called back, a merge taken apart, a solution called back) is never written into that log.
"""

import random
from datetime import datetime, timedelta

import pytest
from tests.conftest import MONDAY_MORNING
from tests.rules.calendars.oracle import Oracle
from tests.rules.sla import minutes
from tests.share import times

from dreiklang.calendars.commands import change_calendar
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.keeping import keep_clocks
from dreiklang.sla.models import Clock
from dreiklang.sla.queries.replaying import replay
from dreiklang.sla.rules.usual import USUAL_PAUSES, USUAL_SHARES, usual_targets
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.merging import merge, part
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import reopen, resolve
from dreiklang.tickets.models import Ticket

pytestmark = pytest.mark.django_db
OFFICE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SHORT = {day: [["09:00", "12:00"]] for day in ("mon", "wed", "fri")}


class Hours:
    """Hours that may change at a moment, for the walk."""

    def __init__(self) -> None:
        self.weeks = [
            (datetime.min.replace(tzinfo=MONDAY_MORNING.tzinfo), Oracle("Europe/Berlin", OFFICE, frozenset()))
        ]

    def is_open(self, minute: datetime) -> bool:
        return next(week for since, week in reversed(self.weeks) if since <= minute).is_open(minute)


class Life:
    """A ticket, what was done to it, and the walk's own log of what counts."""

    def __init__(self, cast, calendar, chance: random.Random) -> None:
        self.cast, self.calendar, self.chance, self.hours = cast, calendar, chance, Hours()
        self.alan, self.at = cast.actor("alan"), MONDAY_MORNING
        self.ticket = open_with_message(cast.rita, actor=self.alan, subject="x", text="x", impact=2, urgency=2)
        self.other = open_with_message(cast.rita, actor=self.alan, subject="y", text="y")
        self.log = [{"at": self.at, "type": "opened", "priority": self.ticket.priority, "level": 1}]
        self.is_pending = self.is_settled = False

    def note(self, kind: str, **more) -> None:
        self.log.append({"at": self.at, "type": kind, **more})

    def step(self) -> None:
        """Something happens, some minutes to a day later."""
        self.at += timedelta(minutes=self.chance.choice((1, 7, 45, 180, 600, 1500)))
        with clock.standing_at(self.at):
            self.ticket.refresh_from_db()
            deeds = [self.change_hours]
            if self.is_settled:
                deeds += [self.reopen] * 3
            elif self.is_pending:
                deeds += [self.resume] * 2 + [self.solve, self.classify]
            else:
                deeds += [self.answer, self.call_back, self.wait, self.solve, self.classify, self.merge_and_part]
            self.chance.choice(deeds)()

    def answer(self) -> None:
        write_message(self.ticket, actor=self.alan, text="We look.")
        self.note("replied")

    def call_back(self) -> None:
        withdraw_message(write_message(self.ticket, actor=self.alan, text="Oh."), actor=self.alan)

    def wait(self) -> None:
        reason = self.chance.choice(("requester", "vendor"))
        pause(self.ticket, actor=self.alan, reason=reason)
        self.note("pending", reason=reason)
        self.is_pending = True

    def resume(self) -> None:
        resume(self.ticket, actor=self.alan)
        self.note("resumed")
        self.is_pending = False

    def solve(self) -> None:
        resolve(self.ticket, actor=self.alan, text="Done.")
        self.note("resolved")
        self.is_settled, self.is_pending = True, False

    def reopen(self) -> None:
        reopen(self.ticket, actor=self.alan, reason="Again")
        self.note("reopened")
        self.is_settled = False

    def classify(self) -> None:
        urgency = self.chance.choice([u for u in (1, 2, 3) if u != self.ticket.urgency])
        changed = classify(self.ticket, actor=self.alan, urgency=urgency)
        self.note("priority", priority=changed.priority)

    def merge_and_part(self) -> None:
        made = merge(self.ticket, actor=self.alan, into=self.other)
        self.at += timedelta(minutes=self.chance.choice((1, 90)))
        with clock.standing_at(self.at):
            part(made, actor=self.alan)

    def change_hours(self) -> None:
        week = self.chance.choice((OFFICE, SHORT))
        self.calendar = change_calendar(self.calendar, actor=system("test"), week=week)
        self.hours.weeks.append((self.at, Oracle("Europe/Berlin", week, frozenset())))

    def check(self) -> None:
        """Everything kept is what the walk has counted."""
        targets = {(t["metric"], t["priority"]): t["minutes"] for t in usual_targets()}
        shares = {share["level"]: share["percent"] for share in USUAL_SHARES}
        desk = minutes.Desk(self.hours, {}, targets, frozenset(USUAL_PAUSES), shares)
        expected = minutes.watch(desk, self.log, self.at)
        with clock.standing_at(self.at):
            keep_clocks(self.ticket.pk)
            assert [one for _pk, found in replay(Ticket.objects.filter(pk=self.ticket.pk)) for one in found] == []
        rows = Clock.objects.filter(ticket=self.ticket).exclude(state="void").order_by("round")
        kept = {(row.metric, row.level or None): row for row in rows}
        for key, seen in expected.items():
            if seen.target is None and seen.broken is None:
                continue
            row = kept[key]
            assert (row.used_seconds, row.paused_seconds) == (seen.used * 60, seen.paused * 60), (key, self.log)
            assert (row.breached_at, row.charged_level) == (seen.broken, seen.charged), (key, self.log)
            if key != ("update", None) or seen.met is None:
                assert row.met_at == seen.met, (key, self.log)


def test_every_life_at_random_has_the_clocks_of_a_walk_through_its_minutes(cast, promised, record_property):
    lives = times(300, least=4)
    for seed in range(lives):
        with clock.standing_at(MONDAY_MORNING):
            calendar = change_calendar(promised.versions.get().calendar, actor=system("test"), week=OFFICE)
            life = Life(cast, calendar, random.Random(seed))
        for _deed in range(7):
            life.step()
        life.check()
    record_property("figure", f"{lives} lives of 7 deeds, every clock as counted by the minute")
