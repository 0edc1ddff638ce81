"""Whether the system user can reach a home is read from mode bits, and no mode is ever changed."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dreiklang.console.cluster.identity import Identity, first_unreachable

STRANGER = Identity("stranger", 4_000_000, 4_000_000)


def test_a_folder_closed_to_others_is_named():
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        top = Path(folder)
        top.chmod(0o711)
        closed = top / "open" / "closed"
        (closed / "inner").mkdir(parents=True)
        closed.parent.chmod(0o711)
        closed.chmod(0o700)
        assert first_unreachable(STRANGER, [closed / "inner"]) == closed
        (closed / "inner").chmod(0o711)
        closed.chmod(0o711)
        assert first_unreachable(STRANGER, [closed / "inner"]) is None


def test_the_owner_is_measured_by_the_owners_bits(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    status = folder.stat()
    assert first_unreachable(Identity("owner", status.st_uid, status.st_gid), [folder]) is None


def test_what_does_not_exist_yet_is_no_obstacle(tmp_path):
    status = tmp_path.stat()
    me = Identity("me", status.st_uid, status.st_gid)
    assert first_unreachable(me, [tmp_path / "not" / "yet"]) is None


def test_root_reaches_everything(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    assert first_unreachable(Identity("root", 0, 0), [closed]) is None
