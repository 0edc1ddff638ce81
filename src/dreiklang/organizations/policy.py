"""Who may see and change organisations and persons."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.accounts.rules import CONTACT, REQUESTER
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person

PORTAL_ROLES = frozenset({REQUESTER, CONTACT})
#: Rights that only persons of the provider can have: their bearers see everybody they may have to help.
INTERNAL = ("tickets.work", "tickets.see_all", "control.use")


def is_internal(actor: Actor) -> bool:
    """Whether the actor belongs to the provider's own desk."""
    return any(actor.has(right) for right in INTERNAL)


def may_manage_organizations(actor: Actor) -> bool:
    """Make and change organisations, their sites and domains; import persons: administrators."""
    return actor.has("control.use")


def may_keep_persons(actor: Actor) -> bool:
    """Make and change persons and their addresses: whoever answers the phone, and administrators."""
    return is_internal(actor)


def may_change_person(actor: Actor, person: Person) -> bool:
    """Change somebody. Whose account can do more than ask for help is for administrators and the person alone:
    a mail address opens an account, so a colleague must not be able to add one."""
    if actor.has("control.use"):
        return True
    if person.account is not None and set(person.account.roles) - PORTAL_ROLES:
        return actor.kind == "person" and actor.id == person.pk
    return may_keep_persons(actor)


def may_deactivate_persons(actor: Actor) -> bool:
    """End a person's use of the desk: administrators."""
    return actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[Organization]:
    """Organisations in lists and choices: all for the provider's desk, else the own one."""
    if is_internal(actor):
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=actor.organizations)


def persons_visible_to(actor: Actor) -> QuerySet[Person]:
    """Persons in lists, choices and search.

    All for the provider's desk; the own organisation for its contact and for external providers and vendors
    (whom they meet in a ticket, the ticket shows); oneself for everybody else.
    """
    if is_internal(actor):
        return Person.objects.all()
    if actor.has("portal.see_organization") or actor.has("tickets.work_handed"):
        return Person.objects.filter(organization_id__in=actor.organizations)
    if actor.kind == "person" and actor.id is not None:
        return Person.objects.filter(pk=actor.id)
    return Person.objects.none()
