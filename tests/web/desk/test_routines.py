"""The pages of what is made ready, and its use on a ticket."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.routines.commands import keeping
from dreiklang.routines.models import RunbookTick, TextBlock
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.models import Category, Message, Ticket

Browser = Callable[[str], Client]


def test_a_text_block_is_made_refused_with_every_word_and_removed(browser: Browser) -> None:
    alan, where = browser("alan"), reverse("desk:routine_new", args=["text-blocks"])
    wrong = alan.post(where, {"name": "Gruß", "shortcut": "gr", "words_de": "Hallo {nmae}", "sharing": "own"})
    assert wrong.status_code == 422
    assert "Hallo {nmae}" in wrong.content.decode()
    assert "{nmae} ist hier unbekannt" in wrong.content.decode()
    alan.post(
        where, {"name": "Gruß", "shortcut": "gr", "words_de": "Hallo {name}", "sharing": "own", "is_active": "on"}
    )
    made = TextBlock.objects.get()
    page = alan.get(reverse("desk:routine", args=["text-blocks", made.pk])).content.decode()
    assert "Hallo Rita Weber" in page
    assert browser("berta").get(reverse("desk:routine", args=["text-blocks", made.pk])).status_code == 404
    assert "Gruß" in alan.get(reverse("desk:routines")).content.decode()
    alan.post(reverse("desk:routine_removal", args=["text-blocks", made.pk]))
    assert not TextBlock.objects.exists()


def test_blocks_are_offered_filled_in(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    keeping.keep_text_block(None, actor=cast.actor("alan"), name="Gruß", shortcut="gr", words={"de": "Hallo {name}"})
    where = reverse("desk:text_blocks", args=[ticket.number])
    assert browser("alan").get(where, {"q": "gr"}).json()["blocks"][0]["text"] == "Hallo Rita Weber"
    assert browser("berta").get(where, {"q": "gr"}).json()["blocks"] == []
    assert browser("zoe").get(where).status_code == 403


def test_a_macro_says_what_it_will_do_and_does_it(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    made = keeping.keep_macro(
        None,
        actor=cast.actor("alan"),
        name="Neustart",
        words={"de": "Bitte neu starten."},
        words_as="message",
        state="wait",
    )
    alan, where = browser("alan"), reverse("desk:macros", args=[ticket.number])
    assert "Neustart" in alan.get(where, HTTP_HX_REQUEST="true").content.decode()
    shown = alan.get(where, {"macro": made.pk}, HTTP_HX_REQUEST="true").content.decode()
    assert "Bitte neu starten." in shown
    assert "Zurückstellen, bis eine Antwort" in shown
    empty = alan.post(where, {"macro": made.pk, "text": ""}, HTTP_HX_REQUEST="true")
    assert empty.status_code == 422
    alan.post(where, {"macro": made.pk, "text": "Bitte einmal neu starten."}, HTTP_HX_REQUEST="true")
    ticket.refresh_from_db()
    assert ticket.state == "waiting"
    assert Message.objects.latest("id").text == "Bitte einmal neu starten."
    assert browser("berta").post(where, {"macro": made.pk, "text": "x"}).status_code == 404


def test_steps_are_ticked_in_the_panel(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    category = Category.objects.create(key="print", name="Drucken")
    classify(ticket, actor=cast.actor("alan"), category=category)
    keeping.keep_runbook(None, actor=cast.actor("max"), name="Drucker steht", steps=["Papier"], categories=[category])
    alan, panel = browser("alan"), reverse("desk:panel", args=[ticket.number, "runbooks"])
    shown = alan.get(panel).content.decode()
    assert "Papier" in shown
    address = shown.partition('action="')[2].partition('"')[0]
    alan.post(address, {"result": "voll", "outcome": "ruled_out", "minutes": "1"}, HTTP_HX_REQUEST="true")
    tick = RunbookTick.objects.get()
    assert tick.intervention.result == "voll"
    assert 'aria-pressed="true"' in alan.get(panel).content.decode()
    alan.post(reverse("desk:untick", args=[ticket.number, tick.pk]), HTTP_HX_REQUEST="true")
    assert 'aria-pressed="true"' not in alan.get(panel).content.decode()
