"""Forgetting, where no room knows of it: words beside the journal, and names in whatever column they stand.

What a table means is known by its room. But a name can stand in any text, also in one that a later release adds; so
every column that holds text is looked through, as PostgreSQL itself lists them (P45).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dreiklang.kernel import clock
from dreiklang.kernel.models import JournalLine, JournalWords

#: A pattern (PostgreSQL's, and Python's for the same text) and what stands there afterwards.
Replacement = tuple[str, str]

#: The journal's lines never change and bear no words; the others are not about anybody.
LEFT_ALONE = frozenset({
    "kernel_journalline", "kernel_journalseal", "kernel_journalwords", "kernel_instance", "kernel_storedfile",
    "django_migrations", "django_content_type", "auth_permission", "django_session",
})  # fmt: skip

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.atttypmod
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.atttypid = ANY (ARRAY['text', 'varchar', 'jsonb', 'json', 'text[]', 'varchar[]']::regtype[])
  AND a.attgenerated = ''
ORDER BY 1, 2
"""
_MOST = 4  # what PostgreSQL adds to the length of a varchar in atttypmod


def empty_words(lines: QuerySet[JournalLine]) -> int:
    """Empty the words beside some lines, and their salt with them; the lines and their seal stay. Says how many."""
    beside = JournalWords.objects.filter(line__in=lines.order_by().values("pk"), erased_at=None)
    return beside.update(words={}, salt=b"", erased_at=clock.now())


def empty_words_naming(patterns: Iterable[str]) -> int:
    """Empty the words beside every line that bears one of the patterns. Says how many."""
    if not (anything := "|".join(patterns)):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_journalwords SET words = '{}', salt = '', erased_at = %s"
            " WHERE erased_at IS NULL AND words::text ~* %s",
            [clock.now(), anything],
        )
        return int(cursor.rowcount)


def replace_everywhere(wanted: Sequence[Replacement]) -> dict[str, int]:
    """Put something else in the place of names, in every text column of every table; table → rows changed."""
    if not wanted:
        return {}
    changed = {}
    for table, columns in _text_columns().items():
        if count := _replace(table, columns, wanted):
            changed[table] = count
    return changed


def _text_columns() -> dict[str, list[tuple[str, str, int]]]:
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column, kind, size in cursor.fetchall():
            if table not in LEFT_ALONE and not table.startswith("procrastinate_"):
                found[table].append((column, kind, size - _MOST))
    return found


def _replace(table: str, columns: Iterable[tuple[str, str, int]], wanted: Sequence[Replacement]) -> int:
    """One statement a table. Arrays and JSON are looked at as they are written: what comes in has no quote."""
    quote = connection.ops.quote_name
    anything = "|".join(pattern for pattern, _instead in wanted)
    sets, places = [], []
    values: list[Any] = []
    for column, kind, size in columns:
        text = f"{quote(column)}::text"
        for _one in wanted:
            text = f"regexp_replace({text}, %s, %s, 'gi')"
        if kind == "character varying" and size > 0:
            text = f"left({text}, {size})"
        sets.append(f"{quote(column)} = ({text})::{kind}")
        places.append(f"{quote(column)}::text ~* %s")
        values += [part for replacement in wanted for part in replacement]
    statement = f"UPDATE {quote(table)} SET {', '.join(sets)} WHERE {' OR '.join(places)}"  # noqa: S608 - names of PostgreSQL
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *[anything] * len(places)])
        return int(cursor.rowcount)
