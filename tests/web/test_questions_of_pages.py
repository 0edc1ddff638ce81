"""Every page asks the database as often for a full desk as for a small one, whoever opens it.

The pages are found in the table of addresses, so that a new one is tested without a word here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from tests.cast import Cast
from tests.house.test_routes import routes
from tests.web.desk.conftest import COMPLETE

from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.kernel import clock
from dreiklang.organizations.models import Address, Person
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

#: Who looks, and at which part of the desk.
READERS = {"alan": "desk/", "eve": "desk/", "max": "desk/", "karl": "portal/", "ada": "control/"}


def pages_of(area: str) -> Iterator[str]:
    """Every address of an area that needs no number."""
    return (f"/{path}" for path, _view in routes(get_resolver()) if path.startswith(area) and "<" not in path)


def pages_about(ticket: Ticket, cast: Cast, who: str) -> Iterator[str]:
    """Lists with a name, what they search for, and the pages of one ticket."""
    if who == "karl":
        yield from (reverse("portal:ticket", args=[ticket.number]), "/portal/organization/?q=drucker")
        return
    lists = ["mine", "parked", "sight", f"team-{cast.teams['desk'].pk}"]
    for name in ("worklist", "rows"):
        yield from (reverse(f"desk:{name}", args=[key]) for key in lists)
    yield from (
        "/desk/search/?q=drucker",
        "/desk/find/?q=drucker",
        "/desk/find/?q=team:",
        "/desk/views/offers/?q=team:",
    )
    for name in ("ticket", "head", "entries", "composer", "staff"):
        yield reverse(f"desk:{name}", args=[ticket.number])
    for panel in ("chain", "requester", "answers", "work", "lessons"):
        yield reverse("desk:panel", args=[ticket.number, panel])


def fill(cast: Cast, ticket: Ticket, count: int) -> None:
    """More tickets, taken and handed up; more persons; and more said on the one ticket."""
    for n in range(count):
        number = Ticket.objects.count()
        person = Person.objects.create(
            organization=cast.organizations["clinic"],
            name=f"Person {number}",
            sort_key=f"person {number}",
            language="de",
        )
        Address.objects.create(person=person, kind="mail", value=f"p{number}@klinikum.example", folded=f"p{number}")
        for name, team in (("rita", "workplace"), ("karl", ""), ("rita", "outside")):
            who = cast.persons[name]
            opened = open_ticket(who, actor=cast.actor("alan"), subject=f"Drucker {n}", channel="mail")
            receive_message(opened, actor=cast.actor(name), author=who, text="Hilfe")
            if team:
                hand_over(opened, actor=cast.actor("alan"), to_team=cast.teams[team], case=COMPLETE)
        write_message(ticket, actor=cast.actor("alan"), text=f"Antwort {n}")
        write_note(ticket, actor=cast.actor("alan"), text=f"Notiz {n}")
        log_intervention(ticket, actor=cast.actor("alan"), text=f"Schritt {n}", minutes=5)


def questions(client: Client, page: str) -> int:
    """How often a page asks."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200, page
    return len(asked)


@pytest.fixture
def standing_clock() -> Iterator[None]:
    """What is read anew every half minute is not read anew between two looks at a page."""
    with clock.standing_at(clock.now()):
        yield


@pytest.mark.usefixtures("standing_clock")
def test_no_page_asks_more_often_for_more(cast: Cast, record_property: Callable[[str, object], None]) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Drucker steht", channel="phone")
    fill(cast, ticket, 2)
    browsers = {who: Client() for who in READERS}
    small: dict[tuple[str, str], int] = {}
    for who, area in READERS.items():
        browsers[who].force_login(cast.persons[who].account)
        for page in (*pages_of(area), *(pages_about(ticket, cast, who) if area != "control/" else ())):
            if browsers[who].get(page).status_code == 200:
                small[who, page] = questions(browsers[who], page)
    fill(cast, ticket, 4)
    full = {(who, page): questions(browsers[who], page) for who, page in small}
    grown = [f"{who} {page}: {small[who, page]}, then {n}" for (who, page), n in full.items() if n != small[who, page]]
    assert not grown, "\n".join(grown)
    assert len(full) > 60
    assert max(full.values()) <= 60
    record_property("figure", f"{len(full)} pages, at most {max(full.values())} questions")
