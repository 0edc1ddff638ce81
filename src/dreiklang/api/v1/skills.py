"""Skills: one's own grades and certificates, those of the people one leads, needs and gaps of teams."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from dreiklang.api.doors import WORKING, caller, scope
from dreiklang.api.shapes import Asked, TeamRef
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.skills import policy, queries
from dreiklang.skills.commands import keeping, noting
from dreiklang.skills.models import Ability, Skill

router = Router(tags=["skills"])
Text = Annotated[str, Field(max_length=300)]
Key = Annotated[int, Field(ge=0, lt=2**62)]


class SkillOut(Schema):
    """Something one can be good at."""

    id: int
    version: int
    name: str
    description: str
    is_active: bool


class SkillIn(Asked):
    """A skill to name or to change."""

    name: Annotated[str, Field(max_length=100)]
    description: Text = ""
    is_active: bool = True
    version: int | None = None


class AbilityOut(Schema):
    """Somebody's grade, 1 (basics) to 4 (teaches); without ``confirmed_at`` it is a claim."""

    id: int
    skill_id: int
    grade: int
    proof: str
    expires_on: date | None
    confirmed_at: datetime | None


class AbilityIn(Asked):
    """A grade."""

    grade: Annotated[int, Field(ge=1, le=4)]
    proof: Text = ""
    expires_on: date | None = None


class CertificateOut(Schema):
    """A certificate."""

    id: int
    name: str
    issuer: str
    number: str
    issued_on: date | None
    expires_on: date | None


class CertificateIn(Asked):
    """A certificate to note."""

    name: Annotated[str, Field(max_length=200)]
    issuer: Annotated[str, Field(max_length=200)] = ""
    number: Annotated[str, Field(max_length=100)] = ""
    issued_on: date | None = None
    expires_on: date | None = None


class NeedIn(Asked):
    """How many of a team should have it, at which grade; 0 takes the need away."""

    grade: Annotated[int, Field(ge=1, le=4)] = 2
    persons: Annotated[int, Field(ge=0, le=99)] = 1


class SkillGapOut(Schema):
    """A need, how many fill it, how many are missing."""

    team: TeamRef
    skill_id: int
    grade: int
    persons: int
    there: int
    missing: int


def _skill(skill_id: int) -> Skill:
    found = Skill.objects.filter(pk=skill_id).first()
    if found is None:
        raise NotFound("There is no such skill.")
    return found


def _person(actor: Actor, person_id: int) -> Person:
    found = Person.objects.filter(pk=person_id).first()
    if found is None or not policy.may_note(actor, found):
        raise NotFound("There is nobody whose skills the caller may see.")
    return found


@router.get("/skills", response=list[SkillOut], summary="The skills of the desk")
@scope(*WORKING)
def listed(request: HttpRequest) -> list[Skill]:
    """By name; for those inside."""
    return queries.skills(with_retired=True) if policy.may_look(caller(request)) else []


@router.post("/skills", response={201: SkillOut}, summary="Name a skill")
@scope("teams.lead")
def name_skill(request: HttpRequest, asked: SkillIn) -> tuple[int, Skill]:
    """Leads, service managers, administrators."""
    return 201, keeping.keep_skill(None, actor=caller(request), **asked.model_dump())


@router.put("/skills/{int:skill_id}", response=SkillOut, summary="Change a skill")
@scope("teams.lead")
def change_skill(request: HttpRequest, skill_id: int, asked: SkillIn) -> Skill:
    """409 if it was changed since ``version``."""
    return keeping.keep_skill(_skill(skill_id), actor=caller(request), **asked.model_dump())


@router.get("/people/{int:person_id}/skills", response=list[AbilityOut], summary="Somebody's grades")
@scope(*WORKING)
def abilities(request: HttpRequest, person_id: int) -> list[Ability]:
    """One's own, or of somebody one leads."""
    actor = caller(request)
    return queries.abilities_of(_person(actor, person_id).pk, actor=actor)


@router.put("/people/{int:person_id}/skills/{int:skill_id}", response=AbilityOut, summary="Note a grade")
@scope(*WORKING)
def note(request: HttpRequest, person_id: int, skill_id: int, asked: AbilityIn) -> Ability:
    """Of oneself it is a claim; by who leads it is confirmed."""
    actor = caller(request)
    return noting.note_ability(_person(actor, person_id), _skill(skill_id), actor=actor, **asked.model_dump())


@router.delete("/people/{int:person_id}/skills/{int:skill_id}", response={204: None}, summary="Take a grade back")
@scope(*WORKING)
def drop(request: HttpRequest, person_id: int, skill_id: int) -> tuple[int, None]:
    """One's own, or of somebody one leads."""
    actor = caller(request)
    found = policy.visible_to(actor).filter(person=_person(actor, person_id), skill_id=skill_id).first()
    if found is None:
        raise NotFound("There is no such grade.")
    noting.drop_ability(found, actor=actor)
    return 204, None


@router.get("/people/{int:person_id}/certificates", response=list[CertificateOut], summary="Somebody's certificates")
@scope(*WORKING)
def certificates(request: HttpRequest, person_id: int) -> list[Any]:
    """What ends first first."""
    actor = caller(request)
    return list(queries.certificates_of(_person(actor, person_id).pk, actor=actor))


@router.post("/people/{int:person_id}/certificates", response={201: CertificateOut}, summary="Note a certificate")
@scope(*WORKING)
def note_certificate(request: HttpRequest, person_id: int, asked: CertificateIn) -> tuple[int, Any]:
    """422 for one that ends before it begins."""
    actor = caller(request)
    person = _person(actor, person_id)
    return 201, noting.keep_certificate(None, actor=actor, person=person, **asked.model_dump())


@router.delete("/certificates/{int:certificate_id}", response={204: None}, summary="Remove a certificate")
@scope(*WORKING)
def remove_certificate(request: HttpRequest, certificate_id: int) -> tuple[int, None]:
    """One's own, or of somebody one leads."""
    actor = caller(request)
    found = policy.certificates_visible_to(actor).select_related("person").filter(pk=certificate_id).first()
    if found is None:
        raise NotFound("There is no such certificate.")
    noting.drop_certificate(found, actor=actor)
    return 204, None


@router.get("/skill-gaps", response=list[SkillGapOut], summary="What the caller's teams need and lack")
@scope("teams.lead")
def gaps(request: HttpRequest) -> list[dict[str, Any]]:
    """Figures, no names."""
    return [
        {
            "team": row.team, "skill_id": gap.need.skill_id, "grade": gap.need.grade, "persons": gap.need.persons,
            "there": gap.there, "missing": gap.missing,
        }
        for row in queries.gaps_for(caller(request))
        for gap in row.gaps
    ]  # fmt: skip


@router.put("/teams/{int:team_id}/needs/{int:skill_id}", response={204: None}, summary="What a team needs of a skill")
@scope("teams.lead")
def need(request: HttpRequest, team_id: int, skill_id: int, asked: NeedIn) -> tuple[int, None]:
    """By who leads it."""
    actor = caller(request)
    team = policy.led_by(actor).filter(pk=team_id).first()
    if team is None:
        raise NotFound("There is no such team.")
    keeping.set_need(team, _skill(skill_id), actor=actor, grade=asked.grade, persons=asked.persons)
    return 204, None
