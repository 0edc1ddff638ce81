"""Thanks for a solution are seen as such, and one click opens the ticket again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.resolution import resolve


@pytest.fixture
def thanked(cast, ticket):
    resolve(ticket, actor=cast.actor("alan"), text="Läuft wieder.")
    receive_message(ticket, actor=system("mail"), author=cast.rita, text="Danke!", gratitude="thanks")
    ticket.refresh_from_db()
    return ticket


def test_the_agent_sees_thanks_and_opens_the_ticket_again_with_one_click(cast, browser, thanked):
    alan, where = browser("alan"), reverse("desk:thanks_reopening", args=[thanked.number])
    page = alan.get(reverse("desk:ticket", args=[thanked.number])).content.decode()
    assert where in page
    assert "nur ein Dank" in page
    assert alan.post(where, {"version": thanked.version}).status_code == 302
    thanked.refresh_from_db()
    assert thanked.state == "open"
    assert where not in alan.get(reverse("desk:ticket", args=[thanked.number])).content.decode()


@pytest.mark.parametrize("name", ["zoe", "rita", "victor", "eve"])
def test_nobody_outside_may(browser, thanked, name):
    where = reverse("desk:thanks_reopening", args=[thanked.number])
    assert browser(name).post(where, {}).status_code in (403, 404)
    thanked.refresh_from_db()
    assert thanked.state == "resolved"
