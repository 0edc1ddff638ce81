"""What follows from a directory's list of people, and what typed words become in a filter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.identities.rules import directory
from dreiklang.identities.rules.directory import Entry, GroupRule, Known, Step

HELP, ADMINS = "cn=help,ou=groups", "cn=admins,ou=groups"
RULES = [GroupRule("CN=Help, ou=groups", "agent", 7), GroupRule(ADMINS, "lead")]


def steps(entries: list[Entry], known: dict[str, Known], *, makes_persons: bool = False) -> list[Step]:
    """What a sync would do."""
    return directory.plan(entries, known, RULES, makes_persons=makes_persons).steps


def known(**other: object) -> Known:
    """Alan, whom the desk knows and the directory is tied to."""
    usual = {"has_account": True, "is_tied": True, "roles": frozenset({"requester"})}
    return Known(1, "Alan", **{**usual, **other})  # type: ignore[arg-type]


def test_a_group_brings_role_and_team_and_losing_it_takes_them() -> None:
    inside = Entry("a", "uid=a", "Alan", groups=frozenset({HELP}))
    here = known()
    assert [(s.what, s.roles, s.team_id) for s in steps([inside], {"a": here})] == [
        ("roles", ("agent", "requester"), None), ("joined", (), 7),
    ]  # fmt: skip
    was = known(roles=frozenset({"agent", "manager"}), teams=frozenset({7, 8}))
    outside = Entry("a", "uid=a", "Alan")
    assert [(s.what, s.roles, s.team_id) for s in steps([outside], {"a": was})] == [
        ("roles", ("manager",), None), ("left", (), 7),
    ]  # fmt: skip


def test_a_second_look_changes_nothing() -> None:
    inside = Entry("a", "uid=a", "Alan", groups=frozenset({HELP}))
    assert not steps([inside], {"a": known(roles=frozenset({"agent"}), teams=frozenset({7, 8}))})


def test_p24_who_is_disabled_or_gone_is_closed_and_only_a_sync_opens_what_it_closed() -> None:
    off = Entry("a", "uid=a", "Alan", is_disabled=True, groups=frozenset({HELP}))
    assert [s.what for s in steps([off], {"a": known()})] == ["closed"]
    assert [s.what for s in steps([], {"a": known()})] == ["closed"]
    back = Entry("a", "uid=a", "Alan")
    assert [s.what for s in steps([back], {"a": known(is_open=False, was_closed_by_sync=True)})] == ["opened"]
    assert not steps([back], {"a": known(is_open=False)}), "an administrator closed it"
    assert not steps([], {"m": known(is_tied=False)}), "the directory never knew this one"
    assert not steps([off], {}), "nobody is made to be closed"


def test_an_empty_answer_closes_nobody_without_a_look() -> None:
    many = {str(n): known() for n in range(30)}
    few = [Entry(str(n), f"uid={n}", "Alan") for n in range(25)]
    assert directory.plan([], many, [], makes_persons=False).held == "many_closed"
    assert directory.plan(few, many, [], makes_persons=False).held == ""


def test_new_people_are_made_only_where_it_is_said_where_they_belong() -> None:
    new = Entry("n", "uid=n", "Neu")
    assert not steps([new], {})
    assert [s.what for s in steps([new], {}, makes_persons=True)] == ["new"]


def test_groups_in_groups_count_and_circles_end() -> None:
    inside = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"})}
    assert directory.all_groups(["A"], inside) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("attributes", "is_off"),
    [
        ({"userAccountControl": [b"514"]}, True), ({"userAccountControl": [b"512"]}, False),
        ({"userAccountControl": b"66050"}, True), ({"userAccountControl": ["x"]}, False),
        ({"nsAccountLock": [b"TRUE"]}, True), ({"loginDisabled": ["true"]}, True), ({}, False),
        ({"pwdAccountLockedTime": [b"000001010000Z"]}, True), ({"pwdAccountLockedTime": [b"20260101000000Z"]}, False),
    ],
)  # fmt: skip
def test_disabled_as_the_directories_say_it(attributes: dict[str, object], is_off: bool) -> None:
    assert directory.is_disabled(attributes) is is_off


@given(st.text())
def test_p24_nothing_typed_becomes_a_part_of_a_filter(value: str) -> None:
    kept = directory.escaped(value)
    assert not set(kept) & set("()*\x00")
    assert all(len(part) >= 2 and part[:2].isalnum() for part in kept.split("\\")[1:])
    plain = b"".join(
        bytes([int(part[:2], 16)]) + part[2:].encode() if at else part.encode()
        for at, part in enumerate(kept.split("\\"))
    )
    assert plain == value.encode("utf-8", "surrogatepass")
