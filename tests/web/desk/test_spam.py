"""The review of spam, and calling a ticket spam."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import BlockedSender, Held
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket


@pytest.fixture
def marked(cast) -> Held:
    take_in(mail(subject="<b>Gewinn</b>", headers={"X-Spam-Flag": "YES"}), actor=system("mail"))
    return Held.objects.get()


def test_the_review_shows_what_is_held_and_lets_it_through(browser, marked):
    alan = browser("alan")
    page = alan.get(reverse("desk:spam")).content.decode()
    assert "&lt;b&gt;Gewinn" in page
    alan.post(reverse("desk:spam_settling"), {"mail": [marked.pk], "deed": "good"})
    assert Ticket.objects.get().subject == "<b>Gewinn</b>"
    assert "Kein Spam da" in alan.get(reverse("desk:spam")).content.decode()


def test_it_stays_spam_and_can_still_come_back(browser, marked):
    alan = browser("alan")
    alan.post(reverse("desk:spam_settling"), {"mail": [marked.pk], "deed": "spam"})
    marked.refresh_from_db()
    assert marked.settlement == "spam"
    assert (
        reverse("desk:spam_release", args=[marked.pk])
        in alan.get(reverse("desk:held", args=[marked.pk])).content.decode()
    )
    alan.post(reverse("desk:spam_release", args=[marked.pk]))
    assert Ticket.objects.count() == 1


def test_a_ticket_is_called_spam_from_its_menu(browser, cast):
    take_in(mail(), actor=system("mail"))
    ticket = Ticket.objects.get()
    alan, where = browser("alan"), reverse("desk:call_spam", args=[ticket.number])
    assert where in alan.get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    assert "rita@klinikum.example" in alan.get(where).content.decode()
    assert alan.post(where, {"block": "address"}).status_code == 302
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert BlockedSender.objects.get().pattern == "rita@klinikum.example"


def test_a_customers_domain_is_refused_in_the_sheet(browser, cast):
    take_in(mail(), actor=system("mail"))
    where = reverse("desk:call_spam", args=[Ticket.objects.get().number])
    answer = browser("alan").post(where, {"block": "domain"}, headers={"HX-Request": "true", "HX-Target": "sheet"})
    assert answer.status_code == 422
    assert "einzelne Adressen" in answer.content.decode()
    assert Ticket.objects.get().state == "new"


@pytest.mark.parametrize("name", ["berta", "eve", "victor", "rita", "zoe"])
def test_nobody_else_sees_the_review(browser, marked, name):
    assert browser(name).get(reverse("desk:spam")).status_code == 403
    assert browser(name).post(reverse("desk:spam_release", args=[marked.pk])).status_code in (403, 404)


def test_control_blocks_and_lets_through_again(browser, cast):
    ada = browser("ada")
    assert ada.post("/control/blocked/", {"pattern": "@pills.example", "reason": "x", "until": ""}).status_code == 302
    blocked = BlockedSender.objects.get()
    assert "@pills.example" in ada.get("/control/blocked/").content.decode()
    assert ada.post(f"/control/blocked/{blocked.pk}/end/").status_code == 302
    assert "@pills.example" in ada.get("/control/blocked/?ended").content.decode()
    wrong = ada.post("/control/blocked/", {"pattern": "@klinikum.example", "reason": "", "until": ""})
    assert wrong.status_code == 422
    assert "@klinikum.example" in wrong.content.decode()
