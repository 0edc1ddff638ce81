"""How good a learned field is, by what its folds said of tickets left out; and from when on each class is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dreiklang.assistance.rules import measures
from dreiklang.assistance.rules.learning import Learned

FEW_BINS = 10


@dataclass(frozen=True)
class Verdict:
    """The threshold of all classes, those of single classes, and figures for the page that tells how good it is."""

    threshold: float | None
    thresholds: dict[str, float | None]
    figures: dict[str, Any]


def judged(learned: Learned, *, precision: float, enough: int) -> Verdict:
    """Thresholds at which at least ``precision`` were right; a class of less than ``enough`` predictions has none."""
    classes, true = learned.model.classes, learned.true
    if not len(true):
        return Verdict(None, {}, {"texts": 0})
    said = learned.model.calibration.probabilities(learned.scores)
    best, sure = said.argmax(axis=1), said.max(axis=1)
    correct = best == true
    thresholds: dict[str, float | None] = {}
    by_class: dict[str, dict[str, float | int | None]] = {}
    for place, label in enumerate(classes):
        predicted, meant = best == place, true == place
        if not meant.any():
            continue
        if predicted.sum() >= enough:
            thresholds[label] = _threshold(sure[predicted], correct[predicted], precision, enough // 2)
        by_class[label] = {
            "texts": int(meant.sum()),
            "precision": round(float(correct[predicted].mean()), 3) if predicted.any() else None,
            "recall": round(float(correct[meant].mean()), 3),
        }
    names = [classes[i] for i in true]
    figures = {
        "texts": len(true),
        "accuracy": round(float(correct.mean()), 4),
        "macro_f1": round(measures.macro_f1(names, [classes[i] for i in best]), 4),
        "calibration_error": round(measures.calibration_error(sure, correct), 4),
        "coverage_at_95": round(measures.coverage_at(sure, correct, 0.95), 4),
        "reliability": _reliability(sure, correct),
        "by_class": by_class,
    }
    return Verdict(_threshold(sure, correct, precision, 1), thresholds, figures)


def _threshold(sure: measures.Floats, correct: measures.Flags, precision: float, least: int) -> float | None:
    """From when on enough were right. Where even the least sure ones were, nothing speaks against less sure ones, down
    to the precision itself."""
    found = measures.threshold_for(sure, correct, precision, least=least)
    return min(found, precision) if found is not None and found <= float(sure.min()) else found


def _reliability(sure: measures.Floats, correct: measures.Flags) -> list[dict[str, float | int]]:
    """For each tenth of probability: how many, what was said on average, how many were right."""
    bin_of = np.minimum((sure * FEW_BINS).astype(int), FEW_BINS - 1)
    return [
        {
            "from": place / FEW_BINS,
            "texts": int((bin_of == place).sum()),
            "said": round(float(sure[bin_of == place].mean()), 3),
            "right": round(float(correct[bin_of == place].mean()), 3),
        }
        for place in range(FEW_BINS)
        if (bin_of == place).any()
    ]
