"""Processes, exercises, new solutions and skills through the API."""

from __future__ import annotations

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.tickets.models import Category


def test_a_program_proposes_practises_and_notes_skills_within_what_its_person_may(call: Call, cast: Cast) -> None:
    category = Category.objects.create(key="print", name="Druck")
    process = f"/processes/routing/{category.pk}"
    made = call("alan", "POST", f"{process}/proposals", {"words": "an Level 2"})
    state = f"/proposals/{made.content_json['id']}/state"
    assert call("alan", "PUT", state, {"state": "accepted"}).status_code == 403
    assert call("berta", "PUT", state, {"state": "declined"}).status_code == 422
    assert call("berta", "PUT", state, {"state": "accepted"}).content_json["state"] == "accepted"
    assert call("berta", "PUT", f"{process}/keeper", {"person_id": None}).content_json["waiting"] == 1
    assert call("eve", "GET", "/processes").content_json == []
    assert call("eve", "PUT", state, {"state": "open"}).status_code == 404
    assert call("berta", "GET", "/knowledge-gaps").content_json == []
    steps = [{"text": "Port prüfen", "is_right": True, "because": "Regel"}, {"text": "Neu kaufen"}]
    asked = {"team_id": cast.teams["desk"].pk, "title": "Druck", "question": "Was nun?", "steps": steps}
    assert call("alan", "POST", "/exercises", asked).status_code == 403
    exercise = call("berta", "POST", "/exercises", {**asked, "is_published": True}).content_json
    assert exercise["steps"] == ["Port prüfen", "Neu kaufen"]  # what is right comes with the answer
    answer = f"/exercises/{exercise['id']}/answer"
    assert call("alan", "PUT", answer, {"chosen": [0]}).content_json["is_right"] is True
    assert call("eve", "PUT", answer, {"chosen": [0]}).status_code == 404
    assert call("alan", "DELETE", answer).status_code == 204
    assert call("alan", "GET", "/new-solutions").content_json == []
    skill = call("max", "POST", "/skills", {"name": "Druck"}).content_json["id"]
    own = f"/people/{cast.alan.pk}/skills"
    assert call("alan", "PUT", f"{own}/{skill}", {"grade": 2}).content_json["confirmed_at"] is None
    assert call("berta", "GET", own).status_code == 404
    assert call("max", "PUT", f"/teams/{cast.teams['desk'].pk}/needs/{skill}", {"persons": 1}).status_code == 204
    assert [gap["missing"] for gap in call("max", "GET", "/skill-gaps").content_json] == [1]
    assert call("alan", "GET", "/skill-gaps").status_code == 403
    assert call("alan", "DELETE", f"{own}/{skill}").status_code == 204
