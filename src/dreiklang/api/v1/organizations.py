"""Organisations and their sites: which there are for the caller; making and changing, for administrators."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SIGNED_IN, caller, scope
from dreiklang.api.paging import Cursor, Limit, page_of
from dreiklang.api.shapes import Asked, Page, given
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations import policy, queries
from dreiklang.organizations.commands import organizations as commands
from dreiklang.organizations.models import Organization, Site

router = Router(tags=["organisations"])
Name = Annotated[str, Field(max_length=200)]
Kind = Literal["provider", "customer", "external", "vendor"]


class OrganizationOut(Schema):
    """An organisation. ``note`` is for the provider's desk alone, else empty."""

    id: int
    version: int
    key: str
    name: str
    kind: str
    language: str
    region: str
    mail_domains: list[str]
    takes_strangers: bool
    phone: str
    note: str
    is_active: bool


class OrganizationIn(Asked):
    """A new organisation."""

    name: Name
    kind: Kind
    key: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]*$")] = ""
    language: Annotated[str, Field(max_length=5)] = "de"
    region: Annotated[str, Field(max_length=10)] = ""
    mail_domains: Annotated[list[Name], Field(max_length=100)] = []
    takes_strangers: bool = False
    phone: Annotated[str, Field(max_length=50)] = ""
    note: Annotated[str, Field(max_length=10_000)] = ""


class OrganizationChange(Asked):
    """What may be changed; what is left out stays."""

    version: int | None = None
    name: Name | None = None
    kind: Kind | None = None
    language: Annotated[str, Field(max_length=5)] | None = None
    region: Annotated[str, Field(max_length=10)] | None = None
    mail_domains: Annotated[list[Name], Field(max_length=100)] | None = None
    takes_strangers: bool | None = None
    phone: Annotated[str, Field(max_length=50)] | None = None
    note: Annotated[str, Field(max_length=10_000)] | None = None


class SiteOut(Schema):
    """A site of an organisation."""

    id: int
    organization_id: int
    name: str
    address: str
    is_active: bool


class SiteIn(Asked):
    """A site: all of it."""

    name: Name
    address: Annotated[str, Field(max_length=1000)] = ""
    is_active: bool = True


def _shown(request: HttpRequest, row: Organization) -> OrganizationOut:
    values = {name: getattr(row, name) for name in OrganizationOut.model_fields}
    if not policy.is_internal(caller(request)):
        values["note"] = ""
    return OrganizationOut(**values)


@router.get("/organizations", response=Page[OrganizationOut], summary="Organisations")
@scope(SIGNED_IN)
def list_organizations(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
    """The organisations the caller may know of and the desk works for."""
    rows = policy.visible_to(caller(request)).filter(is_active=True)
    return page_of(rows, cursor, lambda row: _shown(request, row), size=limit)


@router.post("/organizations", response={201: OrganizationOut}, summary="Add an organisation")
@scope("control.use")
def make_organization(request: HttpRequest, asked: OrganizationIn) -> Status[OrganizationOut]:
    """Add an organisation; its key is made of the name if none is given."""
    return Status(201, _shown(request, commands.make_organization(actor=caller(request), **asked.model_dump())))


@router.get("/organizations/{int:organization_id}", response=OrganizationOut, summary="One organisation")
@scope(SIGNED_IN)
def get_organization(request: HttpRequest, organization_id: int) -> OrganizationOut:
    """An organisation, also one that is worked for no more."""
    return _shown(request, queries.organization(organization_id, actor=caller(request)))


@router.patch("/organizations/{int:organization_id}", response=OrganizationOut, summary="Change an organisation")
@scope("control.use")
def change_organization(request: HttpRequest, organization_id: int, asked: OrganizationChange) -> OrganizationOut:
    """Change what is given. 409 with ``current_version`` if somebody else did since ``version``."""
    found = queries.organization(organization_id, actor=caller(request))
    return _shown(request, commands.change_organization(found, actor=caller(request), **given(asked)))


@router.put("/organizations/{int:organization_id}/activity", response=OrganizationOut, summary="Work for it again")
@scope("control.use")
def activate_organization(request: HttpRequest, organization_id: int) -> OrganizationOut:
    """Work for an organisation again."""
    found = queries.organization(organization_id, actor=caller(request))
    return _shown(request, commands.activate_organization(found, actor=caller(request)))


@router.delete("/organizations/{int:organization_id}/activity", response=OrganizationOut, summary="Work for it no more")
@scope("control.use")
def deactivate_organization(request: HttpRequest, organization_id: int) -> OrganizationOut:
    """Nobody of it gets in any more; its history stays."""
    found = queries.organization(organization_id, actor=caller(request))
    return _shown(request, commands.deactivate_organization(found, actor=caller(request)))


@router.get("/organizations/{int:organization_id}/sites", response=Page[SiteOut], summary="Sites")
@scope(SIGNED_IN)
def list_sites(request: HttpRequest, organization_id: int, cursor: Cursor = None) -> dict[str, Any]:
    """The sites of an organisation."""
    found = queries.organization(organization_id, actor=caller(request))
    return page_of(Site.objects.filter(organization=found), cursor, SiteOut.from_orm)


@router.post("/organizations/{int:organization_id}/sites", response={201: SiteOut}, summary="Add a site")
@scope("control.use")
def make_site(request: HttpRequest, organization_id: int, asked: SiteIn) -> Status[Site]:
    """Add a site."""
    found = queries.organization(organization_id, actor=caller(request))
    return Status(201, commands.keep_site(found, actor=caller(request), **asked.model_dump()))


@router.put("/sites/{int:site_id}", response=SiteOut, summary="Change a site")
@scope("control.use")
def change_site(request: HttpRequest, site_id: int, asked: SiteIn) -> Site:
    """Set a site anew, or switch it off."""
    actor = caller(request)
    found = Site.objects.filter(pk=site_id, organization__in=policy.visible_to(actor)).first()
    if found is None:
        raise NotFound("There is no such site.")
    return commands.keep_site(found.organization, actor=actor, site=found, **asked.model_dump())
