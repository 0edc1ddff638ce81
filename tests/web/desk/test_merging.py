"""Merging on the ticket page: looked at first, done, told, undone; and what the portal shows of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Message, Ticket

Browser = Callable[[str], Client]
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def other(cast: Cast) -> Ticket:
    """Karl reports the same."""
    opened = open_ticket(cast.karl, actor=cast.actor("alan"), subject="Drucker 4B steht", channel="phone")
    receive_message(opened, actor=cast.actor("karl"), author=cast.karl, text="Kopie der Meldung", channel="phone")
    opened.refresh_from_db()
    return opened


def test_a_merge_is_looked_at_done_and_undone(browser: Browser, ticket: Ticket, other: Ticket) -> None:
    alan, base = browser("alan"), f"/desk/tickets/{other.number}"
    assert str(ticket.number) in alan.get(f"{base}/merging/", **FRAGMENT).content.decode()
    typed = {"other": str(ticket.number), "direction": "there"}
    look = alan.get(f"{base}/merging/preview/", typed, **FRAGMENT).content.decode()
    assert "Karl Contact" in look
    done = alan.post(f"{base}/merging/", typed, **FRAGMENT)
    assert done.status_code == 204
    undo = json.loads(done["HX-Trigger"])["desk:toast"]["undo"]
    page = alan.get(f"{base}/").content.decode()
    assert f"/desk/tickets/{ticket.number}/" in page
    assert "/parting/" in page
    survivor = alan.get(f"/desk/tickets/{ticket.number}/").content.decode()
    assert "Kopie der Meldung" in survivor
    assert f"aus {other.number}" in survivor
    assert str(other.number) in alan.get(f"/desk/tickets/{ticket.number}/panels/ties/").content.decode()
    assert alan.get(f"{base}/staff/").status_code == 200
    assert alan.post(undo, **FRAGMENT).status_code == 204
    assert Ticket.objects.get(pk=other.pk).merged_into_id is None


def test_a_refused_merge_keeps_what_was_typed(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    foreign = open_ticket(cast.zoe, actor=cast.actor("alan"), subject="Werk", channel="phone")
    typed = {"other": str(foreign.number), "direction": "there", "word": "Hallo Rita"}
    alan = browser("alan")
    assert (
        "Auftraggebern"
        in alan.get(f"/desk/tickets/{ticket.number}/merging/preview/", typed, **FRAGMENT).content.decode()
    )
    assert alan.post(f"/desk/tickets/{ticket.number}/merging/", typed, **FRAGMENT).status_code == 403
    itself = alan.post(f"/desk/tickets/{ticket.number}/merging/", {**typed, "other": str(ticket.number)}, **FRAGMENT)
    assert itself.status_code == 422
    assert "Hallo Rita" in itself.content.decode()


def test_the_portal_shows_a_merged_ticket_and_takes_words_for_it(
    browser: Browser, cast: Cast, ticket: Ticket, other: Ticket
) -> None:
    merge(other, actor=cast.actor("alan"), into=ticket)
    karl = browser("karl")
    page = karl.get(f"/portal/tickets/{other.number}/").content.decode()
    assert "Kopie der Meldung" in page
    sent = karl.post(f"/portal/tickets/{other.number}/", {"text": "Auch 4C steht", "deed": "reply"})
    assert sent.status_code == 302
    assert Message.objects.latest("id").ticket_id == ticket.pk
    assert "Auch 4C steht" in karl.get(f"/portal/tickets/{other.number}/").content.decode()
    rita = browser("rita").get(f"/portal/tickets/{ticket.number}/").content.decode()
    assert "Kopie der Meldung" not in rita
    assert "Auch 4C steht" in rita
    assert karl.get("/portal/tickets/?show=closed").status_code == 200


def test_p27_nobody_outside_merges_or_parts(browser: Browser, cast: Cast, ticket: Ticket, other: Ticket) -> None:
    typed = {"other": str(other.number), "direction": "there"}
    for name in ("rita", "zoe", "eve", "victor"):
        assert browser(name).post(f"/desk/tickets/{ticket.number}/merging/", typed).status_code in (403, 404)
    merge(other, actor=cast.actor("alan"), into=ticket)
    for name in ("rita", "zoe", "eve", "victor", "karl"):
        assert browser(name).post(f"/desk/tickets/{other.number}/parting/").status_code in (403, 404)
