"""Erasing a person on their page, after a look; how long words are kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.exchange.models import Erasure, Retention
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import close, resolve


@pytest.fixture
def ada(cast: Cast, settings: Any, tmp_path: Any) -> Client:
    settings.HOME = tmp_path
    client = Client()
    assert cast.ada.account is not None
    client.force_login(cast.ada.account)
    return client


def test_p45_one_sees_first_what_goes_and_what_stands_against_it(ada: Client, cast: Cast) -> None:
    path = f"/control/persons/{cast.rita.pk}/erasure/"
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="Drucker", channel="mail")
    page = ada.get(path).content.decode()
    assert "Was dagegen spricht" in page
    assert str(ticket.number) in page
    refused = ada.post(path, {"is_meant": "on"})
    assert (refused.status_code, Erasure.objects.exists()) == (422, False)
    close(resolve(ticket, actor=cast.actor("alan"), text="Es druckt.").ticket, actor=cast.actor("alan"))
    assert "is_meant" in ada.get(path).content.decode()
    assert not ada.post(path, {}).headers.get("Location")
    assert ada.post(path, {"is_meant": "on"}).status_code == 302
    assert "wird gerade gelöscht" in ada.get(path).content.decode()
    work_off()
    page = ada.get(path).content.decode()
    assert "ist gelöscht" in page
    assert "Rita" not in page
    assert ada.get(f"/control/persons/{cast.rita.pk}/").headers["Location"] == path
    assert ada.post(f"/control/persons/{cast.rita.pk}/activity/", {"to": "active"}).headers["Location"] == path
    cast.rita.refresh_from_db()
    assert not cast.rita.is_active


def test_p45_retention_is_set_and_removed_and_asks_the_same_number_of_questions(
    ada: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    assert "unbegrenzt" in ada.get("/control/retention/").content.decode()
    for team in (cast.teams["desk"].pk, cast.teams["network"].pk, ""):
        assert ada.post("/control/retention/", {"team": team, "months": "12"}).status_code == 302
    assert "months" in ada.post("/control/retention/", {"team": "", "months": "x"}).content.decode()
    with django_assert_max_num_queries(14):
        page = ada.get("/control/retention/").content.decode()
    assert "0 Tickets sind fällig" in page
    kept = Retention.objects.order_by("pk")[0]
    assert ada.post(f"/control/retention/{kept.pk}/removal/").status_code == 302
    assert Retention.objects.count() == 2
