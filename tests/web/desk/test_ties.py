"""Tags, links and followers on the ticket page."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.commands.linking import link
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.tagging import tag
from dreiklang.tickets.models import Tag, Ticket

Browser = Callable[[str], Client]
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def other(cast: Cast) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("alan"), subject="Scanner hakt", channel="phone")


def test_a_tag_is_put_on_seen_and_leads_to_its_list(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    sheet = alan.post(f"/desk/tickets/{ticket.number}/tags/", {"deed": "on", "name": "Umzug"}, **FRAGMENT)
    assert "Umzug" in sheet.content.decode()
    assert "live:ticket" in sheet["HX-Trigger"]
    tag_id = Tag.objects.get().pk
    assert f"/desk/tags/{tag_id}/" in alan.get(f"/desk/tickets/{ticket.number}/head/").content.decode()
    found = alan.get(alan.get(f"/desk/tags/{tag_id}/")["Location"]).content.decode()
    assert "Umzug" in found
    assert str(ticket.number) in found
    wrong = alan.post(f"/desk/tickets/{ticket.number}/tags/", {"deed": "on", "name": "umzug"}, **FRAGMENT)
    assert wrong.status_code == 422
    assert 'value="umzug"' in wrong.content.decode()
    assert alan.get("/desk/tags/?name=umz").content.decode().count("<option") == 1


def test_a_list_of_a_tag_out_of_sight_does_not_exist(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    tag(ticket, actor=cast.actor("alan"), name="Geheim")
    tag_id = Tag.objects.get().pk
    assert browser("eve").get(f"/desk/worklists/tag-{tag_id}/").status_code == 404
    assert browser("eve").get("/desk/worklists/tag-99999/").status_code == 404


def test_a_link_is_made_and_taken_back(browser: Browser, ticket: Ticket, other: Ticket) -> None:
    alan = browser("alan")
    sheet = alan.get(f"/desk/tickets/{ticket.number}/links/", **FRAGMENT).content.decode()
    assert f'value="{other.number}"' in sheet
    offered = alan.get(f"/desk/tickets/{ticket.number}/others/?q=Scanner", **FRAGMENT).content.decode()
    assert str(other.number) in offered
    typed = {"other": str(other.number), "kind": "duplicate"}
    made = alan.post(f"/desk/tickets/{ticket.number}/links/", typed, **FRAGMENT)
    toast = json.loads(made["HX-Trigger"])["desk:toast"]
    assert made.status_code == 204
    assert str(other.number) in alan.get(f"/desk/tickets/{ticket.number}/panels/ties/").content.decode()
    assert str(ticket.number) in alan.get(f"/desk/tickets/{other.number}/panels/ties/").content.decode()
    assert alan.post(toast["undo"], **FRAGMENT).status_code == 204
    assert str(other.number) not in alan.get(f"/desk/tickets/{ticket.number}/panels/ties/").content.decode()
    wrong = alan.post(f"/desk/tickets/{ticket.number}/links/", {"other": "99", "kind": "related"}, **FRAGMENT)
    assert wrong.status_code == 422


def test_following_is_switched_on_and_off(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    berta = browser("berta")
    assert berta.post(f"/desk/tickets/{ticket.number}/following/", **FRAGMENT).status_code == 204
    assert cast.berta.name in berta.get(f"/desk/tickets/{ticket.number}/panels/ties/").content.decode()
    assert berta.post(f"/desk/tickets/{ticket.number}/following/end/", **FRAGMENT).status_code == 204
    added = browser("alan").post(f"/desk/tickets/{ticket.number}/followers/", {"person": cast.dora.pk}, **FRAGMENT)
    assert added.status_code == 204
    assert ticket.followers.get().person_id == cast.dora.pk


@pytest.mark.parametrize("name", ["zoe", "eve", "victor", "rita"])
def test_p27_nobody_outside_reaches_any_of_it(browser: Browser, cast: Cast, ticket: Ticket, name: str) -> None:
    made = link(ticket, actor=cast.actor("alan"), other=open_ticket(
        cast.rita, actor=cast.actor("alan"), subject="x", channel="phone"
    ))  # fmt: skip
    client = browser(name)
    for path in ("tags/", "links/", "followers/", "others/", "panels/ties/"):
        assert client.get(f"/desk/tickets/{ticket.number}/{path}").status_code in (403, 404)
    for path in ("following/", "following/end/", f"links/{made.pk}/end/"):
        assert client.post(f"/desk/tickets/{ticket.number}/{path}").status_code in (403, 404)


def test_control_tidies_tags(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    tag(ticket, actor=cast.actor("alan"), name="Drucker")
    tag(ticket, actor=cast.actor("alan"), name="Printer")
    ada, printer = browser("ada"), Tag.objects.get(folded="printer")
    assert "Printer" in ada.get("/control/tags/").content.decode()
    wrong = ada.post(f"/control/tags/{printer.pk}/?to=name", {"name": "drucker"})
    assert wrong.status_code == 422
    ada.post(f"/control/tags/{printer.pk}/?to=merge", {"into": Tag.objects.get(folded="drucker").pk})
    assert [t.name for t in Tag.objects.all()] == ["Drucker"]
    drucker = Tag.objects.get()
    ada.post(f"/control/tags/{drucker.pk}/?to=deletion")
    assert not Tag.objects.exists()


def test_taking_a_ticket_can_be_undone_from_the_line_that_says_so(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan = browser("alan")
    taken = alan.post(f"/desk/tickets/{ticket.number}/taking/", **FRAGMENT)
    toast = json.loads(taken["HX-Trigger"])["desk:toast"]
    assert Ticket.objects.get(pk=ticket.pk).assignee_id == cast.alan.pk
    assert alan.post(toast["undo"], toast["values"], **FRAGMENT).status_code == 204
    assert Ticket.objects.get(pk=ticket.pk).assignee_id is None
