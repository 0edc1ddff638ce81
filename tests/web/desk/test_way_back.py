"""Ten seconds to take a deed back: the line that says it is done brings the way back along."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.models import Category, Message, Ticket

Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def way_back(answer: HttpResponse) -> dict[str, Any]:
    """What the page is told of the way back."""
    told: dict[str, Any] = json.loads(answer["HX-Trigger"])["desk:toast"]
    return told


def taken_back(client: Client, answer: HttpResponse) -> HttpResponse:
    """Press the button."""
    told = way_back(answer)
    return client.post(told["undo"], told["values"], headers=HTMX)


def test_classifying_can_be_undone(browser: Browser, ticket: Ticket) -> None:
    alan, where = browser("alan"), reverse("desk:classification", args=[ticket.number])
    category = Category.objects.create(key="print", name="Drucken")
    sent = {"kind": "question", "category": category.pk, "impact": "1", "urgency": "1"}
    before = (ticket.kind, ticket.category_id, ticket.impact, ticket.urgency)
    done = alan.post(where, sent, headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.category == category
    assert taken_back(alan, done).status_code == 204
    ticket.refresh_from_db()
    assert (ticket.kind, ticket.category_id, ticket.impact, ticket.urgency) == before
    again = alan.post(where, {**sent, "kind": before[0], "category": "", "impact": before[2], "urgency": before[3]},
                      headers=HTMX)  # fmt: skip
    assert "undo" not in way_back(again)


def test_solving_closing_and_assigning_can_be_undone(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan = browser("alan")
    given = alan.post(reverse("desk:assignment", args=[ticket.number]), {"to": f"person-{cast.alan.pk}"}, headers=HTMX)
    taken_back(alan, given)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    for closes in (False, True):
        solved = alan.post(reverse("desk:resolution", args=[ticket.number]), {"text": "Geht wieder."}, headers=HTMX)
        if closes:
            closed = alan.post(reverse("desk:close", args=[ticket.number]), headers=HTMX)
            taken_back(alan, closed)
            ticket.refresh_from_db()
            assert ticket.state == "resolved"
        taken_back(alan, solved)
        ticket.refresh_from_db()
        assert ticket.state == "open"


def test_an_answer_with_the_next_ticket_can_still_be_called_back(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    sent = alan.post(
        reverse("desk:messages", args=[ticket.number]), {"text": "Kommt gleich.", "after": "next"}, headers=HTMX
    )
    assert sent["HX-Location"]
    taken_back(alan, sent)
    assert Message.objects.get(text="Kommt gleich.").delivery == "withdrawn"


def test_a_tag_taken_off_is_put_on_again_from_the_same_sheet(browser: Browser, ticket: Ticket) -> None:
    alan, where = browser("alan"), reverse("desk:tags", args=[ticket.number])
    alan.post(where, {"deed": "on", "name": "drucker"}, headers=HTMX)
    sheet = alan.post(where, {"deed": "off", "name": "drucker"}, headers=HTMX).content.decode()
    assert "tag-undo" in sheet
    assert not ticket.tagged.exists()
    alan.post(where, {"deed": "on", "name": "drucker"}, headers=HTMX)
    assert ticket.tagged.exists()
