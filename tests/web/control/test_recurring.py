"""Series in control: their days are shown before they are saved."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.models import Series

pytestmark = pytest.mark.usefixtures("frozen")
FORM = {
    "subject": "<i>Backup</i>", "text": "Restore one file.", "requester": "rita@klinikum.example", "kind": "request",
    "category": "", "team": "", "impact": "3", "urgency": "3", "interval": "1", "every": "month", "nth": "1",
    "weekdays": ["0"], "month_day": "0", "starts_on": "2026-11-16", "ends_on": "", "at_time": "07:00",
    "shift": "later", "calendar": "", "is_active": "on",
}  # fmt: skip


def browser(cast: Cast, name: str = "ada") -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_the_days_are_shown_first_then_it_is_saved_paused_and_removed(cast: Cast) -> None:
    ada = browser(cast)
    page = ada.post("/control/recurring/new/", {**FORM, "to": "shown"}).content.decode()
    assert "Mo 07.12.2026" in page
    assert "am ersten Montag" in page
    assert not Series.objects.exists()
    assert ada.post("/control/recurring/new/", {**FORM, "to": "kept"}).status_code == 302
    kept = Series.objects.get()
    where = f"/control/recurring/{kept.pk}/"
    assert "&lt;i&gt;Backup" in ada.get("/control/recurring/").content.decode()
    paused = {**FORM, "to": "kept", "version": "1"}
    del paused["is_active"]
    assert ada.post(where, paused).status_code == 302
    assert "ruht" in ada.get("/control/recurring/").content.decode()
    assert ada.post(f"{where}removal/").status_code == 302
    assert "Noch kehrt nichts wieder" in ada.get("/control/recurring/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("requester", "nobody@x.example"), ("starts_on", "x"), ("interval", "0"), ("subject", "")]
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, field: str, value: str) -> None:
    answer = browser(cast).post("/control/recurring/new/", {**FORM, field: value, "to": "kept"})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


@pytest.mark.parametrize("name", ["alan", "max", "rita", "zoe", "victor"])
def test_nobody_else_comes_here(cast: Cast, name: str) -> None:
    assert browser(cast, name).get("/control/recurring/").status_code == 403
    assert browser(cast, name).post("/control/recurring/new/", FORM).status_code == 403
