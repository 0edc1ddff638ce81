"""Coming in by a source: known by its identity, or tied to an account by a proven and confirmed address (P24)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.accounts import rules as account_rules
from dreiklang.accounts.commands import attempts, links, signing_in
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.events import LinkAsked
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import account_of_login
from dreiklang.identities import events, policy, rules
from dreiklang.identities.models import Identity, Source
from dreiklang.kernel import clock, journal
from dreiklang.kernel import secrets as sealing
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.commands import persons, sign_ins
from dreiklang.organizations.models import Person
from dreiklang.organizations.queries import person_of_account, person_of_mail
from dreiklang.organizations.rules import folded_mail

PATH = "/sign-in/identity/{secret}/"


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of it: an account to go in with, or the address to which a confirmation was mailed."""

    account: Account | None = None
    mailed_to: str = ""
    identity_id: int = 0


@personal
def enter(source: Source, claim: rules.Claim, *, remote: str, actor: Actor) -> Entry:
    """Somebody has shown a source who they are. Raises NotAllowed with a plain sentence where that opens nothing."""
    require(actor.is_system)
    if not source.is_active or not rules.is_subject(claim.subject):
        raise NotAllowed(_("This service opens nothing here."), code="no_source")
    known = Identity.objects.filter(source=source, subject=claim.subject).select_related("account").first()
    if known is not None and known.confirmed_at is not None:
        return Entry(account=_let_in(known, source, actor=actor))
    account = _account_of(source, claim, actor=actor)
    if not source.confirms_by_mail:
        return Entry(account=_let_in(tie(source, claim, account, by=source.kind, actor=actor), source, actor=actor))
    address = folded_mail(claim.address)
    waiting = _ask_confirmation(source, claim, account, address, remote=remote, actor=actor)
    return Entry(mailed_to=address, identity_id=waiting)


@command
def confirm(secret: str, *, identity_id: int, actor: Actor) -> Account:
    """The mailed link was used: the identity is tied for good. Raises DeadLink.

    ``identity_id`` is the one that waits in the browser which began: who talks somebody else into opening a link gets
    nothing tied to that person's account.
    """
    require(actor.is_system)
    link = links.redeem_link(secret, purpose=rules.CONFIRM_IDENTITY, actor=actor)
    waiting = Identity.objects.select_related("source").filter(pk=link.subject_id or 0, confirmed_at=None).first()
    if (
        waiting is None
        or waiting.pk != identity_id
        or link.account is None
        or waiting.account_id != link.account.pk
        or not waiting.source.is_active
    ):
        raise DeadLink()
    policy.require_open(link.account)
    waiting.confirmed_at = waiting.last_used_at = clock.now()
    waiting.save(update_fields=["confirmed_at", "last_used_at"])
    tied = events.IdentityTied(subject_id=link.account.pk, source_id=waiting.source_id, by="mail")
    journal.publish(tied, actor=actor)
    return signing_in.note_sign_in(
        link.account, by=waiting.source.kind, proven_address=link.address, actor=actor
    )  # fmt: skip


@command
def tie_own(account: Account, source: Source, claim: rules.Claim, *, actor: Actor) -> Identity:
    """Tie what a source says to one's own account, from inside a session: both sides are proven by that."""
    if actor.account_id is None or actor.account_id != account.pk or not rules.is_subject(claim.subject):
        raise NotAllowed()
    known = Identity.objects.filter(source=source, subject=claim.subject).first()
    if known is not None and known.confirmed_at is not None:
        if known.account_id == account.pk:
            raise NotAllowed(_("This is connected already."), code="already_tied")
        raise NotAllowed(_("This sign-in belongs to another account."), code="tied_elsewhere")
    return tie(source, claim, account, by="session", actor=actor)


@command
def untie(identity: Identity, *, actor: Actor) -> None:
    """A source opens this account no more."""
    require(policy.may_untie(actor, identity))
    gone = events.IdentityUntied(subject_id=identity.account_id, source_id=identity.source_id)
    identity.delete()
    journal.publish(gone, actor=actor)


