"""What every test stands on: a real PostgreSQL (embedded, or the one DATABASE_URL names), a private home, a clock."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pytest_django import DjangoDbBlocker
from tests.template import copy_from_template, own_template

from dreiklang.console import cluster

if TYPE_CHECKING:
    from tests.cast import Cast

#: Monday morning in Berlin, in working hours; the clock stands here unless a test moves it.
MONDAY_MORNING = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database server runs for as long as the tests do, shared with whoever else uses it.

    In a server of somebody else's nothing is left behind, so there what is copied is made every time.
    """
    with cluster.ensure_running(durable=False), contextlib.ExitStack() as afterwards:
        from django.db import connection

        with django_db_blocker.unblock():
            if cluster.external_url():
                afterwards.enter_context(own_template(connection))
            else:
                copy_from_template(connection)
        yield
        with django_db_blocker.unblock():
            afterwards.close()


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_the_journal() -> None:
    """The journal's triggers refuse to be emptied; between transactional tests the database is emptied past them.

    Only what holds rows is: to truncate three hundred tables, nearly all of them empty, takes a second every time.
    What Django itself writes down of the models stays; it would be made again at once.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    flush = DatabaseOperations.execute_sql_flush

    def past_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        tables = [name for name in TABLE.findall(" ".join(sql_list)) if not name.startswith(OF_MODELS)]
        emptied = EMPTY % ", ".join(f"'{name}'" for name in tables)
        flush(self, [*_triggers("DISABLE"), emptied, *_triggers("ENABLE")])

    DatabaseOperations.execute_sql_flush = past_triggers  # type: ignore[method-assign]


TABLE = re.compile(r'"(\w+)"')
OF_MODELS = ("django_content_type", "auth_permission")
EMPTY = """
DO $$ DECLARE name text; is_filled boolean; BEGIN
    SET CONSTRAINTS ALL DEFERRED;
    FOREACH name IN ARRAY ARRAY[%s] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %%I)', name) INTO is_filled;
        IF is_filled THEN EXECUTE format('DELETE FROM %%I', name); END IF;
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
END $$
"""


def _triggers(verb: str) -> list[str]:
    return [f"ALTER TABLE kernel_journal{part} {verb} TRIGGER USER" for part in ("line", "seal", "words")]


@pytest.fixture(autouse=True)
def _private_home(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files and keys of a test go to a folder of its own."""
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    settings.FILES_ROOT = home / "files"  # type: ignore[attr-defined]
    settings.SECRET_KEY_FILE = home / "keys" / "secrets.key"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _fresh_instance() -> None:
    """No test sees the epoch another one read."""
    from dreiklang.kernel import instance

    instance.forget()


@pytest.fixture
def frozen() -> Iterator[datetime]:
    """The clock stands still on Monday morning."""
    from dreiklang.kernel import clock

    with clock.standing_at(MONDAY_MORNING):
        yield MONDAY_MORNING


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast, in the database."""
    from tests.cast import make_cast

    return make_cast()
