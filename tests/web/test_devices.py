"""The page of one's devices, for agents and requesters, and the worker that shows what is pushed."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast
from tests.push_service import push_service

from dreiklang.channels.push.models import Device, Push
from dreiklang.channels.push.queries import choice_of
from dreiklang.channels.push.sending import push_due


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_the_worker_is_the_same_for_everybody_and_may_do_little(db: None) -> None:
    answer = Client().get("/sw.js")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"fetch" not in answer.content
    assert b"caches" not in answer.content, "no answer of the desk is kept in a browser"


@pytest.mark.parametrize("name", ["alan", "rita"])
def test_a_device_is_switched_on_tried_and_off_again(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    client = signed_in(cast, name)
    assert "iOS 16.4" in client.get("/devices/").content.decode()
    with push_service() as service:
        made = client.post("/devices/new/", service.subscription(), headers={"User-Agent": "Firefox/1 Android"})
        assert made.status_code == 302
        device = Device.objects.get()
        assert (device.name, device.session_key) == ("Firefox, Android", client.session.session_key)
        shown = client.get("/devices/").content.decode()
        assert "Firefox, Android" in shown
        assert device.endpoint not in shown
        assert client.post(f"/devices/{device.pk}/trial/").status_code == 302
        assert push_due() == 1
        assert "Gerät" in service.shown()[0]["body"]
    assert signed_in(cast, "zoe").post(f"/devices/{device.pk}/removal/").status_code == 404
    assert client.post(f"/devices/{device.pk}/removal/").status_code == 302
    assert not Device.objects.exists()
    assert not Push.objects.exists()


def test_what_cannot_be_is_told_and_what_was_typed_stays(cast: Cast) -> None:
    client = signed_in(cast, "alan")
    wrong = client.post("/devices/", {"quiet_from": "25:00", "quiet_until": "06:00", "kinds": ["replied"]})
    assert wrong.status_code == 422
    assert 'value="25:00"' in wrong.content.decode()
    assert client.post("/devices/", {"quiet_from": "22:00", "kinds": ["replied"]}).status_code == 422
    assert client.post("/devices/new/", {"endpoint": "http://10.0.0.1/", "key": "x", "auth": ""}).status_code == 422
    right = {"quiet_from": "22:00", "quiet_until": "06:00", "kinds": ["replied", "nonsense"], "with_words": "on"}
    assert client.post("/devices/", right).status_code == 302
    account = type(cast.alan.account).objects.get(pk=cast.alan.account_id)
    choice = choice_of(account)
    assert (choice.kinds, choice.quiet_from, choice.with_words) == ({"replied"}, "22:00", True)


def test_whoever_signs_out_is_told_nothing_there_any_more(cast: Cast) -> None:
    client = signed_in(cast, "alan")
    with push_service() as service:
        client.post("/devices/new/", service.subscription())
    client.post("/sign-in/out/")
    assert Device.objects.get().ended_because == "signed_out"
    assert "dort wurde abgemeldet" in signed_in(cast, "alan").get("/devices/").content.decode()
