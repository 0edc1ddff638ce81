"""Lists by pages. The cursor is the last key of the page before: what is new or gone meanwhile shifts nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.db.models import QuerySet
from ninja import Query

PAGE = 100
LARGEST = 2**63 - 1

#: ``next`` of the page before; without it, the first page.
Cursor = Annotated[int | None, Query(ge=0, le=LARGEST, description="`next` of the page before")]
#: How many a page holds.
Limit = Annotated[int, Query(ge=1, le=PAGE, description="how many at most")]


def page_of(
    rows: QuerySet[Any], cursor: int | None, shown: Callable[[Any], Any], *, size: int = PAGE
) -> dict[str, Any]:
    """A page of rows, oldest first, with the cursor of the following one."""
    if cursor is not None:
        rows = rows.filter(pk__gt=cursor)
    found = list(rows.order_by("pk")[: size + 1])
    following = str(found[size - 1].pk) if len(found) > size else None
    return {"items": [shown(row) for row in found[:size]], "next": following}


def whole(items: list[Any]) -> dict[str, Any]:
    """A list that is short by its nature (what hangs on one ticket), in the shape of a page."""
    return {"items": items, "next": None}
