"""The rota over the API: as on the screen of a team, for leads and administrators."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.teams.commands.members import add_member


def test_shifts_are_set_changed_swapped_and_taken_back(cast: Cast, call: Call, frozen: datetime) -> None:
    team, later = cast.teams["desk"], frozen + timedelta(hours=4)
    add_member(team, cast.max, actor=cast.actor("ada"))
    address = f"/teams/{team.pk}/duty-shifts"

    def shift(person: str, start: datetime, hours: int) -> dict[str, object]:
        span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=hours)).isoformat()}
        return {"person_id": cast.persons[person].pk, **span}

    assert call("ada", "GET", f"/teams/{team.pk}/duty-gaps").content_json == []
    first = call("ada", "POST", address, shift("alan", frozen, 4)).content_json["id"]
    second = call("ada", "POST", address, shift("max", later, 4)).content_json["id"]
    assert call("ada", "POST", address, shift("berta", frozen, 4)).status_code == 422
    assert call("alan", "POST", address, shift("alan", later, 1)).status_code == 403
    assert call("ada", "GET", f"/teams/{team.pk}/duty-gaps").content_json
    assert call("ada", "POST", f"/duty-shifts/{first}/swap", {"other_id": second}).status_code == 204
    people = [one["person_id"] for one in call("ada", "GET", address).content_json["items"]]
    assert people == [cast.max.pk, cast.alan.pk]
    assert call("ada", "PUT", f"/duty-shifts/{first}", shift("alan", frozen, 3)).status_code == 200
    assert call("eve", "GET", address).status_code == 404
    assert call("ada", "DELETE", f"/duty-shifts/{first}").status_code == 204
    assert len(call("ada", "GET", address).content_json["items"]) == 1
