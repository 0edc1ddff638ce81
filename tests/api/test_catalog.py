"""The catalogue through the API: what is offered, ordering it, following and taking back; nothing for others."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.catalog.commands import add_ready_entries, change_entry
from dreiklang.catalog.models import Entry

SHARE = {"kind": "folder", "path": "S:/Pflege", "right": "read", "reason": "Dienst"}


@pytest.fixture
def desk(cast: Cast) -> Cast:
    add_ready_entries(actor=cast.actor("ada"))
    return cast


def test_an_order_by_a_program(desk: Cast, call: Call) -> None:
    changed = call("alan", "PATCH", f"/persons/{desk.rita.pk}", {"manager_id": desk.karl.pk, "cost_centre": "4711"})
    assert (changed.content_json["manager_id"], changed.content_json["cost_centre"]) == (desk.karl.pk, "4711")
    form = call("rita", "GET", "/catalog/share-access").content_json["form"]
    assert form["required"] == ["kind", "right", "reason"]
    wrong = call("rita", "POST", "/catalog/share-access/orders", {"answers": {"kind": "folder"}})
    assert wrong.status_code == 422
    made = call("rita", "POST", "/catalog/share-access/orders", {"answers": SHARE, "version": 1})
    assert (made.status_code, made.content_json["state"]) == (201, "asked")
    path = f"/orders/{made.content_json['id']}"
    assert call("rita", "GET", path).content_json["answers"] == SHARE
    for name in ("zoe", "eve", "victor"):
        assert call(name, "GET", path).status_code == 404
        assert call(name, "DELETE", path).status_code == 404
        assert call(name, "GET", "/orders").content_json["items"] == []
    for name in ("eve", "victor"):
        assert call(name, "GET", "/catalog").content_json["items"] == []
        assert call(name, "POST", "/catalog/share-access/orders", {"answers": SHARE}).status_code == 404
    assert (
        call("zoe", "POST", "/catalog/share-access/orders", {"answers": SHARE, "person_id": desk.rita.pk}).status_code
        == 404
    )
    assert call("rita", "DELETE", path).content_json["state"] == "cancelled"
    share = Entry.objects.get(key="share-access")
    change_entry(share, actor=desk.actor("ada"), fields=share.versions.get().fields[:-1])
    late = call("rita", "POST", "/catalog/share-access/orders", {"answers": SHARE, "version": 1})
    assert (late.status_code, late.content_json["code"]) == (409, "form_changed")
