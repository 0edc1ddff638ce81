"""Proposals on the ticket's page: seen with their reason, taken over with one click, put away, and back again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.kernel import clock
from dreiklang.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]


@pytest.fixture
def proposed(cast: Cast, ticket: Ticket) -> Proposal:
    """A category that the worker proposed."""
    category = Category.objects.create(key="printing", name="Drucken", names={"de": "Drucken", "en": "Printing"})
    Ticket.objects.filter(pk=ticket.pk).update(category=None)
    return Proposal.objects.create(
        ticket=ticket, field="category", value=str(category.pk), probability=0.934, words=["Drucker", "<b>Stau</b>"],
        proposed_at=clock.now(),
    )  # fmt: skip


def panel(browser: Client, ticket: Ticket) -> str:
    return browser.get(reverse("desk:panel", args=[ticket.number, "proposals"])).content.decode()


def test_a_proposal_is_taken_over_with_one_click_and_taken_back(
    browser: Browser, ticket: Ticket, proposed: Proposal
) -> None:
    alan = browser("alan")
    page = panel(alan, ticket)
    assert "Drucken" in page
    assert "93 %" in page
    assert "<q>Drucker</q>" in page
    assert "<b>Stau" not in page
    done = alan.post(reverse("desk:proposal", args=[ticket.number, "category"]), headers={"HX-Request": "true"})
    assert done.status_code == 204
    ticket.refresh_from_db()
    assert ticket.category_id == int(proposed.value)
    assert "Drucken" not in panel(alan, ticket)
    undo = json.loads(done["HX-Trigger"])["desk:toast"]["undo"]
    assert alan.post(undo, headers={"HX-Request": "true"}).status_code == 204
    ticket.refresh_from_db()
    assert ticket.category_id is None
    assert "Drucken" in panel(alan, ticket)


def test_what_is_put_away_comes_back(browser: Browser, ticket: Ticket, proposed: Proposal) -> None:
    alan = browser("alan")
    done = alan.post(
        reverse("desk:proposal_dismissal", args=[ticket.number, "category"]), headers={"HX-Request": "true"}
    )
    assert "Drucken" not in panel(alan, ticket)
    assert alan.post(json.loads(done["HX-Trigger"])["desk:toast"]["undo"]).status_code == 302
    assert "Drucken" in panel(alan, ticket)


def test_others_are_refused(browser: Browser, ticket: Ticket, proposed: Proposal) -> None:
    for name in ("rita", "zoe", "eve", "victor"):
        for route in ("proposal", "proposal_dismissal", "proposal_end", "proposal_back"):
            refused = browser(name).post(reverse(f"desk:{route}", args=[ticket.number, "category"]))
            assert refused.status_code in (403, 404)
    proposed.refresh_from_db()
    assert proposed.decision == ""


def test_control_shows_how_good_they_are_and_switches_them(cast: Cast, browser: Browser, proposed: Proposal) -> None:
    LearnedField.objects.create(
        field="category", content=b"", learned_at=clock.now(), texts=120, threshold=0.7,
        thresholds={proposed.value: None},
        figures={
            "texts": 120, "accuracy": 0.91, "calibration_error": 0.021, "coverage_at_95": 0.8,
            "reliability": [{"from": 0.9, "texts": 80, "said": 0.95, "right": 0.96}],
            "by_class": {proposed.value: {"texts": 60, "precision": None, "recall": 0.9}},
        },
    )  # fmt: skip
    ada = browser("ada")
    page = ada.get(reverse("control:assistance")).content.decode()
    assert "91 %" in page
    one = ada.get(reverse("control:assistance_field", args=["category"])).content.decode()
    assert "Drucken" in one
    assert ada.get(reverse("control:assistance_field", args=["kind"])).status_code == 404
    assert ada.post(reverse("control:assistance"), {"functions": ["kind", "like"]}).status_code == 302
    assert ada.post(reverse("control:assistance"), {"functions": ["nonsense"]}).status_code == 422
    assert ada.post(reverse("control:assistance_learning")).status_code == 302
    assert ada.post(reverse("control:assistance_learning")).status_code == 302
    assert "Drucken" not in panel(browser("alan"), proposed.ticket)
    assert browser("alan").get(reverse("control:assistance")).status_code == 403


def test_the_language_model_shows_what_would_leave_before_it_does(cast: Cast, browser: Browser, ticket: Ticket) -> None:
    alan, ada = browser("alan"), browser("ada")
    sheet = reverse("desk:machine", args=[ticket.number, "summary"])
    assert alan.get(sheet).status_code == 404
    assert ada.post(reverse("control:language_model"), {"url": "x", "model": ""}).status_code == 422
    typed = {"url": "https://model.example/v1", "model": "small", "functions": ["summary"], "secret": "sk-canary"}
    assert ada.post(reverse("control:language_model"), typed).status_code == 302
    assert "sk-canary" not in ada.get(reverse("control:language_model")).content.decode()
    page = alan.get(sheet).content.decode()
    assert "model.example" in page
    assert "Rita" not in page.partition("machine-sent")[2].partition("sheet-foot")[0]
    assert alan.post(sheet, headers={"HX-Request": "true"}).status_code == 204
    shown = alan.get(reverse("desk:panel", args=[ticket.number, "machine"])).content.decode()
    (text,) = ticket.machine_texts.all()
    assert "load delay:2s" in shown
    ticket.machine_texts.update(state="ready", text="<script>alert(1)</script>")
    shown = alan.get(reverse("desk:panel", args=[ticket.number, "machine"])).content.decode()
    assert "&lt;script&gt;" in shown
    taken = alan.post(reverse("desk:machine_text", args=[ticket.number, text.pk]), {"text": "Kurz gefasst"})
    assert taken.status_code == 302
    for name in ("zoe", "eve", "victor", "rita"):
        assert browser(name).post(sheet).status_code in (403, 404)
