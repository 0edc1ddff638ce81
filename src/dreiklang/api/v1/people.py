"""Who calls, and persons: which there are for the caller; making and changing, for whoever answers the phone."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SIGNED_IN, WORKING, caller, scope
from dreiklang.api.paging import Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page, given
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy, queries
from dreiklang.organizations import rules as folding
from dreiklang.organizations.commands import persons as commands
from dreiklang.organizations.models import Organization, Person, Site

router = Router(tags=["people"])
Name = Annotated[str, Field(max_length=200)]
Mails = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=20)]


class MeOut(Schema):
    """The caller."""

    person_id: int | None
    name: str
    rights: list[str]
    team_ids: list[int]
    levels: list[int]
    language: str


class PersonOut(Schema):
    """A person. ``mails`` and ``phones``: the first is used when the desk writes or calls first."""

    id: int
    version: int
    name: str
    organization_id: int
    site_id: int | None
    function: str
    place: str
    manager_id: int | None
    cost_centre: str
    language: str
    is_vip: bool
    is_active: bool
    note: str
    mails: list[str]
    phones: list[str]


class PersonIn(Asked):
    """A new person."""

    name: Name
    organization_id: int
    site_id: int | None = None
    function: Name = ""
    place: Name = ""
    manager_id: Annotated[int, Field(ge=1, lt=2**62)] | None = None
    cost_centre: Annotated[str, Field(max_length=60)] = ""
    language: Annotated[str, Field(max_length=5)] | None = None
    is_vip: bool = False
    note: Annotated[str, Field(max_length=10_000)] = ""
    mails: Mails = []
    phones: Mails = []


class PersonChange(Asked):
    """What may be changed; what is left out stays. ``mails`` and ``phones`` are whole lists."""

    version: int | None = None
    name: Name | None = None
    organization_id: int | None = None
    site_id: int | None = None
    function: Name | None = None
    place: Name | None = None
    manager_id: Annotated[int, Field(ge=1, lt=2**62)] | None = None
    cost_centre: Annotated[str, Field(max_length=60)] | None = None
    language: Annotated[str, Field(max_length=5)] | None = None
    is_vip: bool | None = None
    note: Annotated[str, Field(max_length=10_000)] | None = None
    mails: Mails | None = None
    phones: Mails | None = None


@router.get("/me", response=MeOut, summary="Who am I")
@scope(SIGNED_IN)
def me(request: HttpRequest) -> MeOut:
    """The caller, with the rights left after the token's scopes."""
    actor = caller(request)
    return MeOut(
        person_id=actor.id if actor.kind == "person" else None,
        name=actor.name,
        rights=sorted(actor.rights),
        team_ids=sorted(actor.teams),
        levels=sorted(actor.levels),
        language=actor.language,
    )


def _shown(actor: Actor, person: Person) -> PersonOut:
    """A person; what the desk notes about people is for the provider's desk alone."""
    names = (name for name in PersonOut.model_fields if name not in ("mails", "phones", "note"))
    addresses = sorted(person.addresses.all(), key=lambda a: (not a.is_first, a.pk))
    return PersonOut(
        **{name: getattr(person, name) for name in names},
        note=person.note if policy.is_internal(actor) else "",
        mails=[a.value for a in addresses if a.kind == "mail"],
        phones=[a.value for a in addresses if a.kind == "phone"],
    )


@router.get("/persons", response=Page[PersonOut], summary="Persons")
@scope(SIGNED_IN)
def list_persons(request: HttpRequest, q: str = "", cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """The persons the caller may know of; ``q`` looks for words of the name, place, function or address."""
    actor = caller(request)
    rows = policy.persons_visible_to(actor).filter(is_active=True).prefetch_related("addresses")
    for word in folding.folded(q.replace("\x00", " ")).split()[:5]:
        rows = rows.filter(search__contains=word)
    return page_of(rows, cursor, lambda row: _shown(actor, row), size=limit)


@router.post("/persons", response={201: PersonOut}, summary="Add a person")
@scope(*WORKING, "control.use")
def make_person(request: HttpRequest, asked: PersonIn) -> Status[PersonOut]:
    """Add a person with their addresses; an address belongs to one person only."""
    actor = caller(request)
    made = commands.make_person(actor=actor, **_meant(actor, {k: v for k, v in asked if v is not None}))
    return Status(201, _shown(actor, made))


@router.get("/persons/{int:person_id}", response=PersonOut, summary="One person")
@scope(SIGNED_IN)
def get_person(request: HttpRequest, person_id: int) -> PersonOut:
    """A person, also one who has left."""
    return _shown(caller(request), queries.person(person_id, actor=caller(request)))


@router.patch("/persons/{int:person_id}", response=PersonOut, summary="Change a person")
@scope(SIGNED_IN)
def change_person(request: HttpRequest, person_id: int, asked: PersonChange) -> PersonOut:
    """Change what is given. 409 with ``current_version`` if somebody else did since ``version``."""
    actor = caller(request)
    found = queries.person(person_id, actor=actor)
    fields = given(asked, null=("site_id", "manager_id"))
    return _shown(actor, commands.change_person(found, actor=actor, **_meant(actor, fields)))


@router.put("/persons/{int:person_id}/activity", response=PersonOut, summary="Somebody is back")
@scope("control.use")
def activate_person(request: HttpRequest, person_id: int) -> PersonOut:
    """Offer somebody in forms again; their account stays as it is."""
    actor = caller(request)
    return _shown(actor, commands.activate_person(queries.person(person_id, actor=actor), actor=actor))


@router.delete("/persons/{int:person_id}/activity", response=PersonOut, summary="Somebody has left")
@scope("control.use")
def deactivate_person(request: HttpRequest, person_id: int) -> PersonOut:
    """Disable the account of somebody who has left; what they wrote stays."""
    actor = caller(request)
    return _shown(actor, commands.deactivate_person(queries.person(person_id, actor=actor), actor=actor))


def _meant(actor: Actor, fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a call as the command takes them: records in place of ids."""
    if "organization_id" in fields:
        fields["organization"] = organization_for(actor, fields.pop("organization_id"))
    if "site_id" in fields:
        key = fields.pop("site_id")
        fields["site"] = Site.objects.filter(pk=key, organization__in=policy.visible_to(actor)).first() if key else None
        if key and fields["site"] is None:
            raise Invalid({"site_id": ["There is no such site."]})
    if "manager_id" in fields:
        key = fields.pop("manager_id")
        fields["manager"] = policy.persons_visible_to(actor).filter(pk=key).first() if key else None
        if key and fields["manager"] is None:
            raise Invalid({"manager_id": ["There is no such person."]})
    return fields


def organization_for(actor: Actor, organization_id: int) -> Organization:
    """An organisation the caller may name. Raises Invalid at the field otherwise."""
    found = policy.visible_to(actor).filter(pk=organization_id).first()
    if found is None:
        raise Invalid({"organization_id": ["There is no such organisation."]})
    return found
