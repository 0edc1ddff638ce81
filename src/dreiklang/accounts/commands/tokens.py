"""API tokens: shown once, kept hashed, limited to scopes, ended by revoking, disabling or a new password."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.models import Account, ApiToken
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require

PREFIX = "dk_"


@command
def make_token(
    account: Account, *, name: str, scopes: Iterable[str], actor: Actor, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for one's own account; returns it with its secret, which nobody can read again.

    Scopes are rights; those the account does not have bring nothing. Raises Invalid by field.
    """
    require(policy.may_manage_tokens(actor, account))
    wanted, now = sorted(set(scopes)), clock.now()
    errors: dict[str, list[str]] = {}
    if not 1 <= len(name.strip()) <= 100:
        errors["name"] = [_("Say in 1 to 100 characters what the token is for.")]
    if not wanted or set(wanted) - rules.SCOPES:
        errors["scopes"] = [_("Choose what the token may do.")]
    if expires_at is not None and expires_at <= now:
        errors["expires_at"] = [_("This moment has passed.")]
    if rules.CONTROL in wanted and (expires_at is None or expires_at > now + rules.CONTROL_TOKEN_LIVES):
        errors["expires_at"] = [_("A token that may change the desk itself needs an end within a year.")]
    if errors:
        raise Invalid(errors)
    secret = PREFIX + secrets.token_urlsafe(24)
    token = ApiToken.objects.create(
        account=account, name=name.strip(), digest=rules.digest_of(secret), hint=secret[:8], scopes=wanted,
        generation=account.generation, made_at=now, expires_at=expires_at,
    )  # fmt: skip
    journal.publish(
        events.TokenMade(subject_id=account.pk, token_id=token.pk, name=token.name, scopes=tuple(wanted)),
        actor=actor,
    )
    return token, secret


@command
def revoke_token(token: ApiToken, *, actor: Actor) -> ApiToken:
    """End a token at once."""
    require(policy.may_end_access(actor, token.account))
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        raise WrongState(_("This token has ended already."), code="already_revoked")
    token.refresh_from_db()
    journal.publish(events.TokenRevoked(subject_id=token.account_id, token_id=token.pk), actor=actor)
    return token


@personal
def note_use(token: ApiToken, *, actor: Actor) -> None:
    """Remember when a token was last used, to the minute."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
