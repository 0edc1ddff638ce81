"""What a view may show: columns, orders, groupings, and who it may be shared with. Fixed tables, by key."""

from __future__ import annotations

from collections.abc import Iterable

COLUMNS = (
    "number", "subject", "state", "kind", "priority", "level", "team", "assignee", "requester", "customer",
    "category", "created", "updated", "due", "returns", "resolved", "said", "channel", "staff",
)  # fmt: skip
USUAL_COLUMNS = ("priority", "number", "subject", "requester", "assignee", "due", "staff")
#: Orders; with a dash before it, the other way round.
SORTINGS = (
    "priority", "created", "updated", "due", "returns", "resolved", "said", "level", "requester", "customer", "team",
)  # fmt: skip
USUAL_SORTING = "priority"
GROUPINGS = ("state", "priority", "level", "team", "assignee", "customer", "category", "kind")
MOST_COLUMNS = 14
MOST_PINNED = 20
OWN_FIELD = "field."


def known_columns(wished: Iterable[str], own_fields: Iterable[str]) -> list[str]:
    """Those of some columns that exist, each once, in the order they were wished; the usual ones for none."""
    own = {f"{OWN_FIELD}{key}" for key in own_fields}
    kept = [key for key in dict.fromkeys(wished) if key in COLUMNS or key in own][:MOST_COLUMNS]
    return kept or list(USUAL_COLUMNS)


def known_sorting(wished: str, own_fields: Iterable[str] = ()) -> str:
    """An order that exists, also by an own field, else the usual one."""
    known = (*SORTINGS, *(f"{OWN_FIELD}{key}" for key in own_fields))
    return wished if wished.removeprefix("-") in known else USUAL_SORTING


def known_grouping(wished: str) -> str:
    """A grouping that exists, else none."""
    return wished if wished in GROUPINGS else ""
