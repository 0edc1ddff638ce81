"""Passkeys: added from inside a session, used to sign in or as the second factor, named, removed."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.accounts import events, policy, queries, questions
from dreiklang.accounts.commands.second_factor import end_sessions_of_lacking, refuse_if_last_demanded
from dreiklang.accounts.models import Account, Passkey
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require

MOST = 20


@command
def add_passkey(account: Account, said: str, *, challenge: str, name: str, actor: Actor) -> Passkey:
    """Keep the public half of a key that a device has just made. Raises Invalid or WrongState."""
    from webauthn import verify_registration_response  # here, as in ``questions``

    require(policy.is_own(actor, account))
    if not challenge:
        raise WrongState(_("Please begin again."), code="not_begun")
    if account.passkeys.count() >= MOST:
        raise WrongState(_("At most %(n)d passkeys.") % {"n": MOST}, code="too_many")
    try:
        credential = _said(said)
        verified = verify_registration_response(
            credential=credential, expected_challenge=bytes.fromhex(challenge), expected_rp_id=questions.where()[0],
            expected_origin=questions.where()[1], require_user_verification=True,
        )  # fmt: skip
    except _broken() as wrong:
        raise Invalid({"name": [_("The device's answer does not hold. Please begin again.")]}) from wrong
    if Passkey.objects.filter(credential=verified.credential_id).exists():
        raise WrongState(_("This passkey is known already."), code="already_known")
    offered = credential["response"].get("transports")
    made = Passkey.objects.create(
        account=account, credential=verified.credential_id, public_key=verified.credential_public_key,
        sign_count=verified.sign_count, name=_named(name), made_at=clock.now(),
        transports=[t[:20] for t in offered if isinstance(t, str)][:6] if isinstance(offered, list) else [],
    )  # fmt: skip
    journal.publish(events.PasskeyAdded(subject_id=account.pk, passkey_id=made.pk), actor=actor)
    return made


@command
def use_passkey(said: str, *, challenge: str, account: Account | None = None, actor: Actor) -> Account:
    """The account whose passkey has signed this challenge; ``account`` is who it must be, as a second factor.

    Raises Invalid for anything else: another challenge, page or host, an unknown key, a counter that ran backwards.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response  # here, as in ``questions``

    require(actor.is_system)
    refused = Invalid({"passkey": [_("This passkey does not open anything here.")]}, code="no_passkey")
    try:
        credential = _said(said)
        kept = queries.passkey(base64url_to_bytes(credential["id"]))
        if kept is None or not challenge or (account is not None and kept.account_id != account.pk):
            raise refused
        kept = Passkey.objects.select_for_update(of=("self",)).select_related("account").get(pk=kept.pk)
        verified = verify_authentication_response(
            credential=credential, expected_challenge=bytes.fromhex(challenge), expected_rp_id=questions.where()[0],
            expected_origin=questions.where()[1], credential_public_key=bytes(kept.public_key),
            credential_current_sign_count=kept.sign_count, require_user_verification=True,
        )  # fmt: skip
    except _broken() as wrong:
        raise refused from wrong
    kept.sign_count, kept.last_used_at = verified.new_sign_count, clock.now()
    kept.save(update_fields=["sign_count", "last_used_at"])
    journal.publish(events.SecondFactorPassed(subject_id=kept.account_id, by="passkey"), actor=actor)
    return kept.account


@command
def rename_passkey(passkey: Passkey, name: str, *, actor: Actor) -> Passkey:
    """Call a passkey something that its owner recognises."""
    require(policy.is_own(actor, passkey.account))
    passkey.name = _named(name)
    passkey.save(update_fields=["name"])
    journal.publish(events.PasskeyRenamed(subject_id=passkey.account_id, passkey_id=passkey.pk), actor=actor)
    return passkey


@command
def remove_passkey(passkey: Passkey, *, actor: Actor) -> None:
    """This device signs in no more: its owner, or an administrator for somebody who has lost it."""
    account = passkey.account
    require(policy.may_end_access(actor, account))
    if policy.is_own(actor, account):
        left = account.passkeys.count() - 1 + int(queries.has_code_app(account))
        refuse_if_last_demanded(account, left=left)
    gone = events.PasskeyRemoved(subject_id=account.pk, passkey_id=passkey.pk)
    passkey.delete()
    end_sessions_of_lacking([account])
    journal.publish(gone, actor=actor)


def _broken() -> tuple[type[Exception], ...]:
    """What says that an answer does not hold, or is none."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, KeyError, TypeError, AttributeError


def _said(said: str) -> dict[str, Any]:
    found = json.loads(said) if len(said) < 50_000 else None
    if not isinstance(found, dict) or not isinstance(found["id"], str) or not isinstance(found["response"], dict):
        raise ValueError("not a credential")
    return found


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60 or not name.isprintable():
        raise Invalid({"name": [_("Call it something of 1 to 60 characters.")]})
    return name
