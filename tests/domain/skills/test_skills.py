"""Skills: claimed, confirmed by who leads, needed by teams; seen by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.skills import policy, queries
from dreiklang.skills.commands import keeping, noting
from dreiklang.skills.models import Certificate, Skill
from dreiklang.teams.models import Membership
from dreiklang.teams.queries import today


@pytest.fixture
def skill(cast: Cast) -> Skill:
    return keeping.keep_skill(None, actor=cast.actor("max"), name="Druck")


def test_a_claimed_grade_fills_no_need_until_somebody_else_confirms_it(cast: Cast, skill: Skill) -> None:
    most, alan, desk = cast.actor("max"), cast.actor("alan"), cast.teams["desk"]
    keeping.set_need(desk, skill, actor=most, grade=2, persons=1)
    ability = noting.note_ability(cast.alan, skill, actor=alan, grade=3, proof="Fall 10391")
    gap = next(row for row in queries.gaps_for(most) if row.team == desk).gaps[0]
    assert (gap.there, gap.missing) == (0, 1)
    with pytest.raises(NotAllowed):
        noting.confirm_ability(ability, actor=alan)
    noting.confirm_ability(ability, actor=most)
    with pytest.raises(WrongState):
        noting.confirm_ability(ability, actor=most)
    gap = next(row for row in queries.gaps_for(most) if row.team == desk).gaps[0]
    assert (gap.there, gap.missing) == (1, 0)
    noting.note_ability(cast.alan, skill, actor=alan, grade=4)
    gap = next(row for row in queries.gaps_for(most) if row.team == desk).gaps[0]
    assert gap.missing == 1  # a higher grade is a claim again
    keeping.set_need(desk, skill, actor=most, persons=0)
    with pytest.raises(NotFound):
        keeping.set_need(desk, skill, actor=most, persons=0)


def test_grades_are_seen_by_oneself_and_who_leads_and_nobody_else(cast: Cast, skill: Skill) -> None:
    noting.note_ability(cast.alan, skill, actor=cast.actor("alan"), grade=1)
    noting.keep_certificate(None, actor=cast.actor("alan"), person=cast.alan, name="ITIL")
    for name in ("alan", "max"):
        assert policy.visible_to(cast.actor(name)).count() == 1
        assert policy.certificates_visible_to(cast.actor(name)).count() == 1
    for name in ("berta", "carl", "ada", "eve", "victor", "rita", "zoe"):
        assert not policy.visible_to(cast.actor(name)).exists()
        assert not policy.certificates_visible_to(cast.actor(name)).exists()
        with pytest.raises(NotAllowed):
            noting.note_ability(cast.alan, skill, actor=cast.actor(name), grade=4)
    # a lead of the team: from the day on which she is one
    assert cast.berta.account is not None
    cast.berta.account.roles = ["agent", "lead"]
    cast.berta.account.save()
    assert not policy.visible_to(cast.actor("berta")).exists()
    Membership.objects.create(team=cast.teams["desk"], person=cast.berta, from_date=today())
    assert policy.visible_to(cast.actor("berta")).count() == 1


def test_what_ends_soon_is_told_and_what_ended_fills_no_need(cast: Cast, skill: Skill) -> None:
    most, alan = cast.actor("max"), cast.actor("alan")
    keeping.set_need(cast.teams["desk"], skill, actor=most)
    noting.note_ability(cast.alan, skill, actor=most, grade=2, expires_on=today() - timedelta(days=1))
    noting.keep_certificate(
        None, actor=alan, person=cast.alan, name="Netz", issued_on=today(), expires_on=today() + timedelta(days=40)
    )
    noting.keep_certificate(None, actor=alan, person=cast.alan, name="Später", expires_on=today() + timedelta(days=400))
    assert len(queries.running_out(actor=alan)) == 2
    gap = next(row for row in queries.gaps_for(most) if row.team == cast.teams["desk"]).gaps[0]
    assert gap.missing == 1
    with pytest.raises(Invalid):
        noting.keep_certificate(
            None, actor=alan, person=cast.alan, name="x", issued_on=today(), expires_on=today() - timedelta(days=1)
        )
    noting.drop_certificate(Certificate.objects.get(name="Netz"), actor=alan)
    assert len(queries.running_out(actor=alan)) == 1


def test_a_skill_is_named_once_and_put_out_of_use(cast: Cast, skill: Skill) -> None:
    most = cast.actor("max")
    with pytest.raises(Invalid):
        keeping.keep_skill(None, actor=most, name=" Druck ")
    with pytest.raises(NotAllowed):
        keeping.keep_skill(None, actor=cast.actor("alan"), name="Netz")
    keeping.keep_skill(skill, actor=most, name="Drucken", is_active=False, version=1)
    with pytest.raises(Conflict):
        keeping.keep_skill(skill, actor=most, name="x", version=1)
    skill.refresh_from_db()
    with pytest.raises(Invalid):
        noting.note_ability(cast.alan, skill, actor=cast.actor("alan"), grade=1)
    assert queries.skills() == []
