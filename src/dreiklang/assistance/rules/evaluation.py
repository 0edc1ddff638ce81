"""How well proposals would work on texts whose classes are known: by folds, or on others kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dreiklang.assistance.rules import calibration, learning, measures
from dreiklang.assistance.rules.counting import sheet_of

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

#: How often a proposal must be right for it to be made unasked.
PRECISION: Final = 0.95
MOST_CLASSES: Final = 1_000


class NothingToLearn(ValueError):
    """The texts or classes teach nothing; the message says why."""


@dataclass(frozen=True)
class Judged:
    """What was said of each text, and what the sure ones would have been: ``threshold`` is chosen on other texts."""

    true: list[str]
    predicted: list[str]
    probabilities: Floats
    hits_in_three: Floats
    threshold: float | None
    classes: int

    def figures(self) -> dict[str, Any]:
        """The measures, ready to be printed. ``proposed``: how many texts lie above the threshold, and their hits."""
        correct = np.array([one == other for one, other in zip(self.true, self.predicted, strict=True)])
        above = self.probabilities >= (2.0 if self.threshold is None else self.threshold)
        return {
            "rows": len(self.true),
            "classes": self.classes,
            "accuracy": round(float(correct.mean()), 4),
            "macro_f1": round(measures.macro_f1(self.true, self.predicted), 4),
            "top3": round(float(self.hits_in_three.mean()), 4),
            "calibration_error": round(measures.calibration_error(self.probabilities, correct), 4),
            "coverage_at_95": round(measures.coverage_at(self.probabilities, correct, PRECISION), 4),
            "proposed": {
                "threshold": None if self.threshold is None else round(self.threshold, 4),
                "coverage": round(float(above.mean()), 4),
                "precision": round(float(correct[above].mean()), 4) if above.any() else None,
            },
        }


def by_folds(texts: Sequence[str], labels: Sequence[str], *, folds: int, seed: int) -> Judged:
    """Every text is judged by what was learned without its fold.

    The calibration of a fold is learned from the scores of the other folds' texts.
    """
    refuse_useless(texts, labels)
    if folds > len(texts):
        raise NothingToLearn(f"{folds} folds need at least {folds} rows; there are {len(texts)}")
    classes = sorted(set(labels))
    number = {label: index for index, label in enumerate(classes)}
    true = np.array([number[label] for label in labels])
    sheet = sheet_of(texts, len(classes))
    parts = learning.folds_of(true, folds, seed)
    scores, _mean = learning.left_out(sheet, true, parts, len(classes))
    said = np.zeros((len(true), len(classes)))
    for part in parts:
        others = np.setdiff1d(np.arange(len(true)), part)
        said[part] = calibration.learned(scores[others], true[others]).probabilities(scores[part])
    best = said.argmax(axis=1)
    threshold = measures.threshold_for(said.max(axis=1), best == true, PRECISION)
    return _judged(list(labels), classes, said, threshold)


def on_others(
    texts: Sequence[str], labels: Sequence[str], others: Sequence[str], true: Sequence[str], *, seed: int
) -> Judged:
    """Learned from some texts, judged on others. A class that was not there to learn is never right."""
    refuse_useless(texts, labels)
    learned = learning.learn(texts, labels, seed=seed)
    model = learned.model
    said = np.array([model.probabilities(text) for text in others]).reshape(len(others), len(model.classes))
    left_out = model.calibration.probabilities(learned.scores)
    correct = left_out.argmax(axis=1) == learned.true
    threshold = measures.threshold_for(left_out.max(axis=1), correct, PRECISION)
    return _judged(list(true), list(model.classes), said, threshold)


def _judged(true: list[str], classes: Sequence[str], said: Floats, threshold: float | None) -> Judged:
    best = said.argmax(axis=1)
    first_three = np.argsort(-said, axis=1, kind="stable")[:, :3]
    in_three = [label in {classes[i] for i in row} for label, row in zip(true, first_three, strict=True)]
    return Judged(
        true=true,
        predicted=[classes[i] for i in best],
        probabilities=said[np.arange(len(said)), best],
        hits_in_three=np.array(in_three, dtype=float),
        threshold=threshold,
        classes=len(set(classes)),
    )


def refuse_useless(texts: Sequence[str], labels: Sequence[str]) -> None:
    """Raise NothingToLearn where there is nothing to tell apart or nothing to tell it by."""
    counted = Counter(labels)
    if len(counted) < 2:
        only = next(iter(counted), "")
        raise NothingToLearn(f"only one class ('{only}'): nothing to tell apart" if counted else "no row has a class")
    if len(counted) > MOST_CLASSES:
        raise NothingToLearn(f"{len(counted)} different classes, at most {MOST_CLASSES}: is this the right column?")
    if len(counted) == len(labels) and len(labels) > 2:
        raise NothingToLearn(f"each of the {len(labels)} rows has a class of its own: nothing comes twice")
    if not any(any(c.isalnum() for c in text) for text in texts):
        raise NothingToLearn("no row has a text")
