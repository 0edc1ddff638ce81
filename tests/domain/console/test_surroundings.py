"""``check`` names what is wrong around the desk, in plain words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dreiklang.channels.webhooks.models import Hook
from dreiklang.console import surroundings
from dreiklang.kernel import clock, heartbeats
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish, seal
from dreiklang.kernel.outgoing.commands import TargetAllowed
from dreiklang.kernel.permissions import Actor, system

pytestmark = pytest.mark.django_db


def codes(look: Any) -> list[str]:
    return [finding.code for finding in look()]


@pytest.mark.parametrize(
    ("url", "hosts", "proxy", "live", "found"),
    [
        ("http://localhost:8010", ["localhost"], "", "", []),
        ("https://desk.firm.example", ["desk.firm.example"], "1", "https://desk.firm.example", []),
        ("https://desk.firm.example", ["localhost"], "1", "https://x", ["url_not_answered"]),
        ("http://localhost:8010", ["localhost", "desk.firm.example"], "", "", ["url_local"]),
        ("http://desk.firm.example", ["desk.firm.example"], "", "", ["url_unencrypted"]),
        ("https://desk.firm.example", [".firm.example"], "", "", ["proxy_unknown", "live_unknown"]),
        ("desk.firm.example", ["*"], "", "", ["url_wrong"]),
    ],
)
def test_an_address_that_leads_nowhere_is_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, url: str, hosts: list[str], proxy: str, live: str, found: list[str]
) -> None:
    settings.PUBLIC_URL, settings.ALLOWED_HOSTS, settings.LIVE_URL = url, hosts, live
    monkeypatch.setenv("DREIKLANG_BEHIND_PROXY", proxy)
    assert codes(surroundings.of_the_address) == found


def test_debugging_is_named(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    monkeypatch.setenv("DREIKLANG_LOG", "debug")
    assert codes(surroundings.of_openness) == ["debug_on", "log_debug"]


def test_two_clocks_that_differ_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(surroundings.of_the_clock) == []
    from django.utils import timezone

    later = timezone.now() + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: later)
    (finding,) = surroundings.of_the_clock()
    assert (finding.code, finding.severity) == ("clock_skew", "error")
    assert "ahead of" in finding.message


@command
def _write(*, actor: Actor) -> None:
    publish(TargetAllowed(subject_id=1, target="x.example"), actor=actor)


def test_a_journal_that_is_not_sealed_is_named() -> None:
    with clock.standing_at(clock.now() - timedelta(hours=1)):
        _write(actor=system("test"))
    (finding,) = surroundings.of_the_journal()
    assert "60 minutes" in finding.message or "59 minutes" in finding.message
    seal()


def test_backups_that_are_missing_or_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(surroundings.of_backups) == ["no_backup"]
    with clock.standing_at(clock.now() - timedelta(days=3)):
        heartbeats.beat("backup")
    assert codes(surroundings.of_backups) == ["backup_old"]
    heartbeats.beat("backup")
    assert codes(surroundings.of_backups) == []
    with clock.standing_at(clock.now() + timedelta(days=9)):
        monkeypatch.setenv("DREIKLANG_BACKUP", "elsewhere")
        assert codes(surroundings.of_backups) == []


def test_jobs_that_nobody_takes_are_named() -> None:
    assert codes(surroundings.of_waiting_jobs) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
            " VALUES ('reactions', 'x', '{}', now() - interval '1 hour')"
        )
    assert codes(surroundings.of_waiting_jobs) == ["jobs_waiting"]


def test_webhooks_that_were_switched_off_are_named() -> None:
    made = {"url": "https://x.example/", "secret": "whsec_x", "events": ["ticket.opened"], "made_at": clock.now()}
    Hook.objects.create(name="Chat", is_active=False, off_because="failing", **made)
    Hook.objects.create(name="Bot", failing_since=clock.now(), **made)
    assert codes(surroundings.of_services) == ["webhook_off", "webhook_failing"]
