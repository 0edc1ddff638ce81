"""Brands are kept, and the gate is looked through, by programs as by people."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import Cast
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Incoming
from dreiklang.kernel.permissions import system

STRANGERS = ("rita", "karl", "zoe", "eve", "victor")


def test_a_brand_is_made_changed_and_removed(call: Any, cast: Cast) -> None:
    clinic = cast.organizations["clinic"].pk
    made = call("ada", "POST", "/brands", {"name": "Klinik-IT", "organization_id": clinic, "colour": "#1F6F5C"})
    assert (made.status_code, made.content_json["colour"], made.content_json["has_logo"]) == (201, "#1f6f5c", False)
    path = f"/brands/{made.content_json['id']}"
    assert call("ada", "POST", "/brands", {"name": "Noch eine", "organization_id": clinic}).status_code == 422
    change = {"name": "IT", "signature": "Ihre IT", "version": made.content_json["version"]}
    assert call("ada", "PUT", path, change).content_json["signature"] == "Ihre IT"
    assert call("ada", "PUT", path, change).status_code == 409
    for name in (*STRANGERS, "alan", "max"):
        assert call(name, "GET", "/brands").status_code == 403
        assert call(name, "DELETE", path).status_code == 403
    assert call("ada", "DELETE", path).status_code == 204
    assert call("ada", "GET", path).status_code == 404


@pytest.mark.usefixtures("cast")
def test_what_came_in_is_found_and_tried_again(call: Any, cast: Cast) -> None:
    make_mailbox("desk@haus.example", name="Desk", team=cast.teams["desk"], is_catch_all=True, actor=system("test"))
    outcome = take_in(mail(subject="Drucker ÄRGER"), mailbox="desk@haus.example", actor=system("mail"))
    for words in ("ärger", "klinikum", str(outcome.ticket), f"[#{outcome.ticket}]", "<test-"):
        found = call("ada", "GET", f"/incoming?words={words.replace('#', '%23')}").content_json["items"]
        assert [one["ticket"] for one in found] == [outcome.ticket], words
    assert call("ada", "GET", "/incoming?words=nirgends").content_json["items"] == []
    (one,) = call("ada", "GET", "/incoming?outcome=opened").content_json["items"]
    path = f"/incoming/{one['id']}"
    assert call("ada", "POST", f"{path}/reprocessing").status_code == 409
    Incoming.objects.filter(pk=one["id"]).update(state="quarantined", outcome="quarantined", ticket=None)
    assert call("ada", "POST", f"{path}/dismissal").content_json["state"] == "settled"
    for name in STRANGERS:
        assert call(name, "GET", "/incoming").status_code == 403
        assert call(name, "GET", path).status_code in (403, 404)
