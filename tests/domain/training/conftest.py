"""A case that went from level 1 to level 3, made by the commands."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category, Ticket

CASE = Case("Rechte fehlen", "Aufträge bleiben stehen", (Step("Neustart", "nichts"),), "Papier", "4A", "Weg prüfen")


@pytest.fixture
def category(db: None) -> Category:
    """What the cases are about."""
    return Category.objects.create(key="print", name="Druck", names={"de": "Druck", "en": "Printing"})


@pytest.fixture
def hard(cast: Cast, category: Category) -> Ticket:
    """A ticket at level 3 with Carl, after levels 1 and 2; with a note, work and Rita's words."""
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")
    ticket = open_ticket(
        cast.rita, actor=cast.actor("rita"), subject="Etikettendrucker druckt nicht", channel="portal",
        category=category,
    )  # fmt: skip
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Seit heute früh kommt kein Etikett mehr.")
    write_note(ticket, actor=alan, text="Warteschlange hängt auf dem Druckserver ps-03.")
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=CASE), actor=berta)
    accept(hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=CASE), actor=carl)
    log_intervention(
        ticket,
        actor=carl,
        text="Firewallregel 114 gelesen",
        result="Port 9100 war gesperrt",
        outcome="found",
        minutes=20,
    )
    ticket.refresh_from_db()
    return ticket
