"""What ``check`` finds in the surroundings: addresses, clocks, backups, the journal's seals, other programs."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from dreiklang.console.findings import ERROR, WARNING, Finding

_SKEW = timedelta(seconds=5)
_SEALING = timedelta(minutes=10)
_BACKUP_AGE = timedelta(days=2)
_JOB_WAITS = timedelta(minutes=10)
_OLDEST = """
SELECT datname, pid, extract(epoch FROM clock_timestamp() - xact_start) FROM pg_stat_activity
WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 1
"""
_JOBS = "SELECT min(scheduled_at) FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at < now()"


def of_the_address() -> Iterator[Finding]:
    """What people type, and what stands in links of mails."""
    from django.conf import settings
    from django.http.request import validate_host

    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        yield Finding("url_wrong", ERROR, f"DREIKLANG_URL is no address: {settings.PUBLIC_URL}. Links lead nowhere.")
        return
    if not validate_host(host, settings.ALLOWED_HOSTS):
        message = f"The desk does not answer to {host}, which stands in its links. Add it to DREIKLANG_HOSTS."
        yield Finding("url_not_answered", ERROR, message)
    others = [one for one in settings.ALLOWED_HOSTS if not _is_local(one) and one != "testserver"]
    if _is_local(host):
        if others:
            message = f"Links in mails lead to {settings.PUBLIC_URL}, which only this machine knows. Set DREIKLANG_URL."
            yield Finding("url_local", WARNING, message)
    elif parts.scheme == "http":
        message = f"{settings.PUBLIC_URL} is not encrypted: passwords can be read on the way. Use https."
        yield Finding("url_unencrypted", WARNING, message)
    if parts.scheme == "https" and not os.environ.get("DREIKLANG_BEHIND_PROXY"):
        message = "The desk stands behind a proxy but is not told so: all sign-ins seem to come from one address. "
        yield Finding("proxy_unknown", WARNING, f"{message}Set DREIKLANG_BEHIND_PROXY=1.")
    if parts.scheme == "https" and not settings.LIVE_URL:
        yield Finding(
            "live_unknown", WARNING, "Pages do not find live updates behind the proxy. Set DREIKLANG_LIVE_URL."
        )


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def of_openness() -> Iterator[Finding]:
    """Settings that are for looking into a fault, and tell too much when they stay."""
    from django.conf import settings

    if settings.DEBUG:
        yield Finding("debug_on", ERROR, "DEBUG is on: pages show the inside of the desk to everybody.")
    if os.environ.get("DREIKLANG_LOG", "").upper() == "DEBUG":
        yield Finding("log_debug", WARNING, "DREIKLANG_LOG is DEBUG: the log holds what people write. Set it back.")


def of_the_clock() -> Iterator[Finding]:
    """The clock of this machine and that of the database: promises are counted by both."""
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    apart = timezone.now() - there
    if abs(apart) > _SKEW:
        seconds = round(apart.total_seconds())
        way = "ahead of" if seconds > 0 else "behind"
        message = f"The clock of this machine is {abs(seconds)} seconds {way} the database's. Set both by NTP."
        yield Finding("clock_skew", ERROR if abs(seconds) > 60 else WARNING, message)


def of_the_journal() -> Iterator[Finding]:
    """Lines are sealed within minutes, unless the schedule stands still or an old transaction holds it back."""
    from django.db import connection

    from dreiklang.kernel import clock
    from dreiklang.kernel.journal import unsealed_since

    since = unsealed_since()
    if since is None or clock.now() - since < _SEALING:
        return
    minutes = int((clock.now() - since).total_seconds() // 60)
    message = f"Lines of the journal are not sealed for {minutes} minutes."
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        oldest = cursor.fetchone()
    if oldest and oldest[2] > _SEALING.total_seconds():
        message += (
            f" A transaction in the database “{oldest[0]}” (process {oldest[1]}) is {int(oldest[2] // 60)} minutes"
        )
        message += " old and holds all databases of this server back."
    yield Finding("journal_behind", WARNING, message)


def of_backups() -> Iterator[Finding]:
    """A backup was made lately, unless the operator says that others see to it."""
    from dreiklang.kernel import clock
    from dreiklang.kernel.models import Heartbeat

    if os.environ.get("DREIKLANG_BACKUP", "") == "elsewhere":
        return
    last = Heartbeat.objects.filter(part="backup").first()
    if last is None:
        yield Finding("no_backup", WARNING, "No backup was ever made. Run: dreiklang backup /backups/desk.tar")
    elif clock.now() - last.at > _BACKUP_AGE:
        days = (clock.now() - last.at).days
        yield Finding("backup_old", WARNING, f"The last backup is {days} days old. Run: dreiklang backup …")


def of_waiting_jobs() -> Iterator[Finding]:
    """Jobs are taken up within minutes."""
    from django.db import connection
    from django.utils import timezone

    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        (oldest,) = cursor.fetchone()
    if oldest and timezone.now() - oldest > _JOB_WAITS:
        minutes = int((timezone.now() - oldest).total_seconds() // 60)
        yield Finding("jobs_waiting", WARNING, f"Jobs wait for {minutes} minutes: run more workers (dreiklang worker).")


def of_services() -> Iterator[Finding]:
    """Mail servers, directories, sign-in services and programs that do not answer as they should."""
    from dreiklang.insight.queries.troubles import troubles_of_services

    for trouble in troubles_of_services():
        yield Finding(trouble.code, WARNING, trouble.sentence)


LOOKS = (
    of_the_address,
    of_openness,
    of_the_clock,
    of_the_journal,
    of_backups,
    of_waiting_jobs,
    of_services,
)
