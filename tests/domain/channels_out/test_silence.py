"""A requester who stays silent is reminded on working days, told what happens next, and it happens as told, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import Cast

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Address
from dreiklang.tickets.commands.conversation import receive_message, write_message
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.silence import remove_silence_plan, set_silence_plan
from dreiklang.tickets.jobs import close_unanswered, remind_silent
from dreiklang.tickets.models import Category, Reminder, SilencePlan, Ticket
from dreiklang.tickets.queries.silence import due_reminders, plans_with

FRIDAY = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)


def plan(cast: Cast, **values: object) -> SilencePlan:
    usual = {"customer": None, "category": None, "is_active": True, "remind_after": 2, "times": 2, "close_after": 3}
    return set_silence_plan(actor=cast.actor("ada"), **{**usual, **values})


@pytest.fixture
def waiting(cast: Cast, ticket: Ticket) -> Ticket:
    """Rita was asked on a Friday."""
    with clock.standing_at(FRIDAY):
        write_message(ticket, actor=cast.actor("alan"), text="Since when does it not print?")
        pause(ticket, actor=cast.actor("alan"), reason="requester")
        ticket.refresh_from_db()
    with clock.standing_at(FRIDAY + timedelta(minutes=1)):
        send_due()
    return ticket


def schedule(day: int, hour: int = 10) -> None:
    """Everything that is due at ten on a day of November."""
    with clock.standing_at(datetime(2026, 11, day, hour, 0, tzinfo=UTC)):
        remind_silent(0)
        close_unanswered(0)
    with clock.standing_at(datetime(2026, 11, day, hour, 1, tzinfo=UTC)):
        send_due()


def test_reminded_twice_then_closed_on_the_day_that_was_told_with_a_way_back(cast, waiting, sink):
    plan(cast)
    sink.taken.clear()
    for day in range(14, 27):
        schedule(day)
    first, last, closing = (taken.text for taken in sink.taken)
    assert "19. November 2026" in first  # two working days after Tuesday 17
    assert "> Since when does it not print?" in first
    assert "24. November 2026" in last
    assert "/t/reopen/" in closing
    said = [taken.mail["Date"].datetime.date().day for taken in sink.taken]
    assert said == [17, 19, 24]
    assert all(taken.recipients == ["rita@klinikum.example"] for taken in sink.taken)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.closed_at.day) == ("closed", 24)


def test_never_on_a_closed_day_nor_at_night(cast, waiting, sink):
    plan(cast, remind_after=1)
    sink.taken.clear()
    for day, hour in ((14, 10), (15, 10), (16, 4), (16, 22)):
        schedule(day, hour)
    assert not sink.taken
    schedule(17)
    assert len(sink.taken) == 1


def test_an_answer_ends_it_and_a_new_question_begins_anew(cast, waiting, sink):
    plan(cast)
    schedule(17)
    with clock.standing_at(datetime(2026, 11, 18, 9, 0, tzinfo=UTC)):
        receive_message(waiting, actor=system("mail"), author=cast.rita, text="Since Monday.")
    sink.taken.clear()
    for day in range(18, 28):
        schedule(day)
    assert not sink.taken
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_a_further_word_of_ours_starts_the_days_again(cast, waiting, sink):
    plan(cast, times=1)
    schedule(17)
    with clock.standing_at(datetime(2026, 11, 18, 9, 0, tzinfo=UTC)):
        write_message(waiting, actor=cast.actor("alan"), text="And on which floor?")
    for day in (18, 19, 20):
        schedule(day)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    assert Reminder.objects.filter(pending__ticket=waiting).count() == 2


def test_p09_two_schedules_remind_once(cast, waiting, sink):
    plan(cast)
    with clock.standing_at(datetime(2026, 11, 17, 10, 0, tzinfo=UTC)):
        remind_silent(0)
        remind_silent(0)
    assert OutgoingMail.objects.filter(kind="reminder").count() == 1


def test_what_was_not_delivered_closes_nothing(cast, waiting, sink):
    plan(cast, times=1)
    sink.answers["rita@klinikum.example"] = "550 no such user"
    for day in range(16, 28):
        schedule(day)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_who_has_no_address_is_neither_reminded_nor_closed_and_the_dry_run_says_so(cast, waiting):
    plan(cast, times=1)
    Address.objects.filter(person=cast.rita).delete()
    for day in range(16, 28):
        schedule(day)
    with clock.standing_at(datetime(2026, 11, 20, 10, 0, tzinfo=UTC)):
        assert [due.has_address for due in due_reminders()] == [False]
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_switched_off_or_removed_what_was_announced_does_not_happen(cast, waiting):
    kept = plan(cast, times=1)
    schedule(17)
    remove_silence_plan(kept, actor=cast.actor("ada"))
    for day in range(18, 28):
        schedule(day)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


def test_the_plan_of_the_customer_counts_before_that_of_all(cast, waiting):
    plan(cast, remind_after=1)
    plan(cast, customer=cast.organizations["clinic"], remind_after=9)
    tuesday = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)
    assert not due_reminders(at=tuesday)
    off = SilencePlan.objects.get(customer=cast.organizations["clinic"])
    off.is_active = False
    off.save()
    assert not due_reminders(at=tuesday)
    off.delete()
    assert [due.ticket for due in due_reminders(at=tuesday)] == [waiting]


def test_a_category_stands_for_those_below_it(cast, waiting):
    above = Category.objects.create(key="print", name="Print")
    waiting.category = Category.objects.create(key="labels", name="Labels", parent=above)
    waiting.save()
    plan(cast, category=above, remind_after=1)
    assert due_reminders(at=datetime(2026, 11, 17, 10, 0, tzinfo=UTC))


def test_a_dry_run_asks_what_if_and_changes_nothing(cast, waiting):
    tried = SilencePlan(remind_after=1, times=1, close_after=None)
    at = datetime(2026, 11, 17, 22, 0, tzinfo=UTC)
    found = due_reminders(at=at, plans=plans_with(tried), only_open=False)
    assert [(due.ticket, due.number, due.closes_at) for due in found] == [(waiting, 1, None)]
    assert not Reminder.objects.exists()


def test_a_dry_run_costs_the_same_whatever_it_finds(cast, waiting, django_assert_num_queries):
    plan(cast, remind_after=1)
    for _n in range(5):
        other = Ticket.objects.get(pk=waiting.pk)
        other.pk, other.number = None, other.number + 100 + _n
        other.save()
        other.pendings.create(reason="requester", since_at=FRIDAY)
    with django_assert_num_queries(6):
        assert len(due_reminders(at=datetime(2026, 11, 17, 10, 0, tzinfo=UTC))) == 6


def test_security_incidents_are_left_to_people(cast, waiting):
    plan(cast, remind_after=1)
    Ticket.objects.update(kind="security")
    assert not due_reminders(at=datetime(2026, 11, 17, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize("name", ["alan", "max", "rita", "zoe", "victor"])
def test_only_administrators_make_plans(cast, name):
    from dreiklang.kernel.errors import NotAllowed

    with pytest.raises(NotAllowed):
        set_silence_plan(
            actor=cast.actor(name), customer=None, category=None, is_active=True, remind_after=1, times=1,
            close_after=None,
        )  # fmt: skip
