"""Programs that watch call by HTTP: the token opens, what is said is kept before it is read (P12)."""

from __future__ import annotations

import base64
import json

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.channels.monitoring.commands import change_source, make_source, new_signing, new_token
from dreiklang.channels.monitoring.models import Alert, Call
from dreiklang.channels.monitoring.rules.signatures import signature
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket

BODY = json.dumps({"title": "disk", "state": "firing"})


@pytest.fixture
def made(cast: Cast):
    return make_source("Wacht", actor=system("test"), kind="generic", organization=cast.organizations["clinic"])


def post(client: Client, source, token: str, body: str | bytes = BODY, **headers: str):
    sent = {"Authorization": f"Bearer {token}", **headers}
    return client.post(reverse("monitoring", args=[source.key]), body, content_type="application/json", headers=sent)


def test_a_call_with_its_token_opens_a_ticket(client, made):
    answer = post(client, *made)
    assert (answer.status_code, answer.json()["signals"]) == (200, 1)
    assert Ticket.objects.get().subject == "disk"


def test_a_token_as_the_password_of_basic_will_do(client, made):
    source, token = made
    basic = base64.b64encode(f"any:{token}".encode()).decode()
    assert post(client, source, token, Authorization=f"Basic {basic}").status_code == 200


@pytest.mark.parametrize("how", ["", "Bearer ", "Bearer dkm_wrong", "Basic !!", "Basic " + "x" * 5000, "Bearer ü"])
def test_without_the_token_nothing_is_kept(client, made, how):
    source, _token = made
    assert post(client, source, "", Authorization=how).status_code == 401
    assert not Call.objects.exists()


def test_an_unknown_address_and_a_switched_off_source_look_alike(client, made):
    source, token = made
    first = client.post("/api/monitoring/none/", BODY, content_type="application/json")
    change_source(source, actor=system("test"), is_active=False)
    second = post(client, source, token)
    assert (first.status_code, first.content) == (second.status_code, second.content)


def test_an_old_token_is_refused_at_once(client, made):
    source, token = made
    _source, fresh = new_token(source, actor=system("test"))
    assert post(client, source, token).status_code == 401
    assert post(client, source, fresh).status_code == 200


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b'{"title": "\\ud800", "state": "\\u0000"}', b"1"])
def test_what_cannot_be_read_is_kept_and_said(client, made, body):
    answer = post(client, *made, body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert bytes(Call.objects.get().raw) == body


def test_a_call_that_is_too_large_is_refused(client, made):
    assert post(client, *made, b" " * 2_000_001).status_code == 413


def test_p12_a_signature_is_demanded_and_its_time_counts(client, made):
    source, token = made
    source, secret = new_signing(source, actor=system("test"))
    stamp = str(int(clock.now().timestamp()))
    signed = {"webhook-id": "one", "webhook-timestamp": stamp}
    good = signature(secret, "one", stamp, BODY.encode())
    assert post(client, source, token).status_code == 401
    assert post(client, source, token, **signed, **{"webhook-signature": "v1,AAAA"}).status_code == 401
    assert post(client, source, token, **signed, **{"webhook-signature": good}).status_code == 200
    assert post(client, source, token, **signed, **{"webhook-signature": good}).status_code == 200
    assert Alert.objects.get().told == 1
    late = str(int(stamp) - 400)
    old = {"webhook-id": "two", "webhook-timestamp": late,
           "webhook-signature": signature(secret, "two", late, BODY.encode())}  # fmt: skip
    assert post(client, source, token, **old).status_code == 401


def test_only_post_is_an_answer(client, made):
    assert client.get(reverse("monitoring", args=[made[0].key])).status_code == 405
