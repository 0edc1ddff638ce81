"""The board, the wallboard and the numbers as pages: for whom, how often they ask, what they must never show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.web.desk.conftest import COMPLETE

from dreiklang.communication.models import Notification
from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.kernel import clock
from dreiklang.teams.commands.absences import note_absence
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


def test_the_board_is_for_those_who_lead(browser: Browser, cast: Cast, at_level_2: Ticket, frozen: datetime) -> None:
    address = reverse("desk:board")
    page = browser("max").get(address).content.decode()
    assert "Arbeitsplatz" in page
    assert address in browser("max").get(reverse("desk:start"), follow=True).content.decode()
    for name in ("alan", "eve", "victor", "rita", "zoe"):
        assert browser(name).get(address).status_code == 403


def test_the_wallboard_names_nobody(browser: Browser, cast: Cast, ticket: Ticket, frozen: datetime) -> None:
    page = browser("alan").get(reverse("desk:wallboard")).content.decode()
    assert 'rel="icon"' in page  # else the browser asks for /favicon.ico, and finds nothing
    assert "Service Desk" in page
    assert not [person.name for person in cast.persons.values() if person.name in page]
    for name in ("eve", "rita"):
        assert browser(name).get(reverse("desk:wallboard")).status_code == 403


def test_absence_is_shown_without_a_reason_and_with_what_helps(
    browser: Browser, cast: Cast, ticket: Ticket, frozen: datetime
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.alan)
    note_absence(cast.alan, from_date=frozen.date(), until_date=frozen.date(), actor=cast.actor("ada"))
    page = browser("max").get(reverse("desk:board")).content.decode()
    assert "Alan Yildiz" in page
    list_ = reverse("desk:counted") + f"?measure=lying&amp;person={cast.alan.pk}"
    assert list_ in page
    assert ticket.subject in browser("max").get(list_.replace("&amp;", "&")).content.decode()
    assert browser("berta").get(list_.replace("&amp;", "&")).status_code == 403


def test_a_team_is_reminded_of_what_waits_and_not_twice(browser: Browser, cast: Cast, frozen: datetime) -> None:
    with clock.standing_at(frozen - timedelta(hours=1)):
        ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker")
        hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
    max_, address = browser("max"), reverse("desk:board_reminder", args=[cast.teams["workplace"].pk])
    before = Notification.objects.filter(person=cast.berta).count()
    assert address in max_.get(reverse("desk:board")).content.decode()
    assert max_.post(address).status_code == 302
    assert max_.post(address).status_code == 302
    assert Notification.objects.filter(person=cast.berta).count() == before + 1
    assert browser("alan").post(address).status_code == 403


def test_the_numbers_lead_to_their_lists(browser: Browser, cast: Cast, at_level_2: Ticket) -> None:
    alan = browser("alan")
    for way in ("week", "team", "customer"):
        page = alan.get(reverse("desk:numbers"), {"by": way})
        assert page.status_code == 200
        assert "measure=came" in page.content.decode()
    listed = alan.get(reverse("desk:counted"), {"measure": "handed_up"}).content.decode()
    assert at_level_2.subject in listed
    sheet = alan.get(reverse("desk:numbers"), {"form": "csv"})
    assert sheet["Content-Type"].startswith("text/csv")
    assert alan.get(reverse("desk:counted"), {"measure": "nonsense"}).status_code == 404
    for name in ("eve", "rita", "zoe"):
        assert browser(name).get(reverse("desk:numbers")).status_code == 403


def test_every_linked_figure_is_the_length_of_the_list_behind_it(
    browser: Browser, cast: Cast, at_level_2: Ticket, frozen: datetime
) -> None:
    """Walks the board and the numbers as somebody with a mouse would, and counts what each link leads to."""
    for n, moment in enumerate((-90, -3, 1, 30, 2000)):  # overdue, in danger, due today, due later
        with clock.standing_at(frozen - timedelta(hours=1)):
            other = open_ticket(cast.rita, actor=cast.actor("rita"), subject=f"Fall {n}")
            if n < 2:
                hand_over(other, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
        Ticket.objects.filter(pk=other.pk).update(next_promise_at=frozen + timedelta(minutes=moment), work_minutes=20)
    note_absence(cast.alan, from_date=frozen.date(), until_date=frozen.date(), actor=cast.actor("ada"))
    Ticket.objects.filter(pk=other.pk).update(assignee=cast.alan)
    max_, followed = browser("max"), set()
    pages = [reverse("desk:board"), reverse("desk:wallboard")]
    pages += [reverse("desk:numbers") + f"?by={way}" for way in ("week", "team", "customer")]
    for page in pages:
        for address, words in LINK.findall(max_.get(page).content.decode()):
            figure = re.search(r"\d+", re.sub(r"<[^>]*>", "", words))
            asked = re.search(r"measure=\w+|/team-\d+/$", unescape(address))
            if figure is None or asked is None or int(figure[0]) == 0 or (page, asked[0]) in followed:
                continue
            followed.add((page, asked[0]))
            behind = max_.get(unescape(address)).context
            if "worklist" in behind:
                count = sum(len(group.rows) for group in behind["worklist"].groups)
            else:
                count = behind["count"]
                assert len(behind["rows"]) == count, address
            assert count == int(figure[0]), (page, address)
    found = {asked for _page, asked in followed}
    assert {f"measure={m}" for m in ("overdue", "danger", "unaccepted", "open", "came", "handed_up")} <= found, found
    assert any(asked.startswith("/team-") for asked in found)
    wall = {asked for page, asked in followed if page == reverse("desk:wallboard")}
    assert {"measure=open", "measure=overdue", "measure=came"} <= wall, wall
    totals = max_.get(reverse("desk:numbers") + "?by=team").context["totals"]
    assert all(url for figure, url in totals if figure), totals


def test_the_pages_ask_as_often_for_many_tickets_as_for_few(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    max_ = browser("max")

    def questions(address: str) -> int:
        max_.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert max_.get(address).status_code == 200
        return len(asked)

    addresses = [reverse("desk:board"), reverse("desk:numbers"), reverse("desk:counted") + "?measure=came"]
    few = [questions(address) for address in addresses]
    for n in range(12):
        other = open_ticket(cast.rita, actor=cast.actor("rita"), subject=f"Fall {n}")
        if n % 2:
            hand_over(other, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
    assert [questions(address) for address in addresses] == few
