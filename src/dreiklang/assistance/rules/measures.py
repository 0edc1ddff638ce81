"""How good predictions were. All of it compares what was predicted with what was true, row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Flags = NDArray[np.bool_]

BINS: Final = 15


def macro_f1(true: Sequence[str], predicted: Sequence[str]) -> float:
    """The mean over all classes (true or predicted) of 2·hits / (times true + times predicted)."""
    hits: dict[str, int] = defaultdict(int)
    times: dict[str, int] = defaultdict(int)
    for one, other in zip(true, predicted, strict=True):
        times[one] += 1
        times[other] += 1
        hits[one] += one == other
    return sum(2 * hits[label] / times[label] for label in times) / len(times) if times else 0.0


def calibration_error(probabilities: Floats, correct: Flags, bins: int = BINS) -> float:
    """Expected calibration error: |share that was right − mean probability| over bins of equal width, by their size.

    After Naeini, Cooper and Hauskrecht (2015), with the probability of the class that was predicted.
    """
    if not len(probabilities):
        return 0.0
    bin_of = np.minimum((probabilities * bins).astype(int), bins - 1)
    off = np.bincount(bin_of, weights=probabilities - correct.astype(float), minlength=bins)
    return float(np.abs(off).sum() / len(probabilities))


def threshold_for(probabilities: Floats, correct: Flags, precision: float, least: int = 1) -> float | None:
    """The lowest probability from which on at least a share ``precision`` was right; None if there is none.

    ``least``: so many rows must lie above it.
    """
    order = np.argsort(-probabilities, kind="stable")
    sure = probabilities[order]
    share = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    # rows of one probability are taken all or none
    last_of_equal = np.append(sure[1:] < sure[:-1], True) if len(sure) else np.zeros(0, bool)
    good = np.flatnonzero((share >= precision) & last_of_equal & (np.arange(1, len(order) + 1) >= least))
    return float(sure[good[-1]]) if len(good) else None


def coverage_at(probabilities: Floats, correct: Flags, precision: float) -> float:
    """The largest share of rows, the surest first, of which at least ``precision`` were right."""
    threshold = threshold_for(probabilities, correct, precision)
    return 0.0 if threshold is None else float((probabilities >= threshold).mean())
