"""An upgrade beside a desk that goes on: it holds nobody up, dies harmlessly, and what runs bears the new tables."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from dreiklang.organizations.models import Organization, Site

pytestmark = pytest.mark.django_db(transaction=True)

UPGRADE = """
import django
from django.conf import settings
settings.INSTALLED_APPS.append("tests.later_release")
settings.DATABASES["default"]["NAME"] = {name!r}
django.setup()
from dreiklang.console.setting_up import migrate_tables
print(migrate_tables())
"""
#: What a request may wait for at most: the patience of a migration, and the machine's own slowness.
LONGEST = 4.0


@pytest.fixture
def upgrade() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts upgrades to the later release in processes of their own; leaves the tables as they were."""
    begun: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        begun.append(
            subprocess.Popen(
                [sys.executable, "-c", UPGRADE.format(name=connection.settings_dict["NAME"])],
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": "src:."},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organizations_site DROP COLUMN IF EXISTS later_word")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'later_release'")


def test_p42_an_upgrade_holds_no_request_up_and_is_run_again_where_it_was_killed(
    upgrade: Callable[[], subprocess.Popen[str]], record_property: Callable[[str, object], None]
) -> None:
    house = Organization.objects.create(name="Haus", sort_key="haus", key="haus", kind="customer")
    for number in range(8):  # so that the statements of this connection are planned before the table changes
        make_site(house, f"Bau {number}")
        assert len(sites_of(house)) == number + 1
    with reading_for_long():
        killed = upgrade()
        wait_for_upgrade()
        begun = time.monotonic()
        assert len(sites_of(house)) == 8
        waited = time.monotonic() - begun
        wait_for_upgrade()
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
        assert len(sites_of(house)) == 8
    told, complaint = upgrade().communicate(timeout=60)
    assert told.strip() == "1", complaint
    make_site(house, "Neubau")
    assert [site.name for site in sites_of(house)][-1] == "Neubau"
    assert "later_word" in columns()
    assert waited < LONGEST
    record_property("figure", f"0 requests failed, {waited:.1f} s the longest pause, 1 upgrade killed and run again")


def make_site(house: Organization, name: str) -> None:
    """What today's code writes."""
    Site.objects.create(organization=house, name=name)


def sites_of(house: Organization) -> list[Site]:
    """What today's code reads; fails after ten seconds instead of waiting for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout TO '10s'")
        try:
            return list(Site.objects.filter(organization=house).order_by("pk"))
        finally:
            cursor.execute("RESET statement_timeout")


@contextmanager
def reading_for_long() -> Iterator[None]:
    """Somebody's long report: holds the table as any open transaction does that has read it."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM organizations_site")
        yield
        other.rollback()
    finally:
        other.close()


def wait_for_upgrade() -> None:
    """Until the upgrade stands at the table and waits for it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE relation = 'organizations_site'::regclass AND NOT granted")
            if cursor.fetchone():
                return
        time.sleep(0.02)
    raise AssertionError("the upgrade never came to the table")


def columns() -> set[str]:
    """The columns of the table now."""
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, "organizations_site")}
