"""Learning a field from texts and their classes: weights from all of them, probabilities from folds left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreiklang.assistance.rules import calibration
from dreiklang.assistance.rules.calibration import Calibration
from dreiklang.assistance.rules.counting import GROUP_SHARE, Sheet, sheet_of
from dreiklang.assistance.rules.fitting import fitted, scored
from dreiklang.assistance.rules.model import Model

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

#: Folds for calibration; each costs nearly as much as learning itself. Their mean counts half: over folds of real
#: tickets that made one in a hundred more sure enough to be proposed.
FOLDS: Final = 4


@dataclass(frozen=True)
class Learned:
    """A model, and what its folds said of each text while it was left out: scores (a column per class)."""

    model: Model
    scores: Floats
    true: Ints


def learn(
    texts: Sequence[str], labels: Sequence[str], *, seed: int = 1, beside: Sequence[tuple[str, str]] = ()
) -> Learned:
    """Learn classes from texts; at least two classes. The same seed gives the same model.

    ``beside``: more texts with their classes, learned from but never judged by (names, a start vocabulary).
    """
    texts, labels = [*texts, *(text for text, _label in beside)], [*labels, *(label for _text, label in beside)]
    classes = sorted(set(labels))
    number = {label: index for index, label in enumerate(classes)}
    true = np.array([number[label] for label in labels])
    sheet, real = sheet_of(texts, len(classes)), len(texts) - len(beside)
    folds = folds_of(true[:real], FOLDS, seed) if real else []
    scores, mean = left_out(sheet, true, folds, len(classes))
    weights = fitted(sheet, np.arange(len(true)), true, len(classes), start=mean)
    if mean is not None:
        weights = (weights + mean) / 2
    scores, judged = scores[:real], true[:real]
    return Learned(model_of(sheet, classes, weights, calibration.learned(scores, judged)), scores, judged)


def folds_of(true: Ints, count: int, seed: int) -> list[Ints]:
    """The places of texts in so many parts, each class spread over all of them as evenly as it goes."""
    chance = np.random.default_rng(seed % (1 << 63))
    order = np.concatenate([chance.permutation(np.flatnonzero(true == label)) for label in range(int(true.max()) + 1)])
    return [np.sort(order[start::count]) for start in range(count) if len(order[start::count])]


def left_out(sheet: Sheet, true: Ints, folds: Sequence[Ints], classes: int) -> tuple[Floats, Floats | None]:
    """The scores of each text by weights learned without its fold; and the mean of those weights."""
    scores = np.zeros((len(true), classes), dtype=np.float32)
    mean: Floats | None = None
    for fold in folds:
        others = np.setdiff1d(np.arange(len(true)), fold)
        if not len(others):
            continue
        weights = fitted(sheet, others, true[others], classes)
        scores[fold] = scored(sheet, fold, weights)
        mean = weights / len(folds) if mean is None else mean + weights / len(folds)
    return scores, mean


def model_of(sheet: Sheet, classes: Sequence[str], weights: Floats, scale: Calibration) -> Model:
    """The model that these weights make."""
    terms = len(sheet.terms)
    return Model(
        classes=tuple(classes),
        terms=tuple(sheet.terms),
        rarities=sheet.rarities,
        term_weights=weights[:terms],
        groups=tuple(sheet.groups),
        group_rarities=sheet.group_rarities,
        group_weights=weights[terms:-1],
        biases=weights[-1],
        unseen=sheet.unseen,
        group_share=GROUP_SHARE,
        calibration=scale,
    )
