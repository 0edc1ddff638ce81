"""An occasion for rules: they look at the ticket in a job, if any of them waits for such an occasion at all."""

from __future__ import annotations

from dreiklang.automation.models import Rule
from dreiklang.automation.reactions.running import run_for_line
from dreiklang.automation.rules import occasions_of
from dreiklang.kernel.journal import Line
from dreiklang.kernel.questions import Question

#: Asked for almost every line of the journal, so its words are kept.
_waiting: Question[int] = Question(
    lambda when: Rule.objects.filter(is_active=True, when=when).values_list("pk", flat=True)[:1]
)


def is_waited_for(code: str) -> bool:
    """Whether a rule in force waits for what happened. One small query."""
    return bool(_waiting(occasions_of(code)))


def consider(line: Line) -> None:
    """Let the rules look at what happened. Bears a second delivery: for one occasion a rule runs once."""
    run_for_line(line.id)
