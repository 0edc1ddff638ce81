"""What administrators set up, in the interface: rules, spam, silence, series, own fields; and for nobody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import SilencePlan, Ticket

Call = Callable[..., Any]
RULE = {"name": "Drucker", "when": "opened", "conditions": "drucker", "deeds": [{"deed": "tag", "value": "gesehen"}]}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return open_with_message(cast.rita, actor=system("mail"), text="Es druckt nicht.", subject="Drucker")


def test_rules_are_written_tried_switched_ordered_and_restored(cast: Cast, call: Call, ticket: Ticket) -> None:
    trial = call("ada", "POST", "/rule-trials", RULE).content_json
    assert (trial["occasions"], trial["tickets"], trial["days"]) == (1, 1, 90)
    assert [one["number"] for one in trial["met"]] == [ticket.number]
    narrow = call("ada", "POST", "/rule-trials", RULE, scopes=frozenset({"control.set_up"})).content_json
    assert (narrow["tickets"], narrow["met"]) == (1, [])  # such a token sets up, and reads no tickets
    rule = call("ada", "POST", "/rules", RULE).content_json
    address = f"/rules/{rule['id']}"
    assert call("ada", "PUT", f"{address}/activity", {"is_active": True}).content_json["is_active"]
    changed = call("ada", "PUT", address, {**RULE, "name": "Alle Drucker", "version": rule["version"]})
    assert changed.status_code == 409
    current = changed.content_json["current_version"]
    assert call("ada", "PUT", address, {**RULE, "name": "Alle", "version": current}).content_json["name"] == "Alle"
    assert call("ada", "POST", f"{address}/versions/1").content_json["name"] == "Drucker"
    assert len(call("ada", "GET", f"{address}/versions").content_json) == 4
    second = call("ada", "POST", "/ready-rules/reopened").content_json
    moved = call("ada", "POST", f"/rules/{second['id']}/place", {"by": -1}).content_json
    assert [one["id"] for one in moved] == [second["id"], rule["id"]]
    wrong = call("ada", "POST", "/rules", {**RULE, "conditions": "tema:x"})
    assert (wrong.status_code, list(wrong.content_json["fields"])) == (422, ["conditions"])
    assert call("ada", "POST", "/rules", {**RULE, "owner": 1}).status_code == 400
    assert call("ada", "DELETE", address).status_code == 204
    assert call("ada", "GET", address).status_code == 404


@pytest.mark.parametrize("path", ["/rules", "/ready-rules", "/silence-plans", "/series", "/blocked-senders"])
def test_p30_only_administrators_set_up_and_only_by_a_token_made_for_it(cast: Cast, call: Call, path: str) -> None:
    assert call("ada", "GET", path).status_code == 200
    assert call("ada", "GET", path, scopes=frozenset({"teams.lead"})).status_code == 403
    for name in ("alan", "max", "rita", "zoe", "eve", "victor"):
        assert call(name, "GET", path).status_code == 403


def test_senders_are_blocked_and_let_through_again(cast: Cast, call: Call) -> None:
    made = call("alan", "POST", "/blocked-senders", {"pattern": "@spam.example", "reason": "Werbung"})
    assert made.status_code == 201
    assert call("alan", "POST", "/blocked-senders", {"pattern": "@spam.example"}).status_code == 422
    assert call("berta", "POST", "/blocked-senders", {"pattern": "@x.example"}).status_code == 403
    assert [one["pattern"] for one in call("ada", "GET", "/blocked-senders").content_json] == ["@spam.example"]
    address = f"/blocked-senders/{made.content_json['id']}"
    assert call("alan", "DELETE", address).status_code == 403
    assert call("ada", "DELETE", address).content_json["ended_at"]
    assert call("ada", "DELETE", address).status_code == 409
    assert call("alan", "GET", "/spam").content_json == {"items": [], "next": None}
    assert call("rita", "GET", "/spam").status_code == 403


def test_silence_plans_are_tried_kept_changed_and_removed(cast: Cast, call: Call) -> None:
    assert call("ada", "POST", "/silence-trials", {"remind_after": 2}).content_json["reminders"] == 0
    plan = call("ada", "POST", "/silence-plans", {"remind_after": 2, "close_after": 5}).content_json
    assert call("ada", "POST", "/silence-plans", {}).status_code == 422
    address = f"/silence-plans/{plan['id']}"
    assert (
        call("ada", "PUT", address, {"remind_after": 4, "version": plan["version"]}).content_json["remind_after"] == 4
    )
    assert call("ada", "PUT", address, {"version": plan["version"]}).status_code == 409
    assert call("ada", "DELETE", address).status_code == 204
    assert not SilencePlan.objects.exists()


def test_series_are_kept_with_their_next_times(cast: Cast, call: Call) -> None:
    starts = (clock.now() + timedelta(days=1)).date().isoformat()
    asked = {"requester_id": cast.rita.pk, "subject": "Sicherung prüfen", "text": "Bitte.", "every": "week",
             "starts_on": starts}  # fmt: skip
    made = call("ada", "POST", "/series", asked).content_json
    address = f"/series/{made['id']}"
    assert len(call("ada", "GET", f"{address}/times").content_json) == 5
    paused = call("ada", "PUT", address, {**asked, "is_active": False, "version": made["version"]}).content_json
    assert paused["is_active"] is False
    assert call("ada", "PUT", address, {**asked, "version": made["version"]}).status_code == 409
    assert call("ada", "POST", "/series", {**asked, "requester_id": 10**12}).status_code == 422
    assert call("ada", "DELETE", address).status_code == 204


def test_own_fields_are_made_changed_deleted_and_brought_back(cast: Cast, call: Call) -> None:
    made = call("ada", "POST", "/fields", {"kind": "text", "labels": {"de": "Raum"}}).content_json
    address = f"/fields/{made['key']}"
    changed = call("ada", "PATCH", address, {"labels": {"de": "Zimmer"}, "version": made["version"]}).content_json
    assert changed["labels"] == {"de": "Zimmer"}
    assert call("ada", "PATCH", address, {"labels": {"de": "x"}, "version": made["version"]}).status_code == 409
    assert call("ada", "DELETE", address).content_json["is_deleted"]
    assert not call("ada", "POST", f"{address}/return").content_json["is_deleted"]
    assert call("alan", "PATCH", address, {"position": 1}).status_code == 403
    assert call("ada", "DELETE", "/fields/fremd").status_code == 404
