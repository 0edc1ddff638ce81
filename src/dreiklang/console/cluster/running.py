"""Having the database run while one needs it: a lease on the embedded server, started if nobody else did."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from dreiklang.console.cluster import binaries, guard, making, postmaster
from dreiklang.console.cluster.connection import external_url, socket_folder
from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import LONGEST_SOCKET_FOLDER, PORT, Layout, home
from dreiklang.console.cluster.identity import Identity, becoming, capabilities_to_reach, house_identity

_PATIENCE_SECONDS = 180.0  # a big cluster replays its log before it answers
_STEP_SECONDS = 0.02
_LONGEST_LOG_BYTES = 10 * 1024 * 1024


class Lease:
    """The right to use the running server. The server stops when the last lease is gone."""

    def __init__(self, layout: Layout | None, handle: int | None) -> None:
        self._layout = layout
        self._handle = handle

    def __enter__(self) -> Lease:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """Give the lease back; if it was the last one, wait until the server has ended."""
        if self._handle is None or self._layout is None:
            return
        os.close(self._handle)
        self._handle = None
        _wait_while_stopping(self._layout)

    def renew(self) -> bool:
        """See that the server is kept; True if it, or its guard, had been killed and was started again."""
        if self._layout is None or self._handle is None or _is_held(self._layout.guard_lock):
            return False
        _start_and_wait(self._layout, house_identity(), durable=True)
        return True


def ensure_running(at: Path | None = None, *, durable: bool = True) -> Lease:
    """Have the database answer, and hold a lease on it. With ``DATABASE_URL`` there is nothing to start.

    ``durable=False`` switches off flushing to disk; it counts only if this call starts the server, and only
    tests want it. Raises ClusterUnavailable with one plain line if the server cannot be had.
    """
    if external_url():
        return Lease(None, None)
    layout = Layout(at or home())
    identity = house_identity()
    prepare(layout, identity)
    handle = _open_lock(layout.users_lock)
    try:
        _lock_shared(handle)
        _start_and_wait(layout, identity, durable=durable)
    except BaseException:
        os.close(handle)
        raise
    return Lease(layout, handle)


def prepare(layout: Layout, identity: Identity) -> None:
    """Make the folders of a home. Modes and owners of folders that were there before are left as they are."""
    try:
        _make_home(layout.home, identity)
        for folder in layout.own_folders:
            _own_folder(folder, identity)
        for key in (layout.home / "keys").iterdir():
            _own_file(key, identity)
        _prepare_socket_folder(layout, identity)
    except OSError as wrong:
        raise ClusterUnavailable(
            f"The home {layout.home} cannot be used: {wrong.strerror} ({wrong.filename})."
        ) from wrong
    for file in (layout.users_lock, layout.start_lock, layout.guard_lock):
        os.close(_open_lock(file, identity))


def _make_home(folder: Path, identity: Identity) -> None:
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    _own_folder(folder, identity, mode=0o711)


def _own_folder(folder: Path, identity: Identity, mode: int = 0o700) -> None:
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        pass  # it was there, or somebody who starts at the same moment has just made it
    else:
        folder.chmod(mode)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        os.chown(folder, identity.uid, identity.gid)


def _own_file(file: Path, identity: Identity) -> None:
    """What root made in one of our folders belongs to the house user too."""
    if os.geteuid() == 0 and file.stat().st_uid == 0:
        os.chown(file, identity.uid, identity.gid)


def _prepare_socket_folder(layout: Layout, identity: Identity) -> None:
    inside = layout.run / "socket"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        _own_folder(inside, identity)
        return
    remembered = socket_folder(layout)
    if remembered != inside and remembered.is_dir() and remembered.stat().st_uid == identity.uid:
        return
    fresh = Path(tempfile.mkdtemp(prefix="dreiklang-", dir=_short_parent()))
    _own_folder(fresh, identity)
    layout.remembered_socket_folder.write_text(str(fresh))


def _short_parent() -> str:
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    return own if own and len(own) < 60 and os.access(own, os.W_OK) and os.geteuid() != 0 else "/tmp"  # noqa: S108


def _open_lock(file: Path, identity: Identity | None = None) -> int:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if identity is not None and os.geteuid() == 0 and os.fstat(handle).st_uid == 0:
        os.fchown(handle, identity.uid, identity.gid)
    return handle


def _lock_shared(handle: int) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return
        time.sleep(_STEP_SECONDS)
    raise ClusterUnavailable("The database has been stopping for minutes; see logs/database.log in the home.")


@contextlib.contextmanager
def _starting(layout: Layout) -> Iterator[None]:
    handle = _open_lock(layout.start_lock)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_held(file: Path) -> bool:
    handle = _open_lock(file)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _start_and_wait(layout: Layout, identity: Identity, *, durable: bool) -> None:
    """Whoever comes first starts; all wait for an answer. A guard that dies meanwhile is replaced."""
    end = time.monotonic() + _PATIENCE_SECONDS
    starts = 0
    while time.monotonic() < end:
        with _starting(layout):
            if not _is_held(layout.guard_lock):
                if starts == 3:
                    break
                starts += 1
                _start(layout, identity, durable=durable)
        if _wait_for_answer(layout, end):
            return
    raise ClusterUnavailable(f"The database does not start. {_last_words(layout)}")


def _start(layout: Layout, identity: Identity, *, durable: bool) -> None:
    paths = [layout.home, binaries.present(), Path(sys.executable), Path(__file__)]
    capabilities = capabilities_to_reach(identity, paths)
    major = binaries.major_of(binaries.present())
    database = layout.database(major)
    if not database.exists():
        _refuse_other_majors(layout, major)
        making.make_cluster(layout, identity, capabilities)
    left_over = postmaster.find(database)
    if left_over is not None:
        postmaster.stop(left_over)
    postmaster.forget_stale_pid(database)
    start_guard(layout, identity, capabilities, making.server_command(layout, durable=durable))


def start_guard(layout: Layout, identity: Identity, capabilities: tuple[int, ...], command: list[str]) -> None:
    """Start a guard with its server, apart from our terminal and process group."""
    _turn_over(layout.server_log)
    order = json.dumps({"command": command, "log": str(layout.server_log), "run": str(layout.run)})
    with open(layout.logs / "guard.log", "ab") as log:
        if os.geteuid() == 0:
            os.fchown(log.fileno(), identity.uid, identity.gid)
        started = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-S", str(Path(guard.__file__)), order],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=making.server_environment(),
            start_new_session=True,
            preexec_fn=becoming(identity, capabilities),
        )
    end = time.monotonic() + 30
    while started.poll() is None and not _is_held(layout.guard_lock) and time.monotonic() < end:
        time.sleep(_STEP_SECONDS)


def _turn_over(log: Path) -> None:
    """Begin a new log when the old one has grown; one former one is kept."""
    if log.exists() and log.stat().st_size > _LONGEST_LOG_BYTES:
        os.replace(log, log.with_suffix(".log.1"))


def _refuse_other_majors(layout: Layout, ours: int) -> None:
    """An empty cluster beside an older one would hide the desk's data; ``migrate`` carries it over."""
    there = layout.majors()
    if there and there[-1] < ours:
        raise ClusterUnavailable(
            f"The database is of PostgreSQL {there[-1]}, the programs are {ours}. Run: dreiklang migrate"
        )
    if there:
        raise ClusterUnavailable(
            f"The database is of PostgreSQL {there[-1]}, newer than the installed programs ({ours})."
        )


