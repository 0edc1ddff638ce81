"""The category tree: reading for everybody, making and changing for administrators."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SIGNED_IN, caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Page, given
from dreiklang.api.v1.tickets import team_for
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.commands import categories as commands
from dreiklang.tickets.models import Category

router = Router(tags=["categories"])
Names = Annotated[
    dict[Literal["de", "en"], Annotated[str, Field(max_length=100)]], Field(description="language → name")
]
Kinds = list[Literal["incident", "security", "request", "question", "complaint"]]


class CategoryOut(Schema):
    """A category, with its names in each language. ``parent``: key of the one above."""

    id: int
    version: int
    key: str
    parent: str | None
    names: dict[str, str]
    kinds: list[str]
    in_portal: bool
    position: int


class CategoryIn(Asked):
    """A new category."""

    names: Names
    key: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")] = ""
    parent: Annotated[str, Field(max_length=60)] | None = None
    kinds: Kinds = []
    team_id: int | None = None
    in_portal: bool = True
    position: Annotated[int, Field(ge=0, le=100_000)] = 0


class CategoryChange(Asked):
    """What may be changed; what is left out stays."""

    version: int | None = None
    names: Names | None = None
    parent: Annotated[str, Field(max_length=60)] | None = None
    kinds: Kinds | None = None
    team_id: int | None = None
    in_portal: bool | None = None
    is_active: bool | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] | None = None


def _shown(category: Category) -> CategoryOut:
    names = (name for name in CategoryOut.model_fields if name != "parent")
    return CategoryOut(
        parent=category.parent.key if category.parent else None, **{name: getattr(category, name) for name in names}
    )


def _category(key: str) -> Category:
    found = Category.objects.select_related("parent", "team").filter(key=key.replace("\x00", "")).first()
    if found is None:
        raise NotFound("There is no such category.")
    return found


def _meant(actor: Actor, fields: dict[str, Any]) -> dict[str, Any]:
    if fields.get("parent") is not None:
        key = str(fields["parent"])
        fields["parent"] = Category.objects.filter(key=key).first()
        if fields["parent"] is None:
            raise Invalid({"parent": ["There is no such category."]})
    if "team_id" in fields:
        team_id = fields.pop("team_id")
        fields["team"] = team_for(actor, team_id) if team_id is not None else None
    return fields


@router.get("/categories", response=Page[CategoryOut], summary="Categories")
@scope(SIGNED_IN)
def list_categories(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """The category tree, as a list in which each names the one above."""
    return page_of(Category.objects.filter(is_active=True).select_related("parent"), cursor, _shown)


@router.post("/categories", response={201: CategoryOut}, summary="Add a category")
@scope("control.use")
def make_category(request: HttpRequest, asked: CategoryIn) -> Status[CategoryOut]:
    """Add a category; its key is made of the name if none is given."""
    actor = caller(request)
    return Status(201, _shown(commands.make_category(actor=actor, **_meant(actor, asked.model_dump()))))


@router.patch("/categories/{str:key}", response=CategoryOut, summary="Change a category")
@scope("control.use")
def change_category(request: HttpRequest, key: str, asked: CategoryChange) -> CategoryOut:
    """Change what is given, or switch it off with ``is_active``."""
    actor, fields = caller(request), given(asked, null=("parent", "team_id"))
    return _shown(commands.change_category(_category(key), actor=actor, **_meant(actor, fields)))


@router.delete("/categories/{str:key}", response={204: None}, summary="Remove a category")
@scope("control.use")
def remove_category(request: HttpRequest, key: str) -> Status[None]:
    """Remove a category that nothing uses; a used one can only be switched off."""
    commands.remove_category(_category(key), actor=caller(request))
    return Status(204, None)
