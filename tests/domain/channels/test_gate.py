"""A mail goes through the gate: kept, settled, once."""

from __future__ import annotations

import pytest
from tests.cast import Cast, make_cast
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Incoming
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
MAIL = system("mail")


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    make_mailbox(
        "desk@haus.example", name="Service Desk", team=cast.teams["desk"], is_catch_all=True,
        authserv_id="mx.haus.example", actor=system("test"),
    )  # fmt: skip
    return cast


def test_a_mail_of_a_known_sender_opens_a_ticket_at_the_first_level(cast):
    raw = mail()
    outcome = take_in(raw, mailbox="desk@haus.example", actor=MAIL)
    assert (outcome.outcome, outcome.reason) == ("opened", "new")
    ticket = Ticket.objects.get(number=outcome.ticket)
    assert (ticket.requester, ticket.level, ticket.team) == (cast.rita, 1, cast.teams["desk"])
    message = Message.objects.get(ticket=ticket)
    assert "Station 3" in message.text
    kept = Incoming.objects.get()
    assert bytes(kept.raw) == raw
    assert message.source_id == kept.pk
    assert (kept.state, kept.ticket) == ("settled", ticket)
