"""Brands: how the desk appears to one customer, or at one address."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import BrandChanged, BrandRemoved
from dreiklang.channels.models import Brand
from dreiklang.kernel import files
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization

LARGEST_LOGO: Final = 200_000
"""Bytes of a logo: it goes with every mail."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PICTURES = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


@command
def make_brand(*, actor: Actor, name: str, **fields: Any) -> Brand:
    """Another brand. Raises Invalid. ``fields`` as for ``change_brand``."""
    require(actor.has("control.use"))
    return _put(Brand(), actor, {"name": name, **fields})


@command
def change_brand(brand: Brand, *, actor: Actor, version: int, **fields: Any) -> Brand:
    """Change a brand: ``name``, ``organization``, ``signature``, ``colour``, ``logo`` (bytes, or nothing to keep it),
    ``without_logo``. What has left keeps its look. Raises Invalid, Conflict."""
    require(actor.has("control.use"))
    current = Brand.objects.select_for_update().get(pk=brand.pk)
    if current.version != version:
        raise Conflict(_("Somebody else changed this brand in the meantime."), current=current.version)
    current.version += 1
    return _put(current, actor, fields)


@command
def remove_brand(brand: Brand, *, actor: Actor) -> None:
    """Do without a brand: its mailboxes write under their own names from now on."""
    require(actor.has("control.use"))
    gone = BrandRemoved(subject_id=brand.pk)
    brand.delete()
    publish(gone, actor=actor)


def _put(brand: Brand, actor: Actor, fields: dict[str, Any]) -> Brand:
    logo, without_logo = fields.pop("logo", None), fields.pop("without_logo", False)
    colour = fields.get("colour", "").strip().lower()
    problems: dict[str, list[Any]] = {}
    if colour and not _COLOUR.fullmatch(colour):
        problems["colour"] = [_("A colour is written as #rrggbb, for example #1f6f5c.")]
    organization: Organization | None = fields.get("organization")
    if organization and Brand.objects.filter(organization=organization).exclude(pk=brand.pk).exists():
        problems["organization"] = [_("This customer has a brand already.")]
    logo_type = _type_of(logo, problems) if logo else ""
    if problems:
        raise Invalid(problems)
    changed = [name for name, value in fields.items() if getattr(brand, name) != value]
    for name in changed:
        setattr(brand, name, fields[name])
    brand.colour = colour
    if logo:
        brand.logo, brand.logo_type = files.store(logo), logo_type
        changed.append("logo")
    elif without_logo and brand.logo_id:
        brand.logo, brand.logo_type = None, ""
        changed.append("logo")
    brand.save()
    publish(BrandChanged(subject_id=brand.pk, changed=tuple(changed)), actor=actor)
    return brand


def _type_of(logo: bytes, problems: dict[str, list[Any]]) -> str:
    found = next((kind for start, kind in _PICTURES.items() if logo.startswith(start)), "")
    if not found:
        problems["logo"] = [_("A logo is a PNG, JPEG or GIF picture.")]
    elif len(logo) > LARGEST_LOGO:
        problems["logo"] = [_("The picture is larger than 200 kB; it goes with every mail.")]
    return found
