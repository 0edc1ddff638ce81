"""Who may see and change configuration items, and who may know what an outage costs."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.assets.models import ConfigurationItem
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import is_internal


def may_manage_items(actor: Actor) -> bool:
    """Make, change, retire and import services: administrators."""
    return actor.has("control.use")


def visible_to(actor: Actor) -> QuerySet[ConfigurationItem]:
    """Services in lists and choices: all for the provider's desk, for customers those their organisation uses.

    External providers and vendors choose from none: what a ticket in their hands is about, the ticket shows.
    """
    if is_internal(actor):
        return ConfigurationItem.objects.all()
    if actor.has("portal.use"):
        return ConfigurationItem.objects.filter(
            uses__organization_id__in=actor.organizations, is_active=True
        ).distinct()
    return ConfigurationItem.objects.none()


def may_see_costs(actor: Actor, *, customer_id: int) -> bool:
    """What an outage costs a customer: the provider's desk, and the customer's own contact; nobody else."""
    if is_internal(actor):
        return True
    return actor.has("portal.see_organization") and customer_id in actor.organizations
