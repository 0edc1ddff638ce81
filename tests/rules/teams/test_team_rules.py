"""Substitutes, rights by organisation, levels within reach."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.accounts.rules import RIGHTS
from dreiklang.teams import rules

EVERY_RIGHT = frozenset().union(*RIGHTS.values())


def test_external_people_work_only_on_what_was_handed_to_them():
    rights = rules.rights_within(EVERY_RIGHT, "external")
    assert "tickets.work_handed" in rights
    assert not rights & {"tickets.work", "tickets.see_all", "control.use", "gate.work"}


def test_customers_never_work_on_tickets_whatever_their_roles():
    rights = rules.rights_within(EVERY_RIGHT, "customer")
    assert rights == {"portal.use", "portal.see_organization"}


def test_the_providers_people_keep_their_rights():
    assert rules.rights_within(EVERY_RIGHT, "provider") == EVERY_RIGHT


def test_the_chain_of_substitutes_is_followed_to_somebody_present():
    assert rules.stand_in(1, {}) == 1
    assert rules.stand_in(1, {1: 2}) == 2
    assert rules.stand_in(1, {1: 2, 2: 3}) == 3
    assert rules.stand_in(1, {1: None}) is None
    assert rules.stand_in(1, {1: 2, 2: 1}) is None


@given(st.dictionaries(st.integers(1, 6), st.one_of(st.none(), st.integers(1, 6))), st.integers(1, 6))
def test_a_chain_always_ends_with_somebody_present_or_nobody(away, person):
    found = rules.stand_in(person, away)
    assert found is None or found not in away


def test_of_two_absences_the_one_with_a_substitute_counts():
    day = date(2026, 11, 16)
    absences = [
        rules.Away(1, None, day, day),
        rules.Away(1, 2, day, day),
        rules.Away(3, 4, date(2026, 1, 1), date(2026, 1, 2)),
    ]
    assert rules.absences_on(day, absences) == {1: 2}


def test_one_hands_up_or_on_level_three_beside():
    assert rules.levels_within_reach(1) == (2, 3, 4)
    assert rules.levels_within_reach(3) == (3, 4)
    assert rules.levels_within_reach(4) == ()
