"""Who may set up sources and untie identities."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.identities.models import Identity, Source
from dreiklang.kernel.permissions import Actor


def may_keep_sources(actor: Actor) -> bool:
    """Make, change, test and remove sources: administrators."""
    return actor.is_system or actor.has("control.use")


def may_untie(actor: Actor, identity: Identity) -> bool:
    """The owner of the account, or an administrator."""
    return may_keep_sources(actor) or (actor.account_id is not None and actor.account_id == identity.account_id)


def visible_to(actor: Actor) -> QuerySet[Source]:
    """Sources with their settings: administrators only."""
    return Source.objects.all() if may_keep_sources(actor) else Source.objects.none()
