"""Passwords: set one, which ends every session and token that the old one opened."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.commands import links
from dreiklang.accounts.models import Account
from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require

LONGEST = 1_000


@command
def set_password(account: Account, password: str, *, actor: Actor, old: str | None = None) -> Account:
    """Set a password. Its owner must give the old one if there is one; after a proven link the desk sets it.

    Ends all sessions and tokens, and every sign-in or reset link still unused (P23). Raises Invalid by field.
    """
    require(policy.may_set_password(actor, account))
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not actor.is_system and account.has_usable_password() and not account.check_password(old or ""):
        raise Invalid({"old": [_("This is not your present password.")]})
    _check(password, account)
    account.set_password(password)
    account.generation += 1
    account.save(update_fields=["password", "generation"])
    links.end_links(account, purposes=rules.OPENING, actor=actor)
    journal.publish(events.PasswordSet(subject_id=account.pk), actor=actor)
    return account


def _check(password: str, account: Account) -> None:
    if len(password) > LONGEST or "\x00" in password:
        raise Invalid({"password": [_("This password cannot be used; choose another one.")]})
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Invalid({"password": list(weak.messages)}, code="weak_password") from weak