def _let_in(identity: Identity, source: Source, *, actor: Actor) -> Account:
    policy.require_open(identity.account)
    Identity.objects.filter(pk=identity.pk).update(last_used_at=clock.now())
    return signing_in.note_sign_in(identity.account, by=source.kind, actor=actor)


def _account_of(source: Source, claim: rules.Claim, *, actor: Actor) -> Account:
    """The account that a believed address belongs to; made for a requester, never for more. Raises NotAllowed."""
    address = folded_mail(claim.address)
    if not rules.is_believed(rules.Claim(claim.subject, address, claim.is_proven), source.mail_domains):
        sentence = _("“%(source)s” has not proven a mail address for which it is believed here.")
        raise NotAllowed(sentence % {"source": source.name}, code="unproven")
    person = person_of_mail(address) or _newcomer(source, claim, address, actor=actor)
    if not person.is_active or not person.organization.is_active:
        raise NotAllowed(_("Your access has been closed. Ask the people who run this desk."), code="closed")
    if person.account is None:
        if account_of_login(address) is not None:
            raise NotAllowed(_("The desk does not know you yet. Ask the people who run it."), code="unknown")
        return sign_ins.give_account(person, roles=[account_rules.REQUESTER], login=address, actor=actor)
    policy.require_open(person.account)
    if not sign_ins.may_open(person.account, person, address):
        sentence = _("Connect “%(source)s” in your own account first: this address is not its sign-in name.")
        raise NotAllowed(sentence % {"source": source.name}, code="unproven_here")
    return person.account


def _newcomer(source: Source, claim: rules.Claim, address: str, *, actor: Actor) -> Person:
    if source.organization is None or account_of_login(address) is not None:
        raise NotAllowed(_("The desk does not know you yet. Ask the people who run it."), code="unknown")
    name = " ".join(claim.name.split())[:200] or address.partition("@")[0]
    return persons.make_person(name, organization=source.organization, mails=[address], actor=actor)


@command
def tie(source: Source, claim: rules.Claim, account: Account, *, by: str, actor: Actor) -> Identity:
    """Tie what a source says of somebody to an account; whoever calls has seen to the proof."""
    require(actor.is_system or policy.may_keep_sources(actor) or actor.account_id == account.pk)
    now = clock.now()
    identity, _made = Identity.objects.update_or_create(
        source=source, subject=claim.subject,
        defaults={"account": account, "address": claim.address[:254], "made_at": now, "confirmed_at": now},
    )  # fmt: skip
    journal.publish(events.IdentityTied(subject_id=account.pk, source_id=source.pk, by=by), actor=actor)
    return identity


@personal
def _ask_confirmation(
    source: Source, claim: rules.Claim, account: Account, address: str, *, remote: str, actor: Actor
) -> int:
    """Mail the owner of the address a link; until it is used the identity opens nothing. Returns the identity's id."""
    now = clock.now()
    identity, _made = Identity.objects.get_or_create(
        source=source, subject=claim.subject, defaults={"account": account, "address": address, "made_at": now}
    )
    Identity.objects.filter(pk=identity.pk, confirmed_at=None).update(account=account, address=address, made_at=now)
    if attempts.take_mail(address, remote, actor=actor):
        _mail_confirmation(source, identity.pk, account, address, actor=actor)
    return identity.pk


@command
def _mail_confirmation(source: Source, identity_id: int, account: Account, address: str, *, actor: Actor) -> None:
    secret = links.make_link(
        rules.CONFIRM_IDENTITY, account=account, address=address, subject=("identity", identity_id), actor=actor
    )
    person = person_of_account(account)
    asked = LinkAsked(
        subject_id=account.pk, purpose=rules.CONFIRM_IDENTITY, address=address, language=account.language,
        sealed_url=sealing.encrypt(settings.PUBLIC_URL + PATH.format(secret=secret)),
        name=person.name if person else "", lasts_minutes=int(account_rules.LINK_LASTS.total_seconds() // 60),
    )  # fmt: skip
    journal.publish(asked, actor=actor)
    journal.publish(events.ConfirmationAsked(subject_id=account.pk, source_id=source.pk), actor=actor)
