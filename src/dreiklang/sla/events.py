"""What happened to promises and to the agreements they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events import TicketEvent


@dataclass(frozen=True, kw_only=True)
class PromiseEvent(TicketEvent):
    """Base: about one clock of a ticket. ``share_level`` is 0 for the customer's promise, else the level's share."""

    clock_id: int
    metric: str
    due_at: datetime
    share_level: int = 0
    holder_level: int = 0
    holder_team_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseNear(PromiseEvent):
    """Most of the promised time is used. Told once for each clock."""

    code: ClassVar[str] = "promise.near"


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(PromiseEvent):
    """The promised time is over. Told once for each clock."""

    code: ClassVar[str] = "promise.broken"


@dataclass(frozen=True, kw_only=True)
class StagesRecorded(Event):
    """The sweep over the clocks found some that had come to a stage; the news stand in lines of their own."""

    code: ClassVar[str] = "promises.recorded"
    subject_kind: ClassVar[str] = "desk"
    clocks: int
    recorded: int


@dataclass(frozen=True, kw_only=True)
class AgreementEvent(Event):
    """Base: the subject is an agreement."""

    subject_kind: ClassVar[str] = "agreement"


@dataclass(frozen=True, kw_only=True)
class AgreementMade(AgreementEvent):
    """A new agreement, with its first version."""

    code: ClassVar[str] = "agreement.made"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str
    kind: str
    version_id: int
    organization_id: int | None = None
    from_date: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementRevised(AgreementEvent):
    """Another version holds from a day on; what was promised before stays as it was."""

    code: ClassVar[str] = "agreement.revised"
    version_id: int
    from_date: str


@dataclass(frozen=True, kw_only=True)
class AgreementCorrected(AgreementEvent):
    """A version under which nothing was promised yet reads differently now."""

    code: ClassVar[str] = "agreement.corrected"
    version_id: int


@dataclass(frozen=True, kw_only=True)
class AgreementRenamed(AgreementEvent):
    """Name, contract number or contact ways are different."""

    code: ClassVar[str] = "agreement.renamed"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str


@dataclass(frozen=True, kw_only=True)
class AgreementEnded(AgreementEvent):
    """The agreement holds until a day, and not after it; None: it goes on without end."""

    code: ClassVar[str] = "agreement.ended"
    last_date: str | None = None


@dataclass(frozen=True, kw_only=True)
class VersionDropped(AgreementEvent):
    """A version under which nothing was promised is gone."""

    code: ClassVar[str] = "agreement.version_dropped"
    version_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ClocksRepaired(Event):
    """The clocks of some tickets were measured anew, because they differed from the journal."""

    code: ClassVar[str] = "promises.repaired"
    subject_kind: ClassVar[str] = "desk"
    tickets: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CalendarGiven(Event):
    """A calendar is a customer's own, or (None) anyone's again."""

    code: ClassVar[str] = "calendar.given"
    subject_kind: ClassVar[str] = "calendar"
    organization_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class VendorSilent(TicketEvent):
    """A vendor has not answered: told once for each rung of the contract's chase ladder, and when it is late."""

    code: ClassVar[str] = "vendor.silent"
    words: ClassVar[frozenset[str]] = frozenset({"vendor", "contact"})
    wait_id: int
    organization_id: int
    asked_at: datetime
    is_late: bool = False
    vendor: str = ""
    contact: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseNumberNoted(TicketEvent):
    """The vendor's number for the case is known."""

    code: ClassVar[str] = "vendor.case_noted"
    words: ClassVar[frozenset[str]] = frozenset({"vendor", "reference"})
    organization_id: int
    vendor: str = ""
    reference: str = ""
