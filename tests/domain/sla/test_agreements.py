"""Contracts: versions that never rewrite what was promised, and what is refused, field by field."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.conftest import MONDAY_MORNING

from dreiklang.calendars.queries import default_calendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.sla import policy
from dreiklang.sla.commands.agreements import (
    correct,
    drop_version,
    end_agreement,
    make_agreement,
    make_usual_agreement,
    revise,
    tailor,
)
from dreiklang.sla.models import AgreementVersion, Clock
from dreiklang.sla.queries.drafting import Draft
from dreiklang.tickets.commands.classification import change_requester
from dreiklang.tickets.commands.opening import open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = system("test")
TODAY = date(2026, 11, 16)


def draft(minutes=60, **more):
    return Draft(
        calendar=default_calendar(), targets=[{"metric": "resolution", "priority": None, "minutes": minutes}], **more
    )


@pytest.fixture
def clinic(cast, promised):
    """The clinic's own agreement: everything solved within an hour."""
    return make_agreement("Clinic", actor=SYSTEM, draft=draft(), organization=cast.organizations["clinic"])


def due_of(ticket):
    return Clock.objects.get(ticket=ticket, metric="resolution", level=0).target_seconds


def test_the_customers_own_agreement_goes_before_that_for_everybody(cast, clinic):
    assert due_of(open_ticket(cast.rita, actor=SYSTEM, subject="x")) == 3600
    assert due_of(open_ticket(cast.zoe, actor=SYSTEM, subject="x")) == 10 * 9 * 3600


def test_a_change_of_contract_does_not_touch_what_was_promised(cast, clinic):
    before = open_ticket(cast.rita, actor=SYSTEM, subject="x")
    with clock.standing_at(MONDAY_MORNING + timedelta(hours=1)):
        revise(clinic, actor=SYSTEM, draft=draft(minutes=30), from_date=TODAY + timedelta(days=1))
    with clock.standing_at(MONDAY_MORNING + timedelta(days=1)):
        after = open_ticket(cast.rita, actor=SYSTEM, subject="y")
        change_requester(before, actor=SYSTEM, requester=cast.karl)  # measured anew, under the same version
    assert (due_of(before), due_of(after)) == (3600, 1800)


def test_a_contract_written_down_later_rewrites_nothing(cast, promised):
    ticket = open_ticket(cast.rita, actor=SYSTEM, subject="x")
    with clock.standing_at(MONDAY_MORNING + timedelta(hours=1)):
        make_agreement(
            "Late", actor=SYSTEM, draft=draft(), organization=cast.organizations["clinic"], from_date=date(2026, 1, 1)
        )
        change_requester(ticket, actor=SYSTEM, requester=cast.karl)
    assert due_of(ticket) == 10 * 9 * 3600


def test_another_customer_has_another_promise_and_the_time_used_stays(cast, clinic):
    ticket = open_ticket(cast.zoe, actor=SYSTEM, subject="x")
    with clock.standing_at(MONDAY_MORNING + timedelta(minutes=20)):
        change_requester(ticket, actor=SYSTEM, requester=cast.rita)
    found = Clock.objects.get(ticket=ticket, metric="resolution", level=0)
    assert (found.target_seconds, found.used_seconds) == (3600, 1200)
    assert Clock.objects.get(ticket=ticket, metric="first_response").state == "void"


def test_the_database_refuses_versions_that_overlap(clinic):
    version = clinic.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementVersion.objects.create(
            agreement=clinic, number=2, validity=(TODAY, None), since_at=MONDAY_MORNING, calendar=version.calendar
        )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("target-resolution-0", {"targets": [{"metric": "resolution", "minutes": 0}]}),
        ("targets", {"targets": []}),
        ("target-resolution-2", {"targets": [{"metric": "resolution", "priority": 2, "minutes": 5}] * 2}),
        ("shares", {"shares": [{"level": 1, "percent": 60}, {"level": 2, "percent": 60}]}),
        ("share-1", {"shares": [{"level": 1, "percent": 0}]}),
        ("pauses", {"pauses": ["weather"]}),
        ("external_levels", {"levels": [1, 2], "external_levels": [2]}),
        ("ladder", {"ladder": [{"after_minutes": 0, "contact": "x"}]}),
        ("warn_percent", {"warn_percent": 0}),
    ],
)
def test_what_cannot_be_promised_is_named_at_its_field(promised, cast, field, wrong):
    with pytest.raises(Invalid) as refused:
        make_agreement(
            "Clinic", actor=SYSTEM, draft=replace(draft(), **wrong), organization=cast.organizations["clinic"]
        )
    assert list(refused.value.fields) == [field]


