"""How to reach the database: the embedded one by its private socket, or the one named by ``DATABASE_URL``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import LONGEST_SOCKET_FOLDER, PORT, Layout, home

OWNER_ROLE = "dreiklang_owner"
APP_ROLE = "dreiklang_app"
DATABASE = "dreiklang"

#: Of Django, unknown to other programs. Values travel beside their statement, so that PostgreSQL plans a statement once
#: when a connection asks it for the fifth time: planning took it longer than answering (decision 0019).
PLANNED_ONCE: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 5}


def external_url() -> str | None:
    """The operator's own PostgreSQL, if one is named."""
    return os.environ.get("DATABASE_URL") or None


def database_settings(role: str | None = None) -> dict[str, Any]:
    """Django's entry for ``DATABASES['default']``.

    ``role`` is ``app`` (may only insert into and read the journal) or ``owner`` (migrations); by default what
    ``DREIKLANG_DB_ROLE`` says, else ``app``. One mechanism for both kinds of cluster: sign in as owner, then
    take the role.
    """
    wanted = role or os.environ.get("DREIKLANG_DB_ROLE") or "app"
    if wanted not in ("app", "owner"):
        raise ClusterUnavailable(f"DREIKLANG_DB_ROLE is '{wanted}'; it can be 'app' or 'owner'.")
    url = external_url()
    entry = _external_entry(url) if url else _embedded_entry(home())
    options: dict[str, Any] = entry["OPTIONS"]
    if wanted == "app":
        options["options"] = f"{options.get('options', '')} -c role={APP_ROLE}".strip()
    options.setdefault("application_name", "dreiklang")
    options.setdefault("connect_timeout", 10)
    options.update(PLANNED_ONCE, prepare_threshold=_threshold(options))
    return {
        "ENGINE": "dreiklang.kernel.database",
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        **entry,
    }


def _threshold(options: dict[str, Any]) -> int | None:
    """How often a statement is asked before it is prepared; ``never`` for a pooler that cannot bear it."""
    wanted = str(options.get("prepare_threshold", PLANNED_ONCE["prepare_threshold"]))
    if wanted == "never":
        return None
    if not wanted.isdecimal():
        raise ClusterUnavailable(f"prepare_threshold in DATABASE_URL is '{wanted}'; it is a number or 'never'.")
    return int(wanted)


def _embedded_entry(at: Path) -> dict[str, Any]:
    return {
        "NAME": DATABASE,
        "USER": OWNER_ROLE,
        "PASSWORD": "",
        "HOST": str(socket_folder(Layout(at))),
        "PORT": PORT,
        "OPTIONS": {},
    }


def _external_entry(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise ClusterUnavailable(f"DATABASE_URL cannot be read: {wrong}.") from None
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ClusterUnavailable("DATABASE_URL must look like postgresql://user:password@host:5432/database.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or port or ""),
        "OPTIONS": options,
    }


def connection_words(role: str | None = None) -> dict[str, Any]:
    """The same as keyword arguments for ``psycopg.connect``."""
    entry = database_settings(role)
    words = {
        "dbname": entry["NAME"],
        "user": entry["USER"],
        "password": entry["PASSWORD"],
        "host": entry["HOST"],
        "port": entry["PORT"],
        **entry["OPTIONS"],
    }
    return {key: value for key, value in words.items() if value not in ("", None) and key not in PLANNED_ONCE}


def app_role_is_usable() -> bool:
    """Whether the signed-in owner may take the application's role (it is made by ``migrate`` where that is
    allowed).
    """
    import psycopg

    with psycopg.connect(**connection_words("owner")) as connection:
        found = connection.execute(
            "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s", [APP_ROLE]
        ).fetchone()
    return bool(found and found[0])


def socket_folder(layout: Layout) -> Path:
    """Where the server's socket lies: in the home, or, if that path is too long, where the start remembered
    it.
    """
    inside = layout.run / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        return inside
    try:
        return Path(layout.remembered_socket_folder.read_text().strip())
    except FileNotFoundError:
        return inside  # not started yet; starting remembers a shorter one
