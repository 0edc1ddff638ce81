"""Lives of tickets at random, made by commands, against a walk through the minutes that keeps its own log of them.

What is undone (an answer called back, a merge taken apart, a solution called back) is never written into that log; an
answer that leaves late is written where it left.
"""

import random
from datetime import datetime, timedelta

import pytest
from tests.conftest import MONDAY_MORNING
from tests.rules.calendars.oracle import Oracle
from tests.rules.sla import minutes
from tests.share import times

from dreiklang.calendars.commands import change_calendar
from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.escalation.rules import Case
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement
from dreiklang.sla.commands.keeping import keep_clocks
from dreiklang.sla.models import Clock
from dreiklang.sla.queries.drafting import Draft
from dreiklang.sla.queries.replaying import replay
from dreiklang.sla.rules.usual import USUAL_PAUSES, USUAL_SHARES, usual_targets
from dreiklang.tickets.commands.classification import change_requester, classify
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.delivery import message_sent
from dreiklang.tickets.commands.merging import merge, part
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import confirm, reopen, resolve
from dreiklang.tickets.commands.splitting import split
from dreiklang.tickets.commands.taking_back import take_back_closing
from dreiklang.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
OFFICE = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SHORT = {day: [["09:00", "12:00"]] for day in ("mon", "wed", "fri")}
USUAL = {
    "targets": {(t["metric"], t["priority"]): t["minutes"] for t in usual_targets()},
    "pauses": frozenset(USUAL_PAUSES),
    "shares": {share["level"]: share["percent"] for share in USUAL_SHARES},
}
#: What the works were promised, in place of the usual.
WORKS = {
    "targets": {("first_response", None): 45, ("resolution", None): 700, ("resolution", 1): 90},
    "pauses": frozenset({"vendor"}),
    "shares": {1: 60, 2: 25},
}
AT_ONCE = {"case": Case(), "at_once_because": "Theirs"}


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
        self.at = MONDAY_MORNING
        self.ticket = open_with_message(cast.rita, actor=cast.actor("alan"), subject="x", text="x", impact=2, urgency=2)
        self.other = open_with_message(cast.rita, actor=cast.actor("alan"), subject="y", text="y")
        self.log = [{"at": self.at, "type": "opened", "priority": self.ticket.priority, "level": 1}]
        self.split_off: list[tuple[Ticket, list[dict], dict]] = []
        self.promised, self.level = USUAL, 1
        self.is_pending = self.is_settled = False

    @property
    def agent(self):
        """Whoever works on the level that has the ticket."""
        return self.cast.actor("alan" if self.level == 1 else "berta")

    def note(self, kind: str, **more) -> None:
        self.log.append({"at": self.at, "type": kind, **more})

    def step(self) -> None:
        """Something happens, some minutes to a day later."""
        self.at += timedelta(minutes=self.chance.choice((1, 7, 45, 180, 600, 1500)))
        with clock.standing_at(self.at):
            self.ticket.refresh_from_db()
            deeds = [self.change_hours]
            if self.is_settled:
                deeds += [self.reopen] * 3 + [self.close_and_take_back]
            else:
                deeds += [self.solve, self.solve_and_call_back, self.classify, self.ask_for_another, self.hand]
                deeds += [self.split_off_words] + [self.merge_and_part] * (self.promised is USUAL and self.level == 1)
                deeds += [self.resume] * 3 if self.is_pending else [self.answer, self.answer_late, self.call_back]
                deeds += [] if self.is_pending else [self.wait] * 2
            self.chance.choice(deeds)()

    def later(self) -> None:
        self.at += timedelta(minutes=self.chance.choice((1, 90)))

    def answer(self) -> None:
        write_message(self.ticket, actor=self.agent, text="We look.")
        self.note("replied")

    def answer_late(self) -> None:
        words = write_message(self.ticket, actor=self.agent, text="We look.")
        self.later()
        with clock.standing_at(self.at):
            message_sent(words.pk, actor=system("mail"))
        self.note("replied")

    def call_back(self) -> None:
        withdraw_message(write_message(self.ticket, actor=self.agent, text="Oh."), actor=self.agent)

    def solve_and_call_back(self) -> None:
        withdraw_message(resolve(self.ticket, actor=self.agent, text="Oh.").message, actor=self.agent)
        if self.is_pending:
            self.note("resumed")  # whoever solves a case waits for nothing any more
            self.is_pending = False

    def close_and_take_back(self) -> None:
        if self.ticket.state == "resolved":
            confirm(self.ticket, actor=self.cast.actor("alan"))
            take_back_closing(self.ticket, actor=self.cast.actor("alan"))

    def hand(self) -> None:
        """Up to level 2, or back to level 1."""
        if self.level == 1:
            hand_over(self.ticket, actor=self.agent, to_team=self.cast.teams["workplace"], **AT_ONCE)
        else:
            hand_back(self.ticket, actor=self.agent, kind="advice", reason="Yours")
        self.level = 3 - self.level
        self.note("resumed")
        self.note("handover", level=self.level)
        self.is_pending = False

    def ask_for_another(self) -> None:
        """Somebody of another customer asked, so another contract holds; or Rita after all."""
        is_clinic = self.promised is USUAL
        change_requester(self.ticket, actor=self.agent, requester=self.cast.zoe if is_clinic else self.cast.rita)
        self.promised = WORKS if is_clinic else USUAL
        self.note("terms", promised=self.promised)

    def split_off_words(self) -> None:
        words = Message.objects.filter(ticket=self.ticket).order_by("pk")[:1]
        made = split(self.ticket, actor=self.cast.actor("alan"), messages=list(words), subject="Another thing")
        opened = {"at": self.at, "type": "opened", "priority": made.priority, "level": 1}
        self.split_off.append((made, [opened], self.promised))

    def wait(self) -> None:
        reason = self.chance.choice(("requester", "vendor"))
        pause(self.ticket, actor=self.agent, reason=reason)
        self.note("pending", reason=reason)
        self.is_pending = True

    def resume(self) -> None:
        resume(self.ticket, actor=self.agent)
        self.note("resumed")
        self.is_pending = False

    def solve(self) -> None:
        resolve(self.ticket, actor=self.agent, text="Done.")
        self.note("resolved")
        self.is_settled, self.is_pending = True, False

    def reopen(self) -> None:
        reopen(self.ticket, actor=self.cast.actor("alan"), reason="Again")
        self.note("reopened", level=1)
        self.is_settled, self.level = False, 1

    def classify(self) -> None:
        urgency = self.chance.choice([u for u in (1, 2, 3) if u != self.ticket.urgency])
        changed = classify(self.ticket, actor=self.agent, urgency=urgency)
        self.note("priority", priority=changed.priority)

    def merge_and_part(self) -> None:
        made = merge(self.ticket, actor=self.cast.actor("alan"), into=self.other)
        self.later()
        with clock.standing_at(self.at):
            part(made, actor=self.cast.actor("alan"))

    def change_hours(self) -> None:
        week = self.chance.choice((OFFICE, SHORT))
        self.calendar = change_calendar(self.calendar, actor=system("test"), week=week)
        self.hours.weeks.append((self.at, Oracle("Europe/Berlin", week, frozenset())))

    def check(self) -> None:
        """Everything kept is what the walk has counted, of the ticket and of what was split off it."""
        self.compare(self.ticket, self.log, USUAL)
        for made, log, promised in self.split_off:
            self.compare(made, log, promised)

    def compare(self, ticket: Ticket, log: list[dict], promised: dict) -> None:
        expected = minutes.watch(minutes.Desk(self.hours, {}, **promised), log, self.at)
        with clock.standing_at(self.at):
            keep_clocks(ticket.pk)
            assert [one for _pk, found in replay(Ticket.objects.filter(pk=ticket.pk)) for one in found] == []
        rows = Clock.objects.filter(ticket=ticket).exclude(state="void").order_by("round")
        kept = {(row.metric, row.level or None): row for row in rows}
        for key, seen in expected.items():
            if seen.target is None and seen.broken is None:
                assert key not in kept or key == ("update", None), (key, log)  # a former round may stand there
                continue
            row = kept[key]
            assert (row.used_seconds, row.paused_seconds) == (seen.used * 60, seen.paused * 60), (key, log)
            assert (row.breached_at, row.charged_level) == (seen.broken, seen.charged), (key, log)
            if key != ("update", None) or seen.met is None:
                assert row.met_at == seen.met, (key, log)


def test_every_life_at_random_has_the_clocks_of_a_walk_through_its_minutes(cast, promised, record_property):
    lives = times(300, least=4)
    theirs = Draft(
        calendar=promised.versions.get().calendar,
        targets=[{"metric": m, "priority": p, "minutes": n} for (m, p), n in WORKS["targets"].items()],
        pauses=list(WORKS["pauses"]),
        shares=[{"level": level, "percent": percent} for level, percent in WORKS["shares"].items()],
    )
    with clock.standing_at(MONDAY_MORNING - timedelta(days=7)):
        make_agreement("Works", actor=system("test"), draft=theirs, organization=cast.organizations["works"])
    for seed in range(lives):
        with clock.standing_at(MONDAY_MORNING):
            calendar = change_calendar(promised.versions.get().calendar, actor=system("test"), week=OFFICE)
            life = Life(cast, calendar, random.Random(seed))
        for _deed in range(7):
            life.step()
        life.check()
    record_property("figure", f"{lives} lives of 7 deeds, every clock as counted by the minute")
