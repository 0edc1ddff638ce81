"""A new row, in the words of its table put together once: what `Model.save` composes anew for every row.

Composing costs more than inserting. Only where rows are born by the thousand: mails, tickets, calls.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model


def insert(row: Model, *, or_nothing: bool = False) -> None:
    """Write a row that has no number yet, and give it one. The same as ``save``: values, adaptation, errors.

    ``or_nothing``: where a unique row stands already this one is not written, and keeps no number.
    """
    words, fields = _words(type(row), or_nothing)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        made = cursor.fetchone()
    if made is not None:
        row.pk = made[0]
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache(maxsize=64)
def _words(kind: type[Model], or_nothing: bool) -> tuple[str, list[Field[Any, Any]]]:
    """The statement for a table whose number the database gives, and the fields that stand in it."""
    meta = kind._meta
    fields = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    assert meta.pk is not None
    table, key, *names = (
        connection.ops.quote_name(str(name)) for name in (meta.db_table, meta.pk.column, *(f.column for f in fields))
    )
    unless = " ON CONFLICT DO NOTHING" if or_nothing else ""
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}){unless} RETURNING {key}", fields  # noqa: S608 - our names
