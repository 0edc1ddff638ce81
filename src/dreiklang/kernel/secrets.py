"""Secrets at rest: encrypted with a key that lies beside the database, never in it (P39)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models

from dreiklang.kernel.errors import Unavailable
from dreiklang.kernel.keyfiles import key_from

if TYPE_CHECKING:
    Text = models.TextField[Any, Any]
else:
    Text = models.TextField


@lru_cache(maxsize=1)
def _fernet(path: str) -> Fernet:
    return Fernet(key_from(Path(path), Fernet.generate_key))


def encrypt(plain: str) -> str:
    """Encrypt a secret for keeping."""
    return _fernet(str(settings.SECRET_KEY_FILE)).encrypt(plain.encode()).decode()


def decrypt(kept: str) -> str:
    """The secret again. Raises Unavailable if the key on this machine is not the one it was kept with."""
    try:
        return _fernet(str(settings.SECRET_KEY_FILE)).decrypt(kept.encode()).decode()
    except InvalidToken as wrong:
        raise Unavailable("The key file does not fit the kept secrets.", code="wrong_key") from wrong


class SecretField(Text):
    """A text that is encrypted in the database and plain in Python. Never put it into a form, a list or a log."""

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str | None:
        """Decrypt on reading."""
        return decrypt(value) if value else value

    def get_prep_value(self, value: str | None) -> str | None:
        """Encrypt on writing."""
        return encrypt(value) if value else value
