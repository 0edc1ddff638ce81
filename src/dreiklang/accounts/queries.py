"""Reads about accounts that have a name."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.models import Account, ApiToken, OneTimeLink, SecondFactor, SignedInSession
from dreiklang.kernel import clock, secrets
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor


def account_of_login(login: str) -> Account | None:
    """The active account with this sign-in name, whatever the case."""
    return Account.objects.filter(login__iexact=rules.folded_login(login), is_active=True).first()


def account(account_id: int, *, actor: Actor) -> Account:
    """An account the actor may see. Raises NotFound."""
    found = policy.visible_to(actor).filter(pk=account_id).first()
    if found is None:
        raise NotFound(code="no_account")
    return found


def token_by_secret(secret: str) -> ApiToken | None:
    """The token a caller shows, with its account, if both still live. One query."""
    if not secret or len(secret) > 100:
        return None
    now = clock.now()
    return (
        ApiToken.objects.select_related("account")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=rules.digest_of(secret), revoked_at=None)
        .filter(account__is_active=True, account__generation=F("generation"))
        .first()
    )


def tokens_of(account: Account) -> QuerySet[ApiToken]:
    """Tokens of an account that still work, newest first."""
    return (
        account.tokens.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()), revoked_at=None)
        .filter(generation=account.generation)
        .order_by("-made_at", "-pk")
    )


def live_link(secret: str, *, purpose: str) -> OneTimeLink | None:
    """A link that could be redeemed now, without using it up: mail scanners open links, people press buttons."""
    link = (
        OneTimeLink.objects.select_related("account")
        .filter(digest=rules.digest_of(secret), purpose=purpose, used_at=None, expires_at__gt=clock.now())
        .first()
    )
    return link if link and (link.account is None or link.account.is_active) else None


def invitations(*, actor: Actor) -> QuerySet[OneTimeLink]:
    """Invitations that nobody has used, open or expired, of accounts that may sign in; for administrators."""
    return OneTimeLink.objects.filter(
        purpose=rules.INVITATION, used_at=None, account__in=policy.visible_to(actor).filter(is_active=True)
    ).select_related("account__person__organization")


def url_of_link(asked: events.LinkAsked) -> str:
    """The whole link that is to be mailed, for that mail and nothing else. It lies encrypted in the journal."""
    return secrets.decrypt(asked.sealed_url)


def has_second_factor(account: Account) -> bool:
    """Whether a code is asked at sign-in."""
    return SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


def pending_secret(account: Account) -> str:
    """The secret that its owner is setting up right now, for their own eyes; empty if there is none."""
    factor = SecondFactor.objects.filter(account=account, confirmed_at=None).first()
    return secrets.decrypt(factor.sealed_secret) if factor else ""


def sessions_of(account: Account) -> QuerySet[SignedInSession]:
    """Sessions of an account that still live, newest first."""
    living = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return SignedInSession.objects.filter(account=account, key__in=living).order_by("-made_at", "-pk")
