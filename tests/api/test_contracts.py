"""Contracts, complaints, ladders and numbers through the API: what the screens do, refused where they refuse."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.api.conftest import Call
from tests.api.test_tickets import CASE
from tests.cast import Cast
from tests.conftest import MONDAY_MORNING

from dreiklang.calendars.commands import add_standard
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_with_message


@pytest.fixture
def standard(cast: Cast, frozen: object) -> int:
    calendar = add_standard(actor=system("test"))
    make_usual_agreement(actor=system("test"))
    return calendar.pk


def test_a_calendar_is_made_tried_and_changed(call: Call, standard: int, cast: Cast) -> None:
    ticket = open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.", urgency=1)
    made = call("ada", "POST", "/calendars", {"name": "Kurz", "extra_days": {"2026-12-24": [["08:00", "12:00"]]}})
    assert (made.status_code, made.content_json["extra_days"]) == (201, {"2026-12-24": [["08:00", "12:00"]]})
    week = {"mon": [["08:00", "10:00"]], "tue": [["08:00", "17:00"]]}
    effect = call("ada", "POST", f"/calendars/{standard}/effect", {"week": week}).content_json
    assert effect["moved"] == len(effect["moves"]) > 0
    assert {move["number"] for move in effect["moves"]} == {ticket.number}
    assert call("ada", "PATCH", f"/calendars/{standard}", {"week": {"mon": [["8", "9"]]}}).status_code == 422
    assert call("ada", "PATCH", f"/calendars/{standard}", {"week": week, "version": 1}).status_code == 409
    assert call("ada", "PATCH", f"/calendars/{standard}", {"week": week}).content_json["week"] == week
    assert call("ada", "DELETE", f"/calendars/{standard}").status_code == 409
    assert call("ada", "DELETE", f"/calendars/{made.content_json['id']}").status_code == 204


def test_a_calendar_may_be_a_customers_own(call: Call, standard: int, cast: Cast) -> None:
    clinic, works = cast.organizations["clinic"].pk, cast.organizations["works"].pk
    own = call("ada", "POST", "/calendars", {"name": "Klinik"}).content_json["id"]
    path = f"/calendars/{own}/customer"
    assert call("ada", "PUT", path, {"organization_id": clinic}).content_json["customer_id"] == clinic
    assert call("ada", "PUT", f"/calendars/{standard}/customer", {"organization_id": clinic}).status_code == 422
    says = {"calendar_id": own, "targets": [{"metric": "resolution", "minutes": 60}]}
    others = call("ada", "POST", "/agreements", {"name": "W", "organization_id": works, "says": says})
    assert (others.status_code, list(others.content_json["fields"])) == (422, ["calendar"])
    listed = {c["id"]: c["customer_id"] for c in call("ada", "GET", "/calendars").content_json["items"]}
    assert listed == {standard: None, own: clinic}
    assert call("ada", "PUT", path, {"organization_id": None}).content_json["customer_id"] is None
    for name in ("alan", "karl", "zoe", "eve"):
        assert call(name, "PUT", path, {"organization_id": clinic}).status_code == 403


def test_an_agreement_is_tailored_from_a_template_and_renamed(call: Call, standard: int, cast: Cast) -> None:
    says = {"calendar_id": standard, "targets": [{"metric": "resolution", "minutes": 90}], "levels": [1, 2]}
    template = call("ada", "POST", "/agreements", {"name": "Silber", "is_template": True, "says": says}).content_json
    asked = {"name": "Silber Klinikum", "organization_id": cast.organizations["clinic"].pk}
    made = call("ada", "POST", f"/agreements/{template['id']}/copies", asked).content_json
    assert (made["origin_id"], made["is_template"], made["versions"][0]["levels"]) == (template["id"], False, [1, 2])
    path = f"/agreements/{made['id']}"
    renamed = call("ada", "PATCH", path, {"reference": "V-4711", "version": made["version"]}).content_json
    assert (renamed["name"], renamed["reference"]) == ("Silber Klinikum", "V-4711")
    assert call("ada", "PATCH", path, {"name": "x", "version": made["version"]}).status_code == 409
    assert call("ada", "PATCH", path, {"name": ""}).status_code == 422
    first = call("ada", "GET", "/agreements?limit=2").content_json
    rest = call("ada", "GET", f"/agreements?limit=2&cursor={first['next']}").content_json
    assert [a["name"] for a in first["items"] + rest["items"]] == ["For everybody", "Silber", "Silber Klinikum"]
    assert call("alan", "PATCH", path, {"name": "x"}).status_code == 403


def test_an_agreement_is_made_corrected_revised_and_ended(call: Call, standard: int, cast: Cast) -> None:
    says = {"calendar_id": standard, "targets": [{"metric": "resolution", "minutes": 60, "kind": "request"}]}
    body = {"name": "Gold", "organization_id": cast.organizations["clinic"].pk, "says": says}
    made = call("ada", "POST", "/agreements", body).content_json
    path = f"/agreements/{made['id']}"
    wrong = {"says": {**says, "targets": [{"metric": "resolution", "minutes": 0}]}}
    assert "target-resolution-0" in call("ada", "PUT", f"{path}/versions/1", wrong).content_json["fields"]
    right = {"says": {**says, "shares": [{"level": 1, "percent": 60}]}}
    assert call("ada", "PUT", f"{path}/versions/1", right).content_json["versions"][0]["shares"][0]["percent"] == 60
    later = (MONDAY_MORNING + timedelta(days=5)).date().isoformat()
    revised = call("ada", "POST", f"{path}/versions", {"from_date": later, "says": says})
    assert [v["number"] for v in revised.content_json["versions"]] == [1, 2]
    assert call("ada", "DELETE", f"{path}/versions/2").status_code == 204
    assert call("ada", "PUT", f"{path}/end", {"last_date": later}).status_code == 200
    assert call("ada", "POST", "/agreements", {**body, "name": "Zwei"}).status_code == 422
    for name in ("alan", "max", "karl", "zoe", "eve", "victor"):
        assert call(name, "POST", "/agreements", body).status_code == 403
        assert call(name, "PATCH", f"/calendars/{standard}", {"name": "x"}).status_code == 403


def test_a_handover_past_the_contract_needs_a_reason(call: Call, standard: int, cast: Cast) -> None:
    says = {"calendar_id": standard, "targets": [{"metric": "resolution", "minutes": 60}], "levels": [1, 2],
            "external_levels": [3]}  # fmt: skip
    call("ada", "POST", "/agreements", {"name": "G", "organization_id": cast.organizations["clinic"].pk, "says": says})
    ticket = open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.")
    path = f"/tickets/{ticket.number}"
    teams = call("alan", "GET", f"{path}/next-teams").content_json["items"]
    covered = {team["key"]: team["is_covered"] for team in teams}
    assert covered == {"workplace": True, "network": False, "servers": False, "outside": True, "maker": False}
    assert [team["key"] for team in teams][:2] == ["workplace", "outside"]
    asked = {"to_team_id": cast.teams["network"].pk, **CASE}
    refused = call("alan", "POST", f"{path}/handovers", asked)
    assert (refused.status_code, refused.content_json["missing"]) == (422, ["contract"])
    assert "external provider works level 3" in refused.content_json["fields"]["contract"][0]
    past = call("alan", "POST", f"{path}/handovers", {**asked, "at_once_because": "The network is down"})
    assert (past.status_code, past.content_json["missing"]) == (201, ["contract"])


def test_a_complaint_has_its_owner_and_measures(call: Call, standard: int, cast: Cast) -> None:
    complaint = open_with_message(
        cast.rita, actor=cast.actor("alan"), subject="Slow", text="Too slow.", kind="complaint"
    )
    path = f"/tickets/{complaint.number}/complaint"
    assert call("max", "GET", path).status_code == 404
    refused = call("max", "PUT", path, {"owner_id": cast.alan.pk, "about_level": 1})
    assert "owner" in refused.content_json["fields"]
    assert call("max", "PUT", path, {"owner_id": cast.max.pk, "about_level": 1}).content_json["about_level"] == 1
    measure = call("max", "POST", f"{path}/measures", {"text": "Two at the phone"}).content_json
    done = f"{path}/measures/{measure['id']}/completion"
    assert call("max", "PUT", done).content_json["done_at"]
    assert call("max", "PUT", done).status_code == 409
    assert call("max", "DELETE", done).content_json["done_at"] is None
    assert call("zoe", "GET", path).status_code in (403, 404)
    assert call("eve", "GET", path).status_code in (403, 404)
    assert call("max", "DELETE", f"{path}/measures/{measure['id']}").status_code == 204


def test_ladders_playbooks_and_numbers(call: Call, standard: int, cast: Cast) -> None:
    body = {
        "name": "Still",
        "trigger": "idle",
        "threshold": 60,
        "rungs": [{"whom": "person", "person_id": cast.max.pk}],
    }
    made = call("ada", "POST", "/ladders", body)
    assert made.status_code == 201
    nobody = call("ada", "PUT", f"/ladders/{made.content_json['id']}", {**body, "rungs": [{"whom": "person"}]})
    assert "rung-1" in nobody.content_json["fields"]
    assert call("ada", "GET", f"/ladders/{made.content_json['id']}/dry-run").content_json == []
    assert call("ada", "DELETE", f"/ladders/{made.content_json['id']}").status_code == 204
    assert call("ada", "PUT", "/playbooks/vip", {"texts": {"de": "Sofort anrufen."}}).status_code == 200
    assert call("max", "GET", "/playbooks").content_json[0]["texts"] == {"de": "Sofort anrufen."}
    assert call("alan", "PUT", "/playbooks/vip", {"texts": {}}).status_code == 403
    open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.")
    assert call("max", "GET", "/numbers?by=week&weeks=2").content_json[0]["figures"]["came"] == 1
    assert call("eve", "GET", "/numbers").status_code == 403


def test_what_was_kept_and_what_is_billed_are_the_figures_of_the_page(call: Call, standard: int, cast: Cast) -> None:
    says = {"calendar_id": standard, "targets": [{"metric": "resolution", "minutes": 60}], "hourly_rate": "90"}
    asked = {"name": "Gold", "organization_id": cast.organizations["clinic"].pk, "says": says}
    path = f"/agreements/{call('ada', 'POST', '/agreements', asked).content_json['id']}"
    ticket = open_with_message(cast.rita, actor=cast.actor("alan"), subject="Dark", text="No light.")
    log_intervention(ticket, actor=cast.actor("alan"), text="Looked", minutes=20)
    one = {"metric": "resolution", "level": 0, "kept": 0, "missed": 0, "open": 1}
    assert call("alan", "GET", f"{path}/kept").content_json == [one]
    assert call("ada", "GET", f"{path}/kept?month=2026-10").content_json == []
    bill = call("ada", "GET", f"{path}/bill?month=2026-11").content_json
    assert [(t["number"], float(t["minutes"])) for t in bill["tickets"]] == [(ticket.number, 20)]
    assert (float(bill["worked"]), float(bill["amount"])) == (0.33, 29.7)
    assert call("ada", "GET", f"{path}/bill?month=9999-12").status_code == 422
    assert call("alan", "GET", f"{path}/bill").status_code == 403
    for name in ("eve", "victor"):
        assert call(name, "GET", f"{path}/kept").status_code in (403, 404)
