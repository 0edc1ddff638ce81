"""Learning every field anew from the desk's solved tickets; run in the worker, because it is heavy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from dreiklang.assistance import policy
from dreiklang.assistance.events import ProposalsLearned
from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.assistance.queries.history import Example, examples, start_vocabulary
from dreiklang.assistance.queries.macros import macros_by_category
from dreiklang.assistance.rules.fields import (
    CATEGORY,
    ENOUGH_OF_CLASS,
    ENOUGH_SOLVED,
    LEARNED,
    MACRO,
    SHOWN_PRECISION,
    is_refused,
)
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def learn_all(*, actor: Actor, seed: int = 1) -> int:
    """Learn each field anew and replace what was known; how many fields were learned. Needs SciPy (the extra)."""
    require(policy.may_set_up(actor))
    known = examples()
    learned = [field for field in LEARNED if _learn(field, known, seed)]
    _keep(MACRO, known, figures={"by_category": macros_by_category()})
    publish(ProposalsLearned(subject_id=0, fields=tuple(learned), texts=len(known)), actor=actor)
    return len(learned)


def _learn(field: str, known: Sequence[Example], seed: int) -> bool:
    """Learn a field; forget it where there is nothing to tell apart."""
    from dreiklang.assistance.rules.judging import judged
    from dreiklang.assistance.rules.learning import learn
    from dreiklang.assistance.rules.model import packed

    rows = [example for example in known if example.labels[field]]
    beside = start_vocabulary() if field == CATEGORY else []
    counted = Counter(example.labels[field] for example in rows)
    told = set(counted) | {label for _text, label in beside}
    if len(told) < 2 or (not beside and len(rows) < ENOUGH_SOLVED):
        LearnedField.objects.filter(field=field).delete()
        return False
    found = learn([e.text for e in rows], [e.labels[field] for e in rows], seed=seed, beside=beside)
    said = judged(found, precision=SHOWN_PRECISION, enough=ENOUGH_OF_CLASS)
    thresholds = {**said.thresholds, **dict.fromkeys(_refused_classes(field))}
    _keep(
        field, rows, content=packed(found.model), figures=said.figures, threshold=said.threshold, thresholds=thresholds
    )
    return True


def _keep(field: str, rows: Sequence[Example], *, figures: dict[str, Any], content: bytes = b"", **more: Any) -> None:
    LearnedField.objects.update_or_create(
        field=field,
        defaults={
            "content": content,
            "learned_at": clock.now(),
            "last_ticket_id": max((row.ticket_id for row in rows), default=0),
            "texts": len(rows),
            "figures": figures,
            "threshold": None,
            "thresholds": {},
            **more,
        },
    )


def _refused_classes(field: str) -> list[str]:
    """Classes that people mostly dismissed."""
    decided: dict[str, Counter[str]] = defaultdict(Counter)
    rows = Proposal.objects.filter(field=field).exclude(decision="").values("value", "decision").annotate(n=Count("pk"))
    for row in rows:
        decided[row["value"]][row["decision"]] += row["n"]
    return [
        value for value, n in decided.items() if is_refused(n[Proposal.Decision.TAKEN], n[Proposal.Decision.DISMISSED])
    ]
