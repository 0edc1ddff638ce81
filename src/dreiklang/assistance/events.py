"""What was learned and what was decided. The house's own: no news about a ticket, so nobody outside hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ProposalsLearned(Event):
    """The desk learned anew from its own tickets."""

    code: ClassVar[str] = "proposals.learned"
    subject_kind: ClassVar[str] = "desk"
    fields: tuple[str, ...] = ()
    texts: int = 0


@dataclass(frozen=True, kw_only=True)
class FunctionSwitched(Event):
    """An administrator switched a function on or off."""

    code: ClassVar[str] = "proposals.switched"
    subject_kind: ClassVar[str] = "desk"
    function: str
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class ProposalEvent(Event):
    """Base: the subject is a proposal."""

    subject_kind: ClassVar[str] = "proposal"
    ticket_id: int
    field: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ProposalTaken(ProposalEvent):
    """A person took it over."""

    code: ClassVar[str] = "proposal.taken"
    probability: float


@dataclass(frozen=True, kw_only=True)
class ProposalGivenBack(ProposalEvent):
    """What was taken over was undone a moment later."""

    code: ClassVar[str] = "proposal.given_back"


@dataclass(frozen=True, kw_only=True)
class ProposalDismissed(ProposalEvent):
    """A person did not want it."""

    code: ClassVar[str] = "proposal.dismissed"
    probability: float


@dataclass(frozen=True, kw_only=True)
class ProposalBroughtBack(ProposalEvent):
    """It was dismissed by mistake."""

    code: ClassVar[str] = "proposal.brought_back"
