"""Tables in and a person's data out, by programs."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.exchange.models import Disclosure
from dreiklang.tickets.models import Ticket

TABLE = "Betreff;Mail\nDrucker;rita@klinikum.example\nOhne;niemand@nirgends.example\n"


def test_a_table_is_looked_at_read_in_and_taken_back(call: Any) -> None:
    made = call("ada", "POST", "/imports", {"kind": "tickets", "content": TABLE, "filename": "alt.csv"})
    assert (made.status_code, made.content_json["mapping"]) == (201, ["subject", "requester"])
    path = f"/imports/{made.content_json['id']}"
    seen = call("ada", "GET", f"{path}/preview").content_json
    assert (seen["made"], seen["refused"]) == (1, 1)
    assert not Ticket.objects.exists(), "looking writes nothing"
    wrong = call("ada", "PUT", f"{path}/mapping", {"mapping": ["subject"]})
    assert (wrong.status_code, "mapping" in str(wrong.content_json)) == (422, True)
    mapping = {"mapping": ["subject", "requester"], "version": made.content_json["version"]}
    version = call("ada", "PUT", f"{path}/mapping", mapping).content_json["version"]
    assert call("ada", "PUT", f"{path}/run", {"version": version - 1}).status_code == 409
    done = call("ada", "PUT", f"{path}/run", {"version": version}).content_json
    assert (done["state"], done["made"], done["refused"]) == ("done", 1, 1)
    lines = call("ada", "GET", f"{path}/lines").content_json["items"]
    assert [line["outcome"] for line in lines] == ["made", "refused"]
    assert lines[0]["ticket"] == Ticket.objects.get().number
    assert call("ada", "DELETE", path).status_code == 409
    assert call("ada", "DELETE", f"{path}/run").content_json["state"] == "undone"
    assert not Ticket.objects.exists()


def test_a_file_that_is_no_table_is_told_and_one_only_looked_at_forgotten(call: Any) -> None:
    wrong = call("ada", "POST", "/imports", {"kind": "tickets", "content": ""})
    assert (wrong.status_code, "file" in str(wrong.content_json)) == (422, True)
    made = call("ada", "POST", "/imports", {"kind": "organizations", "content": "Name\nX\n"}).content_json
    assert call("ada", "DELETE", f"/imports/{made['id']}").status_code == 204
    assert call("ada", "GET", "/imports").content_json["items"] == []
    for name in ("alan", "rita", "zoe"):
        assert call(name, "GET", "/imports").status_code == 403


def test_a_persons_data_are_asked_for_and_fetched_by_whoever_asked(call: Any, cast: Cast) -> None:
    path = f"/persons/{cast.rita.pk}/disclosures"
    asked = call("rita", "POST", path, {})
    assert asked.status_code == 201
    one = f"/disclosures/{asked.content_json['id']}"
    assert call("rita", "GET", f"{one}/file").status_code == 404, "not made yet"
    work_off()
    assert call("rita", "GET", one).content_json["made_at"]
    answer = call("rita", "GET", f"{one}/file")
    assert ZipFile(io.BytesIO(answer.content)).namelist()
    for name in ("zoe", "ada"):
        assert call(name, "GET", one).status_code == 404
        assert call(name, "GET", f"{one}/file").status_code == 404
    assert call("zoe", "POST", path, {}).status_code == 404
    assert call("rita", "POST", path, {"with_inside": True}).status_code == 403
    assert call("ada", "POST", path, {"with_inside": True}).status_code == 201
    assert Disclosure.objects.count() == 2
