"""What happens to the order of work as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class HandlingTimesLearned(Event):
    """How long work takes was learned anew from the log; the subject is the desk itself."""

    code: ClassVar[str] = "handling_times.learned"
    subject_kind: ClassVar[str] = "desk"
    learned: int = 0
