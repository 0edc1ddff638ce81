"""Accounts: make, rename, give roles, disable and enable."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.commands import links
from dreiklang.accounts.commands.second_factor import end_sessions_of_lacking
from dreiklang.accounts.models import Account
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require

_LOGIN = re.compile(r"[^\s\x00-\x1f\x7f]{3,254}")


@command
def make_account(
    login: str, *, roles: Iterable[str], actor: Actor, language: str = "de", password: str | None = None
) -> Account:
    """Make an account. Without a password its owner signs in by mailed link. Raises Invalid by field."""
    require(policy.may_manage_accounts(actor))
    account = Account(
        login=_checked_login(login), roles=_checked_roles(roles), created_at=clock.now(),
        language=language if language in dict(settings.LANGUAGES) else "de",
    )  # fmt: skip
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    _save_login(account)
    journal.publish(
        events.AccountMade(subject_id=account.pk, login=account.login, roles=tuple(account.roles)), actor=actor
    )
    return account


@command
def change_login(account: Account, login: str, *, actor: Actor) -> Account:
    """Give an account another sign-in name. Raises Invalid if it is taken or not usable."""
    require(policy.may_manage_accounts(actor))
    account.login = _checked_login(login)
    _save_login(account)
    journal.publish(events.LoginChanged(subject_id=account.pk, login=account.login), actor=actor)
    return account


@command
def change_roles(account: Account, roles: Iterable[str], *, actor: Actor) -> Account:
    """Set the roles of an account; they hold from its next request on. The last administrator stays one."""
    require(policy.may_manage_accounts(actor))
    account = Account.objects.select_for_update().get(pk=account.pk)
    former, wanted = tuple(account.roles), _checked_roles(roles)
    if rules.ADMINISTRATOR in former and rules.ADMINISTRATOR not in wanted:
        _refuse_if_last_administrator(account)
    account.roles = wanted
    account.save(update_fields=["roles"])
    end_sessions_of_lacking([account])
    journal.publish(events.RolesChanged(subject_id=account.pk, roles=tuple(wanted), former=former), actor=actor)
    return account


@command
def disable(account: Account, *, actor: Actor) -> Account:
    """Close every way in: sessions, tokens, links and live connections end with the next request (P23)."""
    require(policy.may_manage_accounts(actor))
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise WrongState(_("This account is disabled already."), code="already_disabled")
    _refuse_if_last_administrator(account)
    account.is_active = False
    account.generation += 1
    account.save(update_fields=["is_active", "generation"])
    links.end_links(account, purposes=rules.OPENING, actor=actor)
    journal.publish(events.AccountDisabled(subject_id=account.pk), actor=actor)
    return account


@command
def enable(account: Account, *, actor: Actor) -> Account:
    """Let an account sign in again."""
    require(policy.may_manage_accounts(actor))
    account = Account.objects.select_for_update().get(pk=account.pk)
    if account.is_active:
        raise WrongState(_("This account is enabled already."), code="already_enabled")
    account.is_active = True
    account.save(update_fields=["is_active"])
    journal.publish(events.AccountEnabled(subject_id=account.pk), actor=actor)
    return account


@command
def end_sessions(account: Account, *, actor: Actor) -> Account:
    """End every session and token of an account, as its owner after a lost device or as an administrator."""
    require(policy.may_end_access(actor, account))
    account = Account.objects.select_for_update().get(pk=account.pk)
    account.generation += 1
    account.save(update_fields=["generation"])
    links.end_links(account, purposes=rules.OPENING, actor=actor)
    journal.publish(events.SessionsEnded(subject_id=account.pk), actor=actor)
    return account


def _checked_login(login: str) -> str:
    folded = rules.folded_login(login)
    if not _LOGIN.fullmatch(folded):
        raise Invalid({"login": [_("A sign-in name has 3 to 254 characters and no blanks.")]})
    return folded


def _checked_roles(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    if unknown := wanted - set(rules.ROLES):
        raise Invalid({"roles": [_("There is no role “%(role)s”.") % {"role": sorted(unknown)[0][:40]}]})
    if not wanted:
        raise Invalid({"roles": [_("An account needs at least one role.")]})
    return [role for role in rules.ROLES if role in wanted]


def _save_login(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as taken:
        raise Invalid({"login": [_("This sign-in name is taken.")]}, code="login_taken") from taken


def _refuse_if_last_administrator(account: Account) -> None:
    if rules.ADMINISTRATOR not in account.roles:
        return
    others = Account.objects.select_for_update().filter(
        roles__contains=[rules.ADMINISTRATOR], is_active=True
    ).exclude(pk=account.pk)  # fmt: skip
    if not others.exists():
        raise WrongState(
            _("This is the last administrator. Make somebody else an administrator first."), code="last_administrator"
        )
