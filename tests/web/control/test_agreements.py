"""Agreements in control: made, previewed, changed from a day on, refused at the field; closed to everybody else."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dreiklang.assets.commands.items import make_service
from dreiklang.calendars.commands import add_standard
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement, make_usual_agreement
from dreiklang.sla.models import Agreement, Clock
from dreiklang.sla.queries.drafting import Draft, place_of_target
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.commands.opening import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast):
    client = Client()
    client.force_login(cast.ada.account)
    return client


@pytest.fixture
def usual(cast, frozen):
    add_standard(actor=system("test"))
    return make_usual_agreement(actor=system("test"))


def fields(usual, cast, **more):
    calendar = usual.versions.get().calendar_id
    return {
        "name": "Klinik Gold", "organization": cast.organizations["clinic"].pk, "calendar": calendar,
        "warn_percent": 75, "from_date": "2026-11-16", "contingent_period": "month", "currency": "EUR",
        "target-resolution-2": "4:00", "target-first_response-2": "0:30", "pauses": ["requester"],
        "share-1": "40", "share-2": "60", **more,
    }  # fmt: skip


def made(ada, usual, cast, **more):
    answer = ada.post(reverse("control:new_agreement") + "?kind=sla", fields(usual, cast, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Agreement.objects.get(name="Klinik Gold")


def test_an_agreement_is_made_and_holds(ada, usual, cast):
    agreement = made(ada, usual, cast)
    version = agreement.versions.get()
    assert {"metric": "resolution", "priority": 2, "minutes": 240} in version.targets
    assert version.shares == [{"level": 1, "percent": 40}, {"level": 2, "percent": 60}]
    assert ada.get(reverse("control:agreements")).status_code == 200


def test_the_preview_says_when_it_would_be_due_and_why(ada, usual, cast):
    sent = fields(usual, cast, preview_at="2026-11-20T16:30")
    shown = ada.post(reverse("control:new_agreement") + "?kind=sla&preview", sent).content.decode()
    assert 'method="post" action="?kind=sla&amp;"' in shown  # where saving saves: here it would only be shown again
    assert "Mo, 11:30" in shown  # four hours: half an hour on Friday, the rest from Monday eight o'clock
    assert not Agreement.objects.filter(name="Klinik Gold").exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"target-resolution-2": "0:00"}, "Mehr als nichts"),
        ({"share-1": "60"}, "Mehr als 100"),
        ({"target-resolution-2": "soon"}, "Stunden"),
        ({"target-resolution-2": "", "target-first_response-2": ""}, "mindestens eine Sache"),
    ],
)
def test_what_cannot_be_promised_is_named_and_what_was_typed_stays(ada, usual, cast, sent, words):
    answer = ada.post(reverse("control:new_agreement") + "?kind=sla", fields(usual, cast, **sent))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert "Klinik Gold" in shown


def test_a_second_contract_for_the_same_days_is_refused(ada, usual, cast):
    made(ada, usual, cast)
    answer = ada.post(reverse("control:new_agreement") + "?kind=sla", fields(usual, cast, name="Zweiter"))
    assert answer.status_code == 422
    assert "Klinik Gold" in answer.content.decode()


def test_until_something_was_promised_it_is_corrected_afterwards_it_holds_from_a_day(ada, usual, cast):
    agreement = made(ada, usual, cast)
    address = reverse("control:agreement", args=[agreement.pk])
    sent = fields(usual, cast, **{"target-resolution-2": "6:00"})
    del sent["organization"], sent["from_date"]
    assert ada.post(address, sent).status_code == 302
    assert agreement.versions.get().targets[-1]["minutes"] == 360
    open_ticket(cast.rita, actor=system("test"), subject="x", impact=2, urgency=1)
    day = date(2026, 11, 16) + timedelta(days=3)
    assert ada.post(address, {**sent, "target-resolution-2": "5:00", "from_date": day.isoformat()}).status_code == 302
    first, second = agreement.versions.order_by("number")
    assert (first.validity.upper, second.validity.lower) == (day, day)
    assert ada.post(reverse("control:agreement_version", args=[agreement.pk, second.pk])).status_code == 302
    assert agreement.versions.get().validity.upper is None


def test_it_ends_and_is_tailored(ada, usual, cast):
    agreement = made(ada, usual, cast)
    ada.post(reverse("control:agreement_end", args=[agreement.pk]), {"last_date": "2026-12-31"})
    assert agreement.versions.get().validity.upper == date(2027, 1, 1)
    answer = ada.post(
        reverse("control:agreement_copies", args=[agreement.pk]),
        {"name": "Werk Gold", "organization": cast.organizations["works"].pk},
    )
    assert answer.status_code == 302
    assert Agreement.objects.get(name="Werk Gold").origin == agreement


def test_the_other_kinds_are_made(ada, usual, cast):
    calendar = usual.versions.get().calendar_id
    sent = {"name": "Netz intern", "level": 3, "calendar": calendar, "warn_percent": 75, "share-3": "30"}
    address = reverse("control:new_agreement")
    assert ada.post(f"{address}?kind=ola", {**sent, "from_date": "2026-11-16"}).status_code == 302
    bought = {
        "name": "Hersteller", "organization": cast.organizations["maker"].pk, "calendar": calendar, "warn_percent": 75,
        "from_date": "2026-11-16", "contingent_period": "year", "currency": "EUR", "target-resolution-1": "8",
        "ladder": "4:00 Hotline +49 30 1\n8:00 Account manager",
    }  # fmt: skip
    assert ada.post(f"{address}?kind=underpinning", bought).status_code == 302
    assert Agreement.objects.get(name="Hersteller").versions.get().ladder[0] == {
        "after_minutes": 240, "contact": "Hotline +49 30 1",
    }  # fmt: skip
    for agreement in Agreement.objects.all():
        assert ada.get(reverse("control:agreement", args=[agreement.pk])).status_code == 200


def test_the_editor_keeps_what_is_said_for_kinds_and_in_minutes(ada, usual, cast):
    draft = Draft(
        calendar=usual.versions.get().calendar, shares=[{"level": 1, "minutes": 90}, {"level": 2, "percent": 33.5}],
        targets=[
            {"metric": "resolution", "minutes": 480}, {"metric": "resolution", "priority": 1, "minutes": 90.5},
            {"metric": "resolution", "kind": "request", "minutes": 2400},
            {"metric": "first_response", "priority": 2, "kind": "question", "minutes": 30},
        ],
    )  # fmt: skip
    agreement = make_agreement("Genau", actor=system("test"), draft=draft, organization=cast.organizations["clinic"])
    page = reverse("control:agreement", args=[agreement.pk])
    form = ada.get(page).context["form"]
    sent = {name: value for name, value in ((f.html_name, f.value()) for f in form) if value not in (None, "", [])}
    assert ada.post(page, {**sent, "warn_percent": 60, "target-update-0-question": "8"}).status_code == 302
    kept = agreement.versions.get()
    assert kept.warn_percent == 60
    by_place = {place_of_target(target): target["minutes"] for target in kept.targets}
    assert by_place == {
        "target-resolution-0": 480, "target-resolution-1": 90.5, "target-resolution-0-request": 2400,
        "target-first_response-2-question": 30, "target-update-0-question": 480,
    }  # fmt: skip
    assert kept.shares == [{"level": 1, "minutes": 90}, {"level": 2, "percent": 33.5}]


def test_what_is_wrong_below_keeps_what_was_typed(ada, usual, cast):
    agreement = made(ada, usual, cast)
    ended = ada.post(reverse("control:agreement_end", args=[agreement.pk]), {"last_date": "2020-01-01"})
    assert ended.status_code == 422
    assert 'value="2020-01-01"' in ended.content.decode()
    copied = ada.post(reverse("control:agreement_copies", args=[agreement.pk]), {"name": "Nur ein Name"})
    assert copied.status_code == 422
    assert "Nur ein Name" in copied.content.decode()


def test_faults_stand_where_they_are_typed(ada, usual, cast):
    new = reverse("control:new_agreement") + "?kind=sla"
    over = ada.post(new, fields(usual, cast, **{"share-1": "70", "share-2": "70"}))
    assert (over.status_code, "share-1" in over.context["form"].errors) == (422, True)
    zero = ada.post(new, fields(usual, cast, **{"target-resolution-0-request": "0"}))
    assert "target-resolution-0-request" in zero.context["form"].errors
    both = ada.post(new, fields(usual, cast, **{"share-1-hours": "2"}))
    assert "share-1-hours" in both.context["form"].errors
    nothing = {k: v for k, v in fields(usual, cast).items() if not k.startswith("target")}
    assert "target-first_response-1" in ada.post(new, nothing).context["form"].errors


def test_a_change_says_what_was_due_so_far(ada, usual, cast):
    agreement = made(ada, usual, cast)
    page = reverse("control:agreement", args=[agreement.pk])
    form = ada.get(page).context["form"]
    sent = {name: value for name, value in ((f.html_name, f.value()) for f in form) if value not in (None, "", [])}
    shown = ada.post(page + "?preview", {**sent, "preview_at": "2026-11-20T16:30", "target-resolution-2": "6:00"})
    row = next(r for r in shown.context["preview"]["rows"] if r["priority"] == 2 and r["name"] == "Lösung")
    assert (row["due"], row["so_far"]) == ("Mo, 13:30", "Mo, 11:30")


def test_an_agreement_may_hold_for_a_service_alone(ada, usual, cast):
    item = make_service("Labor", actor=cast.actor("ada"), uses={cast.organizations["clinic"].pk: 5})
    agreement = made(ada, usual, cast, services=[item.pk], **{"target-resolution-0": "1:00"})
    assert list(agreement.versions.get().services.all()) == [item]
    about_it, other = (
        open_ticket(cast.rita, actor=cast.actor("alan"), subject="Langsam", impact=3, urgency=3, service=service)
        for service in (item, None)
    )
    clocks = Clock.objects.filter(metric="resolution", level=0).select_related("version")
    assert clocks.get(ticket=about_it).version.agreement_id == agreement.pk
    assert clocks.get(ticket=other).version.agreement_id == usual.pk
    named = name_service(other, actor=cast.actor("alan"), service=item)
    assert clocks.get(ticket=named).version.agreement_id == agreement.pk