def _wait_for_answer(layout: Layout, end: float) -> bool:
    """True when the server lets us in; False when its guard has gone."""
    asking = [str(binaries.present() / "pg_isready"), "-q", "-h", str(socket_folder(layout)), "-p", PORT]
    while time.monotonic() < end:
        answer = subprocess.run(asking, check=False, env=making.server_environment())  # noqa: S603
        if answer.returncode == 0:
            return True
        if not _is_held(layout.guard_lock):
            return False
        time.sleep(_STEP_SECONDS)
    return False


def _last_words(layout: Layout) -> str:
    for log in (layout.server_log, layout.logs / "guard.log"):
        with contextlib.suppress(OSError):
            lines = log.read_text(errors="replace").strip().splitlines()
            if lines:
                return f"It says: {lines[-1]} (see {log})"
    return f"See {layout.logs}."


def _wait_while_stopping(layout: Layout) -> None:
    """If we were the last user, wait until the guard has ended; if others hold leases, go."""
    end = time.monotonic() + _PATIENCE_SECONDS
    undecided_until = time.monotonic() + 0.3
    while time.monotonic() < end and _is_held(layout.guard_lock):
        stopping = _state(layout) == "stopping"
        if not stopping and time.monotonic() > undecided_until:
            return
        time.sleep(_STEP_SECONDS)


def _state(layout: Layout) -> str:
    with contextlib.suppress(OSError):
        return layout.guard_state.read_text()
    return ""
