"""Who may have and see devices: everybody the own ones, nobody anybody else's."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.accounts.models import Account
from dreiklang.channels.push.models import Device
from dreiklang.kernel.permissions import Actor


def may_keep_devices(actor: Actor, account: Account) -> bool:
    """Switch devices on and off: the owner, by the own screen and not by a token; the desk where access ends."""
    return actor.is_system or (actor.account_id is not None and actor.account_id == account.pk)


def visible_to(actor: Actor) -> QuerySet[Device]:
    """One's own devices."""
    return Device.objects.filter(account_id=actor.account_id) if actor.account_id else Device.objects.none()
