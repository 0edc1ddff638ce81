"""What rules do, as the journal keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RuleMatched(Event):
    """A rule begins to act on a ticket: whatever it does stands after this line."""

    code: ClassVar[str] = "rule.matched"
    subject_kind: ClassVar[str] = "ticket"
    rule_id: int
    occasion: str


@dataclass(frozen=True, kw_only=True)
class RuleActed(Event):
    """What a rule did to a ticket and why; ``did``: each deed with its value and, if it failed, the reason."""

    code: ClassVar[str] = "rule.acted"
    subject_kind: ClassVar[str] = "ticket"
    words: ClassVar[frozenset[str]] = frozenset({"name", "because", "did"})
    rule_id: int
    when: str
    name: str = ""
    because: str = ""
    did: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleStopped(Event):
    """A rule did not act: ``why`` is circle, depth or cap; ``others`` are the rules that set it off."""

    code: ClassVar[str] = "rule.stopped"
    subject_kind: ClassVar[str] = "ticket"
    words: ClassVar[frozenset[str]] = frozenset({"name", "chain"})
    rule_id: int
    why: str
    others: tuple[int, ...] = ()
    name: str = ""
    chain: str = ""


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Event):
    """A rule was made, changed, moved, switched or removed; ``changed`` names the fields."""

    code: ClassVar[str] = "rule.changed"
    subject_kind: ClassVar[str] = "rule"
    changed: tuple[str, ...] = ()
    version: int = 0
