"""Views and own fields in the interface."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.own_fields import make_field

Call = Callable[..., Any]


def test_views_are_made_read_changed_and_removed(cast: Cast, call: Call) -> None:
    made = [open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}").number for n in range(3)]
    asked = {"name": "Drucker", "conditions": "ist:offen drucker", "sorting": "-created"}
    view = call("alan", "POST", "/views", asked).content_json
    assert view["conditions"] == "is:open drucker"
    address = f"/views/{view['id']}"
    page = call("alan", "GET", f"{address}/tickets?limit=2").content_json
    rest = call("alan", "GET", f"{address}/tickets?limit=2&cursor={page['next']}").content_json
    assert [t["number"] for t in page["items"] + rest["items"]] == made[::-1]
    assert call("alan", "PATCH", address, {"name": "Alle Drucker", "version": 1}).content_json["name"] == "Alle Drucker"
    assert call("alan", "PATCH", address, {"name": "Zu spät", "version": 1}).status_code == 409
    assert call("alan", "POST", "/views", {**asked, "conditions": "tema:x"}).status_code == 422
    assert call("alan", "POST", "/views", {**asked, "owner": 1}).status_code in (400, 422)
    for stranger in ("berta", "eve"):
        assert call(stranger, "GET", address).status_code == 404
    assert call("rita", "GET", address).status_code in (403, 404)
    assert call("alan", "DELETE", address).status_code == 204
    assert call("alan", "GET", address).status_code == 404


def test_own_fields_are_listed_read_and_written(cast: Cast, call: Call) -> None:
    make_field(actor=cast.actor("ada"), kind="choices", labels={"de": "Systeme"}, choices=["PACS", "SAP"])
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="Drucker")
    address = f"/tickets/{ticket.number}/fields"
    assert [f["key"] for f in call("alan", "GET", "/fields").content_json["items"]] == ["systeme"]
    assert call("alan", "PUT", address, {"values": {"systeme": ["SAP"]}}).content_json == {"values": {"systeme": "SAP"}}
    assert call("alan", "PUT", address, {"values": {"systeme": "Fax"}}).status_code == 422
    assert call("alan", "GET", "/tickets?q=field.systeme:sap").content_json["items"][0]["number"] == ticket.number
    assert call("rita", "GET", address).status_code in (403, 404)
    assert call("rita", "GET", "/fields").status_code == 403
