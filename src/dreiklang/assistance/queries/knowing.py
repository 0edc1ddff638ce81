"""The models in force, unpacked once per process and learning. NumPy is loaded only where a model is asked."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from dreiklang.assistance.models import LearnedField

if TYPE_CHECKING:
    from dreiklang.assistance.rules.model import Model


def models_in_force() -> dict[str, tuple[LearnedField, Model]]:
    """Field → what was learned. A model of another version is none."""
    found = {}
    for learned in LearnedField.objects.defer("content").order_by("pk"):
        model = _model(learned.pk, learned.learned_at.isoformat())
        if model is not None:
            found[learned.field] = (learned, model)
    return found


@lru_cache(maxsize=16)
def _model(pk: int, learned_at: str) -> Model | None:
    from dreiklang.assistance.rules.model import UnreadableModel, unpacked

    content = LearnedField.objects.filter(pk=pk).values_list("content", flat=True).first()
    try:
        return unpacked(bytes(content)) if content else None
    except UnreadableModel:
        return None
