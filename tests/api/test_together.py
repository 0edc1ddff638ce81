"""Tags, links and followers through the API."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast


@pytest.fixture
def numbers(call: Call, cast: Cast) -> tuple[int, int]:
    def opened(person_id: int) -> int:
        body = {"subject": "Printer", "text": "It does not print", "requester_id": person_id}
        return int(call("alan", "POST", "/tickets", body).content_json["number"])

    return opened(cast.rita.pk), opened(cast.zoe.pk)


def test_tags_links_and_followers(call: Call, cast: Cast, numbers: tuple[int, int]) -> None:
    first, second = numbers
    assert call("alan", "POST", f"/tickets/{first}/tags", {"name": "Move"}).content_json == {"tags": ["Move"]}
    assert call("alan", "GET", "/tags?q=mo").content_json == {"tags": ["Move"]}
    assert call("alan", "DELETE", f"/tickets/{first}/tags?name=move").content_json == {"tags": []}
    made = call("alan", "POST", f"/tickets/{first}/links", {"other": second, "kind": "duplicate"})
    assert (made.status_code, made.content_json[0]["number"]) == (201, second)
    seen = call("alan", "GET", f"/tickets/{second}/links").content_json["items"]
    assert (seen[0]["number"], seen[0]["is_origin"]) == (first, False)
    assert call("alan", "DELETE", f"/tickets/{second}/links/{seen[0]['id']}").status_code == 204
    assert call("berta", "POST", f"/tickets/{first}/followers", {}).status_code == 204
    assert call("alan", "GET", f"/tickets/{first}/followers").content_json["items"][0]["name"] == cast.berta.name
    assert call("berta", "DELETE", f"/tickets/{first}/followers/{cast.berta.pk}").status_code == 204


@pytest.mark.parametrize("name", ["rita", "zoe", "eve"])
def test_p27_nobody_outside_reads_or_writes_them(call: Call, numbers: tuple[int, int], name: str) -> None:
    first = numbers[0]
    for method, path, body in (
        ("GET", "tags", None), ("POST", "tags", {"name": "x"}), ("GET", "links", None), ("GET", "followers", None),
        ("POST", "links", {"other": numbers[1]}), ("POST", "followers", {}),
    ):  # fmt: skip
        assert call(name, method, f"/tickets/{first}/{path}", body).status_code in (403, 404)


def test_a_merge_is_planned_made_and_undone(call: Call, cast: Cast, numbers: tuple[int, int]) -> None:
    first, foreign = numbers
    body = {"subject": "Printer", "text": "Same here", "requester_id": cast.karl.pk}
    other = int(call("alan", "POST", "/tickets", body).content_json["number"])
    plan = call("alan", "GET", f"/tickets/{other}/merge/plan?into={first}").content_json
    assert (plan["reason"], plan["kept"][0]["address"]) == ("", "karl@klinikum.example")
    crossing = call("alan", "PUT", f"/tickets/{foreign}/merge", {"into": first})
    assert (crossing.status_code, crossing.content_json["code"]) == (403, "other_customer")
    assert call("alan", "PUT", f"/tickets/{other}/merge", {"into": first}).content_json["survivor"] == first
    said = call("alan", "GET", f"/tickets/{first}/messages").content_json["items"]
    assert {m["text"] for m in said} == {"It does not print", "Same here"}
    assert [m["text"] for m in call("rita", "GET", f"/tickets/{first}/messages").content_json["items"]] == [
        "It does not print"
    ]
    assert call("rita", "GET", f"/tickets/{first}/merge").status_code in (403, 404)
    assert call("alan", "GET", f"/tickets/{other}/merge").content_json["survivor"] == first
    assert call("alan", "DELETE", f"/tickets/{other}/merge").status_code == 204
    assert call("alan", "GET", f"/tickets/{other}/merge").status_code == 404


def test_splits_and_families(call: Call, cast: Cast, numbers: tuple[int, int]) -> None:
    first, foreign = numbers
    said = call("alan", "GET", f"/tickets/{first}/messages").content_json["items"][0]["id"]
    made = call("alan", "POST", f"/tickets/{first}/splits", {"messages": [said], "subject": "Phone"})
    assert made.status_code == 201
    number = made.content_json["number"]
    assert call("alan", "GET", f"/tickets/{number}/messages").content_json["items"][0]["id"] == said
    wrong = call("alan", "POST", f"/tickets/{foreign}/splits", {"messages": [said], "subject": "x"})
    assert wrong.status_code == 422
    assert call("alan", "PUT", f"/tickets/{foreign}/parent", {"parent": first}).status_code == 204
    family = call("alan", "GET", f"/tickets/{first}/family").content_json
    assert ([m["number"] for m in family["members"]], family["languages"]) == ([first, foreign], ["de"])
    texts = {"texts": {"de": "Geht wieder."}}
    assert call("zoe", "POST", f"/tickets/{first}/family/messages", texts).status_code in (403, 404)
    assert call("alan", "POST", f"/tickets/{first}/family/messages", texts).status_code == 204
    assert call("alan", "POST", f"/tickets/{first}/family/resolution", texts).status_code == 204
    assert call("alan", "GET", f"/tickets/{foreign}").content_json["state"] == "resolved"
    assert call("alan", "DELETE", f"/tickets/{foreign}/parent").status_code == 204


def test_tasks_and_parking(call: Call, cast: Cast, numbers: tuple[int, int]) -> None:
    first, second = numbers
    made = call("alan", "POST", f"/tickets/{first}/tasks", {"texts": ["Fetch", "Print"], "assignee_id": cast.berta.pk})
    assert made.status_code == 201
    task = made.content_json[0]["id"]
    assert [t["text"] for t in call("berta", "GET", "/tasks").content_json["items"]] == ["Fetch", "Print"]
    assert call("alan", "PATCH", f"/tasks/{task}", {"text": "Fetch it"}).content_json["text"] == "Fetch it"
    assert call("berta", "PUT", f"/tasks/{task}/completion").content_json["done_at"]
    assert call("berta", "DELETE", f"/tasks/{task}/completion").content_json["done_at"] is None
    waits = {"reason": "task", "task_id": task}
    assert call("alan", "PUT", f"/tickets/{first}/pending", waits).content_json["state"] == "waiting"
    other = call("alan", "PUT", f"/tickets/{first}/pending", {"reason": "ticket", "other": second})
    assert other.status_code == 200
    assert call("alan", "DELETE", f"/tasks/{task}").status_code == 204
    for name in ("rita", "zoe", "eve"):
        assert call(name, "GET", f"/tickets/{first}/tasks").status_code in (403, 404)
        assert call(name, "PUT", f"/tasks/{made.content_json[1]['id']}/completion").status_code in (403, 404)


def test_visits(call: Call, cast: Cast, numbers: tuple[int, int]) -> None:
    first = numbers[0]
    body = {"starts_at": "2027-01-14T09:00:00+01:00", "ends_at": "2027-01-14T10:00:00+01:00", "purpose": "Look at it"}
    made = call("alan", "POST", f"/tickets/{first}/visits", {**body, "person_id": cast.alan.pk})
    assert made.status_code == 201
    visit = made.content_json["id"]
    naive = call("alan", "POST", f"/tickets/{first}/visits", {**body, "starts_at": "2027-01-14T09:00:00"})
    assert naive.status_code == 422
    assert call("alan", "PATCH", f"/visits/{visit}", {"place": "4B"}).content_json["sequence"] == 1
    for name in ("rita", "zoe", "eve"):
        assert call(name, "GET", f"/tickets/{first}/visits").status_code in (403, 404)
        assert call(name, "DELETE", f"/visits/{visit}").status_code in (403, 404)
    assert call("alan", "PUT", f"/visits/{visit}/completion", {"minutes": 10}).status_code == 204
    assert call("alan", "DELETE", f"/visits/{visit}").status_code == 409
