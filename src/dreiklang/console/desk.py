"""Standing inside the desk: as the right user, with the database running, Django set up, in the right role."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from dreiklang.console import cluster
from dreiklang.console.answers import DONE, NOT_THERE, Refused, tell
from dreiklang.console.cluster import binaries, identity
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.cluster.running import prepare

# A command started by root may read what root names (a mail, an archive), although it writes as the house
# user.
READING = (identity.CAP_DAC_READ_SEARCH,)


@contextlib.contextmanager
def open_desk(role: str | None = None, *, before: Callable[[], object] = lambda: None) -> Iterator[cluster.Lease]:
    """The desk for one command: a lease on the database, and Django ready in the application's or owner's
    role. ``before`` runs once the database answers, in processes apart.
    """
    settle(READING)
    with cluster.ensure_running() as lease:
        before()
        set_up(role)
        try:
            yield lease
        finally:
            close_connections()


def settle(capabilities: tuple[int, ...] = ()) -> None:
    """Make the home's folders, and stop being root: from here on everything is the house user's."""
    at = cluster.home()
    owner = identity.house_identity()
    prepare(Layout(at), owner)
    if os.geteuid() != 0 or owner.uid == 0:
        return
    needed = identity.capabilities_to_reach(owner, _paths_to_reach(at))
    identity.become(owner, tuple(sorted({*needed, *capabilities})))
    os.environ.update(DREIKLANG_HOME=str(at), HOME=str(at), USER=owner.name, LOGNAME=owner.name)


def _paths_to_reach(at: Path) -> list[Path]:
    paths = [at, Path(sys.executable), Path(__file__), Path(os.__file__)]
    return paths if cluster.external_url() else [*paths, binaries.present()]


def set_up(role: str | None = None) -> None:
    """Set up Django. Without a role given here or by the operator: the application's, where it can be had."""
    if role:
        os.environ["DREIKLANG_DB_ROLE"] = role
    elif cluster.external_url() and "DREIKLANG_DB_ROLE" not in os.environ:
        os.environ["DREIKLANG_DB_ROLE"] = "app" if cluster.app_role_is_usable() else "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dreiklang.config.settings")
    import django

    django.setup()


def apart(work: Callable[[], None], *, role: str) -> None:
    """Do something in a process of its own, under one role, and wait for it; refuse with its words if it
    failed.

    So a command can migrate as owner and go on as the application, which Django's settings allow once a
    process.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_work_apart(work, role))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != DONE:
        raise Refused(code if code > 0 else NOT_THERE, "It was not finished; what was wrong stands above.")


def _work_apart(work: Callable[[], None], role: str) -> int:
    try:
        set_up(role)
        work()
        close_connections()
    except Refused as refused:
        tell(str(refused))
        return refused.code
    except BaseException:  # noqa: BLE001 - the end of a process: everything must be said and turned into a code
        traceback.print_exc()
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return DONE


def close_connections() -> None:
    """Leave the database, so that a server that stops now has nobody to wait for."""
    from django.db import connections

    connections.close_all()


def require_current_tables() -> None:
    """Refuse where tables are missing or of another version."""
    if all_is_noted():
        return
    if pending := pending_migrations():
        first = "The desk is not set up yet. Run: dreiklang init" if pending.fresh else (
            f"{pending.count} migrations are not applied. Run: dreiklang backup FILE, then dreiklang migrate"
        )  # fmt: skip
        raise Refused(NOT_THERE, first)


def all_is_noted() -> bool:
    """Whether every migration that lies in a folder is noted as applied: by names alone. To plan what is missing,
    Django imports hundreds of modules, which takes longer than all else that a start asks the database, and stays."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    noted = set(MigrationRecorder(connection).applied_migrations())
    return all(
        (app.label, file.stem) in noted
        for app in apps.get_app_configs()
        for file in Path(app.path, "migrations").glob("[!_~]*.py")
    )


class Pending:
    """Migrations not applied yet; ``fresh`` if there never was one."""

    def __init__(self, count: int, *, fresh: bool) -> None:
        self.count = count
        self.fresh = fresh


def pending_migrations() -> Pending | None:
    """What ``migrate`` would do, or None if the database is of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Pending(len(plan), fresh=not executor.loader.applied_migrations) if plan else None
