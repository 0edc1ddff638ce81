"""Who may do what with accounts."""

from __future__ import annotations

from django.db.models import QuerySet

from dreiklang.accounts.models import Account
from dreiklang.kernel.permissions import Actor


def may_manage_accounts(actor: Actor) -> bool:
    """Make accounts, give roles, disable: administrators."""
    return actor.has("control.use")


def is_own(actor: Actor, account: Account) -> bool:
    """Whether the account is the actor's own. An actor by token carries no account: a token is not its owner."""
    return actor.account_id is not None and actor.account_id == account.pk


def may_set_password(actor: Actor, account: Account) -> bool:
    """The owner, or the desk itself after a proven link. Administrators send a link, they set nobody's password."""
    return actor.is_system or is_own(actor, account)


def may_manage_tokens(actor: Actor, account: Account) -> bool:
    """The owner; administrators may revoke and see, which their commands ask for separately."""
    return actor.is_system or is_own(actor, account)


def may_end_access(actor: Actor, account: Account) -> bool:
    """End sessions or a token: the owner or an administrator."""
    return is_own(actor, account) or may_manage_accounts(actor)


def visible_to(actor: Actor) -> QuerySet[Account]:
    """Administrators see all accounts, everybody else the own one."""
    if may_manage_accounts(actor):
        return Account.objects.all()
    return Account.objects.filter(pk=actor.account_id) if actor.account_id else Account.objects.none()
