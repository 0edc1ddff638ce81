"""Programs read proposals, take them over, put them away, and undo that."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.assistance.models import Proposal
from dreiklang.kernel import clock
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category

pytestmark = pytest.mark.django_db


def test_a_proposal_is_taken_over_undone_and_put_away_by_a_program(call: Call, cast: Cast) -> None:
    category = Category.objects.create(key="printing", name="Drucken", names={"de": "Drucken"})
    ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Drucker steht")
    Proposal.objects.create(
        ticket=ticket, field="category", value=str(category.pk), probability=0.9, words=["Drucker"],
        proposed_at=clock.now(),
    )  # fmt: skip
    where = f"/tickets/{ticket.number}/proposals"
    (found,) = call("alan", "GET", where).content_json["fields"]
    assert found == {
        "field": "category", "value": "printing", "name": "Drucken", "probability": 0.9, "words": ["Drucker"],
    }  # fmt: skip
    assert call("alan", "PUT", f"{where}/category").content_json["decision"] == "taken"
    assert call("alan", "GET", f"/tickets/{ticket.number}").content_json["category"] is not None
    assert call("alan", "PUT", f"{where}/category").status_code == 409
    assert call("alan", "DELETE", f"{where}/category/decision").content_json["decision"] == ""
    assert call("alan", "DELETE", f"{where}/category").content_json["decision"] == "dismissed"
    assert call("alan", "GET", where).content_json["fields"] == []
    assert call("alan", "PUT", f"{where}/kind").status_code == 404
    assert call("zoe", "GET", where).status_code in (403, 404)
    assert call("eve", "GET", where).status_code == 404
