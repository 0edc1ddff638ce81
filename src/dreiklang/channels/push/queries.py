"""Reads: one's devices, what one chose, the key browsers are given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from dreiklang.accounts.models import Account
from dreiklang.channels.push import policy, rules
from dreiklang.channels.push.models import Device
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor

KINDS, QUIET, WORDS = "notify.push", "notify.quiet", "notify.push_words"


@dataclass(frozen=True)
class Choice:
    """What a person chose: which news, when it is quiet (times of day, empty: never), whether words are shown."""

    kinds: frozenset[str]
    quiet_from: str
    quiet_until: str
    with_words: bool

    def is_quiet(self, at: datetime) -> bool:
        """Whether a local moment lies in the quiet hours."""
        return rules.is_quiet(at, self.quiet_from, self.quiet_until)


def choice_of(account: Account) -> Choice:
    """What an account's owner chose, or the usual."""
    kinds = account.preference(KINDS)
    quiet = account.preference(QUIET) or {}
    return Choice(
        frozenset(rules.PUSHED_BY_DEFAULT if kinds is None else kinds),
        str(quiet.get("from", "")),
        str(quiet.get("until", "")),
        bool(account.preference(WORDS, True)),
    )


def devices_of(actor: Actor) -> QuerySet[Device]:
    """One's own devices, those that are told first, newest first."""
    return policy.visible_to(actor).order_by(F("ended_at").asc(nulls_first=True), "-made_at", "-pk")


def device(device_id: int, *, actor: Actor) -> Device:
    """One of the own devices. Raises NotFound."""
    found = policy.visible_to(actor).filter(pk=device_id).first()
    if found is None:
        raise NotFound(code="no_device")
    return found


def live_devices(person_ids: Any) -> QuerySet[Device]:
    """Devices of some persons (keys, or a query for them) that are told now: access lives, nobody signed out."""
    return Device.objects.filter(
        account__person__in=person_ids, account__is_active=True, account__generation=F("generation"), ended_at=None
    )  # fmt: skip
