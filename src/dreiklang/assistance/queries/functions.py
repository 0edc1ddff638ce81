"""Which functions are on, and whether this machine can learn."""

from __future__ import annotations

from importlib.util import find_spec

from dreiklang.assistance.models import OffFunction
from dreiklang.assistance.rules.fields import FUNCTIONS


def functions_on() -> dict[str, bool]:
    """Which functions are on, by key."""
    off = set(OffFunction.objects.values_list("key", flat=True))
    return {key: key not in off for key in FUNCTIONS}


def can_learn() -> bool:
    """Whether the extra that learns is installed here (``pip install 'dreiklang[assistance]'``)."""
    return find_spec("scipy") is not None
