"""An empty database that got its tables at once, as every test database did, is the one that all migrations lead to.

Migration by migration takes 20 s: `make check` does it once, beside the domain on the system's PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import pytest_django
from django.core.management import call_command
from django.db import connection

from dreiklang.console.setting_up import seldom_tidied

SCHEMA = {
    "columns": """SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage,
        a.attidentity, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "tables": "SELECT relname, relkind, relpersistence FROM pg_class WHERE relnamespace = 'public'::regnamespace "
    "AND relkind IN ('r', 'S', 'v', 'm', 'p')",
    "sequences": "SELECT sequencename, start_value, increment_by, cycle, data_type::text FROM pg_sequences",
    "constraints": "SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "names of constraints": "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """SELECT proname, pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') AND prokind <> 'a'""",
    "types": "SELECT t.typname, e.enumlabel FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid",
    "extensions": "SELECT extname FROM pg_extension",
    "migrations": "SELECT app, name FROM django_migrations",
}
#: What Django itself writes after migrations (``post_migrate``), and when each was applied.
FILLED_AFTERWARDS = {"django_content_type", "auth_permission", "django_migrations"}
FIRST_ROWS = """SELECT (to_jsonb(t) - 'id' - ARRAY(SELECT attname::text FROM pg_attribute
    WHERE attrelid = '"{table}"'::regclass AND atttypid = 'timestamptz'::regtype))::text FROM "{table}" t"""


@pytest.fixture
def migrated(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[psycopg.Connection]:
    """A second database on the same server, made by the migrations one after the other."""
    tests_own = connection.settings_dict["NAME"]
    name = f"{tests_own}_migrated"
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        stand_in(name)  # first rows are made in the usual database, whatever its name
        try:
            with seldom_tidied():
                call_command("migrate", verbosity=0, interactive=False)
            words = connection.get_connection_params()
        finally:
            stand_in(tests_own)
        with psycopg.connect(**{key: words[key] for key in ("host", "port", "dbname", "user", "password")}) as made:
            yield made
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def stand_in(name: str) -> None:
    """Have the usual connection lead to the database of this name."""
    connection.close()
    connection.settings_dict["NAME"] = name


def test_tables_made_at_once_are_those_the_migrations_lead_to(migrated: psycopg.Connection, db: None) -> None:
    """Columns, defaults, constraints, indexes, triggers, functions, and the first rows but for their times."""
    for what, query in SCHEMA.items():
        assert rows(connection, query), what
        assert difference(migrated, query) == ([], []), what
    for (name,) in sorted(rows(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")):
        if name not in FILLED_AFTERWARDS:
            assert difference(migrated, FIRST_ROWS.format(table=name)) == ([], []), name


def difference(migrated: psycopg.Connection, query: str) -> tuple[list[Any], list[Any]]:
    """What only one of both databases answers: (the one made at once, the migrated one)."""
    at_once, one_by_one = rows(connection, query), rows(migrated, query)
    return sorted(at_once - one_by_one, key=str), sorted(one_by_one - at_once, key=str)


def rows(of: Any, query: str) -> set[tuple[Any, ...]]:
    with of.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())
