"""An occasion for rules: they look at the ticket in a job, if any of them waits for such an occasion at all."""

from __future__ import annotations

from dreiklang.automation.models import Rule
from dreiklang.automation.reactions.running import run_for_line
from dreiklang.automation.rules import occasions_of
from dreiklang.kernel.journal import Line


def is_waited_for(code: str) -> bool:
    """Whether a rule in force waits for what happened. One small query."""
    return Rule.objects.filter(is_active=True, when=occasions_of(code)).exists()


def consider(line: Line) -> None:
    """Let the rules look at what happened. Bears a second delivery: for one occasion a rule runs once."""
    run_for_line(line.id)
