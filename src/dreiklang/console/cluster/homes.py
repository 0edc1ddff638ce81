"""Where a desk keeps its database, files and keys, and how that folder is laid out."""

from __future__ import annotations

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

HOUSE_USER = "dreiklang"
SYSTEM_HOME = Path("/var/lib/dreiklang")
PORT = "5432"
# sun_path of a local socket has 108 bytes; the name of the socket and of its lock file need some of them.
LONGEST_SOCKET_FOLDER = 85


@dataclass(frozen=True)
class Layout:
    """The folders and files of one home. Only folders below the home are ever made or owned by us."""

    home: Path

    @property
    def clusters(self) -> Path:
        """Holds one data directory for each major version this home has lived with, named by its number."""
        return self.home / "database"

    def database(self, major: int) -> Path:
        """The data directory of one major version."""
        return self.clusters / str(major)

    def majors(self) -> list[int]:
        """The major versions this home has data directories of, newest last."""
        if not self.clusters.is_dir():
            return []
        return sorted(int(entry.name) for entry in self.clusters.iterdir() if entry.name.isdigit())

    @property
    def run(self) -> Path:
        """Locks, state and, where the path is short enough, the socket."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """What the server and its guard say."""
        return self.home / "logs"

    @property
    def servers(self) -> Path:
        """Kept copies of older servers, by major version, so that their data can be carried over."""
        return self.home / "servers"

    @property
    def own_folders(self) -> tuple[Path, ...]:
        """Every folder we make in a home, with mode 0700."""
        names = ("run", "logs", "database", "servers", "keys", "files", "static")
        return tuple(self.home / name for name in names)

    @property
    def server_log(self) -> Path:
        """The server's own log."""
        return self.logs / "database.log"

    @property
    def users_lock(self) -> Path:
        """Shared by everybody who uses the server; the guard waits for it exclusively."""
        return self.run / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held while somebody looks whether to start the server."""
        return self.run / "start.lock"

    @property
    def guard_lock(self) -> Path:
        """Held by the guard as long as it lives."""
        return self.run / "guard.lock"

    @property
    def guard_state(self) -> Path:
        """One word of the guard: ``running`` or ``stopping``."""
        return self.run / "guard.state"

    @property
    def remembered_socket_folder(self) -> Path:
        """Names the socket folder when the home's own path is too long for one."""
        return self.run / "socket-folder"


def home() -> Path:
    """The home in use: ``DREIKLANG_HOME`` or the default of this user."""
    return home_for("")


def home_for(kind: str) -> Path:
    """The home of one kind: ``""`` for the desk itself, ``"demo"``, ``"test"``.

    Without ``DREIKLANG_HOME``, root (and the system user it hands over to) uses ``/var/lib/dreiklang``, where
    the system user can always reach it; others their data folder. Tests of a source tree keep to that tree.
    """
    if given := os.environ.get("DREIKLANG_HOME"):
        return Path(given).expanduser().absolute() / kind if kind else Path(given).expanduser().absolute()
    if _is_system_installation():
        if kind == "test":
            return SYSTEM_HOME / f"test-{_short_digest(str(_source_tree()))}"
        return SYSTEM_HOME / kind if kind else SYSTEM_HOME
    if kind == "test":
        return _source_tree() / "var" / "test"
    shared = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(shared).absolute() / (f"dreiklang-{kind}" if kind else "dreiklang")


def _is_system_installation() -> bool:
    if os.geteuid() == 0:
        return True
    try:
        return pwd.getpwuid(os.geteuid()).pw_name == HOUSE_USER
    except KeyError:
        return False


def _source_tree() -> Path:
    return Path(__file__).resolve().parents[4]


def _short_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
