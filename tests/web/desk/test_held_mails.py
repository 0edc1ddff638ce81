"""Held mails in the first level's worklist, and the three ways on."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import Held
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message, Ticket


@pytest.fixture
def held(ticket: Ticket) -> Held:
    raw = mail("Zoe Zimmer <zoe@werk.example>", subject=f"[#{ticket.number}] <b>auch</b> bei uns")
    assert take_in(raw, actor=system("mail")).outcome == "held"
    return Held.objects.get()


def url(name: str, held: Held) -> str:
    return reverse(f"desk:{name}", args=[held.pk])


def test_a_held_mail_stands_in_the_first_levels_worklist_and_in_no_other(cast, browser, held):
    def rows_of(name, team):
        return browser(name).get(reverse("desk:worklist", args=[f"team-{cast.teams[team].pk}"])).content.decode()

    assert url("held", held) in rows_of("alan", "desk")
    assert url("held", held) not in rows_of("berta", "workplace")


def test_its_page_shows_what_it_says_and_runs_nothing(browser, held, ticket):
    page = browser("alan").get(url("held", held)).content.decode()
    assert "Station 3" in page
    assert str(ticket.number) in page
    assert "<b>auch</b>" not in page


@pytest.mark.parametrize("name", ["berta", "carl"])
def test_other_levels_do_not_find_it(browser, held, name):
    assert browser(name).get(url("held", held)).status_code == 404


@pytest.mark.parametrize("name", ["zoe", "rita"])
def test_nobody_outside_sees_it(browser, held, name):
    assert browser(name).get(url("held", held)).status_code in (403, 404)


def test_it_joins_by_a_click(browser, held, ticket):
    answer = browser("alan").post(url("held_joining", held), {"number": str(ticket.number)})
    assert answer["Location"].endswith(reverse("desk:ticket", args=[ticket.number]))
    assert Message.objects.filter(ticket=ticket, author_address="zoe@werk.example").exists()


def test_a_number_without_a_ticket_is_refused_and_nothing_happens(browser, held):
    answer = browser("alan").post(url("held_joining", held), {"number": "99887766"})
    assert answer.status_code == 422
    held.refresh_from_db()
    assert held.settlement == ""


def test_it_opens_a_ticket_of_its_own(browser, held, cast):
    browser("alan").post(url("held_opening", held), {})
    held.refresh_from_db()
    assert (held.settlement, held.ticket.requester) == ("opened", cast.zoe)


def test_it_is_dismissed_as_spam(browser, held):
    browser("alan").post(url("held_dismissal", held), {"is_spam": "1"})
    held.refresh_from_db()
    assert held.settlement == "spam"


def test_an_unknown_field_is_refused(browser, held):
    assert browser("alan").post(url("held_dismissal", held), {"ticket": "1"}).status_code == 422
