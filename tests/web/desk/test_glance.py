"""A glance at a ticket beside a link to it, and numbers in what was written that lead to tickets; within rights."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import ReadMark, Ticket

Browser = Callable[[str], Client]


def test_a_glance_shows_the_last_words_and_reads_nothing(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    page = browser("alan").get(reverse("desk:glance", args=[ticket.number])).content.decode()
    assert "Wir kümmern uns darum." in page
    assert "Warteschlange hängt." in page
    assert "1 Beitrag davor" in page
    assert not ReadMark.objects.filter(person=cast.alan).exists()


def test_p27_a_glance_tells_an_outsider_nothing(browser: Browser, at_level_2: Ticket) -> None:
    for who in ("eve", "victor"):
        answer = browser(who).get(reverse("desk:glance", args=[at_level_2.number]))
        assert answer.status_code == 404
        assert at_level_2.subject not in answer.content.decode()
    assert browser("zoe").get(reverse("desk:glance", args=[at_level_2.number])).status_code == 403


def test_a_number_leads_to_a_ticket_that_may_be_seen(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    other = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Noch einer", channel="phone")
    text = f"Wie #{other.number}, nicht #{other.number + 77}; siehe https://x.example/a#{other.number} <b>"
    write_note(ticket, actor=cast.actor("alan"), text=text)
    page = browser("alan").get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    assert f'<a href="{reverse("desk:ticket", args=[other.number])}">#{other.number}</a>' in page
    assert f">#{other.number + 77}<" not in page
    assert f"nicht #{other.number + 77};" in page
    assert f'href="https://x.example/a#{other.number}"' in page
    assert "&lt;b&gt;" in page
