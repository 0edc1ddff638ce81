"""What happened to accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountEvent(Event):
    """Base: the subject is an account."""

    subject_kind: ClassVar[str] = "account"


@dataclass(frozen=True, kw_only=True)
class AccountMade(AccountEvent):
    """Somebody can now sign in."""

    code: ClassVar[str] = "account.made"
    words: ClassVar[frozenset[str]] = frozenset({"login"})
    login: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LoginChanged(AccountEvent):
    """The sign-in name is another one now."""

    code: ClassVar[str] = "account.login_changed"
    words: ClassVar[frozenset[str]] = frozenset({"login"})
    login: str


@dataclass(frozen=True, kw_only=True)
class AccountDisabled(AccountEvent):
    """Every way in is closed: sessions, tokens, live connections end."""

    code: ClassVar[str] = "account.disabled"


@dataclass(frozen=True, kw_only=True)
class AccountEnabled(AccountEvent):
    """The account may sign in again; what had ended stays ended."""

    code: ClassVar[str] = "account.enabled"


@dataclass(frozen=True, kw_only=True)
class RolesChanged(AccountEvent):
    """The roles are these now."""

    code: ClassVar[str] = "account.roles_changed"
    roles: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PasswordSet(AccountEvent):
    """A new password; every other session and token ended."""

    code: ClassVar[str] = "account.password_set"


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(AccountEvent):
    """The person ended all sessions and tokens."""

    code: ClassVar[str] = "account.sessions_ended"


@dataclass(frozen=True, kw_only=True)
class SignedIn(AccountEvent):
    """Somebody signed in, ``by`` password or link; a link proves the address it was mailed to."""

    code: ClassVar[str] = "account.signed_in"
    words: ClassVar[frozenset[str]] = frozenset({"proven_address"})
    by: str
    proven_address: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkWanted(Event):
    """Somebody typed a mail address to have a link sent. Nobody has looked yet whether anybody has it (P22)."""

    code: ClassVar[str] = "account.link_wanted"
    subject_kind: ClassVar[str] = "account"
    words: ClassVar[frozenset[str]] = frozenset({"address", "target"})
    purpose: str
    address: str
    target: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkAsked(AccountEvent):
    """A link was made and is to be mailed to ``address``; ``queries.url_of_link`` opens its sealed url."""

    code: ClassVar[str] = "account.link_asked"
    words: ClassVar[frozenset[str]] = frozenset({"sealed_url", "address", "name"})
    purpose: str
    sealed_url: str
    address: str
    name: str = ""
    language: str = "de"
    lasts_minutes: int = 30


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(AccountEvent):
    """The invitation that was mailed opens nothing any more."""

    code: ClassVar[str] = "account.invitation_revoked"


@dataclass(frozen=True, kw_only=True)
class TokenMade(AccountEvent):
    """An API token was made for the account."""

    code: ClassVar[str] = "account.token_made"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    token_id: int
    name: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(AccountEvent):
    """An API token ended."""

    code: ClassVar[str] = "account.token_revoked"
    token_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorSet(AccountEvent):
    """From now on a code is asked at every sign-in."""

    code: ClassVar[str] = "account.second_factor_set"


@dataclass(frozen=True, kw_only=True)
class SecondFactorPassed(AccountEvent):
    """The code was right: by the app, or a recovery code."""

    code: ClassVar[str] = "account.second_factor_passed"
    by: str


@dataclass(frozen=True, kw_only=True)
class SecondFactorRemoved(AccountEvent):
    """No code is asked any more."""

    code: ClassVar[str] = "account.second_factor_removed"


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(AccountEvent):
    """A device can sign in to this account now."""

    code: ClassVar[str] = "account.passkey_added"
    passkey_id: int


@dataclass(frozen=True, kw_only=True)
class PasskeyRenamed(AccountEvent):
    """A passkey has another name."""

    code: ClassVar[str] = "account.passkey_renamed"
    passkey_id: int


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(AccountEvent):
    """A device signs in here no more."""

    code: ClassVar[str] = "account.passkey_removed"
    passkey_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorDemanded(Event):
    """These roles need a second factor now; sessions of those who lack one have ended."""

    code: ClassVar[str] = "desk.second_factor_demanded"
    subject_kind: ClassVar[str] = "desk"
    roles: tuple[str, ...] = ()
    ended: int = 0


@dataclass(frozen=True, kw_only=True)
class SessionEnded(AccountEvent):
    """One session was ended; the others stay."""

    code: ClassVar[str] = "account.session_ended"
