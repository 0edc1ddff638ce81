"""Pages by key in any order: the next page begins behind the last row, however many rows lie before it.

An order is a fixed list of columns from the tables below, ending with the number of the row, so that it is total.
Empty values come last, whichever way round.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

from dreiklang.tickets.models import Ticket

MOMENT, NUMBER, TEXT, DECIMAL, DAY, YES_NO = "moment", "number", "text", "decimal", "day", "yes_no"


@dataclass(frozen=True)
class Key:
    """One column of an order: where it stands, what it holds, which way round, whether it may be empty."""

    column: str
    kind: str
    is_falling: bool = False
    may_be_empty: bool = False

    def order(self) -> OrderBy:
        """As the database sorts by it."""
        last = True if self.may_be_empty else None
        return F(self.column).desc(nulls_last=last) if self.is_falling else F(self.column).asc(nulls_last=last)

    def equals(self, value: Any) -> Q:
        """Rows with the same value."""
        return Q((f"{self.column}__isnull", True)) if value is None else Q((self.column, value))

    def behind(self, value: Any) -> Q:
        """Rows that come later; nothing comes behind an empty value."""
        if value is None:
            return Q(pk__in=[])
        later = Q((f"{self.column}__{'lt' if self.is_falling else 'gt'}", value))
        return later | Q((f"{self.column}__isnull", True)) if self.may_be_empty else later

    def from_here(self, value: Any) -> Q:
        """Rows that are not before a value: what lets the database use an index."""
        if value is None:
            return Q((f"{self.column}__isnull", True))
        here = Q((f"{self.column}__{'lte' if self.is_falling else 'gte'}", value))
        return here | Q((f"{self.column}__isnull", True)) if self.may_be_empty else here


_SORTED_BY = {
    "priority": Key("priority", NUMBER),
    "created": Key("opened_at", MOMENT),
    "updated": Key("changed_at", MOMENT),
    "due": Key("next_promise_at", MOMENT, may_be_empty=True),
    "returns": Key("returns_at", MOMENT, may_be_empty=True),
    "resolved": Key("resolved_at", MOMENT, may_be_empty=True),
    "said": Key("last_word_at", MOMENT),
    "level": Key("level", NUMBER),
    "requester": Key("requester__sort_key", TEXT),
    "customer": Key("customer__sort_key", TEXT),
    "team": Key("team__name", TEXT, may_be_empty=True),
}
_GROUPED_BY = {
    "state": Key("state", TEXT),
    "priority": Key("priority", NUMBER),
    "level": Key("level", NUMBER),
    "team": Key("team__name", TEXT, may_be_empty=True),
    "assignee": Key("assignee__sort_key", TEXT, may_be_empty=True),
    "customer": Key("customer__sort_key", TEXT),
    "category": Key("category__name", TEXT, may_be_empty=True),
    "kind": Key("kind", TEXT),
}


@dataclass(frozen=True)
class Keyset:
    """An order, with the page behind a cursor."""

    keys: tuple[Key, ...]

    def ordered(self, found: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Tickets in this order."""
        return found.order_by(*(key.order() for key in self.keys))

    def after(self, found: QuerySet[Ticket], cursor: str) -> QuerySet[Ticket]:
        """Those behind a cursor; all of them for a cursor that is none."""
        values = self._read(cursor)
        if values is None:
            return found
        behind = Q(pk__in=[])
        same = Q()
        for key, value in zip(self.keys, values, strict=True):
            behind |= same & key.behind(value)
            same &= key.equals(value)
        return found.filter(self.keys[0].from_here(values[0]), behind)

    @property
    def columns(self) -> list[str]:
        """The columns whose values make a cursor."""
        return [key.column for key in self.keys]

    def cursor(self, values: Sequence[Any]) -> str:
        """Where the next page begins: behind a row with these values of ``columns``."""
        plain = [
            value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
            for value in values
        ]
        return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")

    def _read(self, cursor: str) -> list[Any] | None:
        try:
            plain = json.loads(base64.urlsafe_b64decode(cursor[:2000] + "=" * (-len(cursor) % 4)))
            if not isinstance(plain, list) or len(plain) != len(self.keys):
                return None
            return [_typed(value, key) for value, key in zip(plain, self.keys, strict=True)]
        except (ValueError, TypeError, InvalidOperation, binascii.Error):
            return None


def _typed(value: Any, key: Key) -> Any:
    if value is None and key.may_be_empty:
        return None
    if key.kind == MOMENT:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if key.kind == DAY:
        return date.fromisoformat(value)
    if key.kind == DECIMAL:
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= 10**14:
            raise ValueError(value)
        return number
    if key.kind == YES_NO:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value
    if key.kind == NUMBER:
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
            raise ValueError(value)
        return value
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    return value


def keyset_for(sorting: str, grouping: str = "", own: Key | None = None) -> Keyset:
    """The order of a view: its grouping, its sorting, the number of the row. Unknown words mean the usual order.

    ``own``: the column of the own field that it is sorted by.
    """
    key = own or _SORTED_BY.get(sorting.removeprefix("-"), _SORTED_BY["priority"])
    is_falling = sorting.startswith("-")
    sorted_by = Key(key.column, key.kind, is_falling, key.may_be_empty)
    last = Key("id", NUMBER, is_falling)
    group = _GROUPED_BY.get(grouping)
    if group is None or group.column == sorted_by.column:
        return Keyset((sorted_by, last))
    return Keyset((group, sorted_by, last))
