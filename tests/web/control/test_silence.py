"""Plans for silence: tried before they are saved, saved, changed, removed; for administrators only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.models import Reminder, SilencePlan, Ticket

FORM = {"customer": "", "category": "", "remind_after": "2", "times": "1", "close_after": "3", "is_active": "on"}


@pytest.fixture(autouse=True)
def _frozen(frozen) -> None:
    """A Monday morning: a working day whenever this runs."""


@pytest.fixture
def waiting(cast: Cast) -> Ticket:
    with clock.standing_at(clock.now() - timedelta(days=9)):
        ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="<b>Drucker</b>", channel="phone")
        return pause(ticket, actor=cast.actor("alan"), reason="requester")


def browser(cast: Cast, name: str = "ada") -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_it_is_tried_before_anybody_gets_a_mail(cast: Cast, waiting: Ticket) -> None:
    page = browser(cast).post("/control/silence/new/", {**FORM, "to": "tried"}).content.decode()
    assert "1 Ticket würde heute" in page
    assert str(waiting.number) in page
    assert "<b>Drucker</b>" not in page
    assert "schließt am 19.11.2026" in page
    assert not SilencePlan.objects.exists()
    assert not Reminder.objects.exists()


def test_it_is_saved_changed_and_removed(cast: Cast, waiting: Ticket) -> None:
    ada = browser(cast)
    assert ada.post("/control/silence/new/", {**FORM, "to": "kept"}).status_code == 302
    plan = SilencePlan.objects.get()
    assert "schließt am 19.11.2026" in ada.get("/control/silence/?today").content.decode()
    where = f"/control/silence/{plan.pk}/"
    assert ada.post(where, {**FORM, "times": "2", "version": "1", "to": "kept"}).status_code == 302
    stale = ada.post(where, {**FORM, "times": "3", "version": "1", "to": "kept"})
    assert stale.status_code == 422
    assert ada.post(f"{where}removal/").status_code == 302
    assert not SilencePlan.objects.exists()
    assert "Noch wird niemand erinnert" in ada.get("/control/silence/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("remind_after", "0"), ("times", "9"), ("close_after", "-1"), ("remind_after", "x")]
)
def test_what_cannot_be_is_refused_at_its_field_and_stays_typed(cast: Cast, field: str, value: str) -> None:
    answer = browser(cast).post("/control/silence/new/", {**FORM, field: value, "to": "kept"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in page
    assert f'value="{value}"' in page


def test_two_plans_for_the_same_are_refused(cast: Cast) -> None:
    ada = browser(cast)
    ada.post("/control/silence/new/", {**FORM, "to": "kept"})
    assert ada.post("/control/silence/new/", {**FORM, "to": "kept"}).status_code == 422
    assert SilencePlan.objects.count() == 1


@pytest.mark.parametrize("name", ["alan", "max", "eve", "victor", "rita", "zoe"])
def test_nobody_else_comes_here(cast: Cast, name: str) -> None:
    client = browser(cast, name)
    assert client.get("/control/silence/").status_code == 403
    assert client.post("/control/silence/new/", {**FORM, "to": "kept"}).status_code == 403
    assert client.post("/control/silence/1/removal/").status_code == 403
