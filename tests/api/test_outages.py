"""Outages through the API: the same for each reader as on the screens."""

from __future__ import annotations

from tests.api.conftest import Call
from tests.cast import Cast


def test_announced_read_joined_and_ended_by_those_who_may(call: Call, cast: Cast) -> None:
    body = {
        "kind": "disruption", "titles": {"de": "Orbis steht"}, "from_at": "2026-01-01T08:00:00Z",
        "audience": "customers", "customers": [cast.organizations["clinic"].pk],
    }  # fmt: skip
    assert "customers" in call("alan", "POST", "/outages", {**body, "customers": []}).content_json["fields"]
    assert call("rita", "POST", "/outages", body).status_code == 403
    made = call("alan", "POST", "/outages", body)
    assert made.status_code == 201
    path = f"/outages/{made.content_json['id']}"
    read = call("rita", "GET", path).content_json
    assert (read["audience"], read["customers"], read["hit"], read["is_joined"]) == (None, None, None, False)
    for stranger in ("zoe", "eve", "victor"):
        assert call(stranger, "GET", path).status_code == 404
        assert call(stranger, "GET", "/outages").content_json["items"] == []
        assert call(stranger, "POST", f"{path}/joining", {}).status_code == 404
    assert call("rita", "POST", f"{path}/joining", {"words": "4B auch"}).content_json["is_joined"]
    assert call("rita", "GET", f"{path}/joining").status_code == 403
    assert call("alan", "GET", f"{path}/joining").content_json["items"][0]["words"] == "4B auch"
    assert call("alan", "GET", "/outages").content_json["items"][0]["hit"] == 1
    assert call("rita", "DELETE", f"{path}/joining").status_code == 204
    changed = call("alan", "PUT", path, {**body, "titles": {"de": "Orbis steht", "en": "Orbis is down"}, "version": 1})
    assert changed.content_json["version"] == 2
    assert call("alan", "PUT", path, {**body, "version": 1}).status_code == 409
    assert call("alan", "POST", f"{path}/end").content_json["standing"] == "ended"
    assert call("rita", "POST", f"{path}/joining", {}).status_code == 409
    assert len(call("rita", "GET", "/outages?ended=true").content_json["items"]) == 1
    assert call("alan", "DELETE", f"{path}/end").content_json["standing"] == "running"
