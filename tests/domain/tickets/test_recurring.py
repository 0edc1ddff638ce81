"""A series opens its ticket on its day, once, whoever comes first; paused or ended it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.cast import Cast

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.recurring import open_due, remove_series, set_series
from dreiklang.tickets.jobs import open_recurring
from dreiklang.tickets.models import Occurrence, Series, Ticket
from dreiklang.tickets.queries.recurring import next_times

pytestmark = pytest.mark.usefixtures("frozen")
USUAL = {
    "subject": "Check the backup", "text": "Restore one file.", "every": "week", "weekdays": [5],
    "starts_on": date(2026, 11, 16), "at_time": time(7, 0), "shift": "later",
}  # fmt: skip


def series(cast: Cast, **values: object) -> Series:
    return set_series(actor=cast.actor("ada"), **{"requester": cast.rita, **USUAL, **values})


def run_at(day: int, hour: int = 8, month: int = 11) -> None:
    with clock.standing_at(datetime(2026, month, day, hour, 0, tzinfo=UTC)):
        open_recurring(0)


def test_it_comes_on_the_working_day_after_a_closed_one(cast: Cast) -> None:
    kept = series(cast)
    assert [one.at.date().day for one in next_times(kept, clock.now(), 2)] == [23, 30]
    run_at(21)
    run_at(23, 5)
    assert not Ticket.objects.exists()
    run_at(23)
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester, ticket.level) == ("Check the backup", cast.rita, 1)
    assert Occurrence.objects.get().planned_on == date(2026, 11, 21)
    kept.refresh_from_db()
    assert kept.next_on == date(2026, 11, 28)
    assert not OutgoingMail.objects.exists()


def test_p09_two_schedules_open_one(cast: Cast) -> None:
    kept = series(cast, shift="none")
    run_at(21)
    run_at(21)
    assert Ticket.objects.count() == 1
    with pytest.raises(WrongState), clock.standing_at(datetime(2026, 11, 21, 9, 0, tzinfo=UTC)):
        open_due(kept.pk, actor=system("schedule"))


def test_after_a_long_rest_one_ticket_comes_and_the_others_are_noted_as_missed(cast: Cast) -> None:
    series(cast, every="day", weekdays=[], shift="none")
    run_at(20)
    assert Ticket.objects.count() == 1
    missed = Occurrence.objects.filter(ticket=None).values_list("planned_on", flat=True).order_by("planned_on")
    assert list(missed) == [date(2026, 11, 17), date(2026, 11, 18), date(2026, 11, 19)]


def test_paused_or_removed_it_does_not_come_and_what_passed_is_not_made_up_for(cast: Cast) -> None:
    kept = series(cast, shift="none")
    kept = set_series(actor=cast.actor("ada"), series=kept, is_active=False)
    run_at(21)
    with clock.standing_at(datetime(2026, 11, 22, 9, 0, tzinfo=UTC)):
        kept = set_series(actor=cast.actor("ada"), series=kept, is_active=True)
    assert kept.next_on == date(2026, 11, 28)
    run_at(22)
    assert not Ticket.objects.exists()
    remove_series(kept, actor=cast.actor("ada"))
    run_at(29)
    assert not Ticket.objects.exists()


def test_it_ends_on_its_last_day(cast: Cast) -> None:
    kept = series(cast, shift="none", ends_on=date(2026, 11, 21))
    run_at(21)
    run_at(28)
    kept.refresh_from_db()
    assert (Ticket.objects.count(), kept.next_at) == (1, None)


def test_what_cannot_be_opened_says_why_and_comes_as_soon_as_it_can(cast: Cast) -> None:
    kept = series(cast, shift="none")
    Team.objects.filter(level=1).update(is_active=False)
    run_at(21)
    run_at(21, 9)
    kept.refresh_from_db()
    assert kept.problem
    assert not Ticket.objects.exists()
    Team.objects.filter(level=1).update(is_active=True)
    run_at(21, 10)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("subject", " "), ("text", ""), ("interval", 0), ("kind", "x"), ("ends_on", date(2026, 1, 1)), ("weekdays", [9])],
)
def test_what_cannot_be_is_refused_by_name(cast: Cast, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        series(cast, **{field: value})
    assert field in refused.value.fields


def test_two_who_change_it_do_not_overwrite_each_other(cast: Cast) -> None:
    kept = series(cast)
    set_series(actor=cast.actor("ada"), series=kept, version=1, subject="Other")
    with pytest.raises(Conflict):
        set_series(actor=cast.actor("ada"), series=kept, version=1, subject="Another")


@pytest.mark.parametrize("name", ["alan", "max", "rita", "zoe", "victor", "eve"])
def test_only_administrators_make_series(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        set_series(actor=cast.actor(name), requester=cast.rita, **USUAL)


def test_the_clock_change_moves_nothing(cast: Cast) -> None:
    kept = series(cast, every="day", weekdays=[], shift="none", starts_on=date(2026, 3, 27))
    with clock.standing_at(datetime(2027, 3, 26, tzinfo=UTC)):
        times = next_times(kept, clock.now(), 4)
    assert [one.at.hour for one in times] == [7, 7, 7, 7]
    assert times[2].at - times[1].at in (timedelta(hours=23), timedelta(hours=24))
