"""Reading tickets with what was learned: the surest value of each field, where it is sure enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.assistance.queries.functions import functions_on
from dreiklang.assistance.queries.history import AT_ONCE, texts_of
from dreiklang.assistance.queries.knowing import models_in_force
from dreiklang.assistance.rules.fields import ENOUGH_SOLVED, GUESS_FROM
from dreiklang.kernel import clock
from dreiklang.kernel.command import derived

if TYPE_CHECKING:
    from dreiklang.assistance.rules.model import Model


@derived
def propose(tickets: Sequence[int]) -> int:
    """Propose values for tickets; how many were proposed. What a person has decided stays, the rest is made anew."""
    on = functions_on()
    models = {field: both for field, both in models_in_force().items() if on.get(field)}
    made = 0
    for start in range(0, len(tickets), AT_ONCE):
        heap = tickets[start : start + AT_ONCE]
        texts = texts_of(heap)
        decided = set(
            Proposal.objects.filter(ticket_id__in=texts).exclude(decision="").values_list("ticket_id", "field")
        )
        fresh = [
            found
            for ticket_id, text in texts.items()
            for learned, model in models.values()
            if (ticket_id, learned.field) not in decided and (found := _proposal(ticket_id, text, learned, model))
        ]
        Proposal.objects.filter(ticket_id__in=texts, decision="").delete()
        made += len(Proposal.objects.bulk_create(fresh, ignore_conflicts=True))
    return made


def _proposal(ticket_id: int, text: str, learned: LearnedField, model: Model) -> Proposal | None:
    if not text.strip():
        return None
    said = model.probabilities(text)
    place = int(said.argmax())
    value, probability = model.classes[place], float(said[place])
    is_guess = learned.texts < ENOUGH_SOLVED
    threshold = GUESS_FROM if is_guess else learned.thresholds.get(value, learned.threshold)
    words = model.words_for(text, value)
    if threshold is None or probability < threshold or not words:
        return None
    return Proposal(
        ticket_id=ticket_id, field=learned.field, value=value, probability=min(probability, 1.0), words=words,
        is_guess=is_guess, proposed_at=clock.now(),
    )  # fmt: skip
