"""A ticket that began is read by what was learned."""

from __future__ import annotations

from dreiklang.assistance.asking import answer_to
from dreiklang.assistance.commands.machine import keep_answer
from dreiklang.assistance.commands.proposing import propose
from dreiklang.assistance.models import LearnedField, MachineText
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system


def is_anything_learned(code: str) -> bool:
    """Whether there is a model to ask at all. One small query."""
    return LearnedField.objects.exists()


def read_ticket(line: Line) -> None:
    """Propose values for a ticket. Bears a second delivery: the same is proposed again."""
    propose([line.event.subject_id])


def fetch_text(line: Line) -> None:
    """Ask the language model for a text that somebody wants. A second delivery finds it written."""
    fetch(line.event.subject_id)


def fetch(text_id: int) -> None:
    """Ask outside of any transaction, and keep what came; a text that is no longer awaited is let be."""
    text = MachineText.objects.filter(pk=text_id, state=MachineText.State.WAITING).first()
    if text is not None:
        answer, problem, code = answer_to(text)
        keep_answer(text, actor=system("assistance"), answer=answer, problem=problem, code=code)
