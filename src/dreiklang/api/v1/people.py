"""Who calls, teams, organisations, persons, categories."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from dreiklang.api.doors import SIGNED_IN, caller, scope
from dreiklang.api.shapes import Page, TeamRef
from dreiklang.organizations import rules as folding
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.organizations.policy import visible_to as organizations_visible_to
from dreiklang.teams.policy import visible_to as teams_visible_to
from dreiklang.tickets.models import Category

router = Router(tags=["people"])
PAGE = 50


class MeOut(Schema):
    """The caller."""

    person_id: int | None
    name: str
    rights: list[str]
    team_ids: list[int]
    levels: list[int]
    language: str


class OrganizationOut(Schema):
    """An organisation."""

    id: int
    key: str
    name: str
    kind: str
    language: str


class PersonOut(Schema):
    """A person."""

    id: int
    name: str
    organization_id: int
    function: str
    place: str
    language: str
    is_vip: bool


class CategoryOut(Schema):
    """A category, with its names in each language."""

    key: str
    parent: str | None
    names: dict[str, str]
    kinds: list[str]


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


@router.get("/teams", response=list[TeamRef], summary="Teams")
@scope(SIGNED_IN)
def list_teams(request: HttpRequest) -> list[TeamRef]:
    """The teams the caller may know of."""
    rows = teams_visible_to(caller(request)).filter(is_active=True).order_by("level", "name")
    return [TeamRef(id=t.pk, key=t.key, name=t.name, level=t.level) for t in rows]


@router.get("/organizations", response=Page[OrganizationOut], summary="Organisations")
@scope(SIGNED_IN)
def list_organizations(request: HttpRequest, cursor: int | None = None) -> dict[str, Any]:
    """The organisations the caller may know of."""
    rows = organizations_visible_to(caller(request)).filter(is_active=True)
    return _page(rows, cursor, OrganizationOut)


@router.get("/persons", response=Page[PersonOut], summary="Persons")
@scope(SIGNED_IN)
def list_persons(request: HttpRequest, q: str = "", cursor: int | None = None) -> dict[str, Any]:
    """The persons the caller may know of; ``q`` looks for words of the name, place or function."""
    rows = persons_visible_to(caller(request)).filter(is_active=True)
    for word in folding.folded(q).split()[:5]:
        rows = rows.filter(search__contains=word)
    return _page(rows, cursor, PersonOut)


def _page(rows: Any, cursor: int | None, shape: type[Schema]) -> dict[str, Any]:
    if cursor is not None:
        rows = rows.filter(pk__gt=cursor)
    found = list(rows.order_by("pk")[: PAGE + 1])
    items = [shape(**{name: getattr(row, name) for name in shape.model_fields}) for row in found[:PAGE]]
    return {"items": items, "next": str(found[PAGE - 1].pk) if len(found) > PAGE else None}


@router.get("/categories", response=list[CategoryOut], summary="Categories")
@scope(SIGNED_IN)
def list_categories(request: HttpRequest) -> list[CategoryOut]:
    """The category tree."""
    rows = Category.objects.filter(is_active=True).select_related("parent")
    return [
        CategoryOut(key=c.key, parent=c.parent.key if c.parent else None, names=c.names, kinds=c.kinds) for c in rows
    ]
