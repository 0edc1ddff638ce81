"""From scores to probabilities that hold: of the texts for which 80 % is said, four in five are right.

Scores are divided by a temperature (Guo et al. 2017, "On Calibration of Modern Neural Networks"); then the probability
of the best class goes through a curve that can also learn that nothing is surer than, say, 97 % because people
themselves disagree (beta calibration, Kull, Silva Filho and Flach 2017). Both are learned from texts that the scores
were not learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

#: With fewer texts the curve would follow their accidents: the temperature alone is learned.
ENOUGH_FOR_CURVE: Final = 300
#: How much a temperature other than 1 has to be worth, in surprises of texts.
CAUTION: Final = 5.0
_TINY: Final = 1e-6


@dataclass(frozen=True)
class Calibration:
    """``temperature``; and of the curve log(q / (1−q)) = a·log p − b·log(1−p) + c its three numbers."""

    temperature: float = 1.0
    a: float = 1.0
    b: float = 1.0
    c: float = 0.0

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """The four numbers, in the order in which they are given."""
        return self.temperature, self.a, self.b, self.c

    def probabilities(self, scores: Floats) -> Floats:
        """A row of scores per text → a row of probabilities. The order of a row never changes."""
        found = softmax(np.asarray(scores, dtype=np.float64) / self.temperature)
        if found.shape[1] < 2 or (self.a, self.b, self.c) == (1.0, 1.0, 0.0):
            return found
        best = found.argmax(axis=1)
        rows = np.arange(len(found))
        sure = found[rows, best]
        bent = self._curve(sure)
        # the best class stays the best, whatever the curve says
        runner_up = np.sort(found, axis=1)[:, -2]
        least = runner_up / np.maximum(1 - sure + runner_up, _TINY)
        bent = np.maximum(bent, least)
        found *= ((1 - bent) / np.maximum(1 - sure, _TINY))[:, None]
        found[rows, best] = bent
        result: Floats = found / found.sum(axis=1, keepdims=True)
        return result

    def _curve(self, sure: Floats) -> Floats:
        inside = np.clip(sure, _TINY, 1 - _TINY)
        bent: Floats = 1 / (1 + np.exp(-(self.a * np.log(inside) - self.b * np.log(1 - inside) + self.c)))
        return bent


def softmax(scores: Floats) -> Floats:
    """e to the scores, as shares of their sum, row by row."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return shares


def learned(scores: Floats, true: Ints) -> Calibration:
    """Learn from scores of texts (one row each) that were not learned from, and the numbers of their true classes."""
    from scipy.optimize import minimize, minimize_scalar

    scores = np.asarray(scores, dtype=np.float64)
    rows = np.arange(len(true))
    if len(true) < 10:
        return Calibration()

    def surprise(log_temperature: float) -> float:
        said = softmax(scores / np.exp(log_temperature))[rows, true]
        # a few texts that happen to be easy are no reason to be sure of others
        return float(-np.log(np.maximum(said, _TINY)).mean() + CAUTION * log_temperature**2 / len(true))

    temperature = float(np.exp(minimize_scalar(surprise, bounds=(-2.5, 3.5), method="bounded").x))
    if len(true) < ENOUGH_FOR_CURVE:
        return Calibration(temperature)
    found = softmax(scores / temperature)
    best = found.argmax(axis=1)
    sure = np.clip(found[rows, best], _TINY, 1 - _TINY)
    correct = (best == true).astype(np.float64)
    one, other = np.log(sure), -np.log(1 - sure)

    def off(numbers: Floats) -> tuple[float, Floats]:
        a, b, c = numbers
        z = a * one + b * other + c
        q = 1 / (1 + np.exp(-z))
        loss = float((np.logaddexp(0, z) - correct * z).mean())
        rest = q - correct
        return loss, np.array([(rest * one).mean(), (rest * other).mean(), rest.mean()])

    bounds = [(0.0, 5.0), (0.0, 5.0), (-5.0, 5.0)]
    a, b, c = minimize(off, np.array([1.0, 1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(temperature, float(a), float(b), float(c))
