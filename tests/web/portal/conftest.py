"""Browsers of the cast, and a ticket that has been through everything that must stay inside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.relaying import offer_relay
from dreiklang.escalation.rules import Case, Step
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Attachment, Message, Ticket

CANARY = "zqcanaryzq"


@pytest.fixture
def browser(cast: Cast) -> Callable[[str], Client]:
    """A signed-in browser of somebody of the cast."""

    def of(name: str) -> Client:
        client = Client()
        client.force_login(cast.persons[name].account)
        return client

    return of


def left(ticket: Ticket) -> None:
    """What waits in the outbox has left."""
    Message.objects.filter(ticket=ticket, delivery="waiting").update(delivery="sent")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket of Rita's with her words and an answer."""
    rita = cast.actor("rita")
    opened = open_ticket(cast.rita, actor=rita, subject="Etikettendrucker druckt nicht", channel="portal")
    receive_message(opened, actor=rita, author=cast.rita, text="Seit heute früh steht alles.", channel="portal")
    write_message(opened, actor=cast.actor("alan"), text="Guten Tag Rita Weber,\n\nwelcher Drucker ist es?")
    left(opened)
    opened.refresh_from_db()
    return opened


@pytest.fixture
def inside_words(cast: Cast, ticket: Ticket) -> Ticket:
    """The same ticket with a canary in every kind of words that must stay inside, up to level 3."""
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")
    secret = Upload(f"{CANARY}.txt", "text/plain", CANARY.encode())
    case = Case(
        reason=CANARY, observations=CANARY, steps=(Step(CANARY, CANARY),), ruled_out=CANARY, affected=CANARY,
        question=CANARY,
    )  # fmt: skip
    write_note(ticket, actor=alan, text=f"Note {CANARY}", attachments=[secret])
    log_intervention(ticket, actor=alan, text=CANARY, result=CANARY, minutes=5)
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=case), actor=berta, person=cast.berta)
    write_to_third_party(
        ticket, actor=berta, party_name=CANARY, party_address="hotline@hersteller.example", subject=CANARY,
        text=f"An den Hersteller {CANARY}", reference=CANARY, attachments=[secret],
    )  # fmt: skip
    accept(hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=case), actor=carl, person=cast.carl)
    offer_relay(ticket, actor=carl, text=f"Relay {CANARY}")
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def secret_files(inside_words: Ticket) -> list[int]:
    """The files that came with words from inside."""
    return list(Attachment.objects.filter(ticket=inside_words, message=None).values_list("pk", flat=True))
