"""Who may bring tables in, and who may ask for a disclosure."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.exchange.models import Disclosure, Import
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person


def may_import(actor: Actor) -> bool:
    """Administrators."""
    return actor.has("control.use")


def imports_visible_to(actor: Actor) -> QuerySet[Import]:
    """All of them for administrators, none for others."""
    return Import.objects.all() if may_import(actor) else Import.objects.none()


def may_ask(actor: Actor, person: Person, *, with_inside: bool) -> bool:
    """Administrators for anybody; everybody for themselves, without what was said inside."""
    if actor.has("control.use"):
        return True
    return not with_inside and actor.kind == "person" and actor.id == person.pk


def disclosures_visible_to(actor: Actor) -> QuerySet[Disclosure]:
    """Those that one asked for oneself: nobody fetches what somebody else asked for."""
    if actor.kind != "person" or actor.id is None:
        return Disclosure.objects.none()
    return Disclosure.objects.filter(asked_by_id=actor.id)


def may_erase(actor: Actor) -> bool:
    """Administrators, and the desk itself after a restore. Nobody erases themselves: somebody else must look."""
    return actor.has("control.use")
