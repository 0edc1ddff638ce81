"""Signing in: by password, counted and slowed down; by a mailed link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dreiklang.accounts import events, rules
from dreiklang.accounts.backends import PasswordBackend
from dreiklang.accounts.commands import attempts, links
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import Account
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor


@dataclass(frozen=True)
class Answer:
    """What a try to sign in came to: the account, or nothing, or how long to wait before the next try."""

    account: Account | None = None
    wait: timedelta = timedelta(0)


@personal
def try_password(login: str, password: str, *, remote: str, is_known_browser: bool, actor: Actor) -> Answer:
    """Try to sign in with a password. It answers rather than refuses, so that the try stays counted."""
    wait = attempts.take_password_try(login, remote, is_known_browser=is_known_browser, actor=actor)
    if wait:
        return Answer(wait=wait)
    account = PasswordBackend().authenticate(None, login, password)
    if account is None:
        return Answer()
    attempts.forgive(login, remote, is_known_browser=is_known_browser, actor=actor)
    return Answer(account=note_sign_in(account, by="password", actor=actor))


@command
def sign_in_by_link(secret: str, *, purpose: str, actor: Actor) -> Account:
    """Use up a sign-in or invitation link and return its account. Raises Invalid if the link is dead."""
    link = links.redeem_link(secret, purpose=purpose, actor=actor)
    if link.account is None:
        raise DeadLink()
    return note_sign_in(link.account, by="link", proven_address=link.address, actor=actor)


@command
def note_sign_in(account: Account, *, by: str, actor: Actor, proven_address: str = "") -> Account:
    """Write down that somebody signed in. Raises Invalid if the account is disabled by now."""
    if not account.is_active:
        raise Invalid(code="disabled")
    account.last_login = clock.now()
    account.save(update_fields=["last_login"])
    signed_in = events.SignedIn(subject_id=account.pk, by=by, proven_address=proven_address)
    journal.publish(signed_in, actor=Actor("account", account.pk, rights=rules.rights_of(account.roles)))
    return account
