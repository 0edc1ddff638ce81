"""Clocks follow the journal: what commands do to tickets moves them, in the same transaction."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.conftest import MONDAY_MORNING

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.sla.models import Clock
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.delivery import message_sent
from dreiklang.tickets.commands.merging import merge, part
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.pausing import pause, resume
from dreiklang.tickets.commands.resolution import reopen, resolve

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def after(**of):
    return clock.standing_at(MONDAY_MORNING + timedelta(**of))


def clock_of(ticket, metric, level=0):
    return Clock.objects.filter(ticket=ticket, metric=metric, level=level).order_by("-round").first()


def local(moment):
    return moment.astimezone(BERLIN).strftime("%a %H:%M")


def test_a_new_ticket_has_its_promises(ticket):
    clocks = {(c.metric, c.level) for c in Clock.objects.filter(ticket=ticket)}
    assert {("first_response", 0), ("resolution", 0), ("resolution", 1)} <= clocks
    ticket.refresh_from_db()
    assert ticket.next_promise_at == clock_of(ticket, "first_response").due_at


def test_an_answer_meets_the_first_response_and_called_back_it_never_was(ticket, cast):
    with after(minutes=10):
        message = write_message(ticket, actor=cast.actor("alan"), text="We look into it.")
        assert clock_of(ticket, "first_response").state == "met"
        withdraw_message(message, actor=cast.actor("alan"))
    found = clock_of(ticket, "first_response")
    assert (found.state, found.met_at) == ("running", None)


def test_an_answer_counts_when_it_has_left(ticket, cast):
    with after(minutes=10):
        message = write_message(ticket, actor=cast.actor("alan"), text="We look into it.")
    with after(minutes=10, seconds=12):
        message_sent(message.pk, actor=system("mail"))
    assert clock_of(ticket, "first_response").met_at == MONDAY_MORNING + timedelta(minutes=10, seconds=12)


def test_what_the_desk_writes_by_itself_is_no_answer(ticket):
    with after(minutes=1):
        write_message(ticket, actor=system("mail"), text="We have received your words.")
    assert clock_of(ticket, "first_response").state == "running"


def test_waiting_for_the_requester_stops_the_clocks_and_the_row_shows_none(ticket, cast):
    due = clock_of(ticket, "resolution").due_at
    with after(hours=1):
        pause(ticket, actor=cast.actor("alan"), reason="requester")
        ticket.refresh_from_db()
        assert clock_of(ticket, "resolution").state == "paused"
        assert ticket.next_promise_at is None
    with after(hours=3):
        resume(ticket, actor=cast.actor("alan"))
    found = clock_of(ticket, "resolution")
    assert (found.state, found.due_at, found.paused_seconds) == ("running", due + timedelta(hours=2), 7200)


def test_another_priority_has_another_target_and_the_time_used_stays(ticket, cast):
    with after(hours=2):
        classify(ticket, actor=cast.actor("alan"), impact=1, urgency=1)
    found = clock_of(ticket, "resolution")
    assert (found.used_seconds, found.target_seconds) == (7200, 9 * 3600)
    assert local(found.due_at) == "Tue 09:00"  # nine hours from Monday 9:00 in hours from eight to five


def test_solved_and_reopened_the_clock_goes_on_where_it_stood(ticket, cast):
    due = clock_of(ticket, "resolution").due_at
    with after(hours=1):
        resolve(ticket, actor=cast.actor("alan"), text="Restarted.")
    assert clock_of(ticket, "resolution").state == "met"
    assert clock_of(ticket, "resolution", 1).state == "met"
    with after(days=1, hours=1):
        reopen(ticket, actor=cast.actor("rita"))
    found = clock_of(ticket, "resolution")
    assert (found.state, found.met_at) == ("running", None)
    assert found.due_at == due + timedelta(days=1)


def test_a_solution_called_back_never_was(ticket, cast):
    due = clock_of(ticket, "resolution").due_at
    with after(hours=1):
        found = resolve(ticket, actor=cast.actor("alan"), text="Restarted.")
        withdraw_message(found.message, actor=cast.actor("alan"))
    found = clock_of(ticket, "resolution")
    assert (found.state, found.due_at) == ("running", due)
    assert clock_of(ticket, "first_response").state == "running"


def test_hours_changed_later_hold_from_then_on(ticket, promised, cast):
    from dreiklang.calendars.commands import change_calendar

    calendar = promised.versions.get().calendar
    with after(hours=2):  # Monday 11:00
        change_calendar(calendar, actor=system("test"), closed_days=[date(2026, 11, 17)])
    with after(hours=3):
        classify(ticket, actor=cast.actor("alan"), impact=1, urgency=1)
    assert local(clock_of(ticket, "resolution").due_at) == "Wed 09:00"


def test_merged_it_owes_nothing_and_taken_apart_it_goes_on_as_if_it_never_was(ticket, cast):
    alan, due = cast.actor("alan"), clock_of(ticket, "resolution").due_at
    other = open_with_message(cast.karl, actor=alan, subject="Same", text="It is dark here too.")
    with after(hours=1):
        made = merge(ticket, actor=alan, into=other)
    assert {c.state for c in Clock.objects.filter(ticket=ticket)} == {"void"}
    with after(hours=2):
        part(made, actor=alan)
    found = clock_of(ticket, "resolution")
    assert (found.state, found.due_at, found.used_seconds) == ("running", due, 7200)
    ticket.refresh_from_db()
    assert ticket.next_promise_at is not None
