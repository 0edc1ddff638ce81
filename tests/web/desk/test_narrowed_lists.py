"""A worklist is narrowed by words and conditions, and a deed is done to exactly what it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import BulkRun, Ticket

Browser = Callable[[str], Client]


@pytest.fixture
def desk(cast: Cast) -> str:
    """Three tickets at level 1; the key of its list."""
    for subject, urgency in (("Etikettendrucker", 1), ("Beamer", 3), ("Drucker im Flur", 3)):
        open_ticket(cast.rita, actor=system("test"), subject=subject, urgency=urgency, impact=urgency)
    return f"team-{cast.teams['desk'].pk}"


def subjects(page: str) -> set[str]:
    return {one for one in ("Etikettendrucker", "Beamer", "Drucker im Flur") if one in page}


def test_words_and_conditions_narrow_the_list(browser: Browser, desk: str) -> None:
    alan = browser("alan")

    def shown(query: str) -> set[str]:
        return subjects(alan.get(f"/desk/worklists/{desk}/rows/?{query}").content.decode())

    assert shown("q=beamer") == {"Beamer"}
    assert shown("q=prio:1") == {"Etikettendrucker"}
    assert shown("q=prio:>1&narrow=free") == {"Beamer", "Drucker im Flur"}
    assert shown("q=prio:>1&narrow=mine") == set()
    page = alan.get(f"/desk/worklists/{desk}/?q=beamer").content.decode()
    assert 'value="beamer"' in page
    assert subjects(page) == {"Beamer"}


def test_what_cannot_be_read_is_told_and_what_fits_nothing_too(browser: Browser, desk: str) -> None:
    alan = browser("alan")
    wrong = alan.get(f"/desk/worklists/{desk}/rows/?q=prio:viel")
    assert wrong.status_code == 200
    assert "worklist-mistake" in wrong.content.decode()
    assert "Nichts passt" in alan.get(f"/desk/worklists/{desk}/rows/?q=gibtesnicht").content.decode()
    assert alan.get(f"/desk/worklists/{desk}/rows/?q={'x' * 5000}").status_code == 200
    assert alan.get(f"/desk/worklists/{desk}/rows/?group=next&after=1-1&q=prio:viel").status_code == 200


def test_a_deed_for_the_whole_list_is_done_to_what_it_shows(browser: Browser, cast: Cast, desk: str) -> None:
    alan = browser("alan")
    way = {"list": desk, "all": "1", "q": "prio:>1", "narrow": "free"}
    sheet = alan.get("/desk/bulk/sheet/", way).content.decode()
    assert 'name="q" value="prio:&gt;1"' in sheet
    assert "2 Tickets" in sheet
    alan.post("/desk/bulk/new/", {**way, "deed": "take", "go": "yes"})
    assert BulkRun.objects.count() == 1
    taken = Ticket.objects.filter(assignee=cast.alan).values_list("subject", flat=True)
    assert set(taken) == {"Beamer", "Drucker im Flur"}
    wrong = alan.get("/desk/bulk/sheet/", {**way, "q": "prio:viel"}).content.decode()
    assert "0 Tickets" in wrong


def test_a_quick_deed_leaves_the_list_narrowed(browser: Browser, desk: str) -> None:
    number = Ticket.objects.get(subject="Beamer").number
    sent = {"list": desk, "deed": "take", "ticket": number, "q": "prio:>1", "narrow": ""}
    answer = browser("alan").post("/desk/picked/", sent, headers={"HX-Request": "true"})
    assert subjects(answer.content.decode()) == {"Beamer", "Drucker im Flur"}


def test_p28_conditions_tell_nothing_of_what_is_only_in_sight(browser: Browser, cast: Cast) -> None:
    ticket = open_ticket(cast.rita, actor=system("test"), subject="Fernwartung", team=cast.teams["outside"])
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["desk"], level=1)
    assert "Fernwartung" not in browser("eve").get("/desk/worklists/sight/rows/?q=team:service").content.decode()


def test_narrowing_costs_the_same_however_long_the_list(browser: Browser, cast: Cast, desk: str) -> None:
    alan = browser("alan")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            alan.get(f"/desk/worklists/{desk}/rows/?q=prio:>1")
        return len(queries)

    asked()
    before = asked()
    for _number in range(5):
        open_ticket(cast.rita, actor=system("test"), subject="Drucker im Flur", urgency=3, impact=3)
    assert asked() == before


@pytest.mark.parametrize(("words", "apart"), [("", 2), ("Drucker", 0)])
def test_a_list_is_counted_once_for_its_page(browser: Browser, cast: Cast, words: str, apart: int) -> None:
    """The rail has counted the list that the page shows; where words narrow it no count is shown."""
    alan, address = browser("alan"), f"/desk/worklists/team-{cast.teams['desk'].pk}/"
    alan.get(address)
    with CaptureQueriesContext(connection) as rail:
        alan.get("/desk/rail/")
    with CaptureQueriesContext(connection) as page:
        alan.get(address, {"q": words})
    counted = [sum(one["sql"].count(") counted)") for one in asked.captured_queries) for asked in (rail, page)]
    assert counted[1] - counted[0] == apart
