"""One-time links: random, kept hashed only, for one purpose, used once, soon dead (P22, P26)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, rules
from dreiklang.accounts.commands import attempts
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import Account, OneTimeLink
from dreiklang.kernel import clock, journal
from dreiklang.kernel import secrets as sealing
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require

BITS = 192


@personal
def make_link(
    purpose: str,
    *,
    actor: Actor,
    account: Account | None = None,
    address: str = "",
    subject: tuple[str, int] | None = None,
    holder_id: int | None = None,
    lasts: timedelta = rules.LINK_LASTS,
) -> str:
    """Make a link's secret for a purpose; returns it, and nobody can read it again.

    ``subject`` is what the link is about, as (kind, id); ``address`` what redeeming it proves; ``holder_id`` the
    person in whose name it acts, who may have no account. The line in the journal is written by the command that uses
    the secret: the mail that carries it, and what it does when redeemed.
    """
    secret = secrets.token_urlsafe(BITS // 8)
    now = clock.now()
    kind, subject_id = subject or ("", None)
    OneTimeLink.objects.create(
        purpose=purpose, digest=rules.digest_of(secret), account=account, address=address, holder_id=holder_id,
        subject_kind=kind, subject_id=subject_id, made_at=now, expires_at=now + lasts,
    )  # fmt: skip
    return secret


@personal
def redeem_link(secret: str, *, purpose: str, actor: Actor) -> OneTimeLink:
    """Use a link up and return it. Raises Invalid (``dead_link``) if it is unknown, used, too old or disabled.

    One statement decides, so of two at once only one gets it.
    """
    now = clock.now()
    alive = OneTimeLink.objects.filter(
        digest=rules.digest_of(secret), purpose=purpose, used_at=None, expires_at__gt=now
    )
    if not alive.update(used_at=now):
        raise DeadLink()
    link = OneTimeLink.objects.select_related("account").get(digest=rules.digest_of(secret))
    if link.account is not None and not link.account.is_active:
        raise DeadLink()
    return link


@personal
def ask_for_link(
    address: str, *, purpose: str, remote: str, actor: Actor, target: str = "", language: str = ""
) -> None:
    """Somebody typed an address to have a sign-in or reset link mailed.

    Whether anybody has this address is looked up by a job afterwards, so that the answer's words and time are the
    same for known and unknown ones; more than three an hour are silently left out (P22).
    """
    address = rules.folded_login(address)
    if purpose not in (rules.SIGN_IN, rules.RESET) or not address or len(address) > 254:
        raise Invalid({"address": [_("Please type your mail address.")]})
    if attempts.take_mail(address, remote, actor=actor):
        _want_link(address, purpose=purpose, target=target[:500], language=language, actor=actor)


@command
def _want_link(address: str, *, purpose: str, target: str, language: str, actor: Actor) -> None:
    journal.publish(
        events.LinkWanted(subject_id=0, purpose=purpose, address=address, target=target, language=language),
        actor=actor,
    )


@command
def mail_link(account: Account, *, purpose: str, address: str, actor: Actor, name: str = "", target: str = "") -> None:
    """Make a sign-in, reset or invitation link and publish it to be mailed to an address of the account's owner."""
    require(actor.is_system or policy.may_manage_accounts(actor))
    if purpose not in rules.LINK_PATHS:
        raise Invalid({"purpose": [_("There is no such link.")]})
    if purpose == rules.INVITATION:
        end_links(account, purposes=(rules.INVITATION,), actor=actor)
    lasts = rules.INVITATION_LASTS if purpose == rules.INVITATION else rules.LINK_LASTS
    secret = make_link(purpose, account=account, address=address, lasts=lasts, actor=actor)
    url = settings.PUBLIC_URL + rules.link_path(purpose, secret, target)
    asked = events.LinkAsked(
        subject_id=account.pk, purpose=purpose, sealed_url=sealing.encrypt(url), address=address, name=name,
        language=account.language, lasts_minutes=int(lasts.total_seconds() // 60),
    )  # fmt: skip
    journal.publish(asked, actor=actor)


@command
def revoke_invitation(account: Account, *, actor: Actor) -> None:
    """Take an invitation back: its link opens nothing any more. Raises WrongState if none is open."""
    require(policy.may_manage_accounts(actor))
    if not end_links(account, purposes=(rules.INVITATION,), actor=actor):
        raise WrongState(_("This invitation is not open any more."), code="not_open")
    journal.publish(events.InvitationRevoked(subject_id=account.pk), actor=actor)


@personal
def end_links(account: Account, *, purposes: Sequence[str], actor: Actor) -> int:
    """End every unused link of an account for some purposes, expired ones too; returns how many."""
    unused = OneTimeLink.objects.filter(account=account, purpose__in=purposes, used_at=None)
    return unused.update(used_at=clock.now())


@personal
def revoke_links(subject: tuple[str, int], *, purposes: Sequence[str], actor: Actor) -> int:
    """End every living link about a subject, because what it was for has changed; returns how many."""
    kind, subject_id = subject
    living = OneTimeLink.objects.filter(
        subject_kind=kind, subject_id=subject_id, purpose__in=purposes, used_at=None, expires_at__gt=clock.now()
    )
    return living.update(expires_at=clock.now())


@personal
def forget_old(*, actor: Actor) -> int:
    """Drop links that died a month ago; returns how many. Safe to run twice."""
    return OneTimeLink.objects.filter(expires_at__lt=clock.now() - timedelta(days=30)).delete()[0]
