"""Own fields where they are needed: at the gate, in the new ticket, and named where they go."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import Incomplete, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands.persons import make_person
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.own_fields import keep_values, make_field
from dreiklang.tickets.commands.views import make_view
from dreiklang.tickets.models import OwnField, Ticket

CASE = Case("Rechte", "steht", (Step("Neustart", "nichts"),), "Papier", "4A", "Weg prüfen")


@pytest.fixture
def room(cast: Cast) -> OwnField:
    return make_field(actor=cast.actor("ada"), kind="text", labels={"de": "Raum"}, needed_for_level=2)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return open_ticket(cast.rita, actor=system("mail"), subject="Drucker")


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_the_next_level_does_not_take_it_without_the_field(cast: Cast, room: OwnField, ticket: Ticket) -> None:
    alan, team = cast.actor("alan"), cast.teams["workplace"]
    with pytest.raises(Incomplete) as refused:
        hand_over(ticket, actor=alan, to_team=team, case=CASE)
    assert refused.value.missing == ["field-raum"]
    keep_values(ticket, actor=alan, values={"raum": "B2.14"})
    assert hand_over(ticket, actor=alan, to_team=team, case=CASE).missing == []


def test_the_gate_asks_for_it_and_keeps_what_was_typed(cast: Cast, room: OwnField, ticket: Ticket) -> None:
    alan, address = browser(cast, "alan"), f"/desk/tickets/{ticket.number}/handover/"
    assert 'name="field-raum"' in alan.get(address).content.decode()
    form = {"to": str(cast.teams["workplace"].pk), "reason": "r", "observations": "o", "question": "q",
            "step": ["s"], "step_result": ["nichts"]}  # fmt: skip
    assert alan.post(address, form).status_code == 422
    assert alan.post(address, {**form, "field-raum": "B2.14"}).status_code in (200, 204, 302)
    ticket.refresh_from_db()
    assert (ticket.level, ticket.own_values.get().text) == (2, "B2.14")


def test_a_new_ticket_is_opened_with_them(cast: Cast, room: OwnField) -> None:
    make_field(actor=cast.actor("ada"), kind="text", labels={"de": "Nur Fragen"}, ticket_kinds=["question"])
    alan = browser(cast, "alan")
    page = alan.get("/desk/tickets/new/").content.decode()
    assert ('name="field-raum"' in page, 'name="field-nur-fragen"' in page) == (True, False)
    assert 'name="field-nur-fragen"' in alan.get("/desk/new/own-fields/?kind=question").content.decode()
    form = {"requester": cast.rita.pk, "text": "Druckt nicht", "channel": "phone", "kind": "incident",
            "impact": "3", "urgency": "2", "field-raum": "C1"}  # fmt: skip
    assert alan.post("/desk/tickets/new/", form).status_code == 302
    assert Ticket.objects.get().own_values.get().text == "C1"


def test_views_that_use_a_field_are_named_before_it_goes(cast: Cast, room: OwnField) -> None:
    make_view(actor=cast.actor("max"), name="Räume", columns=["number", "field.raum"], audience="everyone")
    make_view(actor=cast.actor("alan"), name="Meins", conditions="field.raum:B")
    page = browser(cast, "ada").get(f"/control/fields/{room.pk}/").content.decode()
    assert "Räume" in page
    assert "Meins" not in page
    assert "private Ansichten: 1" in page


def test_names_are_proposed_to_those_who_may_know_them(cast: Cast) -> None:
    make_person("Nora Nagel", organization=cast.organizations["clinic"], actor=system("init"))
    address = "/desk/people/names/?field=field-x&field-x=Nora"
    assert "Nora Nagel" in browser(cast, "alan").get(address).content.decode()
    assert "Nora Nagel" not in browser(cast, "eve").get(address).content.decode()
