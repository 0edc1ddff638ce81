"""The basic numbers equal the lists behind them, for every reader; the board counts what is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.insight.queries import numbers
from dreiklang.insight.queries.board import board_of, span_of
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.teams.commands.absences import note_absence
from dreiklang.teams.commands.duty import set_shift
from dreiklang.teams.models import Membership
from dreiklang.teams.queries.presence import presence_of
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket

CASE = Case(reason="r", observations="o", steps=(Step("s", "r"),), ruled_out="x", question="q")


@pytest.fixture
def history(cast: Cast, frozen: datetime) -> datetime:
    """Three weeks: solved at level 1, handed up and solved, open, restricted, of another customer."""
    alan, rita = cast.actor("alan"), cast.actor("rita")
    for weeks in (2, 1, 0):
        with clock.standing_at(frozen - timedelta(weeks=weeks)):
            for n in range(3):
                ticket = open_ticket(cast.rita, actor=rita, subject=f"Fall {n}")
                if n == 0:
                    resolve(ticket, actor=alan, text="Geht")
                if n == 1:
                    accept(
                        hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=CASE),
                        actor=cast.actor("berta"),
                    )
                    resolve(ticket, actor=cast.actor("berta"), text="Geht")
            open_ticket(cast.zoe, actor=cast.actor("zoe"), subject="Werk")
            open_ticket(cast.rita, actor=rita, subject="Phishing", kind="security")
    return frozen + timedelta(minutes=1)


@pytest.mark.parametrize("name", ["max", "alan", "carl"])
def test_every_figure_is_the_length_of_its_list(cast: Cast, history: datetime, name: str) -> None:
    actor = cast.actor(name)
    with clock.standing_at(history):
        since, until = history - timedelta(weeks=4), history
        for lines in (
            numbers.by_week(actor, 4),
            numbers.by_team(actor, since, until),
            numbers.by_customer(actor, since, until),
        ):
            for line in lines:
                given = dict(line.narrowing)
                span = {
                    "since": datetime.fromisoformat(given.pop("since", since.isoformat())),
                    "until": datetime.fromisoformat(given.pop("until", until.isoformat())),
                }
                for measure, figure in zip(numbers.MEASURES, line.figures, strict=True):
                    found = numbers.tickets_of(
                        measure, actor=actor, team=given.get("team", ""),
                        customer=int(given["customer"]) if "customer" in given else None, **span,
                    )  # fmt: skip
                    assert len(found) == figure, (line, measure)


def test_the_lines_add_up_to_the_whole(cast: Cast, history: datetime) -> None:
    actor, since = cast.actor("max"), history - timedelta(weeks=4)
    with clock.standing_at(history):
        for n, measure in enumerate(numbers.MEASURES):
            whole = numbers.tickets_of(measure, actor=actor, since=since, until=history).count()
            for lines in (numbers.by_team(actor, since, history), numbers.by_customer(actor, since, history)):
                assert sum(line.figures[n] for line in lines) == whole
        running = numbers.by_week(actor, 3)[0]
        assert running.figures == (3, 5, 2, 1, 1, 0) or running.figures[1] == 5


def test_who_may_not_see_a_ticket_does_not_count_it(cast: Cast, history: datetime) -> None:
    with clock.standing_at(history):
        seen = {
            n: numbers.tickets_of("came", actor=cast.actor(n)).count() for n in ("max", "berta", "zoe", "eve", "rita")
        }
    assert seen["max"] == 15
    assert (seen["berta"], seen["zoe"], seen["eve"]) == (12, 3, 0)


def test_p46_a_team_of_few_is_no_line_of_its_own(cast: Cast, history: datetime) -> None:
    with clock.standing_at(history):
        lines = numbers.by_team(cast.actor("max"), history - timedelta(weeks=4), history)
        assert [line.narrowing for line in lines] == [{"team": "small"}]
        for person in (cast.max, cast.ada):
            Membership.objects.create(team=cast.teams["desk"], person=person, from_date=date(2020, 1, 1))
        again = numbers.by_team(cast.actor("max"), history - timedelta(weeks=4), history)
        assert [line.name for line in again] == ["Service Desk", ""]


def test_an_unknown_measure_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        numbers.tickets_of("per_person", actor=cast.actor("max"))


def test_the_board_sets_work_against_the_people_who_are_there(cast: Cast, frozen: datetime) -> None:
    for n in range(4):
        ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject=f"Fall {n}")
        Ticket.objects.filter(pk=ticket.pk).update(next_promise_at=frozen + timedelta(minutes=10 if n else -30))
    max_ = cast.actor("max")
    found = board_of(max_, frozen)
    desk = next(row for row in found.rows if row.team.key == "desk")
    assert (desk.open, desk.overdue, desk.load.work, desk.untaken) == (4, 1, 60, 4)
    assert desk.load.present == 8 * 60  # nine to five in Berlin
    assert (found.broken, found.in_danger) == (1, 3)
    assign(ticket, actor=max_, person=cast.alan)
    note_absence(cast.alan, from_date=frozen.date(), until_date=frozen.date(), actor=cast.actor("ada"))
    again = board_of(max_, frozen)
    desk = next(row for row in again.rows if row.team.key == "desk")
    assert (desk.load.percent, again.absent, desk.presence.present) == (None, 1, [])
    assert [(person.name, n) for person, n, _substitute in again.held_by_absent] == [("Alan Yildiz", 1)]


def test_shifts_say_who_is_there_and_who_comes_later(cast: Cast, frozen: datetime) -> None:
    ada, team = cast.actor("ada"), cast.teams["desk"]
    Membership.objects.create(team=team, person=cast.max, from_date=date(2020, 1, 1))
    set_shift(team, cast.alan, starts_at=frozen - timedelta(hours=1), ends_at=frozen + timedelta(hours=2), actor=ada)
    set_shift(team, cast.max, starts_at=frozen + timedelta(hours=1), ends_at=frozen + timedelta(hours=9), actor=ada)
    found = presence_of([team], frozen, frozen + timedelta(hours=8))[team.pk]
    assert (found.present, [person for person, _at in found.later]) == ([cast.alan], [cast.max])
    assert found.minutes == (2 + 7) * 60


def test_after_hours_the_board_shows_the_next_working_day(frozen: datetime, db: None) -> None:
    friday_evening = frozen + timedelta(days=4, hours=10)
    span = span_of(friday_evening)
    assert not span.is_today
    assert (span.since - frozen).days == 6  # Monday, before nine in Berlin
    assert span_of(frozen).is_today
