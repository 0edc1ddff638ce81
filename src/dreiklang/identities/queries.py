"""Reads about sources and identities that have a name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.accounts.models import Account
from dreiklang.identities.models import Identity, Source
from dreiklang.kernel import clock

BROWSER_KINDS = (Source.Kind.OIDC, Source.Kind.SAML)


def buttons() -> list[Source]:
    """The services that the sign-in page offers."""
    return list(Source.objects.filter(is_active=True, kind__in=BROWSER_KINDS))


def service(key: str) -> Source | None:
    """An active service by the name in its address."""
    return Source.objects.filter(key=key, is_active=True, kind__in=BROWSER_KINDS).first()


def directories() -> list[Source]:
    """Directories that take passwords now: active, and not resting because they did not answer."""
    awake = Q(rests_until=None) | Q(rests_until__lte=clock.now())
    return list(Source.objects.filter(awake, is_active=True, kind=Source.Kind.LDAP).order_by("pk"))


def identities_of(account: Account) -> QuerySet[Identity]:
    """What opens an account besides its own password."""
    return Identity.objects.filter(account=account, confirmed_at__isnull=False).select_related("source")
