"""How good the proposals are: what was measured when they were learned, and what people made of them since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.assistance.rules.fields import LEARNED


@dataclass(frozen=True)
class FieldReport:
    """A field with what was learned and how often it was taken over, dismissed, or left alone."""

    field: str
    learned: LearnedField | None
    taken: int
    dismissed: int
    left: int

    @property
    def acceptance(self) -> float | None:
        """The share that was taken over, of those that were decided."""
        decided = self.taken + self.dismissed
        return self.taken / decided if decided else None


def report() -> list[FieldReport]:
    """Every field; two questions."""
    learned = {one.field: one for one in LearnedField.objects.filter(field__in=LEARNED).defer("content")}
    counted: dict[str, dict[str, Any]] = {
        row["field"]: dict(row)
        for row in Proposal.objects.order_by()
        .values("field")
        .annotate(
            taken=Count("pk", filter=Q(decision=Proposal.Decision.TAKEN)),
            dismissed=Count("pk", filter=Q(decision=Proposal.Decision.DISMISSED)),
            left=Count("pk", filter=Q(decision="")),
        )
    }
    nothing = {"taken": 0, "dismissed": 0, "left": 0}
    return [
        FieldReport(field, learned.get(field), **{key: counted.get(field, nothing)[key] for key in nothing})
        for field in LEARNED
    ]
