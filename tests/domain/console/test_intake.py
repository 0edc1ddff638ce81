"""Mail comes in by LMTP while the database is killed again and again: what was answered 250 is there, once (P02)."""

from __future__ import annotations

import json
import os
import random
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import dovecot
from tests.domain.console.conftest import database_of, dreiklang, environment_of
from tests.mails import mail
from tests.share import times

PATIENCE = 90
#: Mails that can have been settled within the half second in which the disk is not waited for.
SETTLED_LATELY = 12


@pytest.fixture
def doors(migrated: Callable[[], Path]) -> Iterator[tuple[Path, int]]:
    """A fresh desk whose mail doors are open at a port."""
    home, port = migrated(), dovecot.free_port()
    assert dreiklang(home, "init").returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "dreiklang", "doors"],
        env={**environment_of(home), "DREIKLANG_LMTP": f"127.0.0.1:{port}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield home, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def delivered(port: int, raw: bytes) -> bool:
    """One try of a mail server: whether it was answered with 250."""
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=30) as client:
            client.sendmail("rita@klinikum.example", ["desk@haus.example"], raw)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def server_of(home: Path) -> int:
    """The pid of the database server."""
    return int((database_of(home) / "postmaster.pid").read_text().splitlines()[0])


def test_p02_a_killed_database_loses_no_mail_and_doubles_none(doors, record_property):
    home, port = doors
    chance = random.Random(2)
    kills = times(20, least=2)
    raws = [mail(message_id=f"p02-{n}@klinikum.example", subject=f"Nr {n}") for n in range(2 * kills + 8)]
    at = set(chance.sample(range(1, len(raws)), kills))
    longest = 0.0
    for number, raw in enumerate(raws):
        if number in at:
            os.kill(server_of(home), signal.SIGKILL)
        begun = time.monotonic()
        while not delivered(port, raw):
            assert time.monotonic() - begun < PATIENCE, "the doors do not open again"
            time.sleep(0.2)
        longest = max(longest, time.monotonic() - begun)
    assert counted(home)["mails"] == len(raws)
    again = dreiklang(home, "mail", "deliver", "--json", "--mailbox", "desk@haus.example", *written(home, raws))
    assert again.returncode == 0
    # What was settled in the half second before a kill may be settled once more from the kept bytes (and only then
    # say 'opened'); the bytes themselves were on the disk before the answer, and each mail is one ticket in the end.
    assert again.stdout.count('"duplicate"') + again.stdout.count('"opened"') == len(raws), again.stdout
    assert again.stdout.count('"opened"') <= kills * SETTLED_LATELY, again.stdout
    assert counted(home) == {"mails": len(raws), "tickets": len(raws), "subjects": len(raws)}
    record_property("figure", f"{len(raws)} mails, {kills} kills, 0 lost, 0 doubled, longest pause {longest:.1f} s")


def counted(home: Path) -> dict[str, int]:
    """Mails that were kept, tickets, and different subjects among them."""
    asked = (
        "import django; django.setup()\nimport json\n"
        "from dreiklang.console import cluster\n"
        "with cluster.ensure_running():\n"
        "    from dreiklang.channels.models import Incoming\n"
        "    from dreiklang.tickets.models import Ticket\n"
        "    tickets = Ticket.objects.filter(subject__startswith='Nr ')\n"
        "    print(json.dumps({'mails': Incoming.objects.count(), 'tickets': tickets.count(),"
        " 'subjects': tickets.values('subject').distinct().count()}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True,
        env={**environment_of(home), "DJANGO_SETTINGS_MODULE": "dreiklang.config.settings"},
    )  # fmt: skip
    return dict(json.loads(answer.stdout))


def written(home: Path, raws: list[bytes]) -> list[Path]:
    """The mails as files, to be delivered a second time."""
    files = []
    for number, raw in enumerate(raws):
        file = home.parent / f"{number}.eml"
        file.write_bytes(raw)
        file.chmod(0o644)
        files.append(file)
    return files
