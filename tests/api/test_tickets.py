"""The API does what the screens do, through the same commands, and answers clearly."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.tickets.models import Ticket

CASE = {
    "reason": "Needs a technician",
    "observations": "Jobs stay in the queue",
    "steps": [{"text": "Queue checked", "result": "14 jobs hang"}],
    "ruled_out": "Paper",
    "question": "Check the way to the wards",
}


@pytest.fixture
def number(call: Call, cast: Cast) -> int:
    answer = call(
        "alan", "POST", "/tickets", {"subject": "Printer", "text": "It does not print", "requester_id": cast.rita.pk}
    )
    assert answer.status_code == 201, answer.content
    return int(answer.content_json["number"])


def test_a_case_goes_its_way_through_the_api(call: Call, cast: Cast, number: int) -> None:
    assert call("alan", "PUT", f"/tickets/{number}/assignment", {"person_id": cast.alan.pk}).status_code == 200
    early = call("alan", "POST", f"/tickets/{number}/handovers", {"to_team_id": cast.teams["workplace"].pk})
    assert (early.status_code, early.content_json["missing"][0]) == (422, "reason")
    up = call("alan", "POST", f"/tickets/{number}/handovers", {"to_team_id": cast.teams["workplace"].pk, **CASE})
    assert up.status_code == 201
    taken = call("berta", "POST", f"/handovers/{up.content_json['id']}/acceptance")
    assert taken.content_json["accepted_by_id"] == cast.berta.pk
    assert call("berta", "POST", f"/handovers/{up.content_json['id']}/acceptance").status_code == 409
    back = {"kind": "solved", "solution": "Rule added", "hint": "Check port 9100"}
    assert call("berta", "POST", f"/tickets/{number}/hand-backs", back).status_code == 201
    assert call("alan", "POST", f"/tickets/{number}/resolution", {"text": "It prints again."}).status_code == 200
    assert call("rita", "POST", f"/tickets/{number}/confirmation").content_json["state"] == "closed"
    codes = [line["code"] for line in call("alan", "GET", f"/tickets/{number}/journal").content_json["items"]]
    assert codes[0] == "ticket.opened"
    assert codes[-1] == "ticket.closed"


def test_p14_a_call_with_a_key_is_done_once(call: Call, cast: Cast) -> None:
    body = {"subject": "Printer", "text": "It does not print", "requester_id": cast.rita.pk}
    first = call("alan", "POST", "/tickets", body, Idempotency_Key="abc")
    again = call("alan", "POST", "/tickets", body, Idempotency_Key="abc")
    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert Ticket.objects.count() == 1
    other = call("alan", "POST", "/tickets", {**body, "text": "Something else"}, Idempotency_Key="abc")
    assert (other.status_code, other.content_json["code"]) == (422, "key_reused")


def test_p14_a_refused_call_may_be_put_right_with_its_key(call: Call, cast: Cast) -> None:
    body = {"subject": "", "text": "x", "requester_id": cast.rita.pk}
    assert call("alan", "POST", "/tickets", body, Idempotency_Key="abc").status_code == 422
    assert call("alan", "POST", "/tickets", {**body, "subject": "y"}, Idempotency_Key="abc").status_code == 201


def test_p14_a_stale_version_is_told_with_the_present_one(call: Call, number: int) -> None:
    version = call("alan", "GET", f"/tickets/{number}").content_json["version"]
    assert call("alan", "PATCH", f"/tickets/{number}", {"urgency": 1, "version": version}).status_code == 200
    late = call("berta", "PATCH", f"/tickets/{number}", {"impact": 1, "version": version})
    assert late.status_code == 409
    assert late.content_json["current_version"] == version + 1


def test_p30_unknown_fields_are_refused(call: Call, number: int) -> None:
    for hidden in ("state", "number", "customer_id", "is_direct", "level", "awaits_acceptance"):
        answer = call("alan", "PATCH", f"/tickets/{number}", {"urgency": 1, hidden: 1})
        assert (answer.status_code, answer.content_json["code"]) == (400, "unknown_field")


@pytest.mark.parametrize("name", ["zoe", "eve", "victor"])
def test_p27_who_may_not_know_of_a_ticket_gets_not_found_everywhere(call: Call, number: int, name: str) -> None:
    nowhere = call(name, "GET", "/tickets/99999999")
    for method, path, body in (
        ("GET", "", None), ("GET", "/messages", None), ("POST", "/messages", {"text": "x"}),
        ("POST", "/confirmation", None), ("DELETE", "/resolution", None),
    ):  # fmt: skip
        answer = call(name, method, f"/tickets/{number}{path}", body)
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert call(name, "GET", "/tickets").content_json["items"] == []


def test_p31_the_requester_reads_messages_and_nothing_from_inside(call: Call, number: int) -> None:
    call("alan", "POST", f"/tickets/{number}/notes", {"text": "CANARY inside"})
    for path in ("", "/messages", "/notes", "/journal", "/correspondence", "/interventions", "/handovers"):
        answer = call("rita", "GET", f"/tickets/{number}{path}")
        assert b"CANARY" not in answer.content
        assert answer.status_code == (200 if path in ("", "/messages") else 403)
    assert b"CANARY" in call("berta", "GET", f"/tickets/{number}/notes").content


def test_level_3_is_refused_and_told_the_way(call: Call, cast: Cast, number: int) -> None:
    up = call("alan", "POST", f"/tickets/{number}/handovers", {"to_team_id": cast.teams["network"].pk, **CASE})
    call("carl", "POST", f"/handovers/{up.content_json['id']}/acceptance")
    assert call("carl", "POST", f"/tickets/{number}/messages", {"text": "Hello"}).status_code == 403
    relay = call("carl", "POST", f"/tickets/{number}/relays", {"text": "Port 9100 was dropped"})
    used = call("alan", "POST", f"/relays/{relay.content_json['id']}/message", {"text": "Mended", "confirmed": True})
    assert used.content_json["state"] == "used"


def test_a_token_does_no_more_than_its_scopes(call: Call, number: int) -> None:
    narrow = frozenset({"portal.use"})
    assert call("alan", "GET", f"/tickets/{number}", scopes=narrow).status_code == 403
    assert call("alan", "POST", f"/tickets/{number}/notes", {"text": "x"}, scopes=narrow).status_code == 403


@pytest.mark.django_db
def test_without_a_token_there_is_nothing(client: object) -> None:
    for path in ("/tickets", "/me", "/openapi.json"):
        answer = client.get(f"/api/v1{path}")  # type: ignore[attr-defined]
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"


def test_bad_values_are_named_by_field(call: Call, number: int) -> None:
    answer = call("alan", "PATCH", f"/tickets/{number}", {"urgency": 7})
    assert (answer.status_code, list(answer.content_json["fields"])) == (422, ["urgency"])
    answer = call("alan", "PUT", f"/tickets/{number}/pending", {"reason": "date"})
    assert list(answer.content_json["fields"]) == ["until"]
    broken = call("alan", "POST", f"/tickets/{number}/messages", None)
    assert broken.status_code == 422


def test_lists_come_by_pages(call: Call, cast: Cast) -> None:
    for n in range(5):
        call("alan", "POST", "/tickets", {"subject": f"T {n}", "text": "x", "requester_id": cast.rita.pk})
    first = call("alan", "GET", "/tickets?limit=3").content_json
    rest = call("alan", "GET", f"/tickets?limit=3&cursor={first['next']}").content_json
    assert [t["subject"] for t in first["items"] + rest["items"]] == [f"T {n}" for n in (4, 3, 2, 1, 0)]
    assert rest["next"] is None


def test_the_description_names_every_operation(call: Call) -> None:
    described = call("alan", "GET", "/openapi.json").content_json
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/tickets/{number}/handovers" in described["paths"]
