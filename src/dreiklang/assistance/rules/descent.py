"""Going down to the lowest point of a smooth, convex loss: L-BFGS with halved steps (Nocedal and Wright, ch. 7.2).

SciPy's own holds a dozen vectors in double precision and minds bounds; for a million weights that took four times as
long as the loss itself. This one keeps single precision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Loss = Callable[[Vector], tuple[float, Vector]]

#: A step must gain so much of what the slope promises; else it is halved.
ENOUGH_OF_PROMISE: Final = 1e-4
SHORTEST_STEP: Final = 1e-6


def lowest(loss: Loss, start: Vector, *, steps: int, memory: int, gain: float) -> Vector:
    """The point with the lowest loss found in so many steps; earlier if a step gains a smaller part than ``gain``.

    ``loss`` gives value and slope; ``memory``: former steps that are remembered, each costs two vectors.
    """
    point, (value, slope) = start, loss(start)
    former: deque[tuple[Vector, Vector, float]] = deque(maxlen=memory)
    for _step in range(steps):
        direction = -_bent(slope, former)
        promise = float(slope @ direction)
        length = 1.0 if former else 1.0 / max(float(np.linalg.norm(slope)), 1e-12)
        while True:
            there = point + np.float32(length) * direction
            new_value, new_slope = loss(there)
            if new_value <= value + ENOUGH_OF_PROMISE * length * promise:
                break
            length /= 2
            if length < SHORTEST_STEP:
                return point
        moved, turned = there - point, new_slope - slope
        curved = float(moved @ turned)
        if curved > 1e-12:
            former.append((moved, turned, curved))
        is_done = value - new_value <= gain * max(abs(value), 1e-12)
        point, value, slope = there, new_value, new_slope
        if is_done:
            break
    return point


def _bent(slope: Vector, former: deque[tuple[Vector, Vector, float]]) -> Vector:
    """The slope, bent by what the former steps tell of the curvature (the two loops of L-BFGS)."""
    bent, shares = slope.copy(), []
    for moved, turned, curved in reversed(former):
        share = np.float32(float(moved @ bent) / curved)
        shares.append(share)
        bent -= share * turned
    if former:
        _moved, turned, curved = former[-1]
        bent *= np.float32(curved / float(turned @ turned))
    for (moved, turned, curved), share in zip(former, reversed(shares), strict=True):
        bent += (share - np.float32(float(turned @ bent) / curved)) * moved
    return bent
