"""Appointments: the mail that invites, moves and calls off; who goes; what a technician's calendar reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.cast import Cast

from dreiklang.accounts.models import Account
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound, Refusal, WrongState
from dreiklang.tickets.commands.visits import cancel_visit, change_visit, end_feed, finish_visit, make_feed, plan_visit
from dreiklang.tickets.models import CalendarFeed, Ticket
from dreiklang.tickets.queries.visits import feed_of, visits_of

NINE = datetime(2027, 1, 14, 8, 0, tzinfo=UTC)


def plan(ticket: Ticket, cast: Cast, **more):
    fields = {"starts_at": NINE, "ends_at": NINE + timedelta(hours=1), "place": "Haus 4, Zi. 12", "person": cast.berta}
    return plan_visit(ticket, actor=cast.actor("alan"), **{**fields, **more})


def leave() -> None:
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        while send_due():
            pass


def invitation(taken) -> tuple[str, str]:
    part = next(p for p in taken.mail.walk() if p.get_content_type() == "text/calendar")
    return part.get_param("method"), part.get_content().replace("\r\n ", "").replace("\n ", "")


def test_the_requester_is_invited_told_of_a_change_and_of_the_end(cast: Cast, ticket: Ticket, sink) -> None:
    visit = plan(ticket, cast, tools="Canary Crimpzange")
    leave()
    change_visit(visit, actor=cast.actor("alan"), tools="Zange")
    change_visit(visit, actor=cast.actor("alan"), starts_at=NINE + timedelta(minutes=30))
    leave()
    cancel_visit(visit, actor=cast.actor("alan"))
    leave()
    mails = [t for t in sink.taken if any(p.get_content_type() == "text/calendar" for p in t.mail.walk())]
    methods = [invitation(t)[0] for t in mails]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    first, second, last = (invitation(t)[1] for t in mails)
    assert "DTSTART:20270114T080000Z" in first
    assert "LOCATION:Haus 4\\, Zi. 12" in first
    assert "ATTENDEE" in first
    assert "mailto:rita@klinikum.example" in first
    assert f"UID:{visit.uid}" in first
    assert "DTSTART:20270114T083000Z" in second
    assert "SEQUENCE:2" in second
    assert "STATUS:CANCELLED" in last
    assert "14. Januar 2027" in mails[0].text
    assert not any("Canary" in t.raw.decode() for t in sink.taken)


def test_who_goes_is_told_and_what_was_done_is_logged_as_work(cast: Cast, ticket: Ticket) -> None:
    visit = plan(ticket, cast, is_told=False)
    assert Notification.objects.filter(person=cast.berta, kind="task").exists()
    done = finish_visit(visit, actor=cast.actor("berta"), result="Kabel getauscht", minutes=25)
    assert (done.kind, done.minutes, done.author_id) == ("visit", 25, cast.berta.pk)
    for deed in (cancel_visit, finish_visit, change_visit):
        with pytest.raises(WrongState):
            deed(visit, actor=cast.actor("alan"))


@pytest.mark.parametrize(
    "wrong", [{"starts_at": None}, {"ends_at": NINE}, {"ends_at": NINE + timedelta(days=15)}, {"place": "x" * 201}]
)
def test_bad_appointments_are_refused_and_nobody_is_invited(cast: Cast, ticket: Ticket, wrong: dict) -> None:
    with pytest.raises(Invalid):
        plan(ticket, cast, **wrong)
    with pytest.raises(Invalid):
        plan(ticket, cast, person=cast.eve)
    assert not ticket.visits.exists()
    for name in ("rita", "zoe", "eve"):
        with pytest.raises(Refusal):
            plan_visit(ticket, actor=cast.actor(name), starts_at=NINE, ends_at=NINE + timedelta(hours=1))
    assert not visits_of(ticket, actor=cast.actor("eve")).exists()


def test_p26_a_calendars_address_is_kept_as_a_digest_and_ends(cast: Cast, ticket: Ticket, frozen) -> None:
    plan(ticket, cast, is_told=False)
    secret = make_feed(actor=cast.actor("berta"))
    assert len(secret) >= 32
    assert secret.encode() not in bytes(CalendarFeed.objects.get().digest)
    assert "Haus 4" in feed_of(secret)
    newer = make_feed(actor=cast.actor("berta"))
    assert feed_of(secret) is None
    assert feed_of(newer)
    end_feed(actor=cast.actor("berta"))
    assert feed_of(newer) is None
    with pytest.raises(NotFound):
        end_feed(actor=cast.actor("berta"))


def test_p29_a_calendar_reads_nothing_that_was_lost_from_sight(cast: Cast, ticket: Ticket, frozen) -> None:
    plan(ticket, cast, is_told=False)
    secret = make_feed(actor=cast.actor("berta"))
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True)
    assert "VEVENT" not in feed_of(secret)
    Account.objects.filter(pk=cast.berta.account_id).update(is_active=False)
    assert feed_of(secret) is None
