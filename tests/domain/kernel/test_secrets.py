"""Secrets at rest: unreadable without the key file, which is nobody else's to read."""

import stat
from pathlib import Path

import pytest
from django.db import connection

from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock, secrets
from dreiklang.kernel.errors import Unavailable


@pytest.mark.django_db
def test_p39_a_stored_password_cannot_be_read_in_the_database():
    Mailbox.objects.create(address="help@haus.example", name="Hilfe", imap_password="canary-4711", made_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM channels_mailbox m")
        (kept,) = cursor.fetchone()
    assert "canary" not in kept
    assert Mailbox.objects.get().imap_password == "canary-4711"


def test_p39_the_key_is_readable_to_its_owner_only(settings, tmp_path):
    settings.SECRET_KEY_FILE = tmp_path / "keys" / "secrets.key"
    assert secrets.decrypt(secrets.encrypt("canary")) == "canary"
    assert stat.S_IMODE(Path(settings.SECRET_KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(settings.SECRET_KEY_FILE).parent.stat().st_mode) == 0o700


def test_another_key_is_named_as_the_reason(settings, tmp_path):
    settings.SECRET_KEY_FILE = tmp_path / "one.key"
    kept = secrets.encrypt("canary")
    settings.SECRET_KEY_FILE = tmp_path / "two.key"
    with pytest.raises(Unavailable):
        secrets.decrypt(kept)
