"""Teams, members, absence, duty, and the actor behind an account."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands.persons import make_person
from dreiklang.teams import policy, queries
from dreiklang.teams.commands import absences, duty, members, teams
from dreiklang.teams.models import Membership
from dreiklang.teams.queries import rota

DAY = date(2026, 11, 16)


@pytest.fixture
def ada(cast, frozen):
    return cast.actor("ada")


@pytest.fixture
def second(cast, ada):
    """Another member of the service desk."""
    person = make_person("Bodo Zweit", organization=cast.organizations["house"], actor=ada)
    members.add_member(cast.teams["desk"], person, actor=ada)
    return person


def test_an_actor_knows_rights_teams_levels_and_organisation_in_two_queries(cast, django_assert_num_queries):
    account = cast.alan.account
    with django_assert_num_queries(2):
        actor = queries.actor_for(account)
    assert (actor.kind, actor.id, actor.name, actor.account_id) == ("person", cast.alan.pk, "Alan Yildiz", account.pk)
    assert actor.teams == {cast.teams["desk"].pk}
    assert actor.levels == {1}
    assert actor.organizations == {cast.organizations["house"].pk}
    assert actor.has("tickets.work")


def test_external_agents_work_only_on_what_is_handed_to_them(cast):
    for name in ("eve", "victor"):
        actor = cast.actor(name)
        assert actor.has("tickets.work_handed")
        assert not actor.has("tickets.work")


def test_members_of_tomorrow_and_yesterday_are_none_today(cast, ada, frozen):
    members.add_member(cast.teams["network"], cast.alan, from_date=DAY + timedelta(days=1), actor=ada)
    assert cast.actor("alan").levels == {1}
    with clock.standing_at(frozen + timedelta(days=1)):
        assert cast.actor("alan").levels == {1, 3}
    members.end_membership(Membership.objects.get(person=cast.berta), actor=ada)
    assert cast.actor("berta").teams == frozenset()


def test_a_team_is_made_and_changed_by_administrators(cast, ada):
    team = teams.make_team("Programme", level=3, organization=cast.organizations["house"], subject="ERP", actor=ada)
    assert team.key == "programme"
    changed = teams.change_team(team, name="Anwendungen", version=1, actor=ada)
    with pytest.raises(Conflict):
        teams.change_team(team, name="Alt", version=1, actor=ada)
    assert changed.version == 2
    for name in ("alan", "max", "eve", "zoe"):
        with pytest.raises(NotAllowed):
            teams.change_team(team, name="Mein", actor=cast.actor(name))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"name": ""}, "name"), ({"level": 5}, "level"), ({"name": "x" * 101}, "name"), ({"key": "y"}, "key"),
     ({"signature": "x" * 2001}, "signature")],
)  # fmt: skip
def test_wrong_values_of_a_team_are_named_by_field(cast, ada, fields, wrong):
    with pytest.raises(Invalid) as refused:
        teams.change_team(cast.teams["desk"], actor=ada, **fields)
    assert list(refused.value.fields) == [wrong]


def test_customers_have_no_teams(cast, ada):
    with pytest.raises(Invalid) as refused:
        teams.make_team("X", level=1, organization=cast.organizations["clinic"], actor=ada)
    assert "organization" in refused.value.fields


def test_only_people_of_the_teams_organisation_join_and_only_once(cast, ada):
    for person in (cast.zoe, cast.eve, cast.alan):
        with pytest.raises(Invalid) as refused:
            members.add_member(cast.teams["desk"], person, actor=ada)
        assert "person" in refused.value.fields
    members.end_membership(Membership.objects.get(person=cast.alan), until_date=DAY, actor=ada)
    again = members.add_member(cast.teams["desk"], cast.alan, from_date=DAY + timedelta(days=1), actor=ada)
    with pytest.raises(Invalid):
        members.add_member(cast.teams["desk"], cast.alan, from_date=DAY, until_date=DAY + timedelta(days=5), actor=ada)
    members.end_membership(again, actor=ada)
    with pytest.raises(WrongState), clock.standing_at(clock.now() + timedelta(days=3)):
        members.end_membership(Membership.objects.get(person=cast.alan), actor=ada)


def test_members_write_their_own_signature_and_no_more(cast, ada):
    membership = Membership.objects.get(person=cast.alan)
    members.change_member(membership, signature="Alan\nService Desk", actor=cast.actor("alan"))
    with pytest.raises(NotAllowed):
        members.change_member(membership, role="lead", actor=cast.actor("alan"))
    with pytest.raises(NotAllowed):
        members.change_member(membership, signature="x", actor=cast.actor("berta"))
    assert members.change_member(membership, role="lead", actor=ada).role == "lead"


def test_who_is_away_is_not_on_duty_and_the_substitute_stands_in(cast, second, ada, frozen):
    assert queries.on_duty(cast.teams["desk"], frozen) == [cast.alan, second]
    absence = absences.note_absence(
        cast.alan, from_date=DAY, until_date=DAY + timedelta(days=4), substitute=second, actor=cast.actor("alan")
    )
    assert queries.on_duty(cast.teams["desk"], frozen) == [second]
    assert queries.substitute_of(cast.alan, frozen) == second
    assert queries.substitute_of(cast.alan, frozen + timedelta(days=5)) == cast.alan
    absences.note_absence(second, from_date=DAY, until_date=DAY, actor=ada)
    assert queries.substitute_of(cast.alan, frozen) is None
    absences.drop_absence(absence, actor=cast.actor("alan"))
    assert queries.substitute_of(cast.alan, frozen) == cast.alan


def test_wrong_absences_are_refused_by_field(cast, second, ada):
    def note(**wrong):
        values = {"from_date": DAY, "until_date": DAY, "actor": ada, **wrong}
        with pytest.raises(Invalid) as refused:
            absences.note_absence(cast.alan, **values)
        return list(refused.value.fields)

    assert note(until_date=DAY - timedelta(days=1)) == ["until_date"]
    assert note(until_date=DAY + timedelta(days=2000)) == ["until_date"]
    assert note(substitute=cast.alan) == ["substitute"]
    assert note(substitute=cast.zoe) == ["substitute"]
    absences.note_absence(cast.alan, from_date=DAY, until_date=DAY, substitute=second, actor=ada)
    assert note() == ["from_date"]


def test_absence_is_noted_by_oneself_the_lead_or_an_administrator(cast, ada):
    for name in ("berta", "eve", "zoe", "rita"):
        with pytest.raises(NotAllowed):
            absences.note_absence(cast.alan, from_date=DAY, until_date=DAY, actor=cast.actor(name))
    members.add_member(cast.teams["desk"], cast.max, role="lead", actor=ada)
    absences.note_absence(cast.alan, from_date=DAY, until_date=DAY, actor=cast.actor("max"))


def test_a_team_with_shifts_is_on_duty_only_in_them(cast, second, ada, frozen):
    desk = cast.teams["desk"]
    shift = duty.set_shift(desk, second, starts_at=frozen, ends_at=frozen + timedelta(hours=8), actor=ada)
    assert queries.on_duty(desk, frozen) == [second]
    assert queries.on_duty(desk, frozen + timedelta(hours=8)) == []
    duty.drop_shift(shift, actor=ada)
    assert queries.on_duty(desk, frozen + timedelta(hours=7)) == [cast.alan, second]


def test_wrong_shifts_are_refused_by_field(cast, second, ada, frozen):
    desk, later = cast.teams["desk"], frozen + timedelta(hours=2)
    for person, start, end, wrong in (
        (second, later, frozen, "ends_at"),
        (second, frozen, frozen + timedelta(days=15), "ends_at"),
        (cast.berta, frozen, later, "person"),
    ):
        with pytest.raises(Invalid) as refused:
            duty.set_shift(desk, person, starts_at=start, ends_at=end, actor=ada)
        assert list(refused.value.fields) == [wrong]
    duty.set_shift(desk, second, starts_at=frozen, ends_at=later, actor=ada)
    with pytest.raises(Invalid):
        duty.set_shift(desk, second, starts_at=frozen + timedelta(hours=1), ends_at=later, actor=ada)
    for name in ("alan", "eve", "zoe"):
        with pytest.raises(NotAllowed):
            duty.set_shift(desk, second, starts_at=later, ends_at=later + timedelta(hours=1), actor=cast.actor(name))


def test_shifts_are_given_on_and_swapped_and_what_nobody_has_is_told(cast, second, ada, frozen):
    desk, hour = cast.teams["desk"], timedelta(hours=1)
    assert rota.gaps_of(desk, frozen) == []
    early = duty.set_shift(desk, second, starts_at=frozen, ends_at=frozen + 4 * hour, actor=ada)
    late = duty.set_shift(desk, cast.alan, starts_at=frozen + 5 * hour, ends_at=frozen + timedelta(days=13), actor=ada)
    assert rota.gaps_of(desk, frozen)[0] == (frozen + 4 * hour, frozen + 5 * hour)
    duty.swap_shifts(early, late, actor=ada)
    assert queries.on_duty(desk, frozen) == [cast.alan]
    assert queries.on_duty(desk, frozen + 6 * hour) == [second]
    with pytest.raises(Invalid):
        duty.swap_shifts(early, early, actor=ada)
    with pytest.raises(Invalid) as refused:
        duty.change_shift(early, person=second, starts_at=frozen, ends_at=frozen + 6 * hour, actor=ada)
    assert list(refused.value.fields) == ["person"]
    early.refresh_from_db()
    duty.change_shift(early, person=cast.alan, starts_at=frozen, ends_at=frozen + 5 * hour, actor=ada)
    assert frozen + 4 * hour not in [start for start, _end in rota.gaps_of(desk, frozen)]
    absences.note_absence(second, from_date=frozen.date(), until_date=frozen.date(), actor=ada)
    assert rota.gaps_of(desk, frozen)[0][0] == frozen + 5 * hour
    for name in ("alan", "eve", "zoe"):
        with pytest.raises(NotAllowed):
            duty.swap_shifts(early, late, actor=cast.actor(name))


def test_a_team_without_shifts_is_on_duty_in_the_hours_of_its_calendar(cast, ada, frozen):
    calendar = ServiceCalendar.objects.create(name="Büro", region="DE-BW")
    team = teams.change_team(cast.teams["desk"], calendar=calendar, actor=ada)
    assert queries.on_duty(team, frozen) == [cast.alan]
    assert queries.on_duty(team, datetime(2026, 11, 16, 20, 0, tzinfo=UTC)) == []
    assert queries.on_duty(team, datetime(2026, 11, 15, 9, 0, tzinfo=UTC)) == []


def test_the_button_shows_exactly_the_legal_next_teams(cast, ada):
    def names(key: str) -> list[str]:
        return [team.key for team in queries.legal_next_teams(cast.teams[key])]

    assert names("desk") == ["workplace", "outside", "network", "servers", "maker"]
    assert names("network") == ["outside", "servers", "maker"]
    assert names("maker") == []
    teams.change_team(cast.teams["servers"], is_active=False, actor=ada)
    assert names("network") == ["outside", "maker"]


def test_p28_outsiders_see_their_own_teams_or_none(cast):
    assert policy.visible_to(cast.actor("alan")).count() == 6
    assert [t.key for t in policy.visible_to(cast.actor("eve"))] == ["outside"]
    assert not policy.visible_to(cast.actor("rita")).exists()
    assert not policy.visible_to(cast.actor("zoe")).exists()
    assert policy.visible_to(system("schedule")).count() == 6
