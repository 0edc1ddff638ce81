"""``check`` and ``version``: what is wrong with this installation, in plain words."""

from __future__ import annotations

import argparse
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from dreiklang import __version__
from dreiklang.console import cluster, surroundings
from dreiklang.console.answers import ANSWER_IS_NO, DONE, say
from dreiklang.console.desk import open_desk, pending_migrations
from dreiklang.console.findings import ERROR, WARNING, Finding

_LEAST_FREE_BYTES = 500 * 1024 * 1024
_LOW_FREE_BYTES = 2 * 1024 * 1024 * 1024
# The worker beats with a job of every minute.
_SILENCE = timedelta(seconds=150)
_CLOCKS_LOOKED_AT = 500
_PARTS = {
    "worker": ("The worker does not run", "jobs and their schedule wait"),
    "doors": ("The mail doors are closed", "no mail comes in or goes out"),
}


def version(options: argparse.Namespace) -> int:
    """Say which version this is."""
    say({"version": __version__}, f"dreiklang {__version__}", as_json=options.json)
    return DONE


def check(options: argparse.Namespace) -> int:
    """Look at everything an operator can put right; 1 if something is an error."""
    findings = _all_findings()
    is_ok = not any(finding.severity == ERROR for finding in findings)
    words = "\n".join(f"{one.severity}: {one.message} [{one.code}]" for one in findings) or "Everything is in order."
    say({"ok": is_ok, "findings": [asdict(one) for one in findings]}, words, as_json=options.json)
    return DONE if is_ok else ANSWER_IS_NO


def _all_findings() -> list[Finding]:
    from psycopg import OperationalError

    try:
        with open_desk():
            return [*_of_the_home(cluster.home()), *_of_the_database()]
    except (cluster.ClusterUnavailable, OperationalError) as unavailable:
        first = str(unavailable).strip().splitlines()[0]
        return [Finding("database_unreachable", ERROR, f"The database cannot be reached. {first}")]


def _of_the_home(at: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(at).free
    if free < _LOW_FREE_BYTES:
        severity = ERROR if free < _LEAST_FREE_BYTES else WARNING
        yield Finding("disk_space", severity, f"Only {free // 1024**2} MiB are free in {at}.")
    keys = at / "keys"
    for file in [keys, *sorted(keys.glob("*"))]:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            yield Finding("key_readable", ERROR, f"{file} may be read by others (mode {mode:04o}); it holds secrets.")
    if not os.access(at / "files", os.W_OK, effective_ids=True):
        yield Finding("files_not_writable", ERROR, f"{at / 'files'} cannot be written: attachments would be lost.")


def _of_the_database() -> Iterator[Finding]:
    from django.db import DatabaseError

    from dreiklang.kernel.errors import Unavailable

    try:
        pending = pending_migrations()
    except DatabaseError as wrong:
        yield Finding("database_unreadable", ERROR, f"The database does not answer: {str(wrong).splitlines()[0]}")
        return
    if pending and pending.fresh:
        yield Finding("not_set_up", ERROR, "The desk is not set up yet. Run: dreiklang init")
        return
    if pending:
        yield Finding("migrations_pending", ERROR, f"Migrations that wait: {pending.count}. Run: dreiklang migrate")
        return
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _of_the_role,
        _of_the_key,
        _of_the_parts,
        _of_the_jobs,
        _of_mail,
        _of_promises,
        *surroundings.LOOKS,
    )
    for look in looks:
        try:
            yield from look()
        except Unavailable as wrong:
            yield Finding(wrong.code, ERROR, str(wrong))


def _of_the_role() -> Iterator[Finding]:
    if os.environ.get("DREIKLANG_DB_ROLE") == "owner":
        yield Finding("role_owner", WARNING, "The desk works as owner of its tables; only triggers guard the journal.")


def _of_the_key() -> Iterator[Finding]:
    from django.conf import settings

    if not Path(settings.SECRET_KEY_FILE).exists():
        yield Finding("key_missing", WARNING, f"No key file yet at {settings.SECRET_KEY_FILE}; it is made when needed.")


def _of_the_parts() -> Iterator[Finding]:
    """A part that runs says so at least once a minute, and what hinders it."""
    from dreiklang.kernel import clock
    from dreiklang.kernel.models import Heartbeat

    beats = {beat.part: beat for beat in Heartbeat.objects.all()}
    for part, (silent, waits) in _PARTS.items():
        beat = beats.get(part)
        if beat is None or clock.now() - beat.at > _SILENCE:
            yield Finding(f"{part}_silent", WARNING, f"{silent}: {waits}. Run: dreiklang serve")
            continue
        for problem in beat.problems:
            yield Finding(f"{part}_hindered", WARNING, f"Hindered: {problem}")


def _of_the_jobs() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        (failed,) = cursor.fetchone()
    if failed:
        yield Finding("jobs_failed", WARNING, f"Jobs given up after several tries: {failed}.")


def _of_mail() -> Iterator[Finding]:
    from dreiklang.channels.gate.queries import counters
    from dreiklang.channels.mail.outbound.queries import held_count, stuck_count
    from dreiklang.channels.models import Mailbox
    from dreiklang.kernel.permissions import system

    actor = system("console")
    mailboxes = Mailbox.objects.filter(is_active=True)
    if not mailboxes:
        yield Finding("no_mailbox", WARNING, "No mailbox is set up: mail cannot come in.")
    for mailbox in mailboxes:
        if mailbox.address.endswith(".invalid"):
            message = f"The mailbox {mailbox.address} has no real address yet: nobody can answer its mails."
            yield Finding("mailbox_placeholder", WARNING, message)
    if waiting := counters(actor)["quarantined"]:
        yield Finding(
            "mail_quarantined",
            WARNING,
            f"Mails in quarantine, not understood: {waiting}. Look at them in Control, What came in.",
        )
    if held := held_count(actor):
        message = f"Mails held since the restore: {held}. Decide in Control, What goes out."
        yield Finding("mail_held", WARNING, message)
    if unsent := stuck_count(actor):
        yield Finding("mail_unsent", WARNING, f"Mails that could not be sent: {unsent}.")


def _of_promises() -> Iterator[Finding]:
    """Something is promised, the sweep keeps up, and clocks of the newest open tickets are what the journal says."""
    from dreiklang.kernel import clock
    from dreiklang.sla.models import Agreement, Clock
    from dreiklang.sla.queries.replaying import replay
    from dreiklang.tickets.models import Ticket

    if not Agreement.objects.filter(kind="sla", is_template=False).exists():
        yield Finding("no_agreement", WARNING, "Nothing is promised to anybody. Run: dreiklang init")
    late = Clock.objects.filter(next_stage_at__lt=clock.now() - _SILENCE).count()
    if late:
        yield Finding("promises_late", WARNING, f"Clocks whose stage nobody was told of yet: {late}.")
    newest = Ticket.objects.unsettled().order_by("-pk").values("pk")[:_CLOCKS_LOOKED_AT]
    wrong = sum(bool(differences) for _ticket, differences in replay(Ticket.objects.filter(pk__in=newest)))
    if wrong:
        yield Finding(
            "clocks_differ",
            ERROR,
            f"Tickets with clocks that differ from the journal: {wrong}. Run: dreiklang sla replay --repair",
        )
