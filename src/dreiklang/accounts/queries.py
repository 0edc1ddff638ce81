"""Reads about accounts that have a name."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.models import (
    Account,
    ApiToken,
    OneTimeLink,
    Passkey,
    SecondFactor,
    SecondFactorDemand,
    SignedInSession,
)
from dreiklang.kernel import clock, secrets
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question


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
    """The token a caller shows, with its account, if both still live. One query, which every call asks."""
    if not secret or len(secret) > 100:
        return None
    return _living_token.first(rules.digest_of(secret), clock.now())


_living_token: Question[ApiToken] = Question(
    lambda digest, now: (
        ApiToken.objects.select_related("account")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=digest, revoked_at=None)
        .filter(account__is_active=True, account__generation=F("generation"))
    )
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


def has_code_app(account: Account) -> bool:
    """Whether an app makes codes for this account."""
    return SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists()


def has_second_factor(account: Account) -> bool:
    """Whether a second factor is asked at sign-in: a code of an app, or a passkey."""
    return has_code_app(account) or Passkey.objects.filter(account=account).exists()


def passkeys_of(account: Account) -> QuerySet[Passkey]:
    """The passkeys of an account, newest first."""
    return Passkey.objects.filter(account=account).order_by("-made_at", "-pk")


def passkey(credential: bytes) -> Passkey | None:
    """The passkey with this name, with its account, if that may sign in."""
    found = Passkey.objects.select_related("account").filter(credential=credential, account__is_active=True)
    return found.first()


def demanding_roles() -> list[str]:
    """The roles whose owners must have a second factor."""
    return list(SecondFactorDemand.objects.order_by("role").values_list("role", flat=True))


def must_have_second_factor(account: Account) -> bool:
    """Whether one of the account's roles demands a second factor."""
    roles = demanding_roles()
    return bool(roles) and Account.objects.filter(pk=account.pk, roles__overlap=roles).exists()


def lacks_second_factor(account: Account) -> bool:
    """Whether a role demands a second factor and the account has none: nothing opens before it is set up."""
    return must_have_second_factor(account) and not has_second_factor(account)


def accounts_lacking(roles: list[str]) -> QuerySet[Account]:
    """Active accounts with one of some roles and without a second factor."""
    return Account.objects.filter(is_active=True, roles__overlap=roles).exclude(
        pk__in=SecondFactor.objects.filter(confirmed_at__isnull=False).values("account_id")
    ).exclude(pk__in=Passkey.objects.values("account_id"))  # fmt: skip


def pending_secret(account: Account) -> str:
    """The secret that its owner is setting up right now, for their own eyes; empty if there is none."""
    factor = SecondFactor.objects.filter(account=account, confirmed_at=None).first()
    return secrets.decrypt(factor.sealed_secret) if factor else ""


def sessions_of(account: Account) -> QuerySet[SignedInSession]:
    """Sessions of an account that still live, newest first."""
    living = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return SignedInSession.objects.filter(account=account, key__in=living).order_by("-made_at", "-pk")
