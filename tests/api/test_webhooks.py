"""Webhooks through the API: made, read, changed, switched off and on, sent again; by administrators alone."""

from __future__ import annotations

import pytest
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket

ASKED = {"name": "Inventar", "url": "https://93.184.216.34/hook", "events": ["ticket.opened"]}


def test_a_webhook_is_made_told_repeated_switched_off_and_removed(call: Call, cast: Cast) -> None:
    made = call("ada", "POST", "/webhooks", ASKED)
    assert made.status_code == 201
    assert made.content_json["secret"].startswith("whsec_")
    path = f"/webhooks/{made.content_json['id']}"
    assert "secret" not in call("ada", "GET", path).content_json
    assert Hook.objects.get().keeper == cast.ada
    for n in range(3):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    first = call("ada", "GET", f"{path}/deliveries?limit=2").content_json
    rest = call("ada", "GET", f"{path}/deliveries?limit=2&cursor={first['next']}").content_json
    told = first["items"] + rest["items"]
    assert [(one["event"], one["state"]) for one in told] == [("ticket.opened", "waiting")] * 3
    Delivery.objects.update(state="failed", tries=10)
    again = call("ada", "POST", f"{path}/deliveries/{told[0]['id']}/repetition")
    assert (again.status_code, again.content_json["webhook_id"]) == (202, told[0]["webhook_id"])
    assert (again.content_json["state"], again.content_json["tries"]) == ("waiting", 0)
    assert call("ada", "POST", f"{path}/test").content_json["event"] == "webhook.test"
    off = call("ada", "PATCH", path, {"is_active": False, "version": 1}).content_json
    assert (off["is_active"], off["events"]) == (False, ["ticket.opened"])
    assert call("ada", "PATCH", path, {"name": "x", "version": 1}).status_code == 409
    assert call("ada", "POST", f"{path}/deliveries/{told[1]['id']}/repetition").status_code == 409
    assert call("ada", "POST", f"{path}/secret").content_json["secret"] != made.content_json["secret"]
    assert call("ada", "DELETE", path).status_code == 204
    assert call("ada", "GET", path).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"url": "ftp://x"}, "url"), ({"events": []}, "events"), ({"conditions": "team:gibtsnicht"}, "conditions")],
)
def test_what_is_wrong_is_named_at_its_field(call: Call, cast: Cast, wrong: dict[str, object], field: str) -> None:
    answer = call("ada", "POST", "/webhooks", {**ASKED, **wrong})
    assert (answer.status_code, list(answer.content_json["fields"])) == (422, [field])
    assert call("ada", "POST", "/webhooks", {**ASKED, "secret": "x"}).status_code == 400


@pytest.mark.parametrize("name", ["alan", "max", "rita", "zoe", "eve", "victor"])
def test_p27_nobody_else_knows_of_webhooks(call: Call, cast: Cast, name: str) -> None:
    path = f"/webhooks/{call('ada', 'POST', '/webhooks', ASKED).content_json['id']}"
    for method, where in (("GET", "/webhooks"), ("POST", "/webhooks"), ("GET", path), ("POST", f"{path}/test")):
        assert (
            call(name, method, where, ASKED if where == "/webhooks" and method == "POST" else None).status_code == 403
        )
