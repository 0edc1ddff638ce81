"""This installation and its epoch. A restore or a clone begins a new one, so that no old thread misfiles (P20)."""

from __future__ import annotations

import secrets

from django.db import connection, transaction

from dreiklang.kernel import clock
from dreiklang.kernel.models import Instance

_known: dict[str, tuple[int, str]] = {}


def _read() -> tuple[int, str]:
    key = str(connection.settings_dict.get("NAME"))
    if key not in _known:
        row, _created = Instance.objects.get_or_create(
            pk=1, defaults={"mark": secrets.token_hex(6), "begun_at": clock.now()}
        )
        _known[key] = (row.epoch, row.mark)
    return _known[key]


def epoch() -> int:
    """Number of the present epoch."""
    return _read()[0]


def mark() -> str:
    """Random mark of the present epoch; stands in the Message-IDs we give."""
    return _read()[1]


def new_epoch() -> int:
    """Begin a new epoch. Called after a restore, before anything else runs."""
    with transaction.atomic():
        row, created = Instance.objects.select_for_update().get_or_create(
            pk=1, defaults={"mark": secrets.token_hex(6), "begun_at": clock.now()}
        )
        if not created:
            row.epoch += 1
            row.mark = secrets.token_hex(6)
            row.begun_at = clock.now()
            row.save()
    forget()
    return row.epoch


def forget() -> None:
    """Drop what this process remembers of the instance (after a restore, between tests)."""
    _known.clear()
