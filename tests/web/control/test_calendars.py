"""Calendars in control: the year, what other hours would do to running promises, customers' own."""

import pytest
from django.test import Client
from django.urls import reverse

from dreiklang.calendars.commands import add_calendar, add_standard
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement, make_usual_agreement
from dreiklang.sla.commands.calendars import give_calendar
from dreiklang.sla.models import Clock
from dreiklang.sla.queries.drafting import Draft
from dreiklang.tickets.commands.opening import open_with_message

pytestmark = pytest.mark.django_db
DESK = system("test")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")


@pytest.fixture
def ada(cast):
    client = Client()
    client.force_login(cast.ada.account)
    return client


@pytest.fixture
def standard(cast, frozen):
    calendar = add_standard(actor=DESK)
    make_usual_agreement(actor=DESK)
    return calendar


def test_a_change_shows_what_becomes_due_when_before_it_is_saved(ada, cast, standard):
    ticket = open_with_message(
        cast.rita, actor=cast.actor("alan"), subject="No network", text="Dark.", impact=2, urgency=2
    )
    page = reverse("control:calendar", args=[standard.pk])
    fields = {"name": "Standard", "timezone": "Europe/Berlin", "region": "", **WEEK, "mon": "08:00-10:00", "version": 2}
    shown = ada.post(page, fields)
    words = shown.content.decode()
    assert shown.status_code == 200
    assert str(ticket.number) in words
    assert "Trotzdem speichern" in words
    assert ServiceCalendar.objects.get(pk=standard.pk).week["mon"] == [["08:00", "17:00"]]
    due = Clock.objects.get(ticket=ticket, metric="first_response").due_at
    mark = shown.context["effect"]["mark"]
    moved = [row for row in shown.context["effect"]["rows"] if row["ticket"] == ticket]
    assert {row["name"] for row in moved} >= {"Erste Antwort", "Lösung", "Anteil von Level 1"}
    assert due == Clock.objects.get(ticket=ticket, metric="first_response").due_at
    assert ada.post(page, {**fields, "seen": "something else"}).status_code == 200
    assert ada.post(page, {**fields, "seen": mark}).status_code == 302
    assert ServiceCalendar.objects.get(pk=standard.pk).week["mon"] == [["08:00", "10:00"]]


def test_what_moves_nothing_is_saved_at_once_and_a_closed_calendar_is_refused(ada, standard):
    page = reverse("control:calendar", args=[standard.pk])
    fields = {
        "name": "Standard",
        "timezone": "Europe/Berlin",
        "region": "",
        **WEEK,
        "extra_days": "2026-12-24 08:00-12:00",
    }
    assert ada.post(page, fields).status_code == 302
    assert ServiceCalendar.objects.get(pk=standard.pk).extra_days == {"2026-12-24": [["08:00", "12:00"]]}
    closed = ada.post(page, {"name": "Standard", "timezone": "Europe/Berlin"})
    assert closed.status_code == 422
    assert "nie geöffnet" in closed.content.decode()
    wrong = ada.post(page, {**fields, "extra_days": "24.12. vormittags"})
    assert wrong.status_code == 422
    assert "24.12. vormittags" in wrong.content.decode()


def test_the_year_names_holidays_and_is_in_the_readers_language(ada, standard):
    calendar = add_calendar("Stuttgart", actor=DESK, region="DE-BW")
    words = ada.get(reverse("control:calendar_year", args=[calendar.pk]) + "?year=2026").content.decode()
    assert "Heilige Drei Könige" in words
    assert "Epiphany" not in words


def test_a_customers_own_calendar_counts_for_nobody_else(ada, cast, standard):
    own = add_calendar("Klinik", actor=DESK)
    clinic = cast.organizations["clinic"]
    give_calendar(own, actor=DESK, organization=clinic)
    draft = Draft(calendar=own, targets=[{"metric": "resolution", "minutes": 60}])
    with pytest.raises(Invalid) as refused:
        make_agreement("Templates", actor=DESK, draft=draft, is_template=True)
    assert "calendar" in refused.value.fields
    make_agreement("Klinik", actor=DESK, draft=draft, organization=clinic)
    with pytest.raises(Invalid) as refused:
        give_calendar(own, actor=DESK, organization=cast.organizations["works"])
    assert "customer" in refused.value.fields
    with pytest.raises(Invalid):
        give_calendar(standard, actor=DESK, organization=clinic)
    assert clinic.name in ada.get(reverse("control:calendars")).content.decode()
    assert (
        ada.post(
            reverse("control:calendar", args=[own.pk]), {"name": "Klinik", "timezone": "Europe/Berlin", **WEEK}
        ).status_code
        == 302
    )
    assert not hasattr(ServiceCalendar.objects.get(pk=own.pk), "customer")


def test_a_calendar_without_an_open_minute_is_named_where_it_is_typed(ada, standard):
    answer = ada.post(reverse("control:new_calendar"), {"name": "Nie offen", "timezone": "Europe/Berlin"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "mon": ["Dieser Kalender ist nie geöffnet; nichts könnte je fällig werden."]
    }
    assert "Nie offen" in answer.content.decode()
    assert not ServiceCalendar.objects.filter(name="Nie offen").exists()
