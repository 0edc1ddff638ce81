"""Whose pages somebody opened last: numbers in their own preferences, names only as far as they may see them now."""

from __future__ import annotations

from dreiklang.accounts.commands.preferences import set_preference
from dreiklang.accounts.models import Account
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations.models import Person

PREFERENCE = "view.persons"
KEPT = 8


def _kept(account: Account) -> list[int]:
    kept = account.preference(PREFERENCE, [])
    return [one for one in kept if isinstance(one, int)] if isinstance(kept, list) else []


def remember_person(person: Person, *, actor: Actor) -> None:
    """A person's page was opened. Written only when it is not the latest one anyway."""
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    if account is None or (kept := _kept(account))[:1] == [person.pk]:
        return
    latest = [person.pk, *(one for one in kept if one != person.pk)][:KEPT]
    set_preference(account, PREFERENCE, latest, actor=actor)


def persons_lately_opened(actor: Actor) -> list[Person]:
    """The persons, the latest first."""
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    kept = _kept(account) if account else []
    seen = organizations.persons_visible_to(actor).filter(pk__in=kept, is_active=True).select_related("organization")
    return sorted(seen, key=lambda person: kept.index(person.pk))
