"""Tickets of the cast for the tests of what ties them together."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cast import Cast

from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

Make = Callable[..., Ticket]


@pytest.fixture
def make(cast: Cast) -> Make:
    """``make("rita", "Drucker")`` → a ticket of hers at the first level, with a first word."""

    def ticket_of(
        name: str = "rita", subject: str = "Drucker", text: str = "Es druckt nicht.", **more: object
    ) -> Ticket:
        person = cast.persons[name]
        opened = open_ticket(person, actor=cast.actor("alan"), subject=subject, channel="phone", **more)  # type: ignore[arg-type]
        receive_message(opened, actor=cast.actor("alan"), author=person, text=text, channel="phone")
        opened.refresh_from_db()
        return opened

    return ticket_of
