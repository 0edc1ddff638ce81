"""Placeholders in the words of a rule: a name or nothing, filled once, so that values are never read again (P37)."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([a-z_]{1,30})\}")


def names_in(text: str) -> frozenset[str]:
    """The placeholders of a text."""
    return frozenset(_PLACEHOLDER.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders filled; an unknown one stays as it stands."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
