"""What a browser is asked when a passkey is to be made or used. The answers are judged by ``commands.passkeys``.

What reads and writes passkeys is imported where it is needed: every part of the desk would hold its 4 MiB.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from dreiklang.accounts.models import Account, Passkey


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked, as JSON, and the challenge that the session keeps, as letters."""

    options: str
    challenge: str


def where() -> tuple[str, str]:
    """The host that passkeys are bound to, and the address whose pages may use them: the desk's own, as set."""
    parts = urlsplit(settings.PUBLIC_URL)
    return parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}"


def ask_for_new(account: Account) -> Asked:
    """Ask a device to make a key for this account, one that can be found without a name and knows its owner."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=where()[0], rp_name="Dreiklang", user_name=account.login, user_id=f"account-{account.pk}".encode(),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=bytes(p.credential)) for p in _keys(account)],
    )  # fmt: skip
    return Asked(options_to_json(options), options.challenge.hex())


def ask_for_known(account: Account | None = None) -> Asked:
    """Ask for a passkey: any of this desk's, or one of an account's as its second factor."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    known = [structs.PublicKeyCredentialDescriptor(id=bytes(p.credential)) for p in _keys(account)] if account else None
    options = generate_authentication_options(
        rp_id=where()[0], allow_credentials=known, user_verification=structs.UserVerificationRequirement.REQUIRED
    )
    return Asked(options_to_json(options), options.challenge.hex())


def _keys(account: Account) -> list[Passkey]:
    return list(Passkey.objects.filter(account=account))
