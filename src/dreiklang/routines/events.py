"""What happened to what is made ready, and what was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events import TicketEvent


@dataclass(frozen=True, kw_only=True)
class TextBlockKept(Event):
    """A text block was made or changed."""

    code: ClassVar[str] = "text_block.kept"
    subject_kind: ClassVar[str] = "text_block"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TextBlockRemoved(Event):
    """A text block is gone."""

    code: ClassVar[str] = "text_block.removed"
    subject_kind: ClassVar[str] = "text_block"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MacroKept(Event):
    """A macro was made or changed."""

    code: ClassVar[str] = "macro.kept"
    subject_kind: ClassVar[str] = "macro"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MacroRemoved(Event):
    """A macro is gone."""

    code: ClassVar[str] = "macro.removed"
    subject_kind: ClassVar[str] = "macro"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MacroRun(TicketEvent):
    """A macro was run on a ticket; each of its deeds has a line of its own before this one."""

    code: ClassVar[str] = "macro.run"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    macro_id: int
    deeds: tuple[str, ...] = ()
    began_after: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class MacroTakenBack(TicketEvent):
    """A macro was undone right after it was run; each undone deed has a line of its own before this one."""

    code: ClassVar[str] = "macro.taken_back"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    macro_id: int
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class RunbookKept(Event):
    """A runbook was made or changed."""

    code: ClassVar[str] = "runbook.kept"
    subject_kind: ClassVar[str] = "runbook"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class RunbookRemoved(Event):
    """A runbook is gone; what was ticked stays with its tickets."""

    code: ClassVar[str] = "runbook.removed"
    subject_kind: ClassVar[str] = "runbook"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class RunbookStepTicked(TicketEvent):
    """A step of a runbook was done on a ticket."""

    code: ClassVar[str] = "runbook.step_ticked"
    runbook_id: int
    step_id: int
    intervention_id: int


@dataclass(frozen=True, kw_only=True)
class RunbookStepUnticked(TicketEvent):
    """A tick was taken back; the intervention stays in the log, with another that says so."""

    code: ClassVar[str] = "runbook.step_unticked"
    runbook_id: int
    step_id: int
    intervention_id: int
