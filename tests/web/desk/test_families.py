"""Splitting and families on the ticket page."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.commands.family import adopt
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Message, Ticket

Browser = Callable[[str], Client]
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def child(cast: Cast, ticket: Ticket) -> Ticket:
    opened = open_ticket(cast.zoe, actor=cast.actor("alan"), subject="Same", channel="phone", language="en")
    adopt(opened, actor=cast.actor("alan"), parent=ticket)
    return opened


def test_messages_are_split_off_and_the_undo_brings_them_back(browser: Browser, ticket: Ticket) -> None:
    alan, base = browser("alan"), f"/desk/tickets/{ticket.number}"
    first = ticket.messages.order_by("id").first()
    assert "checked" in alan.get(f"{base}/splitting/?message={first.pk}", **FRAGMENT).content.decode()
    empty = alan.post(f"{base}/splitting/", {"subject": "Neu", "requester": ""}, **FRAGMENT)
    assert empty.status_code == 422
    assert 'value="Neu"' in empty.content.decode()
    done = alan.post(f"{base}/splitting/", {"subject": "Neu", "requester": "", "messages": first.pk}, **FRAGMENT)
    assert done.status_code == 204
    made = Ticket.objects.latest("id")
    assert f"auch in {made.number}" in alan.get(f"{base}/entries/").content.decode()
    assert f"aus {ticket.number}" in alan.get(f"/desk/tickets/{made.number}/").content.decode()
    toast = json.loads(done["HX-Trigger"])["desk:toast"]
    assert alan.post(toast["undo"], toast["values"], **FRAGMENT).status_code == 204
    assert Ticket.objects.get(pk=made.pk).merged_into_id == ticket.pk


def test_a_family_is_looked_at_and_solved(browser: Browser, ticket: Ticket, child: Ticket) -> None:
    alan, base = browser("alan"), f"/desk/tickets/{ticket.number}"
    assert str(child.number) in alan.get(f"{base}/panels/ties/").content.decode()
    sheet = alan.get(f"{base}/family/resolution/", **FRAGMENT).content.decode()
    assert 'name="text-en"' in sheet
    typed = {"text-de": "Läuft.", "text-en": "Up.", "taken": str(child.number), "solving": "yes"}
    look = alan.post(f"{base}/family/preview/", typed, **FRAGMENT).content.decode()
    assert "Good day Zoe Zimmer," in look
    missing = alan.post(f"{base}/family/resolution/", {**typed, "text-en": ""}, **FRAGMENT)
    assert missing.status_code == 422
    assert "Läuft." in missing.content.decode()
    done = alan.post(f"{base}/family/resolution/", typed, **FRAGMENT)
    undo = json.loads(done["HX-Trigger"])["desk:toast"]["undo"]
    assert Ticket.objects.get(pk=child.pk).state == "resolved"
    assert alan.post(undo, **FRAGMENT).status_code == 204
    assert set(Message.objects.filter(text__in=["Läuft.", "Up."]).values_list("delivery", flat=True)) == {"withdrawn"}


def test_a_child_is_put_below_and_taken_out(browser: Browser, ticket: Ticket, child: Ticket) -> None:
    alan = browser("alan")
    assert alan.post(f"/desk/tickets/{child.number}/parent/end/", **FRAGMENT).status_code == 204
    assert alan.get(f"/desk/tickets/{child.number}/parent/", **FRAGMENT).status_code == 200
    typed = {"other": str(ticket.number)}
    assert alan.post(f"/desk/tickets/{child.number}/parent/", typed, **FRAGMENT).status_code == 204
    assert alan.post(f"/desk/tickets/{child.number}/parent/", typed, **FRAGMENT).status_code == 422
    assert alan.get(f"/desk/tickets/{ticket.number}/family/messages/", **FRAGMENT).status_code == 200


@pytest.mark.parametrize("name", ["rita", "zoe", "eve", "victor"])
def test_p27_nobody_outside_reaches_it(browser: Browser, ticket: Ticket, child: Ticket, name: str) -> None:
    client = browser(name)
    for path in ("splitting/", "parent/", "family/resolution/", "family/messages/"):
        assert client.get(f"/desk/tickets/{ticket.number}/{path}").status_code in (403, 404)
    for path in ("parent/end/", "family/preview/"):
        assert client.post(f"/desk/tickets/{child.number}/{path}").status_code in (403, 404)
