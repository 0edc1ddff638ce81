"""Who may set up sources and untie identities."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dreiklang.accounts.models import Account
from dreiklang.identities.models import Identity, Source
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.queries import person_of_account


def may_keep_sources(actor: Actor) -> bool:
    """Make, change, test and remove sources: administrators."""
    return actor.is_system or actor.has("control.use")


def may_untie(actor: Actor, identity: Identity) -> bool:
    """The owner of the account, or an administrator."""
    return may_keep_sources(actor) or (actor.account_id is not None and actor.account_id == identity.account_id)


def visible_to(actor: Actor) -> QuerySet[Source]:
    """Sources with their settings: administrators only."""
    return Source.objects.all() if may_keep_sources(actor) else Source.objects.none()


def require_open(account: Account) -> None:
    """Refuse an account that is disabled, or whose person or organisation is no longer here."""
    person = person_of_account(account)
    is_open = account.is_active and (person is None or (person.is_active and person.organization.is_active))
    if not is_open:
        raise NotAllowed(_("Your access has been closed. Ask the people who run this desk."), code="closed")
