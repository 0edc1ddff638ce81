"""Tickets for the desk's pages, made by the commands, and browsers of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

COMPLETE = Case(
    reason="Rechte am Druckserver fehlen hier",
    observations="Aufträge bleiben stehen",
    steps=(Step("Warteschlange geprüft", "14 Aufträge hängen"),),
    ruled_out="Papier, Farbband",
    affected="Chirurgie 4A bis 4C",
    question="Weg vom Druckserver prüfen",
)


@pytest.fixture
def browser(cast: Cast) -> Callable[[str], Client]:
    """A signed-in browser of somebody of the cast."""

    def of(name: str) -> Client:
        client = Client()
        client.force_login(cast.persons[name].account)
        return client

    return of


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket at level 1 with a first word, an answer and a note."""
    opened = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Etikettendrucker druckt nicht", channel="mail")
    receive_message(opened, actor=cast.actor("rita"), author=cast.rita, text="Seit heute früh steht alles.")
    write_message(opened, actor=cast.actor("alan"), text="Wir kümmern uns darum.")
    write_note(opened, actor=cast.actor("alan"), text="Warteschlange hängt.")
    opened.refresh_from_db()
    return opened


@pytest.fixture
def at_level_2(cast: Cast, ticket: Ticket) -> Ticket:
    """The same ticket, handed to level 2 and accepted by Berta."""
    handover = hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
    accept(handover, actor=cast.actor("berta"), person=cast.berta)
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def at_level_3(cast: Cast, at_level_2: Ticket) -> Ticket:
    """And on to the network team, accepted by Carl."""
    handover = hand_over(at_level_2, actor=cast.actor("berta"), to_team=cast.teams["network"], case=COMPLETE)
    accept(handover, actor=cast.actor("carl"), person=cast.carl)
    at_level_2.refresh_from_db()
    return at_level_2
