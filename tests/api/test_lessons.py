"""Lessons through the API."""

from __future__ import annotations

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case
from dreiklang.tickets.commands.opening import open_ticket

CASE = Case("Rechte", "steht", (), "Papier", "4A", "Weg")


def test_a_lesson_is_said_seen_to_and_settled_by_a_program(call: Call, cast: Cast) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker", channel="portal")
    handover = hand_over(
        ticket, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=CASE, at_once_because="eilig"
    )
    accept(handover, actor=cast.actor("berta"))
    where = f"/tickets/{ticket.number}/lessons"
    body = {"remedies": ["tool", "permission"], "words": "Konsole"}
    assert call("alan", "POST", where, body).status_code == 403
    assert call("zoe", "POST", where, body).status_code in (403, 404)
    made = call("berta", "POST", where, body)
    assert (made.status_code, [one["to_level"] for one in made.content_json]) == (201, [1, 1])
    assert call("berta", "POST", where, body).status_code == 409
    assert call("berta", "POST", where, {"remedies": ["tool"], "team_id": 10**9}).status_code == 404
    path = f"/lessons/{made.content_json[0]['id']}"
    assert call("eve", "GET", path).status_code == 404
    assert call("eve", "GET", "/lessons").content_json["items"] == []
    assert call("berta", "PUT", f"{path}/owner", {}).content_json["owner"]["name"] == cast.berta.name
    assert call("berta", "DELETE", f"{path}/owner").content_json["state"] == "open"
    assert call("berta", "PUT", f"{path}/settlement", {}).status_code == 422
    assert call("berta", "PUT", f"{path}/settlement", {"outcome": "gegeben"}).content_json["state"] == "done"
    assert call("berta", "PUT", f"{path}/reopening").content_json["state"] == "open"
    assert call("berta", "PUT", f"{path}/refusal", {"because": "selten"}).content_json["state"] == "declined"
    assert call("berta", "GET", "/lessons?heap=set_aside&remedy=tool").content_json["items"][0]["outcome"] == "selten"
    assert len(call("alan", "GET", where).content_json["items"]) == 2
