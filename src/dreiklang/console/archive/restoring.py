"""Putting an archive in the place of an empty desk: keys and files first, the database last and in one
transaction.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any

import psycopg

from dreiklang.console.answers import NOT_THERE, TRY_LATER, USAGE, Refused
from dreiklang.console.archive import forgetting, programs
from dreiklang.console.archive.reading import Archive
from dreiklang.console.cluster.connection import connection_words
from dreiklang.console.desk import apart
from dreiklang.exchange import register

# In the head of every dump; servers before 17 do not know it, and a restore does not need it.
_UNKNOWN_TO_OLDER = b"SET transaction_timeout"


def restore_archive(archive: Archive, home: Path, *, force: bool, erasures: Path | None = None) -> dict[str, Any]:
    """Restore a verified archive; raises Refused before anything is changed if the desk is in use or not
    empty. Who was erased since is erased again: the home's register, one that is given, and what the present
    database knows are put together first.
    """
    is_empty = _look(force=force)
    forgotten = forgetting.known_erasures(home, erasures)
    if not is_empty:
        forgotten = list(dict.fromkeys([*forgotten, *forgetting.erasures_of_present_desk()]))
    register.add(home / register.NAME, forgotten)
    count = 0
    with tempfile.TemporaryDirectory(prefix="dreiklang-") as folder:
        for name, content in archive.members():
            kind, _, rest = name.partition("/")
            if kind == "files":
                count += 1
                _place(home / "files" / rest[:2] / rest[2:4] / rest, content)
            elif kind == "keys":
                _place_key(home / "keys" / rest, content)
            elif kind == "database.dump":
                with open(Path(folder) / kind, "wb") as dump:
                    shutil.copyfileobj(content, dump)
        _read_back(Path(folder), clear=not is_empty)
    apart(lambda: _begin_new_epoch(forgotten), role="owner")
    epoch, held = _new_life()
    return {
        "made_at": archive.manifest["made_at"], "files": count, "epoch": epoch, "held_mails": held,
        "register_entries": len(forgotten), "erased_again": forgetting.erased_again(),
    }  # fmt: skip


def _look(*, force: bool) -> bool:
    """Whether the database is empty; refuse if somebody works in it, or if it is not empty and force was not
    given.
    """
    with psycopg.connect(**connection_words("owner")) as connection:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if others and others[0]:
        raise Refused(TRY_LATER, "The desk is running; stop it before restoring.")
    is_empty = bool(tables and tables[0] == 0)
    if not is_empty and not force:
        raise Refused(USAGE, "The database is not empty; --force replaces everything in it.")
    return is_empty


def _place(path: Path, content: IO[bytes]) -> None:
    """Write a file whole or not at all; one that is there already has the same content by its name."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as part:
        shutil.copyfileobj(content, part)
        part.flush()
        os.fsync(part.fileno())
    os.replace(draft, path)


def _place_key(path: Path, content: IO[bytes]) -> None:
    """The archive's keys are the ones its secrets were encrypted with; another one is kept beside."""
    beside = path.with_name(f"{path.name}.before-restore")
    if path.exists():
        os.replace(path, beside)
    _place(path, content)
    if beside.exists() and beside.read_bytes() == path.read_bytes():
        beside.unlink()


def _read_back(folder: Path, *, clear: bool) -> None:
    """Read the dump into the database in one transaction: all of it is there afterwards, or nothing was
    changed.
    """
    errors = folder / "errors"
    words = ["-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    with open(errors, "wb") as log:
        reading = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            programs.command("pg_restore", "--no-owner", "--no-privileges", "-f", "-", str(folder / "database.dump")),
            stdout=subprocess.PIPE,
            stderr=log,
            env=programs.environment(),
        )
        writing = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            programs.command("psql", *words), stdin=subprocess.PIPE, stderr=log, env=programs.environment()
        )
        assert reading.stdout is not None
        assert writing.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            if clear:
                writing.stdin.write(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            _pass_on(reading.stdout, writing.stdin)
            if reading.wait() != 0:
                writing.kill()
        with contextlib.suppress(BrokenPipeError):
            writing.stdin.close()
        programs.finish(writing, errors)
        programs.finish(reading, errors)


def _pass_on(lines: IO[bytes], to: IO[bytes]) -> None:
    """Hand the script over; the few statements older servers do not know stand in its head, before any
    content.
    """
    for line in lines:
        if line.startswith((b"CREATE ", b"COPY ")):
            to.write(line)
            break
        if not line.startswith(_UNKNOWN_TO_OLDER):
            to.write(line)
    shutil.copyfileobj(lines, to, 1024 * 1024)


def _begin_new_epoch(forgotten: list[register.Entry]) -> None:
    """Bring an older archive's tables to this version, and begin a new life before anything else runs (P20). Nobody
    looks at it before who was erased is erased again (P45).
    """
    from dreiklang.console.setting_up import migrate_tables

    migrate_tables()
    begin_new_life()
    forgetting.erase_again(forgotten)


def begin_new_life() -> None:
    """A new epoch: old reply addresses fit nowhere, and nothing that waited in the former life leaves by itself.

    The former life's journal is sealed to its end first: nobody writes to it any more.
    """
    from django.db import transaction

    from dreiklang.channels.mail.outbound.commands import hold_what_waits
    from dreiklang.channels.mail.outbound.queries import anything_waits
    from dreiklang.kernel import instance, journal
    from dreiklang.kernel.permissions import system

    with transaction.atomic():
        journal.seal_to_the_end()
        instance.new_epoch()
        if anything_waits():
            hold_what_waits(actor=system("restore"))


def _new_life() -> tuple[int, int]:
    """The epoch that began, and how many mails are held in it."""
    with psycopg.connect(**connection_words("owner")) as connection:
        found = connection.execute(
            "SELECT epoch, (SELECT count(*) FROM mail_out_outgoingmail WHERE state = 'held') FROM kernel_instance"
        ).fetchone()
    if found is None:
        raise Refused(NOT_THERE, "The restored database names no instance.")
    return int(found[0]), int(found[1])
