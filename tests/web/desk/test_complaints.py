"""Complaints and playbooks on the ticket page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Complaint, Measure, Ticket

Browser = Callable[[str], Client]
HX = {"HX-Request": "true"}


@pytest.fixture
def complaint(cast: Cast, ticket: Ticket) -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject="Niemand ruft zurück", kind="complaint")


def test_a_complaint_gets_its_owner_and_measures_at_the_desk(
    browser: Browser, cast: Cast, ticket: Ticket, complaint: Ticket
) -> None:
    alan, number = browser("alan"), complaint.number
    page = alan.get(reverse("desk:ticket", args=[number])).content.decode()
    assert reverse("desk:panel", args=[number, "complaint"]) in page
    assert reverse("desk:panel", args=[number, "playbook"]) in page
    assert "niemand" in alan.get(reverse("desk:panel", args=[number, "complaint"])).content.decode().lower()
    sheet = reverse("desk:complaint", args=[number])
    assert alan.get(sheet, headers=HX).status_code == 200
    refused = alan.post(sheet, {"owner": cast.alan.pk, "about": ticket.number, "about_level": ""}, headers=HX)
    assert refused.status_code == 422
    assert f'value="{ticket.number}"' in refused.content.decode()
    assert alan.post(sheet, {"owner": cast.max.pk, "about": "999999", "about_level": ""}, headers=HX).status_code == 422
    taken = alan.post(sheet, {"owner": cast.max.pk, "about": ticket.number, "about_level": ""}, headers=HX)
    assert taken.status_code == 204
    assert Complaint.objects.get().about_id == ticket.pk
    measures = reverse("desk:measure", args=[number])
    bad = {"text": "Rückrufliste", "owner": "", "due": "morgen"}
    assert alan.post(measures, bad, headers=HX).status_code == 422
    assert alan.post(measures, {**bad, "due": "2026-12-01"}, headers=HX).status_code == 204
    state = reverse("desk:measure_state", args=[number, Measure.objects.get().pk])
    assert alan.post(state, {"to": "done"}, headers=HX).status_code == 204
    panel = alan.get(reverse("desk:panel", args=[number, "complaint"])).content.decode()
    assert "Rückrufliste" in panel
    assert "Max Okafor" in panel


def test_the_requester_sees_neither_owner_nor_measures(browser: Browser, cast: Cast, complaint: Ticket) -> None:
    for name in ("rita", "zoe", "eve"):
        assert browser(name).get(reverse("desk:panel", args=[complaint.number, "complaint"])).status_code in (403, 404)
    other = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Frage", kind="question")
    assert browser("alan").get(reverse("desk:panel", args=[other.number, "complaint"])).status_code == 404


def test_playbooks_are_worded_in_control(browser: Browser, cast: Cast) -> None:
    ada = browser("ada")
    assert ada.get(reverse("control:playbooks")).status_code == 200
    page = reverse("control:playbook", args=["security"])
    assert "Phishing" in ada.get(page).content.decode() or ada.get(page).status_code == 200
    assert ada.post(page, {"de": "Sofort anrufen", "en": "", "version": "0"}).status_code == 302
    assert "Sofort anrufen" in ada.get(page).content.decode()
    assert ada.get(reverse("control:playbook", args=["fire"])).status_code == 404
    assert browser("alan").get(page).status_code == 403
