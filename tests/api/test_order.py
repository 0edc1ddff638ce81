"""Services and the order of work through the API."""

from __future__ import annotations

from decimal import Decimal

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.assets.commands.items import make_service


def test_a_service_is_named_and_its_outage_is_told_to_those_who_may_know(call: Call, cast: Cast) -> None:
    make_service(
        "KIS", actor=cast.actor("ada"), criticality=1, hourly_cost=Decimal(2400),
        uses={cast.organizations["clinic"].pk: 400},
    )  # fmt: skip
    number = call("rita", "POST", "/tickets", {"subject": "KIS", "text": "Geht nicht"}).content_json["number"]
    assert [s["key"] for s in call("alan", "GET", "/services").content_json["items"]] == ["kis"]
    assert call("zoe", "GET", "/services").content_json["items"] == []
    named = call("alan", "PUT", f"/tickets/{number}/affected", {"service": "kis", "people": 40, "impact": 1})
    assert (named.content_json["service"], named.content_json["impact"]) == ("kis", 1)
    assert call("alan", "PUT", f"/tickets/{number}/affected", {"service": "fax"}).status_code == 422
    assert "essential" in call("alan", "GET", f"/tickets/{number}/impact").content_json["reasons"]
    assert Decimal(call("alan", "GET", f"/tickets/{number}/outage").content_json["per_hour"]) == 240
    assert call("rita", "GET", f"/tickets/{number}/outage").status_code == 404
    assert call("zoe", "GET", f"/tickets/{number}/outage").status_code == 404
    assert call("alan", "DELETE", f"/tickets/{number}/affected").content_json["service"] is None


def test_the_next_tickets_of_a_team_are_told_with_their_weight(call: Call, cast: Cast) -> None:
    call("rita", "POST", "/tickets", {"subject": "leicht", "text": "x"})
    call("rita", "POST", "/tickets", {"subject": "schwer", "text": "x", "impact": 1, "urgency": 1})
    desk = cast.teams["desk"].pk
    found = call("alan", "GET", f"/teams/{desk}/next-tickets").content_json["items"]
    assert [n["ticket"]["subject"] for n in found] == ["schwer", "leicht"]
    assert found[0]["delay_cost_per_hour"] == 400
    assert call("eve", "GET", f"/teams/{desk}/next-tickets").status_code == 422
    assert call("rita", "GET", f"/teams/{desk}/next-tickets").status_code == 403
