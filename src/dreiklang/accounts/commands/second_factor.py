"""A second factor at sign-in: set up, passed, removed; recovery codes for a lost phone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, queries
from dreiklang.accounts import rules as account_rules
from dreiklang.accounts.commands import attempts
from dreiklang.accounts.models import Account, RecoveryCode, SecondFactor, SecondFactorDemand, SignedInSession
from dreiklang.accounts.rules import second_factors as rules
from dreiklang.kernel import clock, journal, secrets
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require


@personal
def begin_second_factor(account: Account, *, actor: Actor) -> None:
    """A fresh secret for one's app; it counts for nothing until a code of it was typed."""
    require(policy.is_own(actor, account))
    if SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists():
        raise WrongState(_("Your second factor is set up already."), code="already_set")
    sealed = secrets.encrypt(rules.new_secret())
    SecondFactor.objects.update_or_create(
        account=account, defaults={"sealed_secret": sealed, "made_at": clock.now(), "last_step": 0}
    )


@command
def confirm_second_factor(account: Account, code: str, *, actor: Actor) -> list[str]:
    """The app and the desk agree: from now on a code is asked at every sign-in. Returns the recovery codes, once."""
    require(policy.is_own(actor, account))
    factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at=None).first()
    if factor is None:
        raise WrongState(_("Please begin again."), code="not_begun")
    step = rules.step_that_fits(secrets.decrypt(factor.sealed_secret), code, clock.now(), after=0)
    if step is None:
        raise Invalid({"code": [_("This code does not fit. Is the clock of the phone right?")]})
    factor.confirmed_at, factor.last_step = clock.now(), step
    factor.save(update_fields=["confirmed_at", "last_step"])
    codes = rules.new_recovery_codes()
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=rules.recovery_digest(c)) for c in codes)
    journal.publish(events.SecondFactorSet(subject_id=account.pk), actor=actor)
    return codes


@personal
def try_second_factor(account: Account, code: str, *, remote: str, actor: Actor) -> tuple[bool, timedelta]:
    """Try a code of the app, or a recovery code; counted and slowed down as passwords are. → (fits, wait)."""
    wait = attempts.take_password_try(f"second factor {account.pk}", remote, is_known_browser=False, actor=actor)
    if wait:
        return False, wait
    by = _code_fits(account, code)
    if by:
        attempts.forgive(f"second factor {account.pk}", remote, is_known_browser=False, actor=actor)
        _note_passed(account, by=by, actor=actor)
    return bool(by), timedelta(0)


def _code_fits(account: Account, code: str) -> str:
    """By what it fits; a code works once, also if two browsers send it at the same moment."""
    factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
    if factor is None:
        return ""
    step = rules.step_that_fits(secrets.decrypt(factor.sealed_secret), code, clock.now(), after=factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        return "app"
    unused = RecoveryCode.objects.filter(account=account, digest=rules.recovery_digest(code), used_at=None)
    return "recovery" if unused.update(used_at=clock.now()) else ""


@command
def _note_passed(account: Account, *, by: str, actor: Actor) -> None:
    journal.publish(events.SecondFactorPassed(subject_id=account.pk, by=by), actor=actor)


@command
def remove_second_factor(account: Account, *, actor: Actor, code: str = "") -> None:
    """Ask for no code any more: its owner with a code, or an administrator for somebody who lost phone and codes."""
    require(policy.may_end_access(actor, account))
    if policy.is_own(actor, account):
        refuse_if_last_demanded(account, left=queries.passkeys_of(account).count())
        if not _code_fits(account, code):
            raise Invalid({"code": [_("This code does not fit. Is the clock of the phone right?")]})
    gone, _rows = SecondFactor.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    end_sessions_of_lacking([account])
    if not gone:
        raise WrongState(_("There is no second factor."), code="not_set")
    journal.publish(events.SecondFactorRemoved(subject_id=account.pk), actor=actor)


@command
def demand_second_factor(roles: Iterable[str], *, actor: Actor) -> int:
    """Say which roles need a second factor. Sessions of those who lack one end; tokens of programs go on.

    Returns how many accounts will be led through setting one up at their next sign-in. Raises Invalid.
    """
    require(policy.may_manage_accounts(actor))
    wanted = sorted(set(roles))
    if set(wanted) - set(account_rules.ROLES):
        raise Invalid({"roles": [_("Please choose one of the list.")]})
    own = Account.objects.filter(pk=actor.account_id or 0).first()
    if own is not None and set(own.roles) & set(wanted) and not queries.has_second_factor(own):
        raise Invalid({"roles": [_("Set up your own second factor first: you would lock yourself out.")]})
    SecondFactorDemand.objects.exclude(role__in=wanted).delete()
    SecondFactorDemand.objects.bulk_create([SecondFactorDemand(role=r) for r in wanted], ignore_conflicts=True)
    lacking = list(queries.accounts_lacking(wanted))
    end_sessions_of_lacking(lacking)
    journal.publish(events.SecondFactorDemanded(subject_id=0, roles=tuple(wanted), ended=len(lacking)), actor=actor)
    return len(lacking)


def refuse_if_last_demanded(account: Account, *, left: int) -> None:
    """Refuse to take the last second factor away from somebody whose role demands one. Raises WrongState."""
    if not left and queries.must_have_second_factor(account):
        raise WrongState(_("Your role needs a second factor: set up another one first."), code="demanded")


def end_sessions_of_lacking(accounts: Iterable[Account]) -> None:
    """End the sessions of those whose role demands a second factor they do not have; tokens go on."""
    lacking = [account.pk for account in accounts if queries.lacks_second_factor(account)]
    noted = SignedInSession.objects.filter(account_id__in=lacking)
    Session.objects.filter(session_key__in=list(noted.values_list("key", flat=True))).delete()
    noted.delete()
