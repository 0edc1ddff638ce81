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


@dataclass(frozen=True, kw_only=True)
class LanguageModelSet(Event):
    """The endpoint or what it may be asked was changed; the key is never told."""

    code: ClassVar[str] = "language_model.set"
    subject_kind: ClassVar[str] = "desk"
    host: str
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MachineTextEvent(Event):
    """Base: the subject is a text of the machine."""

    subject_kind: ClassVar[str] = "machine_text"
    ticket_id: int
    task: str


@dataclass(frozen=True, kw_only=True)
class MachineTextAsked(MachineTextEvent):
    """Filtered words of a ticket leave for this host."""

    code: ClassVar[str] = "machine_text.asked"
    host: str
    letters: int


@dataclass(frozen=True, kw_only=True)
class MachineTextCame(MachineTextEvent):
    """It came, or it did not: ``problem`` is a code."""

    code: ClassVar[str] = "machine_text.came"
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class MachineTextTaken(MachineTextEvent):
    """A person made it their own draft."""

    code: ClassVar[str] = "machine_text.taken"


@dataclass(frozen=True, kw_only=True)
class MachineTextDiscarded(MachineTextEvent):
    """A person threw it away."""

    code: ClassVar[str] = "machine_text.discarded"
