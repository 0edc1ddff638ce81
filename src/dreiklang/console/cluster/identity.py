"""As whom we run. PostgreSQL refuses root; as root everything runs under an own system user."""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from dreiklang.console.cluster.errors import ClusterUnavailable
from dreiklang.console.cluster.homes import HOUSE_USER, SYSTEM_HOME

# Numbers of linux/capability.h and linux/prctl.h.
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_NET_BIND_SERVICE = 10
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522

# /run is root's own: nobody else can hold or replace this lock.
_USER_LOCK = Path("/run/dreiklang-user.lock")

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """A user of this machine."""

    name: str
    uid: int
    gid: int


def house_identity() -> Identity:
    """Who owns the home: the present user, or for root the system user ``dreiklang``, made if missing."""
    if os.geteuid() != 0:
        return Identity(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid())
    return _present_house_user() or _house_user_made_once()


def _present_house_user() -> Identity | None:
    try:
        entry = pwd.getpwnam(HOUSE_USER)
    except KeyError:
        return None
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _house_user_made_once() -> Identity:
    """Two who start on a new machine at once must agree on one user: two useradd at the same moment were seen to
    make it twice with different numbers, the second undoing the first."""
    with open(_USER_LOCK, "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found := _present_house_user():
            return found
        _make_house_user()
        made = _present_house_user()
    if made is None:
        raise ClusterUnavailable(f"The system user '{HOUSE_USER}' was made but is not to be found.")
    return made


def _make_house_user() -> None:
    tool = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if tool is None:
        raise ClusterUnavailable(f"There is no system user '{HOUSE_USER}' and no useradd to make it with.")
    options = ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    made = subprocess.run(  # noqa: S603 - a fixed command
        [tool, *options, "--home-dir", str(SYSTEM_HOME), HOUSE_USER],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in (0, 9):  # 9: somebody else made it in the meantime
        raise ClusterUnavailable(f"The system user '{HOUSE_USER}' could not be made: {made.stderr.strip()}")
    if made.returncode == 0:
        print(f"dreiklang: made the system user '{HOUSE_USER}'; the desk runs as this user.", file=sys.stderr)


def first_unreachable(identity: Identity, paths: Iterable[Path]) -> Path | None:
    """The first folder on the way to one of the paths that this user may not pass, judged by mode bits."""
    for path in paths:
        resolved = path.resolve()
        for folder in (*reversed(resolved.parents), *([resolved] if resolved.is_dir() else [])):
            if folder.exists() and not _may_pass(identity, folder):
                return folder
    return None


def _may_pass(identity: Identity, folder: Path) -> bool:
    status = folder.stat()
    if identity.uid == 0:
        return True
    if status.st_uid == identity.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == identity.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def capabilities_to_reach(identity: Identity, paths: Iterable[Path]) -> tuple[int, ...]:
    """What the house user must keep of root's rights to read what lies on these paths: mostly nothing.

    A clone or interpreter below ``/root`` is closed to others, and we change no modes. Where the system lets
    us, the user keeps the one right to read and search. Containers often withhold that one and grant the
    wider right to pass all modes: then that is kept, and said. With neither, the way out is named in a plain
    line.
    """
    if os.geteuid() != 0 or identity.uid == 0:
        return ()
    blocked = first_unreachable(identity, paths)
    if blocked is None:
        return ()
    if _is_permitted(CAP_DAC_READ_SEARCH):
        return (CAP_DAC_READ_SEARCH,)
    if _is_permitted(CAP_DAC_OVERRIDE):
        print(
            f"dreiklang: {blocked} is closed to the user '{identity.name}', who therefore keeps root's right to pass "
            "modes. Better install elsewhere.",
            file=sys.stderr,
        )
        return (CAP_DAC_OVERRIDE,)
    raise ClusterUnavailable(
        f"The user '{identity.name}' may not enter {blocked}. "
        "Open that folder to others (chmod o+x) or put the desk elsewhere."
    )


def _is_permitted(capability: int) -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            return bool(int(line.split()[1], 16) >> capability & 1)
    return False


def become(identity: Identity, capabilities: tuple[int, ...] = ()) -> None:
    """Turn this process into that user for good, keeping only the named capabilities (also over exec)."""
    if os.geteuid() != 0:
        return
    kept = tuple(c for c in capabilities if _is_permitted(c))
    _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    if kept:
        # access(2), by which initdb looks for the server beside it, leaves out all capabilities of a user other
        # than root unless this is set; what is not kept is dropped by `_keep` below all the same.
        _libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.initgroups(identity.name, identity.gid)
    os.setresgid(identity.gid, identity.gid, identity.gid)
    os.setresuid(identity.uid, identity.uid, identity.uid)
    if kept:
        _keep(kept)


def _keep(capabilities: tuple[int, ...]) -> None:
    bits = sum(1 << capability for capability in capabilities)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low, high = bits & 0xFFFFFFFF, bits >> 32
    sets = (ctypes.c_uint32 * 6)(low, low, low, high, high, high)
    if _libc.capset(ctypes.byref(header), ctypes.byref(sets)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    for capability in capabilities:
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def becoming(identity: Identity, capabilities: tuple[int, ...] = ()) -> Callable[[], None] | None:
    """For ``preexec_fn``: the child becomes this user; nothing where we are it already."""
    if os.geteuid() != 0:
        return None
    return lambda: become(identity, capabilities)
