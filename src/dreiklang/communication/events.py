"""News about telling people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonsNotified(Event):
    """Some persons were told of a line about a ticket. ``mailed``: those among them who get a mail too."""

    code: ClassVar[str] = "notification.made"
    subject_kind: ClassVar[str] = "ticket"
    kind: str
    line_id: int
    persons: tuple[int, ...] = ()
    mailed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PersonsToldOf(Event):
    """Some persons were told of a line that is about no ticket. ``mailed``: those among them who get a mail too."""

    code: ClassVar[str] = "news.told"
    subject_kind: ClassVar[str] = "news"
    about: str
    about_id: int
    kind: str
    persons: tuple[int, ...] = ()
    mailed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Event):
    """The desk's wording of a mail is another one now."""

    code: ClassVar[str] = "template.changed"
    subject_kind: ClassVar[str] = "template"
    key: str
    language: str


@dataclass(frozen=True, kw_only=True)
class OutageEvent(Event):
    """Base: about an announced outage."""

    subject_kind: ClassVar[str] = "outage"
    words: ClassVar[frozenset[str]] = frozenset({"named"})
    named: str = ""


@dataclass(frozen=True, kw_only=True)
class OutageAnnounced(OutageEvent):
    """Planned work or a disruption was announced. ``mails``: to whom it concerns, by mail as well."""

    code: ClassVar[str] = "outage.announced"
    mails: bool = False


@dataclass(frozen=True, kw_only=True)
class OutageChanged(OutageEvent):
    """What is said of an outage, when, or to whom, is another now. ``mails``: from now on by mail as well."""

    code: ClassVar[str] = "outage.changed"
    mails: bool = False


@dataclass(frozen=True, kw_only=True)
class OutageEnded(OutageEvent):
    """It is over. ``mails``: whom it concerned gets a mail; who said to be hit gets one anyway."""

    code: ClassVar[str] = "outage.ended"
    mails: bool = False


@dataclass(frozen=True, kw_only=True)
class OutageGoesOn(OutageEvent):
    """It was said to be over, and is not."""

    code: ClassVar[str] = "outage.goes_on"


@dataclass(frozen=True, kw_only=True)
class OutageJoined(OutageEvent):
    """Somebody is hit by it as well."""

    code: ClassVar[str] = "outage.joined"
    person_id: int


@dataclass(frozen=True, kw_only=True)
class OutageLeft(OutageEvent):
    """Somebody is not hit by it after all."""

    code: ClassVar[str] = "outage.left"
    person_id: int
