"""Carrying a home from an older major version of PostgreSQL to the present one.

A dump made by the present programs is read back into a new cluster beside the old one, which stays as it was.
The old server is needed again for that: from the copy ``migrate`` kept in the home, or from Debian's
packages.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dreiklang.console.cluster import binaries, making, postmaster
from dreiklang.console.cluster.connection import DATABASE, OWNER_ROLE
from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.cluster.identity import house_identity

_ANSWER_SECONDS = 120


def carry_over_older_major(layout: Layout) -> int | None:
    """Carry the newest older cluster over, if the present major has none yet; returns which."""
    ours = binaries.major_of(binaries.present())
    older = [major for major in layout.majors() if major < ours]
    if not older or layout.database(ours).exists():
        return None
    programs = binaries.of_major(older[-1], layout.servers)
    if programs is None:
        raise ClusterUnavailable(
            f"The database is of PostgreSQL {older[-1]}, whose programs are not here any more. Install the package "
            f"postgresql-{older[-1]} and run 'dreiklang migrate' again; or install the version of dreiklang that "
            "brought them, run 'dreiklang backup FILE' with it, and 'dreiklang restore FILE' with this one."
        )
    with _alone(layout):
        _carry(layout, programs, older[-1], ours)
    return older[-1]


@contextlib.contextmanager
def _alone(layout: Layout) -> Iterator[None]:
    """Nobody may use or start a server of this home meanwhile."""
    with open(layout.start_lock, "r+b") as start, open(layout.users_lock, "r+b") as users:
        fcntl.flock(start, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ClusterUnavailable("The desk is running; stop it before migrating to a new PostgreSQL.") from None
        yield


def _carry(layout: Layout, programs: Path, old: int, ours: int) -> None:
    draft = layout.clusters / "making"
    shutil.rmtree(draft, ignore_errors=True)
    identity = house_identity()
    making.initialise(draft, identity, ())
    making.make_roles(draft, identity, ())
    dump = layout.clusters / "carrying.dump"
    present = binaries.present()
    with tempfile.TemporaryDirectory(prefix="dreiklang-") as sockets:
        with _serving(programs, layout.database(old), sockets):
            _run(present / "pg_dump", "-h", sockets, "-U", OWNER_ROLE, "-Fc", "-Z1", "-f", str(dump), DATABASE)
        with _serving(present, draft, sockets):
            _run(present / "pg_restore", "-h", sockets, "-U", OWNER_ROLE, "-d", DATABASE, "--exit-on-error", str(dump))
    dump.unlink()
    os.rename(draft, layout.database(ours))


@contextlib.contextmanager
def _serving(programs: Path, database: Path, sockets: str) -> Iterator[None]:
    """One server for the length of the work, with its socket in a folder of ours."""
    postmaster.forget_stale_pid(database)
    server = subprocess.Popen(  # noqa: S603 - our own programs
        [str(programs / "postgres"), "-D", str(database), "-k", sockets, "-c", "listen_addresses="],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=making.server_environment(),
    )
    try:
        _wait_for(server, sockets)
        yield
    finally:
        found = postmaster.find(database)
        if found is not None and server.poll() is None:
            postmaster.stop(found)
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], sockets: str) -> None:
    asking = [str(binaries.present() / "pg_isready"), "-q", "-h", sockets]
    end = time.monotonic() + _ANSWER_SECONDS
    while time.monotonic() < end and server.poll() is None:
        if subprocess.run(asking, check=False, env=making.server_environment()).returncode == 0:  # noqa: S603
            return
        time.sleep(0.05)
    raise ClusterUnavailable("The server did not start while the database was carried over; nothing was changed.")


def _run(program: Path, *words: str) -> None:
    done = subprocess.run([str(program), *words], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ClusterUnavailable(f"The database could not be carried over; nothing was changed. {said}")


def keep_programs(layout: Layout) -> None:
    """Keep a copy of the server of the present major, so that the next major can still read this one's data."""
    programs = binaries.present()
    major = binaries.major_of(programs)
    place = layout.servers / str(major) / "pginstall"
    mark = place.parent / "size"
    size = str((programs / "postgres").stat().st_size)
    if mark.exists() and mark.read_text() == size:
        return
    shutil.rmtree(place.parent, ignore_errors=True)
    draft = layout.servers / "making"
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "pginstall" / "bin").mkdir(parents=True)
    shutil.copy2(programs / "postgres", draft / "pginstall" / "bin")
    for folder, skipped in (("lib", ("*.a", "pgxs", "pkgconfig", "python*")), ("share", ("doc", "man"))):
        shutil.copytree(programs.parent / folder, draft / "pginstall" / folder, ignore=shutil.ignore_patterns(*skipped))
    (draft / "size").write_text(size)
    os.rename(draft, place.parent)
