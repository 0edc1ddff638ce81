"""The requester's last words stand below an answer when that is ticked, and only then."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.models import Message, Ticket


def test_the_last_words_are_quoted_on_demand(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    receive_message(ticket, actor=system("mail"), author=cast.rita, text="Nothing prints since Monday.")
    write_note(ticket, actor=cast.actor("alan"), text="inside-canary")
    alan, where = browser("alan"), reverse("desk:messages", args=[ticket.number])
    alan.post(where, {"text": "Which printer?", "quote": "1"})
    alan.post(where, {"text": "On which ward?"})
    quoted, plain = Message.objects.filter(direction="out").order_by("-id")[:2][::-1]
    assert quoted.text.startswith("Which printer?\n\nRita Weber schrieb am ")
    assert quoted.text.endswith("> Nothing prints since Monday.")
    assert plain.text == "On which ward?"
    assert "inside-canary" not in quoted.text
