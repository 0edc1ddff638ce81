"""Lessons through the API."""

from __future__ import annotations

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case
from dreiklang.tickets.commands.conversation import write_note
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
    assert call("berta", "GET", f"{path}/effect").status_code == 404
    assert call("alan", "GET", "/lesson-effects").content_json == {"items": [], "next": None}


def test_a_case_becomes_an_article_by_a_program(call: Call, cast: Cast) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker", channel="portal")
    write_note(ticket, actor=cast.actor("alan"), text="Passwort des Geräts ist geheim.")
    where = f"/tickets/{ticket.number}/prepared-article"
    assert call("alan", "GET", where).content_json["inside"][0]["source"] == "note"
    assert call("zoe", "GET", where).status_code in (403, 404)
    body = {"title": "Drucker", "solution": "Passwort des Geräts ist geheim.", "audience": "public"}
    assert call("alan", "POST", where, {**body, "solution": " "}).status_code == 422
    article = call("alan", "POST", where, body).content_json["article_id"]
    publication = f"/articles/{article}/de/publication"
    assert call("max", "POST", publication, {"revision": 1}).status_code == 422
    inside = call("alan", "GET", f"/articles/{article}/inside-words").content_json["items"]
    assert [one["confirmed_at"] for one in inside] == [None]
    path = f"/inside-words/{inside[0]['id']}/confirmation"
    assert call("eve", "PUT", path).status_code == 404
    assert call("alan", "PUT", path).status_code == 200
    assert call("alan", "DELETE", path).status_code == 200
    assert call("alan", "PUT", path).status_code == 200
    assert call("max", "POST", publication, {"revision": 1}).status_code == 200
    assert call("alan", "DELETE", path).status_code == 409
    other = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker", channel="portal")
    use = f"/tickets/{other.number}/articles/{article}"
    assert call("alan", "PUT", use).content_json["how"] == "used"
    assert call("alan", "PUT", use).status_code == 409
    assert len(call("alan", "GET", f"/tickets/{other.number}/articles").content_json["items"]) == 1
    assert call("alan", "DELETE", use).status_code == 204
