"""Fitting the weights: multinomial logistic regression with a ridge, by L-BFGS.

The weights of letter groups reach a text through its words, so a step costs two products with thin matrices and the
wide one (texts × letter groups) is never made.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreiklang.assistance.rules.counting import Sheet
from dreiklang.assistance.rules.descent import Vector, lowest

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

#: The ridge is 1 / (LOOSENESS × texts) per weight; of 1, 4, 8, 16 the best over folds of real tickets.
LOOSENESS: Final = 4.0
#: Steps at most. Stopping there is a ridge of its own; more steps changed no figure.
STEPS: Final = 80
#: Former steps that are remembered: each costs two vectors as long as the weights.
MEMORY: Final = 8
#: A step that gains a smaller part of the loss is the last.
LEAST_GAIN: Final = 1e-5


def fitted(sheet: Sheet, chosen: Ints, true: Ints, classes: int, *, start: Floats | None = None) -> Floats:
    """Weights (terms, then letter groups, then the bias; a column per class) learned from the chosen texts.

    ``true``: the number of the class of each chosen text. ``start``: weights to begin from.
    """
    by_term, by_word = sheet.rows(chosen)
    transposed = by_term.T.tocsr(), by_word.T.tocsr(), sheet.spelling.T.tocsr()
    terms, texts = by_term.shape[1], len(chosen)
    width = terms + sheet.spelling.shape[1] + 1
    ridge = 1 / (LOOSENESS * texts)
    rows = np.arange(texts)

    def loss(flat: Vector) -> tuple[float, Vector]:
        weights = flat.reshape(width, classes)
        scores = by_term @ weights[:terms] + by_word @ (sheet.spelling @ weights[terms:-1]) + weights[-1]
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        sums = shares.sum(axis=1, keepdims=True)
        surprise = float((np.log(sums[:, 0]) - scores[rows, true]).mean(dtype=np.float64))
        shares /= sums
        shares[rows, true] -= 1
        shares /= np.float32(texts)
        slope = np.float32(ridge) * weights
        slope[:terms] += transposed[0] @ shares
        slope[terms:-1] += transposed[2] @ (transposed[1] @ shares)
        slope[-1] = shares.sum(axis=0)
        inside = weights[:-1].ravel()
        return surprise + 0.5 * ridge * float(inside @ inside), slope.ravel()

    first = np.zeros(width * classes, np.float32) if start is None else start.astype(np.float32).ravel()
    weights: Floats = lowest(loss, first, steps=STEPS, memory=MEMORY, gain=LEAST_GAIN).reshape(width, classes)
    return weights


def scored(sheet: Sheet, chosen: Ints, weights: Floats) -> Floats:
    """The scores of some texts of the sheet, a column per class."""
    by_term, by_word = sheet.rows(chosen)
    terms = by_term.shape[1]
    scores: Floats = by_term @ weights[:terms] + by_word @ (sheet.spelling @ weights[terms:-1]) + weights[-1]
    return scores
