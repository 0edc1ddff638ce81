"""Every page of the desk answers, to whom it should and to nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.organizations.models import Person
from dreiklang.tickets.models import Ticket

PAGES = ("start", "new", "search", "notifications", "preferences", "rail", "palette", "people", "colleagues")
PARTS = ("ticket", "head", "entries", "handover", "assignment", "pause", "resolution", "intervention", "subject",
         "classification", "participants", "direct_line", "reopening")  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_opens_for_an_agent(browser: Callable[[str], Client], name: str) -> None:
    answer = browser("alan").get(reverse(f"desk:{name}"), follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_desk_is_shut_for_a_requester(browser: Callable[[str], Client], name: str) -> None:
    assert browser("rita").get(reverse(f"desk:{name}")).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_led_to_the_sign_in_page(db: None, name: str) -> None:
    answer = Client().get(reverse(f"desk:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("fragment", [True, False])
def test_a_part_of_a_ticket_opens_for_an_agent(
    browser: Callable[[str], Client], ticket: Ticket, name: str, fragment: bool
) -> None:
    headers = {"HX-Request": "true"} if fragment else {}
    answer = browser("alan").get(reverse(f"desk:{name}", args=[ticket.number]), headers=headers)
    assert answer.status_code == 200
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("panel", ["chain", "requester", "answers", "work", "lessons"])
def test_a_panel_loads_by_itself(browser: Callable[[str], Client], ticket: Ticket, panel: str) -> None:
    assert browser("alan").get(reverse("desk:panel", args=[ticket.number, panel])).status_code == 200


def test_a_worklist_shows_the_tickets_of_the_team(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    page = browser("alan").get(reverse("desk:worklist", args=[f"team-{cast.teams['desk'].pk}"]))
    assert ticket.subject in page.content.decode()


def test_a_ticket_handed_up_stays_in_sight_of_the_first_level(
    browser: Callable[[str], Client], cast: Cast, at_level_2: Ticket
) -> None:
    page = browser("alan").get(reverse("desk:worklist", args=[f"team-{cast.teams['desk'].pk}"]))
    assert at_level_2.subject in page.content.decode()
    assert "is-quiet" in page.content.decode()


@pytest.mark.parametrize("name", PARTS)
def test_p27_a_vendor_does_not_learn_of_a_ticket_that_is_not_theirs(
    browser: Callable[[str], Client], ticket: Ticket, name: str
) -> None:
    assert browser("victor").get(reverse(f"desk:{name}", args=[ticket.number])).status_code == 404
    assert browser("victor").get(reverse(f"desk:{name}", args=[ticket.number + 1])).status_code == 404


def test_an_unknown_address_answers_not_found(browser: Callable[[str], Client]) -> None:
    assert browser("alan").get("/desk/nowhere/").status_code == 404


@pytest.mark.parametrize("field", ["q", "name"])
def test_persons_are_offered_while_one_types(browser: Callable[[str], Client], cast: Cast, field: str) -> None:
    Person.objects.filter(pk=cast.rita.pk).update(search="rita weber")
    page = browser("alan").get(reverse("desk:people"), {field: "rita"}).content.decode()
    assert "Rita Weber" in page
