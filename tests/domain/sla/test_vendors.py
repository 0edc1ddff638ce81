"""Underpinning contracts: the vendor's clock from the question to the answer, reminders, case number, who may know."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement
from dreiklang.sla.commands.vendors import keep_vendor_waits, note_case_number, remind_of_vendor
from dreiklang.sla.models import VendorWait
from dreiklang.sla.queries import drafting
from dreiklang.sla.queries.vendors import reminders_due, waits_visible_to
from dreiklang.tickets.commands.corresponding import (
    receive_from_third_party,
    withdraw_correspondence,
    write_to_third_party,
)
from dreiklang.tickets.models import Draft
from dreiklang.tickets.queries.search import search_tickets

pytestmark = pytest.mark.django_db
MONDAY_NINE = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@pytest.fixture
def contract(cast, promised):
    draft = drafting.Draft(
        calendar=ServiceCalendar.objects.get(), targets=[{"metric": "first_response", "minutes": 240}],
        ladder=[{"after_minutes": 120, "contact": "Hotline 0800"}],
    )  # fmt: skip
    return make_agreement(
        "Wartung", actor=system("test"), kind="underpinning", organization=cast.organizations["maker"], draft=draft,
        contacts="Hotline 0800\nportal.hersteller.example",
    )  # fmt: skip


def ask(ticket, cast):
    return write_to_third_party(
        ticket, actor=cast.actor("alan"), party_name="Support", party_address="support@hersteller.example", text="Why?"
    )


def test_a_vendor_owes_an_answer_by_contract_and_own_staff_is_reminded_once_a_rung(cast, contract, ticket):
    ask(ticket, cast)
    wait = VendorWait.objects.get()
    assert (wait.asked_at, wait.due_at) == (MONDAY_NINE, MONDAY_NINE + timedelta(hours=4))
    assert reminders_due(MONDAY_NINE + timedelta(hours=1)) == []
    with clock.standing_at(MONDAY_NINE + timedelta(hours=2)):
        remind_of_vendor(wait.pk, actor=system("schedule"))
        with pytest.raises(WrongState):
            remind_of_vendor(wait.pk, actor=system("schedule"))
    assert VendorWait.objects.get().next_reminder_at == wait.due_at
    assert Notification.objects.filter(kind="vendor_silent").exists()
    with clock.standing_at(MONDAY_NINE + timedelta(hours=5)):
        receive_from_third_party(
            ticket, actor=system("mail"), party_name="Support", party_address="other@hersteller.example", text="So."
        )
    wait = VendorWait.objects.get()
    assert (wait.ended_at, wait.was_answered, wait.next_reminder_at) == (MONDAY_NINE + timedelta(hours=5), True, None)
    keep_vendor_waits(ticket.pk)
    assert VendorWait.objects.count() == 1


def test_what_was_called_back_was_never_asked(cast, contract, ticket):
    withdraw_correspondence(ask(ticket, cast), actor=cast.actor("alan"))
    assert not VendorWait.objects.exists()


def test_the_case_number_is_found_and_stays_inside(cast, contract, ticket):
    ask(ticket, cast)
    note_case_number(ticket, actor=cast.actor("alan"), vendor_id=cast.organizations["maker"].pk, reference="HX-778812")
    for name, sees in (("alan", 1), ("berta", 1), ("rita", 0), ("eve", 0), ("zoe", 0)):
        assert waits_visible_to(cast.actor(name), ticket).count() == sees, name
    words = {name: len(search_tickets("HX-778812", actor=cast.actor(name)).tickets) for name in ("alan", "rita", "zoe")}
    assert words == {"alan": 1, "rita": 0, "zoe": 0}


def test_the_panel_shows_it_and_prepares_a_letter(cast, contract, ticket):
    ask(ticket, cast)
    vendor = cast.organizations["maker"].pk
    client = Client()
    client.force_login(cast.alan.account)
    panel = client.get(reverse("desk:panel", args=[ticket.number, "vendors"])).content.decode()
    assert "Hersteller AG" in panel
    assert "portal.hersteller.example" in panel
    assert "13:00" in panel
    assert client.post(reverse("desk:vendor_reminder", args=[ticket.number, vendor])).status_code == 302
    assert "noch keine Antwort erhalten" in Draft.objects.get(place="third").content["text"]
    written = client.get(reverse("desk:composer", args=[ticket.number])).content.decode()
    assert "noch keine Antwort erhalten" in written
    assert 'value="support@hersteller.example"' in written
    assert (
        client.post(reverse("desk:vendor_case", args=[ticket.number, vendor]), {"reference": "HX-1"}).status_code == 302
    )
    assert VendorWait.objects.get().reference == "HX-1"
    outside = Client()
    outside.force_login(cast.eve.account)
    assert outside.get(reverse("desk:panel", args=[ticket.number, "vendors"])).status_code == 404


def test_the_case_number_in_a_vendors_letter_stands_at_its_clock(cast, contract, ticket):
    def answer(subject):
        receive_from_third_party(
            ticket, actor=system("mail"), party_name="Support", party_address="support@hersteller.example",
            subject=subject, text="Wir sehen es uns an.",
        )  # fmt: skip

    ask(ticket, cast)
    answer(f"Re: [#{ticket.number}] No network – Ihr Vorgang Nr. HW-2026/0815")
    assert VendorWait.objects.get().reference == "HW-2026/0815"
    assert [t.pk for t in search_tickets("HW-2026", actor=cast.actor("alan")).tickets] == [ticket.pk]
    note_case_number(ticket, actor=cast.actor("alan"), vendor_id=cast.organizations["maker"].pk, reference="A-1")
    with clock.standing_at(MONDAY_NINE + timedelta(hours=1)):
        ask(ticket, cast)
        answer("Case 4712345678")
    assert [wait.reference for wait in VendorWait.objects.order_by("pk")] == ["A-1", "A-1"], "a person's word stays"
