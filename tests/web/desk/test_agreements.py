"""Promises kept and missed: the same figures for the desk and the customer, each within their own sight."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.conftest import MONDAY_MORNING

from dreiklang.calendars.commands import add_standard
from dreiklang.calendars.queries import default_calendar
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_agreement, make_usual_agreement, revise
from dreiklang.sla.jobs import sweep
from dreiklang.sla.queries.drafting import Draft
from dreiklang.sla.queries.record import clocks_in, missed_of, tallies
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.resolution import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(cast, frozen):
    add_standard(actor=system("test"))
    make_usual_agreement(actor=system("test"))
    draft = Draft(
        calendar=default_calendar(), targets=[{"metric": "resolution", "minutes": 60}],
        shares=[{"level": 1, "percent": 50}], contingent_hours=Decimal(1), hourly_rate=Decimal(90),
    )  # fmt: skip
    return make_agreement("Gold", actor=system("test"), draft=draft, organization=cast.organizations["clinic"])


@pytest.fixture
def played(clinic, cast):
    """One kept, one missed, one of another customer."""
    alan = cast.actor("alan")
    kept = open_with_message(cast.rita, actor=alan, subject="Kept", text="x")
    missed = open_with_message(cast.rita, actor=alan, subject="Missed", text="x")
    open_with_message(cast.zoe, actor=alan, subject="Elsewhere", text="x")
    log_intervention(missed, actor=alan, text="Looked", minutes=150)
    with clock.standing_at(MONDAY_MORNING + timedelta(minutes=20)):
        resolve(kept, actor=alan, text="Done.")
    with clock.standing_at(MONDAY_MORNING + timedelta(minutes=90)):
        sweep(0)
        resolve(missed, actor=alan, text="Done.")
    return missed


def test_the_figures_add_up_to_the_tickets_behind_them(played, clinic, cast):
    first = MONDAY_MORNING.date().replace(day=1)
    clocks = clocks_in(clinic, first, first.replace(month=12), actor=cast.actor("alan"))
    found = tallies(clocks)
    assert [(t.metric, t.level, t.kept, t.missed, t.open) for t in found] == [
        ("resolution", 0, 1, 1, 0), ("resolution", 1, 1, 1, 0),
    ]  # fmt: skip
    assert sum(t.missed for t in found) == len(missed_of(clocks))
    assert sum(t.kept + t.missed + t.open for t in found) == clocks.count()


def test_the_desk_reads_it_by_month(played, clinic, browser):
    shown = browser("alan").get(reverse("desk:agreement", args=[clinic.pk]), {"month": "2026-11"}).content.decode()
    assert "Missed" in shown
    assert "50 %" in shown
    empty = browser("alan").get(reverse("desk:agreement", args=[clinic.pk]), {"month": "2026-10"}).content.decode()
    assert "In diesem Monat wurde nichts fällig" in empty
    for odd in ("9999-12", "0001-01", "soon"):  # before and after all calendars: the present month
        page = browser("alan").get(reverse("desk:agreement", args=[clinic.pk]), {"month": odd})
        assert page.context["month"] == "2026-11"


def test_the_customers_contact_reads_it_without_the_levels(played, clinic, browser):
    shown = browser("karl").get(reverse("portal:agreement", args=[clinic.pk]), {"month": "2026-11"}).content.decode()
    assert "Missed" in shown
    for words in ("Anteil von Level", "Service Desk", "Elsewhere"):
        assert words not in shown


def test_every_figure_opens_the_list_it_counts_and_the_cost_is_said(played, clinic, cast, browser):
    for who, page in (("alan", "desk:agreement"), ("karl", "portal:agreement")):
        client, address = browser(who), reverse(page, args=[clinic.pk])
        shown = client.get(address, {"month": "2026-11"}).context
        for _name, tally, key in shown["tallies"]:
            for fate in ("kept", "missed", "open"):
                listed = client.get(address, {"month": "2026-11", "figure": f"{key}-{fate}"}).context
                assert len(listed["behind"]) == listed["behind_count"] == getattr(tally, fate), (who, key, fate)
        assert (shown["hours"].worked, shown["hours"].amount) == (Decimal("2.50"), Decimal("135.00"))
    words = browser("karl").get(reverse("portal:agreement", args=[clinic.pk]), {"month": "2026-11"}).content.decode()
    assert "1:30 h von 1:00 h" in words
    assert browser("karl").get(address, {"figure": "resolution-9-kept"}).context["behind"] == []
    assert "behind" not in browser("karl").get(address, {"figure": "nonsense"}).context


def test_foreign_eyes_see_nothing(played, clinic, browser):
    for name in ("eve", "victor"):
        assert browser(name).get(reverse("desk:agreement", args=[clinic.pk])).status_code == 404
    assert browser("zoe").get(reverse("portal:agreement", args=[clinic.pk])).status_code == 404
    assert browser("rita").get(reverse("portal:agreements")).status_code == 403
    assert "Missed" not in browser("zoe").get(reverse("portal:agreements"), {"month": "2026-11"}).content.decode()
    assert browser("alan").get(reverse("control:agreement_billing", args=[clinic.pk])).status_code == 403


def test_hours_beyond_those_included_are_billed(played, clinic, browser):
    answer = browser("ada").get(reverse("control:agreement_billing", args=[clinic.pk]), {"month": "2026-11"})
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[1].split(";")[3:6] == [str(played.number), "Missed", "2.50"]
    assert rows[-1].split(";")[5:] == ["2.50", "1.00", "1.50", "90.00", "135.00", "EUR", "150"]
    assert sum(int(row.split(";")[-1]) for row in rows[1:-1]) == 150


def test_a_later_rate_does_not_bill_what_was_worked_before(played, clinic, browser):
    """The period is billed by the version in force when it began."""
    now = clinic.versions.get()
    dearer = replace(Draft.of(now), hourly_rate=Decimal(120))
    revise(clinic, actor=system("test"), draft=dearer, from_date=date(2026, 12, 1))
    address = reverse("control:agreement_billing", args=[clinic.pk])
    last = {
        month: browser("ada").get(address, {"month": month}).content.decode("utf-8-sig").splitlines()[-1]
        for month in ("2026-11", "2026-12", "2020-01")
    }
    assert [line.split(";")[8] for line in last.values()] == ["90.00", "120.00", "90.00"]
    assert last["2020-01"].split(";")[5:] == ["0.00", "1.00", "0.00", "90.00", "0.00", "EUR", "0"]
