"""What a handover must contain, and who gets it next: decisions from plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

#: The parts of a handover that a gate may demand, in the order in which they are asked.
PARTS = ("reason", "observations", "steps", "ruled_out", "affected", "question")

#: What stands in a handover's ``missing`` where the customer's contract does not cover it.
CONTRACT = "contract"

#: What each target level demands where the desk has set nothing.
USUAL_DEMANDS: dict[int, tuple[str, ...]] = {
    2: ("reason", "observations", "steps", "question"),
    3: ("reason", "observations", "steps", "ruled_out", "question"),
    4: ("reason", "observations", "steps", "ruled_out", "affected", "question"),
}
USUAL_MINIMUM_STEPS = 1


@dataclass(frozen=True)
class Step:
    """Something tried before handing on, and what came of it."""

    text: str
    result: str = ""
    outcome: str = "none"

    def as_json(self) -> dict[str, str]:
        """As kept with the handover."""
        return {"text": self.text, "result": self.result, "outcome": self.outcome}


@dataclass(frozen=True)
class Case:
    """What a handover says, before it is one."""

    reason: str = ""
    observations: str = ""
    steps: Sequence[Step] = ()
    ruled_out: str = ""
    affected: str = ""
    question: str = ""
    enclosures: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    def has(self, part: str, minimum_steps: int = USUAL_MINIMUM_STEPS) -> bool:
        """Whether a part is there: words, or enough steps that say what came of them."""
        if part == "steps":
            told = [s for s in self.steps if s.text.strip() and (s.result.strip() or s.outcome not in ("", "none"))]
            return len(told) >= minimum_steps
        return bool(str(getattr(self, part)).strip())


@dataclass(frozen=True)
class Demands:
    """What a gate asks for one category and target level."""

    parts: tuple[str, ...]
    minimum_steps: int = USUAL_MINIMUM_STEPS


def missing_parts(
    case: Case, demands: Demands, *, open_questions: Iterable[str] = (), answered: Iterable[str] = ()
) -> list[str]:
    """What still lacks before the next level accepts: parts in their order, then ``question:key`` for the category's.

    ``open_questions`` are keys the category asks up to the target level, ``answered`` those already known.
    """
    lacking = [part for part in PARTS if part in demands.parts and not case.has(part, demands.minimum_steps)]
    known = set(answered)
    return lacking + [f"question:{key}" for key in open_questions if key not in known]


@dataclass(frozen=True)
class Candidate:
    """A team that could take a case, with what speaks for it."""

    team_id: int
    level: int
    is_category_team: bool = False
    helped_before: int = 0
    present: int = 0
    open_tickets: int = 0
    is_covered: bool = True
    is_bought: bool = False


def order_of_candidates(candidates: Iterable[Candidate], from_level: int) -> list[Candidate]:
    """The teams a case may go to, the best first: what the contract covers, then the next level, then subject,
    experience, presence, load.

    ``helped_before`` counts cases of this category the team took and solved; ``present`` members on duty now.
    ``is_covered``: the customer's contract has work by this team in it; ``is_bought``: a contract with the team's own
    organisation covers it, which goes before an outside team without one.
    """
    return sorted(
        candidates,
        key=lambda c: (
            not c.is_covered,
            c.level if c.level > from_level else 9,
            not c.is_category_team,
            not c.is_bought,
            -c.helped_before,
            c.present == 0,
            c.open_tickets / max(c.present, 1),
            c.team_id,
        ),
    )
