"""Long lists in pages by key: the next page begins after the last row shown, however long the list is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from dreiklang.web.forms import whole

M = TypeVar("M", bound=Model)
ROWS = 50


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows of a list and the address of the next ones, empty at the end."""

    rows: list[M]
    next_url: str
    is_first: bool


def page_of(request: HttpRequest, rows: QuerySet[M], *, key: str = "sort_key", newest_first: bool = False) -> Page[M]:
    """A page of rows ordered by ``key`` and id, beginning after the row named in ``after``."""
    after = whole(request.GET.get("after", ""))
    sign, way = ("-", "lt") if newest_first else ("", "gt")
    if after is not None:
        last: Any = rows.model._default_manager.filter(pk=after).values_list(key, flat=True).first()
        if last is not None:
            rows = rows.filter(Q(**{f"{key}__{way}": last}) | Q(**{key: last, f"pk__{way}": after}))
    found = list(rows.order_by(f"{sign}{key}", f"{sign}pk")[: ROWS + 1])
    next_url = ""
    if len(found) > ROWS:
        query = request.GET.copy()
        query["after"] = str(found[ROWS - 1].pk)
        next_url = f"?{query.urlencode()}"
    return Page(found[:ROWS], next_url, after is None)
