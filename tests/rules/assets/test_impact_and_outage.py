"""Impact and cost of an outage as sums: what must hold for every service, and examples worked out by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dreiklang.assets import rules
from dreiklang.assets.rules.service_lists import money_from

CRITICALITIES = some.sampled_from([rules.ESSENTIAL, rules.IMPORTANT, rules.ORDINARY])
PEOPLE = some.integers(1, 100_000)


@given(CRITICALITIES, PEOPLE, PEOPLE, some.booleans(), some.booleans())
def test_more_people_never_lower_the_impact(criticality, few, more, is_open, is_vip) -> None:
    small, large = sorted((few, more))
    of_few = rules.proposed_impact(criticality, small, is_open=is_open, is_vip=is_vip)
    of_many = rules.proposed_impact(criticality, large, is_open=is_open, is_vip=is_vip)
    assert 1 <= of_many.impact <= of_few.impact <= 3
    assert of_many.reasons


@given(PEOPLE, some.booleans())
def test_a_more_critical_service_never_lowers_the_impact(people, is_open) -> None:
    impacts = [rules.proposed_impact(c, people, is_open=is_open).impact for c in (1, 2, 3)]
    assert impacts == sorted(impacts)


@pytest.mark.parametrize(
    ("criticality", "people", "is_open", "is_vip", "impact"),
    [
        (rules.ESSENTIAL, 1, True, False, 2),
        (rules.ESSENTIAL, 3, True, False, 1),
        (rules.ESSENTIAL, 60, False, False, 2),
        (rules.IMPORTANT, 1, True, False, 3),
        (rules.IMPORTANT, 2, True, False, 2),
        (rules.ORDINARY, 60, True, False, 2),
        (rules.ORDINARY, 1, True, True, 2),
    ],
)
def test_the_steps_of_the_impact(criticality, people, is_open, is_vip, impact) -> None:
    assert rules.proposed_impact(criticality, people, is_open=is_open, is_vip=is_vip).impact == impact


def test_an_outage_is_hours_times_cost_times_share() -> None:
    found = rules.outage_of(hourly_cost=Decimal(1200), people=30, depending=120, seconds=5400)
    assert (found.per_hour, found.amount) == (Decimal("300.00"), Decimal("450.00"))


def test_where_nobody_was_counted_everybody_is_hit() -> None:
    assert rules.outage_of(hourly_cost=Decimal(90), people=0, depending=0, seconds=3600).amount == Decimal("90.00")


@given(some.decimals(0, 100_000, places=2), some.integers(0, 5000), some.integers(0, 5000), some.integers(0, 10**7))
def test_the_working_survives_being_kept_and_the_cost_never_exceeds_the_whole(cost, people, depending, seconds) -> None:
    found = rules.outage_of(hourly_cost=cost, people=people, depending=depending, seconds=seconds)
    assert rules.Outage.from_json(found.as_json()) == found
    assert Decimal(0) <= found.amount <= cost * seconds / 3600 + Decimal("0.01")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.250,50 €", "1250.50"), ("1,250.50", "1250.50"), ("1.250", "1250"), ("1250", "1250"), ("12,5", "12.5"),
        ("1.250.000", "1250000"), ("0", "0"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(typed, amount) -> None:
    assert money_from(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["-1", "many", "1e99", "NaN", "12,5,5x"])
def test_what_is_no_amount_is_refused(typed) -> None:
    assert money_from(typed) is None


def test_a_list_names_its_errors_by_line() -> None:
    text = "Dienst;Kritikalität;Auftraggeber;Personen;Kosten je Stunde\nKIS;1;klinik;400;2.000\n;9;;viele;x\n"
    good, bad = rules.read_services(text.encode("utf-8-sig"))
    assert (good.name, good.criticality, good.people, good.hourly_cost) == ("KIS", 1, 400, Decimal(2000))
    assert (bad.line, bad.errors) == (3, ("name", "criticality", "people", "cost", "customer"))
    with pytest.raises(rules.BadList, match="no_name_column"):
        rules.read_services(b"customer\nx\n")
