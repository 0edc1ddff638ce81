"""A ticket on paper: inside and outside by right, words never read as markup, no file opened."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import typst
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel import typesetting
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.models import Message, Ticket
from dreiklang.web.paper import ticket as paper

Browser = Callable[[str], Client]


def gone(ticket: Ticket) -> None:
    """The ten seconds are over."""
    Message.objects.filter(ticket=ticket).update(delivery=Message.Delivery.SENT)


def handed_to_the_setter(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the template is given, besides being set."""
    given: list[dict[str, object]] = []
    real = typesetting.pdf_of

    def listening(template: str, data: dict[str, object]) -> bytes:
        given.append(data)
        return real(template, data)

    monkeypatch.setattr(paper, "pdf_of", listening)
    return given


def test_p31_no_inside_word_is_on_paper_for_outside(
    browser: Browser, cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_note(ticket, actor=cast.actor("alan"), text="inside-canary")
    gone(ticket)
    given = handed_to_the_setter(monkeypatch)
    rita = browser("rita").get(reverse("portal:pdf", args=[ticket.number]))
    alan = browser("alan").get(reverse("desk:pdf", args=[ticket.number]), {"for": "outside"})
    inside = browser("alan").get(reverse("desk:pdf", args=[ticket.number]))
    assert {r.status_code for r in (rita, alan, inside)} == {200}
    assert all(r.content.startswith(b"%PDF") for r in (rita, alan, inside))
    for outside in given[:2]:
        assert "inside-canary" not in str(outside)
        assert outside["staff"] == ""
        assert "Wir kümmern uns darum." in str(outside)
    assert "inside-canary" in str(given[2])
    assert "<svg" in str(given[2]["staff"])


def test_p27_who_may_not_see_a_ticket_gets_no_paper_of_it(browser: Browser, ticket: Ticket) -> None:
    for name in ("zoe", "berta", "victor", "eve"):
        route = "portal:pdf" if name == "zoe" else "desk:pdf"
        status = browser(name).get(reverse(route, args=[ticket.number])).status_code
        assert status == (200 if name == "berta" else 404)
    assert browser("rita").get(reverse("desk:pdf", args=[ticket.number])).status_code == 403


def test_p36_words_are_shown_as_they_are_and_no_file_is_opened(cast: Cast, ticket: Ticket) -> None:
    words = 'a #read("/etc/hostname") #import "@preview/x:1.0.0" $x^2$ *b* \\ ] } `c`'
    receive_message(ticket, actor=system("mail"), author=cast.rita, text=words)
    assert paper.outside_pdf(ticket, actor=cast.actor("rita")).startswith(b"%PDF")
    for source in (b'#read("/etc/hostname")', b'#image("../../etc/x.png")', b'#import "@preview/cetz:0.3.1"'):
        with pytest.raises(typst.TypstError):
            typesetting.compiled(source, {})


def test_the_template_evaluates_nothing() -> None:
    source = paper.TEMPLATE.read_text(encoding="utf-8")
    assert not re.search(r"\b(eval|read|plugin|include|import)\b *[(\"]", source)
