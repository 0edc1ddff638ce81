"""Files, kept once under their digest, outside the web root, under names no sender can choose (P33).

Whoever needs a file for longer than two days points to its record by a foreign key; what nothing points to is swept.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, ForeignObjectRel, ManyToManyRel, OuterRef, Q

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.locks import SWEEPING
from dreiklang.kernel.models import StoredFile

UNUSED_FOR = timedelta(days=2)
SWEPT_AT_ONCE = 500


def store(content: bytes) -> StoredFile:
    """Keep some bytes and return their record. The bytes are on disk before the record can be committed."""
    sha256 = hashlib.sha256(content).hexdigest()
    record = _record(sha256, len(content))
    path = _path(sha256)
    if not path.exists():
        _write(path, content)
    return record


def _record(sha256: str, size: int) -> StoredFile:
    """The record, marked as stored just now if it is older than a day: a sweep that is about to take it is waited
    for, and one that comes later leaves it.
    """
    now = clock.now()
    found = StoredFile.objects.filter(sha256=sha256).first()
    if found is not None and found.stored_at > now - UNUSED_FOR / 2:
        return found
    if found is not None and StoredFile.objects.filter(pk=found.pk).update(stored_at=now):
        return found
    record, _created = StoredFile.objects.get_or_create(sha256=sha256, defaults={"size": size, "stored_at": now})
    return record


def sweep(at_most: int = SWEPT_AT_ONCE) -> int:
    """Remove files that nothing points to for two days; returns how many. Waits for nobody: what is locked stays.

    A list of persons that was looked at and never read in is such a file. Bytes and record go in one transaction,
    the bytes first: if we die between, the record is still there and the next sweep ends it.
    """
    with transaction.atomic():
        if not _may_sweep():
            return 0
        unused = StoredFile.objects.filter(_unreferenced(), stored_at__lt=clock.now() - UNUSED_FOR).order_by("id")
        locked = [row.pk for row in unused.select_for_update(skip_locked=True, of=("self",))[:at_most]]
        rows = list(StoredFile.objects.filter(_unreferenced(), pk__in=locked))
        for row in rows:
            _path(row.sha256).unlink(missing_ok=True)
        StoredFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def let_go(records: Iterable[int]) -> None:
    """Let the next sweep take these if nothing points to them any more, without their two days: somebody is erased."""
    long_ago = clock.now() - 2 * UNUSED_FOR
    StoredFile.objects.filter(_unreferenced(), pk__in=list(records)).update(stored_at=long_ago)
    transaction.on_commit(lambda: sweep(), robust=True)


def _may_sweep() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SWEEPING])
        return bool(cursor.fetchone()[0])


def _unreferenced() -> Q:
    """What holds of a record that no foreign key of any room points to."""
    pointing = [
        relation
        for relation in StoredFile._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel) and not isinstance(relation, ManyToManyRel)
    ]
    found = Q()
    for relation in pointing:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        found &= ~Q(Exists(rows))
    return found


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