def test_a_calendar_that_never_opens_is_refused(promised, cast):
    shut = default_calendar()
    shut.week = {}
    with pytest.raises(Invalid) as refused:
        make_agreement(
            "X", actor=SYSTEM, draft=replace(draft(), calendar=shut), organization=cast.organizations["clinic"]
        )
    assert list(refused.value.fields) == ["calendar"]


def test_two_contracts_for_the_same_days_are_refused(cast, clinic):
    with pytest.raises(Invalid) as refused:
        make_agreement("Second", actor=SYSTEM, draft=draft(), organization=cast.organizations["clinic"])
    assert "from_date" in refused.value.fields


def test_a_gap_between_versions_is_refused(cast, clinic):
    end_agreement(clinic, actor=SYSTEM, last_date=date(2026, 12, 31))
    with pytest.raises(Invalid) as refused:
        revise(clinic, actor=SYSTEM, draft=draft(30), from_date=date(2027, 1, 2))
    assert "2026-12-31" in str(refused.value.fields["from_date"][0])
    revise(clinic, actor=SYSTEM, draft=draft(30), from_date=date(2027, 1, 1))


def test_a_change_holds_from_tomorrow_at_the_earliest(clinic):
    with pytest.raises(Invalid):
        revise(clinic, actor=SYSTEM, draft=draft(30), from_date=TODAY)


def test_a_version_is_corrected_and_taken_back_until_something_was_promised(cast, clinic):
    correct(clinic.versions.get(), actor=SYSTEM, draft=draft(45))
    ticket = open_ticket(cast.rita, actor=SYSTEM, subject="x")
    assert due_of(ticket) == 2700
    with pytest.raises(WrongState):
        correct(clinic.versions.get(), actor=SYSTEM, draft=draft(50))
    newer = revise(clinic, actor=SYSTEM, draft=draft(30), from_date=TODAY + timedelta(days=5))
    drop_version(newer, actor=SYSTEM)
    assert clinic.versions.get().validity.upper is None


def test_a_template_is_tailored(cast, promised):
    template = make_agreement("Gold", actor=SYSTEM, draft=draft(90), is_template=True)
    copy = tailor(template, actor=SYSTEM, name="Gold for the clinic", organization=cast.organizations["clinic"])
    assert copy.origin == template
    assert due_of(open_ticket(cast.rita, actor=SYSTEM, subject="x")) == 5400


def test_there_is_one_agreement_for_everybody(promised):
    with pytest.raises(Invalid):
        make_usual_agreement(actor=SYSTEM)


def test_only_administrators_make_contracts(cast, promised):
    for name in ("alan", "max", "karl", "zoe", "eve", "victor", "rita"):
        with pytest.raises(NotAllowed):
            make_agreement("X", actor=cast.actor(name), draft=draft(), organization=cast.organizations["clinic"])


def test_who_sees_which_contract(cast, clinic):
    maker = make_agreement(
        "Maker", actor=SYSTEM, draft=draft(), kind="underpinning", organization=cast.organizations["maker"]
    )
    assert set(policy.visible_to(cast.actor("alan"))) >= {clinic, maker}
    assert clinic in policy.visible_to(cast.actor("karl"))
    for name in ("zoe", "eve", "victor", "rita"):
        seen = policy.visible_to(cast.actor(name))
        assert clinic not in seen
        assert maker not in seen
