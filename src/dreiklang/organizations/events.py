"""What happened to organisations, sites and persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganizationMade(Event):
    """The desk works for or with another organisation now."""

    code: ClassVar[str] = "organization.made"
    subject_kind: ClassVar[str] = "organization"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(Event):
    """Something about an organisation is different; ``changed`` names the fields."""

    code: ClassVar[str] = "organization.changed"
    subject_kind: ClassVar[str] = "organization"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OrganizationDeactivated(Event):
    """The desk no longer works for it: its persons cannot sign in, its history stays."""

    code: ClassVar[str] = "organization.deactivated"
    subject_kind: ClassVar[str] = "organization"


@dataclass(frozen=True, kw_only=True)
class OrganizationActivated(Event):
    """The desk works for it again."""

    code: ClassVar[str] = "organization.activated"
    subject_kind: ClassVar[str] = "organization"


@dataclass(frozen=True, kw_only=True)
class SiteKept(Event):
    """A site of an organisation was made or changed."""

    code: ClassVar[str] = "organization.site_kept"
    subject_kind: ClassVar[str] = "organization"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    site_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonMade(Event):
    """The desk knows another person."""

    code: ClassVar[str] = "person.made"
    subject_kind: ClassVar[str] = "person"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    organization_id: int
    name: str
    by_mail: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonRemoved(Event):
    """Somebody who was made by mistake is gone; nothing spoke of them."""

    code: ClassVar[str] = "person.removed"
    subject_kind: ClassVar[str] = "person"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganizationRemoved(Event):
    """An organisation that was made by mistake is gone; nothing spoke of it."""

    code: ClassVar[str] = "organization.removed"
    subject_kind: ClassVar[str] = "organization"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Event):
    """Something about a person is different; ``changed`` names the fields."""

    code: ClassVar[str] = "person.changed"
    subject_kind: ClassVar[str] = "person"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Event):
    """The person has left; what they wrote stays."""

    code: ClassVar[str] = "person.deactivated"
    subject_kind: ClassVar[str] = "person"


@dataclass(frozen=True, kw_only=True)
class PersonActivated(Event):
    """The person is back."""

    code: ClassVar[str] = "person.activated"
    subject_kind: ClassVar[str] = "person"


@dataclass(frozen=True, kw_only=True)
class AddressProven(Event):
    """Somebody opened a link mailed to one of the person's addresses: it is theirs."""

    code: ClassVar[str] = "person.address_proven"
    subject_kind: ClassVar[str] = "person"
    address_id: int


@dataclass(frozen=True, kw_only=True)
class AccountGiven(Event):
    """The person can sign in now."""

    code: ClassVar[str] = "person.account_given"
    subject_kind: ClassVar[str] = "person"
    account_id: int


@dataclass(frozen=True, kw_only=True)
class PersonsImported(Event):
    """A list of persons was read; the subject is the organisation of the one who did it, or 0."""

    code: ClassVar[str] = "person.imported"
    subject_kind: ClassVar[str] = "organization"
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
