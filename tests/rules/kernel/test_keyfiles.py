"""Key files are made once, whole, however many start at the same moment."""

import multiprocessing
import stat
from pathlib import Path

from dreiklang.kernel.keyfiles import key_from


def _made(path: str) -> bytes:
    import os

    return key_from(Path(path) / "keys" / "a.key", lambda: os.urandom(16).hex().encode())


def test_all_who_start_at_once_read_the_same_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = set(pool.map(_made, [str(tmp_path)] * 24))
    assert len(keys) == 1
    assert all(keys)
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["a.key"]


def test_a_key_is_readable_for_its_owner_alone(tmp_path: Path) -> None:
    _made(str(tmp_path))
    assert stat.S_IMODE((tmp_path / "keys" / "a.key").stat().st_mode) == 0o600
