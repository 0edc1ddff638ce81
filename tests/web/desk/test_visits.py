"""Appointments on the ticket page, and the address of one's own calendar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.tickets.models import Ticket, Visit

Browser = Callable[[str], Client]
FRAGMENT = {"HTTP_HX_REQUEST": "true"}
TYPED = {
    "purpose": "Drucker ansehen", "place": "4B", "tools": "Zange", "starts": "2027-01-14T09:00",
    "ends": "2027-01-14T10:00", "person": "", "told": "on", "text": "",
}  # fmt: skip


def test_an_appointment_is_planned_moved_and_called_off(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    alan, base = browser("alan"), f"/desk/tickets/{ticket.number}"
    assert alan.get(f"{base}/visits/", **FRAGMENT).status_code == 200
    wrong = alan.post(f"{base}/visits/", {**TYPED, "ends": "bald"}, **FRAGMENT)
    assert wrong.status_code == 422
    assert "Drucker ansehen" in wrong.content.decode()
    assert alan.post(f"{base}/visits/", {**TYPED, "person": cast.alan.pk}, **FRAGMENT).status_code == 204
    visit = Visit.objects.get()
    assert "Drucker ansehen" in alan.get(f"{base}/panels/visits/").content.decode()
    assert "14. Januar 2027" in alan.get(f"{base}/entries/").content.decode()
    for path in ("", "completion/", "cancellation/"):
        assert alan.get(f"/desk/visits/{visit.pk}/{path}", **FRAGMENT).status_code == 200
    moved = {**TYPED, "person": cast.alan.pk, "starts": "2027-01-14T09:30"}
    assert alan.post(f"/desk/visits/{visit.pk}/", moved, **FRAGMENT).status_code == 204
    off = {"told": "on", "text": ""}
    assert alan.post(f"/desk/visits/{visit.pk}/cancellation/", off, **FRAGMENT).status_code == 204
    assert Visit.objects.get().cancelled_at


def test_an_appointment_took_place(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    alan.post(f"/desk/tickets/{ticket.number}/visits/", {**TYPED, "told": ""}, **FRAGMENT)
    visit = Visit.objects.get()
    wrong = alan.post(f"/desk/visits/{visit.pk}/completion/", {"result": "Läuft", "minutes": "lang"}, **FRAGMENT)
    assert wrong.status_code == 422
    done = alan.post(f"/desk/visits/{visit.pk}/completion/", {"result": "Läuft", "minutes": "40"}, **FRAGMENT)
    assert done.status_code == 204
    assert alan.get(f"/desk/tickets/{ticket.number}/staff/").status_code == 200


def test_the_address_of_the_calendar_is_shown_once_and_read_without_signing_in(browser: Browser, cast: Cast) -> None:
    berta = browser("berta")
    page = berta.post("/desk/preferences/calendar/", {"deed": "make"}).content.decode()
    address = page[page.index("/t/calendar/") :].split("<")[0]
    assert "/t/calendar/" not in berta.get("/desk/preferences/calendar/").content.decode()
    answer = Client().get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.startswith(b"BEGIN:VCALENDAR")
    berta.post("/desk/preferences/calendar/", {"deed": "end"})
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("name", ["rita", "zoe", "eve", "victor"])
def test_p27_nobody_outside_reaches_appointments(browser: Browser, ticket: Ticket, name: str) -> None:
    browser("alan").post(f"/desk/tickets/{ticket.number}/visits/", {**TYPED, "told": ""}, **FRAGMENT)
    visit, client = Visit.objects.get(), browser(name)
    for path in ("", "completion/", "cancellation/"):
        assert client.get(f"/desk/visits/{visit.pk}/{path}").status_code in (403, 404)
    assert client.get(f"/desk/tickets/{ticket.number}/panels/visits/").status_code in (403, 404)
