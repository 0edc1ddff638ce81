"""Brands: how the desk appears to the people of one customer, or at one address. Their pictures are set in control."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import caller, scope
from dreiklang.api.paging import Cursor, page_of
from dreiklang.api.shapes import Asked, Page
from dreiklang.channels.mail.settings.brands import change_brand, make_brand, remove_brand
from dreiklang.channels.models import Brand
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization

router = Router(tags=["mailboxes"])
CONTROL = "control.use"


class BrandIn(Asked):
    """A brand. ``organization_id``: whose tickets are written under it; null: what leaves by its mailboxes."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    organization_id: int | None = None
    signature: Annotated[str, Field(max_length=2_000)] = ""
    colour: Annotated[str, Field(max_length=7)] = ""


class BrandChange(BrandIn):
    """The whole brand as it shall be; ``version`` as it was read."""

    version: int
    without_logo: bool = False


class BrandOut(Schema):
    """A brand. ``has_logo``: a picture goes with its mails."""

    id: int
    name: str
    organization_id: int | None
    signature: str
    colour: str
    has_logo: bool
    version: int


def _shown(brand: Brand) -> dict[str, Any]:
    names = ("id", "name", "organization_id", "signature", "colour", "version")
    return {**{name: getattr(brand, name) for name in names}, "has_logo": brand.logo_id is not None}


def _brand(brand_id: int) -> Brand:
    found = Brand.objects.filter(pk=brand_id).first()
    if found is None:
        raise NotFound(code="no_brand")
    return found


def _fields(asked: BrandIn) -> dict[str, Any]:
    organization = None
    if asked.organization_id is not None:
        organization = Organization.objects.filter(pk=asked.organization_id, kind=Organization.Kind.CUSTOMER).first()
        if organization is None:
            raise NotFound(code="no_organization")
    return {"organization": organization, "signature": asked.signature, "colour": asked.colour}


@router.get("/brands", response=Page[BrandOut], summary="Brands")
@scope(CONTROL)
def list_brands(request: HttpRequest, cursor: Cursor = None) -> dict[str, Any]:
    """All of them."""
    return page_of(Brand.objects.all(), cursor, _shown)


@router.get("/brands/{int:brand_id}", response=BrandOut, summary="A brand")
@scope(CONTROL)
def get_brand(request: HttpRequest, brand_id: int) -> dict[str, Any]:
    """One brand."""
    return _shown(_brand(brand_id))


@router.post("/brands", response={201: BrandOut}, summary="Make a brand")
@scope(CONTROL)
def post_brand(request: HttpRequest, asked: BrandIn) -> Status[dict[str, Any]]:
    """A customer has one at most."""
    return Status(201, _shown(make_brand(actor=caller(request), name=asked.name, **_fields(asked))))


@router.put("/brands/{int:brand_id}", response=BrandOut, summary="Change a brand")
@scope(CONTROL)
def put_brand(request: HttpRequest, brand_id: int, asked: BrandChange) -> dict[str, Any]:
    """What has left keeps its look. 409 if somebody else changed it meanwhile."""
    fields = {"name": asked.name, **_fields(asked), "without_logo": asked.without_logo}
    return _shown(change_brand(_brand(brand_id), actor=caller(request), version=asked.version, **fields))


@router.delete("/brands/{int:brand_id}", response={204: None}, summary="Remove a brand")
@scope(CONTROL)
def delete_brand(request: HttpRequest, brand_id: int) -> Status[None]:
    """Its mailboxes write under their own names from now on."""
    remove_brand(_brand(brand_id), actor=caller(request))
    return Status(204, None)
