"""Erasing a person and keeping words for a time, by programs: the same as the pages of control do."""

from __future__ import annotations

from typing import Any

from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.organizations.models import Person


def test_p45_a_program_looks_first_then_erases(call: Any, cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path
    path = f"/persons/{cast.rita.pk}/erasure"
    for name in ("rita", "alan", "max", "zoe", "eve", "victor"):
        assert call(name, "GET", path).status_code == 403
        assert call(name, "POST", path, {"is_meant": True}).status_code == 403
    seen = call("ada", "GET", path).content_json
    assert (seen["is_possible"], seen["done_at"], seen["erased"]["addresses"]) == (True, None, 1)
    assert call("ada", "POST", path, {"is_meant": False}).status_code == 422
    assert call("ada", "POST", path, {"is_meant": True}).status_code == 202
    work_off()
    assert call("ada", "GET", path).content_json["done_at"]
    assert "Rita" not in Person.objects.get(pk=cast.rita.pk).name
    assert call("ada", "POST", path, {"is_meant": True}).status_code == 409


def test_p45_retentions_are_set_reported_and_removed(call: Any, cast: Cast) -> None:
    team = cast.teams["desk"].pk
    made = call("ada", "PUT", "/retentions", {"team_id": team, "months": 12})
    assert (made.status_code, made.content_json["due"], made.content_json["is_active"]) == (200, 0, False)
    again = call("ada", "PUT", "/retentions", {"team_id": team, "months": 24, "is_active": True})
    assert again.content_json["id"] == made.content_json["id"]
    assert call("ada", "PUT", "/retentions", {"months": 0}).status_code == 422
    assert [one["months"] for one in call("ada", "GET", "/retentions").content_json] == [24]
    for name in ("alan", "max", "zoe"):
        assert call(name, "GET", "/retentions").status_code == 403
    assert call("ada", "DELETE", f"/retentions/{made.content_json['id']}").status_code == 204
    assert call("ada", "GET", "/retentions").content_json == []
