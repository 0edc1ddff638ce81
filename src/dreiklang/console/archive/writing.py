"""Writing an archive from one snapshot of the running database and the files it names."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from dreiklang import __version__
from dreiklang.console.answers import NOT_THERE, Refused
from dreiklang.console.archive import programs
from dreiklang.console.cluster.connection import connection_words
from dreiklang.kernel.locks import SWEEPING

FORMAT = 1
_REMEMBERED = """
INSERT INTO kernel_heartbeat (part, at, problems) VALUES ('backup', now(), '{}')
ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at
"""


def write_archive(home: Path, target: Path) -> dict[str, Any]:
    """Write beside the target and rename: an older archive of that name stays until the new one is whole."""
    try:
        handle, draft_name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as wrong:
        raise Refused(NOT_THERE, f"cannot write to {target.parent}: {wrong.strerror}") from wrong
    draft = Path(draft_name)
    try:
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                manifest = _fill(tar, home)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(draft, target)
        _remember()
    except OSError as wrong:
        raise Refused(NOT_THERE, f"the archive could not be written: {wrong.strerror or wrong}") from wrong
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _remember() -> None:
    """Let the database know when it was last saved, so that ``check`` can say that it is long ago."""
    with psycopg.connect(**connection_words("owner"), autocommit=True) as connection:
        if _has_table(connection, "kernel_heartbeat"):
            connection.execute(_REMEMBERED)


def _fill(tar: tarfile.TarFile, home: Path) -> dict[str, Any]:
    sums: dict[str, str] = {}
    with psycopg.connect(**connection_words("owner"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [SWEEPING])  # no file goes until we have copied it
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        about = _about(connection)
        with tempfile.TemporaryDirectory(prefix="dreiklang-") as folder:
            _dump(connection, Path(folder))
            sums["database.dump"] = _add_file(tar, "database.dump", Path(folder) / "database.dump")
        wanted = _named_files(connection)
        connection.execute("COMMIT")
        missing = _add_stored_files(tar, home, wanted, sums)
    for key in sorted((home / "keys").glob("*")):
        sums[f"keys/{key.name}"] = _add_file(tar, f"keys/{key.name}", key)
    manifest = {"format": FORMAT, **about, "file_count": len(wanted) - len(missing), "missing_files": missing}
    _add_text(tar, "manifest.json", json.dumps({**manifest, "sha256": sums}, indent=1))
    return manifest


def _add_stored_files(tar: tarfile.TarFile, home: Path, wanted: list[str], sums: dict[str, str]) -> list[str]:
    """Add the files and their checksums; returns those that are not there."""
    missing = []
    for digest in wanted:
        place = home / "files" / digest[:2] / digest[2:4] / digest
        if not place.exists():
            missing.append(digest)
            continue
        sums[f"files/{digest}"] = _add_file(tar, f"files/{digest}", place)
        if sums[f"files/{digest}"] != digest:
            raise Refused(NOT_THERE, f"the stored file {place} is damaged: its content has another checksum")
    return missing


def _about(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Versions, and how many rows each table holds in this snapshot, so that a restore can be counted after."""
    if not _has_table(connection, "django_migrations"):
        raise Refused(NOT_THERE, "The desk is not set up yet; there is nothing to back up.")
    return {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "dreiklang": __version__,
        "postgresql": connection.info.server_version // 10000,
    }


def _has_table(connection: psycopg.Connection[Any], name: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [name]).fetchone()
    return bool(found and found[0])


def _dump(connection: psycopg.Connection[Any], folder: Path) -> None:
    exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert exported is not None
    words = ["-Fc", "-Z1", "--no-owner", "--no-privileges", f"--snapshot={exported[0]}"]
    errors = folder / "errors"
    with open(errors, "wb") as log:
        running = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            programs.command("pg_dump", *words, "-f", str(folder / "database.dump")),
            stderr=log,
            env=programs.environment(),
        )
        programs.finish(running, errors)


def _named_files(connection: psycopg.Connection[Any]) -> list[str]:
    """Every file the snapshot names. Files are on disk before a record can be committed, so all are there."""
    if not _has_table(connection, "kernel_storedfile"):
        return []
    return [row[0] for row in connection.execute("SELECT sha256 FROM kernel_storedfile ORDER BY sha256")]


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """Add one file and return its checksum, read in the same pass."""
    entry = tarfile.TarInfo(name)
    with open(path, "rb") as content:
        status = os.fstat(content.fileno())
        entry.size, entry.mtime, entry.mode = status.st_size, int(status.st_mtime), 0o600
        reading = _Summing(content)
        tar.addfile(entry, reading)
    return reading.sha256.hexdigest()


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    content = text.encode()
    entry.size, entry.mtime, entry.mode = len(content), int(datetime.now(UTC).timestamp()), 0o600
    tar.addfile(entry, io.BytesIO(content))


class _Summing:
    """A file that sums up what is read from it."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on, and count it in."""
        piece: bytes = self._content.read(size)
        self.sha256.update(piece)
        return piece
