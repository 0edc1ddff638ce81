"""Making a cluster: in a folder beside, renamed into place when whole, so that a crash leaves none or all of
it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from dreiklang.console.cluster import binaries
from dreiklang.console.cluster.connection import APP_ROLE, DATABASE, OWNER_ROLE, socket_folder
from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.cluster.identity import Identity, becoming

SUPERUSER = "postgres"

# For a desk on a small machine: 2 web, live, worker, doors and this server share 400 MiB.
_TUNING = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "autovacuum_worker_slots": "2",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "max_wal_senders": "2",
    "max_replication_slots": "0",
    "log_min_messages": "warning",
    "log_line_prefix": "'%m [%p] '",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
    "lc_messages": "'C'",
}

_ROLES = f"""\
CREATE ROLE {OWNER_ROLE} LOGIN CREATEDB CREATEROLE;
CREATE ROLE {APP_ROLE} LOGIN;
GRANT {APP_ROLE} TO {OWNER_ROLE} WITH INHERIT TRUE, SET TRUE;
CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE};
"""


def make_cluster(layout: Layout, identity: Identity, capabilities: tuple[int, ...]) -> None:
    """Make the data directory of the present major with its roles and its one empty database."""
    draft = layout.clusters / "making"
    shutil.rmtree(draft, ignore_errors=True)
    initialise(draft, identity, capabilities)
    make_roles(draft, identity, capabilities)
    os.rename(draft, layout.database(binaries.major_of(binaries.present())))


def make_roles(folder: Path, identity: Identity, capabilities: tuple[int, ...]) -> None:
    """Owner, application and their one empty database, written before the server first starts."""
    single = [str(binaries.present() / "postgres"), "--single", "-D", str(folder), SUPERUSER]
    _run(single, identity, capabilities, feed=_ROLES)


def initialise(folder: Path, identity: Identity, capabilities: tuple[int, ...]) -> None:
    """``initdb`` with the builtin C.UTF-8 locale, page checksums, and our settings; no roles yet but the
    superuser.
    """
    command = [
        str(binaries.present() / "initdb"), "-D", str(folder), "-U", SUPERUSER,
        "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        "--auth-local=peer", "--auth-host=reject", "--no-instructions",
    ]  # fmt: skip
    _run(command, identity, capabilities)
    settings = "".join(f"{name} = {value}\n" for name, value in _TUNING.items())
    _write(folder / "dreiklang.conf", settings, identity)
    with open(folder / "postgresql.conf", "a", encoding="utf-8") as main:
        main.write("\ninclude 'dreiklang.conf'\n")
    _write(
        folder / "pg_hba.conf",
        "# No TCP. Who may be which role stands in pg_ident.conf.\nlocal all all peer map=house\n",
        identity,
    )
    _write(folder / "pg_ident.conf", _identity_map(identity), identity)


def _identity_map(identity: Identity) -> str:
    """The owner of the home and root may be each of our roles; nobody else gets in."""
    names = [identity.name] if identity.name == "root" else [identity.name, "root"]
    return "".join(f'house "{name}" {role}\n' for name in names for role in (SUPERUSER, OWNER_ROLE, APP_ROLE))


def _write(file: Path, text: str, identity: Identity) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(file, identity.uid, identity.gid)


def server_command(layout: Layout, *, durable: bool) -> list[str]:
    """The command line of the server. ``durable=False`` is for tests: a power cut may lose the cluster."""
    programs = binaries.present()
    database = layout.database(binaries.major_of(programs))
    command = [str(programs / "postgres"), "-D", str(database), "-k", str(socket_folder(layout))]
    # a restore over a full desk drops and makes every table and index in one transaction; here, so that homes that
    # were made before have it, too
    command += ["-c", "max_locks_per_transaction=256"]
    if not durable:
        for setting in ("fsync=off", "full_page_writes=off"):
            command += ["-c", setting]
    return command


def server_environment() -> dict[str, str]:
    """A plain environment: nothing of the caller's locale or PG* variables reaches the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _run(command: list[str], identity: Identity, capabilities: tuple[int, ...], feed: str = "") -> None:
    done = subprocess.run(  # noqa: S603 - our own programs  # noqa: PLW1509
        command,
        input=feed,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=server_environment(),
        preexec_fn=becoming(identity, capabilities),
    )
    wrong = [line for line in done.stderr.splitlines() if "ERROR" in line or "FATAL" in line]
    if done.returncode != 0 or wrong:
        said = (wrong or done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ClusterUnavailable(f"{Path(command[0]).name} failed: {said}")
