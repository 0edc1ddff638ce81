"""``init`` and ``migrate``: from nothing, or from an older version, to a desk that works."""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dreiklang.console import cluster
from dreiklang.console.answers import DONE, TRY_LATER, Refused, say, tell
from dreiklang.console.cluster import upgrading
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.desk import READING, apart, open_desk, pending_migrations, settle

_LOCK = 0x647265696B6C  # "dreikl": one migration at a time, whoever starts it
#: A migration that waits for a table lets nobody else at it. So it waits this long, steps back, and tries again.
_PATIENCE, _PAUSE, _TRIES, _LOCKED_BY_OTHERS = "2s", 1.0, 60, "55P03"


def migrate(options: argparse.Namespace) -> int:
    """Bring the cluster to the present major and the tables to this version."""
    settle(READING)
    carried = None if cluster.external_url() else upgrading.carry_over_older_major(Layout(cluster.home()))
    with open_desk("owner"):
        count = migrate_tables()
    if not cluster.external_url():
        upgrading.keep_programs(Layout(cluster.home()))
    words = f"{count} migrations applied." if count else "The database is of this version."
    if carried:
        words = f"The database was carried over from PostgreSQL {carried}. {words}"
    say({"ok": True, "applied": count, "carried_over_from": carried}, words, as_json=options.json)
    return DONE


def init(options: argparse.Namespace) -> int:
    """Leave a working desk. Run again, it changes nothing that is there."""
    settle(READING)
    with cluster.ensure_running():
        apart(_migrate_quietly, role="owner")
    with open_desk():
        from dreiklang.console.initial import prepare_desk

        prepared = prepare_desk()
        gather_static_files()
    words = f"{prepared_in_words(prepared)}\nStart it with: dreiklang serve"
    say({"ok": True, **prepared}, words, as_json=options.json)
    return DONE


def prepared_in_words(prepared: dict[str, object]) -> str:
    """What was prepared, for the operator."""
    lines = ["The desk is ready: one team per level and a catch-all mailbox; senders become requesters."]
    if prepared.get("invitation"):
        lines.append(f"The first administrator signs in once with this link, within a week: {prepared['invitation']}")
    return "\n".join(lines)


def bring_up_to_date() -> None:
    """For ``serve`` on an empty database and for the demo: migrate in a process apart."""
    apart(_migrate_quietly, role="owner")


def set_up_if_empty() -> None:
    """An embedded database that was just made is set up at once; anything older is the operator's to migrate."""
    if not cluster.external_url() and is_empty():
        bring_up_to_date()
        apart(_prepare, role="app")


def _prepare() -> None:
    from dreiklang.console.initial import prepare_desk

    tell(prepared_in_words(prepare_desk()))


def _migrate_quietly() -> None:
    migrate_tables()


def migrate_tables() -> int:
    """Apply what is pending, as owner, under a lock; returns how many were. The kernel renews the grants
    after it.
    """
    from django.db import DatabaseError, connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            pending = pending_migrations()
            cursor.execute(f"SET lock_timeout TO '{_PATIENCE}'")
            _apply()
        except DatabaseError as wrong:
            raise Refused(TRY_LATER, f"A migration failed and was undone: {str(wrong).splitlines()[0]}") from wrong
        finally:
            cursor.execute("RESET lock_timeout")
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    if not cluster.app_role_is_usable():
        tell("The desk runs as owner of its tables; docs/operators.md says how to make the role dreiklang_app.")
    return pending.count if pending else 0


def _apply() -> None:
    """Apply what is pending, migration by migration: each happens whole or not at all, also where this is killed.

    An empty database gets its tables at once.
    """
    from django.core.management import call_command
    from django.db import OperationalError, connection

    from dreiklang.console.fresh_tables import make_fresh_tables

    for left in reversed(range(_TRIES)):
        try:
            with seldom_tidied():
                make_fresh_tables(connection)
                call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as wrong:
            if getattr(wrong.__cause__, "sqlstate", "") != _LOCKED_BY_OTHERS or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Let Python look for what nobody needs more seldom: migrations make the classes of every table again and again.

    Measured over all migrations: 23 s of work become 14, and the process grows to 350 MB instead of 150.
    """
    usual = gc.get_threshold()
    gc.set_threshold(1_000_000, 3, 3)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def gather_static_files() -> None:
    """Compress style sheets and scripts now, so that the next ``serve`` begins at once."""
    from django.conf import settings

    from dreiklang.console.serving.static_files import gather

    gather(Path(settings.STATIC_ROOT))


def is_empty() -> bool:
    """Whether the embedded database holds no table yet."""
    import psycopg

    with psycopg.connect(**cluster.connection.connection_words("owner")) as connection:
        found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return bool(found and found[0] == 0)
