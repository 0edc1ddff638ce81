"""Telephone systems call by HTTP: the token opens, a signature is checked, what cannot be read is kept."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.channels.telephony.commands import change_system, make_system, new_signing, new_token
from dreiklang.channels.telephony.models import Call, Misread, System
from dreiklang.kernel.permissions import system as desk
from dreiklang.tickets.models import Ticket

FORM = "event=newCall&callId=1&from=492214710110&to=4970719900&direction=in"


@pytest.fixture
def made(cast: Cast) -> tuple[System, str]:
    return make_system("Anlage", actor=desk("test"), kind="sipgate", organization=cast.organizations["house"])


def post(client: Client, system: System, query: str = "", body: str | bytes = FORM, **headers: str) -> Any:
    address = reverse("telephony", args=[system.key]) + query
    return client.post(address, body, content_type="application/x-www-form-urlencoded", headers=headers)


def test_a_system_may_show_its_token_in_three_ways(client: Client, made: tuple[System, str]) -> None:
    system, token = made
    first = post(client, system, f"?token={token}")
    assert (first.status_code, first["Content-Type"]) == (200, "application/xml")
    assert f"token={token}" in first.content.decode().replace("&amp;", "&")
    assert post(client, system, Authorization=f"Bearer {token}").status_code == 200
    assert Call.objects.count() == 1


@pytest.mark.parametrize("given", ["", "?token=", "?token=dkt_wrong"])
def test_without_the_token_nothing_is_kept(client: Client, made: tuple[System, str], given: str) -> None:
    assert post(client, made[0], given).status_code == 401
    assert not Call.objects.exists()
    assert not Misread.objects.exists()


def test_an_old_token_and_a_system_switched_off_are_refused(client: Client, made: tuple[System, str]) -> None:
    system, old = made
    _system, fresh = new_token(system, actor=desk("test"))
    assert post(client, system, f"?token={old}").status_code == 401
    change_system(system, actor=desk("test"), is_active=False)
    assert post(client, system, f"?token={fresh}").status_code == 401


def test_a_forged_signature_is_refused(client: Client, made: tuple[System, str]) -> None:
    """Placetel's way, with the example of its description: HMAC-SHA256 over the body, hexadecimal."""
    system, token = made
    _system, secret = new_signing(system, actor=desk("test"))
    right = hmac.new(secret.encode(), FORM.encode(), hashlib.sha256).hexdigest()
    for wrong in ("", "0" * 64, right[:-1] + ("0" if right[-1] != "0" else "1"), "ü"):
        headers = {"X-Placetel-Signature": wrong} if wrong.isascii() and wrong else {}
        assert post(client, system, f"?token={token}", **headers).status_code == 401
    assert post(client, system, f"?token={token}", **{"X-Placetel-Signature": right}).status_code == 200


def test_what_cannot_be_read_is_kept_and_named(client: Client, made: tuple[System, str]) -> None:
    system, token = made
    answer = post(client, system, f"?token={token}", body="event=dtmf&callId=1")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_event")
    kept = Misread.objects.get()
    assert (bytes(kept.raw), kept.where) == (b"event=dtmf&callId=1", "dtmf")
    assert not Ticket.objects.exists()
