"""The tables of an empty database, made at once in their present form.

Migrations, one after the other, have every table's classes made anew at each change: 14 s of work on an empty
database, of which the database itself has the smallest part. An empty one needs none of the steps between. So the
state that all migrations lead to is made once, its tables are created as they are now, and what migrations do beside
tables (sequences, triggers, first rows) is done in their order. ``tests/upgrade`` holds that both ways lead to the
same database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.operations import CreateExtension
from django.db import transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import CreateModel, IndexOperation, ModelOperation

if TYPE_CHECKING:
    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation

OURS = "dreiklang."
#: What a migration does beside tables, and what is therefore done here as well, in the migrations' order.
BESIDE_TABLES = (RunSQL, RunPython, CreateExtension)


def make_fresh_tables(connection: Any) -> int:
    """Make all tables of the house in a database without any, and record its migrations as applied.

    The packages' own tables (sessions, jobs) come by their own migrations first, as always. Ours follow in one
    transaction: killed half-way, there is none of them. Returns how many migrations stand as applied; 0 = nothing was
    done, because something was there already or a migration does what is not known here: then they are to be applied
    one by one.
    """
    executor = MigrationExecutor(connection)
    if executor.loader.applied_migrations or connection.introspection.table_names():
        return 0
    plan = [migration for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    ours = [migration for migration in plan if _is_ours(migration)]
    foreign = [(migration.app_label, migration.name) for migration in plan if not _is_ours(migration)]
    if not all(_is_known(operation) for _, operation in _in_order(ours)) or _need_ours(executor, foreign):
        return 0
    executor.migrate(foreign)
    state = executor.loader.project_state()
    with transaction.atomic(using=connection.alias):
        with connection.schema_editor(atomic=False) as editor:
            for migration, operation in _in_order(ours):
                _do(operation, migration.app_label, editor, state)
        for migration in ours:
            executor.recorder.record_applied(migration.app_label, migration.name)
    return len(plan)


def _is_ours(migration: Migration) -> bool:
    return type(migration).__module__.startswith(OURS)


def _need_ours(executor: MigrationExecutor, foreign: list[tuple[str, str]]) -> bool:
    """Whether a package's table refers to one of ours: then the migrations' own order is needed."""
    graph = executor.loader.graph
    return any(_is_ours(graph.nodes[needed]) for key in foreign for needed in graph.forwards_plan(key))


def _in_order(migrations: list[Migration]) -> Iterator[tuple[Migration, Operation]]:
    """Extensions first: an exclusion constraint of a table made early may need one that came late."""
    every = [(migration, operation) for migration in migrations for operation in migration.operations]
    return iter(sorted(every, key=lambda pair: not isinstance(pair[1], CreateExtension)))


def _do(operation: Operation, label: str, editor: Any, state: Any) -> None:
    """One operation on the way to ``state``: a table is made as it is in the end, a change of one is in it already."""
    if isinstance(operation, CreateModel):
        if (label, operation.name_lower) in state.models:
            model = state.apps.get_model(label, operation.name)
            if operation.allow_migrate_model(editor.connection.alias, model):
                editor.create_model(model)
    elif isinstance(operation, BESIDE_TABLES):
        operation.database_forwards(label, editor, state, state)


def _is_known(operation: Operation) -> bool:
    """Whether all that it does to the database is done by ``_do`` or stands in the state it leads to."""
    return isinstance(operation, (ModelOperation, FieldOperation, IndexOperation, *BESIDE_TABLES))
