"""Files are kept once, for as long as something points to them."""

import threading
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from tests.cast import Cast

from dreiklang.kernel import clock, files
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.locks import SWEEPING
from dreiklang.kernel.models import StoredFile
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket

THREE_DAYS = timedelta(days=3)


def on_disk(sha256: str) -> Path:
    return Path(settings.FILES_ROOT) / sha256[:2] / sha256[2:4] / sha256


def test_what_nothing_points_to_goes_after_two_days_and_an_attachment_stays(cast: Cast) -> None:
    alan = cast.actor("alan")
    ticket = open_ticket(cast.rita, actor=alan, subject="Drucker", channel="phone")
    write_note(ticket, actor=alan, text="Siehe Anhang", attachments=[Upload("a.txt", "text/plain", b"kept words")])
    looked_at = files.store(b"name;mail\nnever read in")
    assert files.sweep() == 0
    with clock.standing_at(clock.now() + THREE_DAYS):
        assert files.sweep() == 1
        assert files.sweep() == 0
    assert not on_disk(looked_at.sha256).exists()
    with pytest.raises(NotFound):
        files.read(looked_at.sha256)
    assert files.read(StoredFile.objects.get().sha256) == b"kept words"


def test_what_is_stored_again_in_time_stays(db: None) -> None:
    files.store(b"the same list again")
    with clock.standing_at(clock.now() + THREE_DAYS):
        files.store(b"the same list again")
        assert files.sweep() == 0
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_stored_while_it_is_swept_is_there_afterwards() -> None:
    sha256 = files.store(b"twice").sha256
    done: list[str] = []

    def again() -> None:
        done.append(files.store(b"twice").sha256)
        connection.close()

    with clock.standing_at(clock.now() + THREE_DAYS):
        with transaction.atomic():
            assert files.sweep() == 1
            other = threading.Thread(target=copy_context().run, args=[again])  # the same clock
            other.start()
            other.join(0.3)
            assert not done, "it waits for the sweep to end"
        other.join(10)
    assert done == [sha256]
    assert files.read(sha256) == b"twice"
    assert StoredFile.objects.get().sha256 == sha256


def test_no_file_is_swept_while_a_backup_copies(db: None) -> None:
    sha256 = files.store(b"in the backup").sha256
    words = connection.get_connection_params()
    reached = {key: words[key] for key in ("dbname", "user", "host", "port", "password") if words.get(key)}
    with psycopg.connect(**reached, autocommit=True) as backup, clock.standing_at(clock.now() + THREE_DAYS):
        backup.execute("SELECT pg_advisory_lock_shared(%s)", [SWEEPING])
        assert files.sweep() == 0
        assert on_disk(sha256).exists()
        backup.execute("SELECT pg_advisory_unlock_shared(%s)", [SWEEPING])
        assert files.sweep() == 1
