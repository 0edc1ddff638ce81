"""What is affected, at the desk: named with its impact, shown with its cost to those who may know."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.desk.conftest import COMPLETE

from dreiklang.assets.commands.items import make_service
from dreiklang.assets.models import ConfigurationItem
from dreiklang.escalation.commands.handing_over import hand_over
from dreiklang.escalation.models import Handover
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.models import Ticket

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def kis(cast: Cast) -> ConfigurationItem:
    return make_service(
        "KIS", actor=cast.actor("ada"), criticality=1, hourly_cost=Decimal(2400),
        uses={cast.organizations["clinic"].pk: 400},
    )  # fmt: skip


def test_the_sheet_proposes_an_impact_and_takes_another(
    browser: Browser, cast: Cast, ticket: Ticket, kis: ConfigurationItem, frozen: object
) -> None:
    alan = browser("alan")
    asked = {"service": kis.pk, "people": "40", "impact": "3", "requester": cast.rita.pk}
    field = alan.get(reverse("desk:proposed_impact"), asked, headers=HX).content.decode()
    assert '<option value="1" selected>' in field
    assert "unverzichtbarer Service, 40 Personen" in field
    address = reverse("desk:affected", args=[ticket.number])
    assert alan.get(address, headers=HX).status_code == 200
    wrong = alan.post(address, {"service": kis.pk, "people": "viele", "impact": "2"}, headers=HX)
    assert wrong.status_code == 422
    assert 'value="viele"' in wrong.content.decode()
    assert alan.post(address, {"service": kis.pk, "people": "40", "impact": "2"}, headers=HX).status_code == 204
    ticket.refresh_from_db()
    assert (ticket.service_id, ticket.affected_people, ticket.impact) == (kis.pk, 40, 2)
    assert "betroffen: KIS (40 Personen)" in alan.get(reverse("desk:entries", args=[ticket.number])).content.decode()


def test_the_panel_shows_the_sum_inside_and_nothing_outside(
    browser: Browser, cast: Cast, ticket: Ticket, kis: ConfigurationItem
) -> None:
    name_service(ticket, actor=cast.actor("alan"), service=kis, people=40)
    address = reverse("desk:panel", args=[ticket.number, "service"])
    panel = browser("alan").get(address).content.decode()
    assert "Weil:" in panel
    assert "240 €" in panel
    hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["outside"], case=COMPLETE)
    assert Handover.objects.get().enclosures[0]["name"] == "KIS"
    eve = browser("eve")
    assert eve.get(address).status_code == 404
    page = eve.get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    assert "KIS (40 Personen)" in page
    assert "€" not in page


def test_a_new_ticket_names_its_service(browser: Browser, cast: Cast, kis: ConfigurationItem) -> None:
    typed = {
        "requester": cast.rita.pk, "subject": "KIS", "text": "Geht nicht", "channel": "phone", "kind": "incident",
        "impact": "1", "urgency": "1", "category": "", "service": kis.pk, "people": "12",
    }  # fmt: skip
    assert "KIS" in browser("alan").get(reverse("desk:new"), {"requester": cast.rita.pk}).content.decode()
    refused = browser("alan").post(reverse("desk:new"), {**typed, "people": "-3"})
    assert (refused.status_code, Ticket.objects.count()) == (422, 0)
    assert browser("alan").post(reverse("desk:new"), typed).status_code == 302
    opened = Ticket.objects.get()
    assert (opened.service_id, opened.affected_people, opened.priority) == (kis.pk, 12, 1)
