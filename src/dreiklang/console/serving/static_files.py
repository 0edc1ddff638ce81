"""Style sheets, scripts and pictures: gathered once per version, compressed, and served by the web workers."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

# Without a proxy in front, browsers ask again after this time, and mostly hear that nothing has changed.
_MAX_AGE_SECONDS = 300
_MAKING_SECONDS = 600


def with_static_files(application: Any) -> Any:
    """Put the static files in front of the desk's own pages."""
    from django.conf import settings
    from whitenoise import WhiteNoise

    return WhiteNoise(
        application,
        root=str(gather(Path(settings.STATIC_ROOT))),
        prefix=settings.STATIC_URL,
        max_age=_MAX_AGE_SECONDS,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )


def _add_headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def gather(root: Path) -> Path:
    """Copy the files of all packages, with Brotli and gzip twins, into a folder named after their state."""
    found = _sources()
    folder = root / _state_of(found)
    if not folder.exists():
        draft = root / f"making-{os.getpid()}"
        draft.mkdir(parents=True)
        former = [one for one in root.iterdir() if one.is_dir() and not one.name.startswith("making-")]
        for name, source in found.items():
            target = draft / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            if not any(_take_over_twins(one / name, target) for one in former):
                _compress(target)
        _replace(draft, folder)
    return folder


def _take_over_twins(former: Path, target: Path) -> bool:
    """Compressing well takes seconds; what has not changed since the former version is compressed already."""
    if not former.exists() or not filecmp.cmp(former, target, shallow=False):
        return False
    for ending in (".br", ".gz"):
        twin = former.with_name(former.name + ending)
        if twin.exists():
            shutil.copyfile(twin, target.with_name(target.name + ending))
    return True


def _sources() -> dict[str, Path]:
    from django.contrib.staticfiles.finders import get_finders

    found: dict[str, Path] = {}
    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            found.setdefault(name, Path(storage.path(name)))
    return dict(sorted(found.items()))


def _state_of(found: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, source in found.items():
        status = source.stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _compress(file: Path) -> None:
    from whitenoise.compress import Compressor

    compressor = Compressor(quiet=True)
    if compressor.should_compress(file.name):
        compressor.compress(str(file))


def _replace(draft: Path, folder: Path) -> None:
    """Another process may have been faster; then its folder has the same content. Older states are of no use."""
    try:
        os.rename(draft, folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
    for other in folder.parent.iterdir():
        is_being_made = other.name.startswith("making-") and time.time() - other.stat().st_mtime < _MAKING_SECONDS
        if other != folder and other.is_dir() and not is_being_made:
            shutil.rmtree(other, ignore_errors=True)
