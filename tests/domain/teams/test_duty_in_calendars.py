"""One's own duty: the own shifts and those of people one stands in for, on the page and in the calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.test import Client
from tests.cast import Cast

from dreiklang.teams.commands.absences import note_absence
from dreiklang.teams.commands.duty import set_shift
from dreiklang.teams.models import Membership
from dreiklang.teams.queries.duty_of import duty_of
from dreiklang.tickets.commands.visits import end_feed, make_feed
from dreiklang.tickets.queries.visits import feed_of


def shifts(cast: Cast, frozen: datetime) -> None:
    """Alan is on duty today and tomorrow; tomorrow he is away and Berta stands in."""
    ada, team, day = cast.actor("ada"), cast.teams["desk"], timedelta(days=1)
    Membership.objects.create(team=team, person=cast.berta, from_date=date(2020, 1, 1))
    for starts_at in (frozen, frozen + day):
        set_shift(team, cast.alan, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), actor=ada)
    away = (frozen + day).date()
    note_absence(cast.alan, from_date=away, until_date=away, substitute=cast.berta, actor=ada)


def test_who_stands_in_has_the_shift(cast: Cast, frozen: datetime) -> None:
    shifts(cast, frozen)
    assert [duty.starts_at for duty in duty_of(cast.alan)] == [frozen]
    assert [(d.starts_at, d.instead_of) for d in duty_of(cast.berta)] == [(frozen + timedelta(days=1), "Alan Yildiz")]
    assert duty_of(cast.carl) == []


def test_the_calendar_shows_it_until_the_address_ends(cast: Cast, frozen: datetime) -> None:
    shifts(cast, frozen)
    berta = cast.actor("berta")
    secret = make_feed(actor=berta)
    text = feed_of(secret)
    assert text is not None
    assert "DTSTART:20261117T080000Z" in text
    assert "Alan Yildiz" in text.replace("\r\n ", "")
    browser = Client()
    browser.force_login(cast.berta.account)
    assert "Alan Yildiz" in browser.get("/desk/preferences/calendar/").content.decode()
    end_feed(actor=berta)
    assert feed_of(secret) is None
