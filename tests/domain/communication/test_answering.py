"""Confirming and reopening by a link, and when silence closes."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from tests.cast import Cast

from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import OneTimeLink
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.communication.commands.answering import confirm_by_link, make_answer_link, reopen_by_link
from dreiklang.communication.queries import AnswerState, answer_state
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import close, resolve
from dreiklang.tickets.models import Ticket

LINK = system("link")


@pytest.fixture
def ticket(cast: Cast, frozen: datetime) -> Ticket:
    opened = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer", channel="phone")
    resolve(opened, actor=cast.actor("alan"), text="Works again.")
    opened.refresh_from_db()
    return opened


def test_a_link_is_used_once(ticket: Ticket) -> None:
    secret = make_answer_link(ticket, purpose="confirm", actor=LINK)
    confirm_by_link(secret, actor=LINK)
    with pytest.raises(DeadLink):
        confirm_by_link(secret, actor=LINK)
    assert answer_state(secret, purpose="confirm")[0] is AnswerState.DONE


def test_a_refusal_does_not_use_the_link_up(cast: Cast, ticket: Ticket) -> None:
    secret = make_answer_link(ticket, purpose="confirm", actor=LINK)
    close(ticket, actor=cast.actor("alan"))
    with pytest.raises(WrongState):
        confirm_by_link(secret, actor=LINK)
    assert OneTimeLink.objects.get().used_at is None


def test_words_too_long_use_nothing_up(ticket: Ticket) -> None:
    secret = make_answer_link(ticket, purpose="reopen", actor=LINK)
    with pytest.raises(Invalid):
        reopen_by_link(secret, text="x" * 20_001, actor=LINK)
    assert reopen_by_link(secret, text="Still wrong", actor=LINK).state == "open"


def test_only_the_desk_itself_makes_and_uses_links(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        make_answer_link(ticket, purpose="confirm", actor=cast.actor("zoe"))
    with pytest.raises(NotAllowed):
        make_answer_link(ticket, purpose="sign_in", actor=LINK)
    secret = make_answer_link(ticket, purpose="confirm", actor=LINK)
    with pytest.raises(NotAllowed):
        confirm_by_link(secret, actor=cast.actor("zoe"))


def test_p26_a_sign_in_link_does_not_close_tickets(cast: Cast, ticket: Ticket) -> None:
    from dreiklang.accounts.commands.links import make_link

    secret = make_link("sign_in", account=cast.rita.account, actor=system("accounts"))
    with pytest.raises(DeadLink):
        confirm_by_link(secret, actor=LINK)


@pytest.mark.parametrize(
    ("resolved", "closes"),
    [
        (datetime(2026, 11, 16, 8, tzinfo=UTC), date(2026, 11, 23)),  # a Monday: Tuesday to Monday
        (datetime(2026, 11, 20, 16, tzinfo=UTC), date(2026, 11, 27)),  # a Friday afternoon
        (datetime(2026, 11, 21, 12, tzinfo=UTC), date(2026, 11, 27)),  # a Saturday
        (datetime(2026, 12, 22, 8, tzinfo=UTC), date(2026, 12, 30)),  # Christmas on Friday and Saturday
    ],
)
def test_silence_closes_after_five_working_days_of_the_calendar(cast: Cast, resolved: datetime, closes: date) -> None:
    ServiceCalendar.objects.create(name="House", region="DE-BW", is_default=True)
    with clock.standing_at(resolved):
        opened = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer", channel="phone")
        resolve(opened, actor=cast.actor("alan"), text="Works again.")
    opened.refresh_from_db()
    assert timezone.localtime(opened.closes_at).date() == closes


def test_a_calendar_without_hours_counts_monday_to_friday(cast: Cast, frozen: datetime) -> None:
    ServiceCalendar.objects.create(name="Never", week={}, is_default=True)
    opened = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer", channel="phone")
    resolve(opened, actor=cast.actor("alan"), text="Works again.")
    opened.refresh_from_db()
    assert timezone.localtime(opened.closes_at).date() == date(2026, 11, 23)
