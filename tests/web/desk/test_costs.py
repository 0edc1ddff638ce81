"""What a page costs: as many questions to the database for many tickets as for one, and no more bytes than allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.web.desk.conftest import COMPLETE

import dreiklang.web
from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

STATIC = Path(dreiklang.web.__file__).parent / "static"
FIRST_LOAD, FRAGMENT = 170_000, 15_000


def _questions(client: Client, address: str, *, fragment: bool = False) -> int:
    headers = {"HX-Request": "true"} if fragment else {}
    client.get(address, headers=headers)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address, headers=headers).status_code == 200
    return len(asked)


def _more_tickets(cast: Cast, count: int) -> None:
    for n in range(count):
        opened = open_ticket(cast.rita, actor=cast.actor("rita"), subject=f"Drucker {n}", channel="mail")
        receive_message(opened, actor=cast.actor("rita"), author=cast.rita, text="Hilfe")
        if n % 2:
            hand_over(opened, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)


def test_a_worklist_asks_as_often_for_many_tickets_as_for_one(
    browser: Callable[[str], Client], cast: Cast, at_level_2: Ticket
) -> None:
    alan = browser("alan")
    address = reverse("desk:worklist", args=[f"team-{cast.teams['desk'].pk}"])
    _more_tickets(cast, 2)
    few = _questions(alan, address)
    _more_tickets(cast, 12)
    assert _questions(alan, address) == few
    assert few <= 30


@pytest.mark.parametrize("name", ["ticket", "head", "entries"])
def test_a_ticket_asks_as_often_for_a_long_conversation_as_for_a_short_one(
    browser: Callable[[str], Client], cast: Cast, at_level_2: Ticket, name: str
) -> None:
    berta, address = browser("berta"), reverse(f"desk:{name}", args=[at_level_2.number])
    log_intervention(at_level_2, actor=cast.actor("berta"), text="Treiber geprüft", minutes=5)
    few = _questions(berta, address, fragment=True)
    for n in range(8):
        write_note(at_level_2, actor=cast.actor("berta"), text=f"Notiz {n}")
        write_message(at_level_2, actor=cast.actor("berta"), text=f"Antwort {n}")
        log_intervention(at_level_2, actor=cast.actor("berta"), text=f"Schritt {n}", minutes=5)
    assert _questions(berta, address, fragment=True) == few
    assert few <= 45


def test_a_page_of_the_desk_weighs_what_the_screens_allow(
    browser: Callable[[str], Client], cast: Cast, at_level_2: Ticket
) -> None:
    page = browser("berta").get(reverse("desk:ticket", args=[at_level_2.number])).content
    files = ["vendor/tabler.min.css", "vendor/htmx.min.js", "vendor/stimulus.js", "vendor/icons.svg"]
    files += [f"dreiklang/{name}.css" for name in ("tokens", "desk", "staff")]
    files += [str(f.relative_to(STATIC)) for f in (STATIC / "dreiklang" / "js").rglob("*.js")]
    weight = len(brotli.compress(page)) + sum(len(brotli.compress((STATIC / f).read_bytes())) for f in files)
    assert weight < FIRST_LOAD
    fragment = browser("berta").get(reverse("desk:ticket", args=[at_level_2.number]), headers={"HX-Request": "true"})
    assert len(brotli.compress(fragment.content)) < FRAGMENT
