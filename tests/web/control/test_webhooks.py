"""Webhooks are kept in control: made, tried, changed, looked at, sent again, removed; by administrators alone."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.channels.webhooks import sending
from dreiklang.channels.webhooks.calling import Answer
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.tickets.commands.opening import open_ticket

MADE = {"name": "Chat", "url": "https://chat.example/hook", "events": ["ticket.opened"], "is_active": "on"}


@pytest.fixture
def ada(client: Client, cast: Cast) -> Client:
    account = cast.ada.account
    account.language = "en"
    account.save()
    client.force_login(account)
    return client


def test_a_webhook_from_its_making_to_its_end(ada: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ada.post(reverse("control:new_webhook"), MADE)
    hook = Hook.objects.get()
    assert re.findall(r"whsec_[\w+/=]+", made.content.decode()) == [hook.secret]
    monkeypatch.setattr(sending, "call", lambda _hook, _delivery: Answer(503, "<b>busy</b>", "refused"))
    open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker")
    ada.post(reverse("control:webhook_test", args=[hook.pk]))
    while sending.send_due():
        continue
    page = ada.get(reverse("control:webhook", args=[hook.pk])).content.decode()
    assert hook.secret not in page
    assert "503" in page
    delivery = Delivery.objects.get(code="ticket.opened")
    shown = ada.get(reverse("control:webhook_delivery", args=[hook.pk, delivery.pk])).content.decode()
    assert "&lt;b&gt;busy" in shown
    assert "Drucker" in shown
    ada.post(reverse("control:webhook_repetition", args=[hook.pk, delivery.pk]))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("waiting", 0)
    changed = {**MADE, "name": "Chat 2", "version": hook.version, "is_active": ""}
    assert ada.post(reverse("control:webhook", args=[hook.pk]), changed).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.is_active) == ("Chat 2", False)
    fresh = ada.post(reverse("control:webhook_secret", args=[hook.pk])).content.decode()
    hook.refresh_from_db()
    assert hook.secret in fresh
    assert "Chat 2" in ada.get(reverse("control:webhooks")).content.decode()
    ada.post(reverse("control:webhook_removal", args=[hook.pk]))
    assert not Hook.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://127.0.0.1/x"}, "inside your network"),
        ({"events": ["note.written"]}, "News from inside"),
        ({"conditions": "team:gibtsnicht"}, "gibtsnicht"),
        ({"name": ""}, "required"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_stays(ada: Client, wrong: dict[str, object], said: str) -> None:
    answer = ada.post(reverse("control:new_webhook"), MADE | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "https://chat.example/hook" in answer.content.decode() or "url" in wrong


@pytest.mark.parametrize("name", ["alan", "max", "rita", "zoe", "eve"])
def test_p27_nobody_else_sees_what_programs_are_told(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.persons[name].account)
    for route in ("control:webhooks", "control:new_webhook"):
        assert client.get(reverse(route)).status_code == 403
