"""Roles, waiting, preferences."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.accounts import rules

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def ago(*seconds: int) -> list[datetime]:
    return [NOW - timedelta(seconds=s) for s in seconds]


def test_unknown_roles_bring_no_right():
    assert rules.rights_of(["emperor"]) == frozenset()
    assert "tickets.work" in rules.rights_of(["agent", "emperor"])


def test_p23_three_tries_are_free_then_the_pause_doubles():
    assert rules.wait_before_try(ago(9, 5), NOW) == timedelta(0)
    assert rules.wait_before_try(ago(9, 5, 1), NOW) == timedelta(seconds=1)
    assert rules.wait_before_try(ago(9, 5, 2, 1), NOW) == timedelta(seconds=3)
    assert rules.wait_before_try(ago(*range(1, 15)), NOW) == rules.LONGEST_WAIT - timedelta(seconds=1)


def test_p23_the_budget_of_an_hour_frees_one_try_after_another():
    tries = ago(3599, 100, 50)
    assert rules.wait_for_budget(tries, 4, NOW) == timedelta(0)
    assert rules.wait_for_budget(tries, 3, NOW) == timedelta(seconds=1)
    assert rules.wait_for_budget(ago(3601, 100, 50), 3, NOW) == timedelta(0)


@given(st.lists(st.integers(0, 7200), max_size=400), st.integers(1, 30))
def test_p23_whoever_waits_as_told_stays_within_the_budget(seconds, budget):
    tries = ago(*seconds)
    then = NOW + rules.wait_for_budget(tries, budget, NOW)
    assert sum(1 for moment in tries if then - moment < rules.HOUR) < budget


def test_one_network_of_ipv6_counts_as_one_remote():
    assert rules.remote_key("2001:db8:1:2:3::9") == rules.remote_key("2001:db8:1:2::1")
    assert rules.remote_key("2001:db8:1:3::1") != rules.remote_key("2001:db8:1:2::1")
    assert rules.remote_key("::ffff:192.0.2.7") == "192.0.2.7"
    assert rules.remote_key("nonsense") == "unknown"


def test_preferences_are_known_by_name_and_value():
    assert rules.is_preference("theme", "dark")
    assert rules.is_preference("single_keys", False)
    assert not rules.is_preference("theme", "pink")
    assert not rules.is_preference("roles", ["administrator"])
    assert rules.is_preference("notify.mail", {"assigned": True})
    assert not rules.is_preference("notify.mail", "x" * 5000)


def test_a_token_can_never_open_the_desk_or_control():
    assert not rules.SCOPES & {"desk.use"}


def test_a_link_carries_the_page_it_goes_on_to():
    assert rules.link_path("sign_in", "a-b", "/portal/1/?x=1") == "/sign-in/link/a-b/?next=/portal/1/%3Fx%3D1"
