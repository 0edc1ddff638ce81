"""Promises and agreements through the API, with the same sight as on the screens."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.calendars.commands import add_standard
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    add_standard(actor=system("test"))
    make_usual_agreement(actor=system("test"))
    return open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.")


def test_the_promises_of_a_ticket_with_their_reasons(call: Call, ticket: Ticket) -> None:
    found = call("alan", "GET", f"/tickets/{ticket.number}/promises").content_json["items"]
    assert {(p["metric"], p["level"]) for p in found} == {
        ("first_response", None), ("resolution", None), ("resolution", 1),
    }  # fmt: skip
    assert found[0]["why"][0]["what"] == "opened"


def test_others_get_nothing(call: Call, ticket: Ticket) -> None:
    for name in ("zoe", "eve", "victor"):
        assert call(name, "GET", f"/tickets/{ticket.number}/promises").status_code in (403, 404)
    assert [a["name"] for a in call("alan", "GET", "/agreements").content_json["items"]] == ["For everybody"]
