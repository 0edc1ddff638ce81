"""Files, kept once under their digest, outside the web root, under names no sender can choose (P33)."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.models import StoredFile


def store(content: bytes) -> StoredFile:
    """Keep some bytes and return their record. The bytes are on disk before the record can be committed."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if not path.exists():
        _write(path, content)
    record, _created = StoredFile.objects.get_or_create(
        sha256=sha256, defaults={"size": len(content), "stored_at": clock.now()}
    )
    return record


def read(sha256: str) -> bytes:
    """The bytes of a stored file. Raises NotFound if the store does not have them."""
    try:
        return _path(sha256).read_bytes()
    except FileNotFoundError as missing:
        raise NotFound(code="file_missing") from missing


def _path(sha256: str) -> Path:
    if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
        raise NotFound(code="file_missing")
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def _write(path: Path, content: bytes) -> None:
    """Write, flush to disk, rename: a file is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
