"""The test database as a copy: what the migrations make is made once for their text, and every run copies it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dreiklang.console.fresh_tables import make_fresh_tables
from dreiklang.console.setting_up import seldom_tidied

SOURCE = Path(__file__).resolve().parent.parent / "src"
IMPORTED = re.compile(r"^(?:from|import) (dreiklang[\w.]+)", re.MULTILINE)
PREFIX, KEPT = "template_dreiklang_", 8


def digest() -> str:
    """Of what decides what an empty database gets: the migrations, what they import, the packages' versions."""
    files = {*SOURCE.glob("dreiklang/**/migrations/*.py"), SOURCE / "dreiklang/console/fresh_tables.py"}
    for module in {name for file in files for name in IMPORTED.findall(file.read_text())}:
        path = SOURCE / module.replace(".", "/")
        files |= {path.with_suffix(".py")} if path.with_suffix(".py").exists() else set(path.glob("*.py"))
    made = hashlib.sha256("".join(version(name) for name in ("django", "procrastinate")).encode())
    for file in sorted(files):
        made.update(str(file.relative_to(SOURCE)).encode() + b"\0" + file.read_bytes())
    return made.hexdigest()[:20]


def copy_from_template(connection: Any) -> None:
    """Have the test database made as a copy; make what is copied first where it is not there yet."""
    name = f"{PREFIX}{digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x7E57])  # until this session ends; others wait and find it
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid DESC", [f"{PREFIX}%"])
        known = [row[0] for row in cursor.fetchall()]
        if name not in known:
            _make(connection, f"making_{name}")
            cursor.execute(f'ALTER DATABASE "making_{name}" RENAME TO "{name}"')
            for former in known[KEPT - 1 :]:
                cursor.execute(f'DROP DATABASE IF EXISTS "{former}" WITH (FORCE)')
        cursor.execute("SELECT pg_advisory_unlock(%s)", [0x7E57])
    connection.settings_dict["TEST"]["TEMPLATE"] = name


@contextmanager
def own_template(connection: Any) -> Iterator[None]:
    """The same in a server of somebody else's: made for this run alone, and gone after it."""
    name = f"making_{PREFIX}{os.getpid()}"
    _make(connection, name)
    connection.settings_dict["TEST"]["TEMPLATE"] = name
    yield
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _make(connection: Any, name: str) -> None:
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.settings_dict["NAME"] = name
    connection.close()
    with seldom_tidied():
        make_fresh_tables(connection)
        connection.settings_dict["NAME"] = own
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=True)
    connection.close()
    connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = own, test
