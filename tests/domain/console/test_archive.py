"""A backup made while the desk works can be restored whole, and a damaged one changes nothing (P41, P20)."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tarfile

import pytest
from tests.domain.console.conftest import Client, dreiklang, environment_of, inside, nothing_runs_in

FILL = """
    from dreiklang.kernel import files
    from dreiklang.kernel.permissions import system
    from dreiklang.organizations.commands.organizations import make_organization
    for number in range(20):
        files.store(b"attachment %d" % number * 1000)
    from dreiklang.organizations.commands.persons import make_person
    clinic = make_organization("Zürcher Spital", kind="customer", actor=system("test"))
    make_person("Kanaria Quuxfeld", organization=clinic, mails=["quuxfeld@spital.example"], actor=system("test"))
"""
LOOK = """
    import hashlib
    from django.db import connection
    from dreiklang.kernel import files
    from dreiklang.kernel.models import StoredFile
    for stored in StoredFile.objects.order_by("sha256"):
        assert hashlib.sha256(files.read(stored.sha256)).hexdigest() == stored.sha256
    seen = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            own = ("kernel_instance", "kernel_journalseal", "kernel_heartbeat")
            if table not in own and not table.startswith("procrastinate"):
                cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
                seen.update(repr((table, cursor.fetchall())).encode())
    print(seen.hexdigest(), StoredFile.objects.count(), sep="|")
"""
NAMES = """
    from dreiklang.organizations.models import Person
    print(*Person.objects.values_list("name", "search"))
"""
EPOCH = """
    from dreiklang.kernel import instance
    print(instance.epoch(), instance.mark())
"""


@pytest.fixture(scope="module")
def desk(migrated):
    """A desk with some content, its archive beside it."""
    home = migrated()
    holder = Client(home)  # so that not every command below starts and stops the server
    holder.wait_until_up()
    inside(home, FILL)
    yield home
    holder.leave()


@pytest.fixture(scope="module")
def archive(desk):
    file = desk.parent / "desk.tar"
    done = dreiklang(desk, "backup", file, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["files"] == 20
    assert answer["missing_files"] == []
    return file


def test_an_archive_is_readable_by_its_owner_alone(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        names = tar.getnames()
    assert names[0] == "database.dump"
    assert names[-1] == "manifest.json"


def test_p41_a_restored_desk_holds_the_same_and_p20_begins_a_new_epoch(desk, archive, homes):
    before, epoch = inside(desk, LOOK), inside(desk, EPOCH).split()
    assert before.endswith("|20")
    other = homes()
    done = dreiklang(other, "restore", archive, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["epoch"] == int(epoch[0]) + 1
    assert inside(other, LOOK) == before
    fresh = inside(other, EPOCH).split()
    assert int(fresh[0]) == int(epoch[0]) + 1
    assert fresh[1] != epoch[1], "message ids of the two desks can never be the same"
    assert inside(desk, EPOCH).split() == epoch, "the desk that was backed up goes on as it was"
    for key in (desk / "keys").iterdir():
        assert (other / "keys" / key.name).read_bytes() == key.read_bytes()
    assert nothing_runs_in(other)


def test_a_desk_that_is_not_empty_is_replaced_only_by_force(desk, archive):
    before = inside(desk, LOOK)
    done = dreiklang(desk, "restore", archive)
    assert done.returncode == 2
    assert "--force" in done.stderr
    inside(desk, "from dreiklang.kernel import files; files.store(b'made after the backup')")
    assert dreiklang(desk, "restore", archive, "--force").returncode == 0
    assert inside(desk, LOOK) == before


def test_p45_a_restored_desk_forgets_again_whom_the_register_names(desk, archive, homes):
    seen = dreiklang(desk, "erase", "quuxfeld@spital.example", "--json")
    assert (seen.returncode, json.loads(seen.stdout)["is_possible"]) == (0, True)
    assert dreiklang(desk, "erase", "quuxfeld@spital.example", "--yes").returncode == 0
    register = desk / "erasures.jsonl"
    assert "quux" not in register.read_text().lower()
    other = homes()
    told = dreiklang(other, "restore", archive)
    assert "No register of erasures" in told.stdout, "to an empty machine it must be given by hand"
    assert "Quuxfeld" in inside(other, NAMES)
    assert dreiklang(other, "restore", archive, "--force", "--erasures", archive).returncode == 65, "no register"
    done = dreiklang(other, "restore", archive, "--force", "--erasures", register, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["erased_again"] == 1
    assert "quux" not in inside(other, NAMES).lower()
    assert (other / "erasures.jsonl").read_text() == register.read_text()


def test_p41_a_backup_under_load_is_one_moment(desk, clients):
    client = clients(desk)
    client.wait_until_up()
    client.ask("CREATE TABLE load_left (n int); CREATE TABLE load_right (n int)")
    client.process.stdin.write(
        "DO $$ BEGIN FOR i IN 1..400 LOOP INSERT INTO load_left VALUES (i); INSERT INTO load_right VALUES (i);"
        " COMMIT; PERFORM pg_sleep(0.002); END LOOP; END $$\n"
    )
    client.process.stdin.flush()
    file = desk.parent / "load.tar"
    assert dreiklang(desk, "backup", file).returncode == 0
    assert client.process.stdout.readline() == "done\n"
    client.leave()
    other = desk.parent / "under-load"
    assert dreiklang(other, "restore", file).returncode == 0
    counts = inside(
        other,
        """
        from django.db import connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT count(*) FROM load_left), (SELECT count(*) FROM load_right)")
            print(*cursor.fetchone())
        """,
    ).split()
    assert counts[0] == counts[1], "both inserts of a transaction, or none"


def test_p41_a_damaged_archive_is_refused_before_anything_is_changed(desk, archive):
    bad = desk.parent / "bad.tar"
    raw = bytearray(archive.read_bytes())
    raw[2000] ^= 1
    bad.write_bytes(raw)
    before = inside(desk, EPOCH)
    done = dreiklang(desk, "restore", bad, "--force")
    assert done.returncode == 65, done.stderr
    assert "database.dump is not what the manifest says" in done.stderr
    assert "nothing was changed" in done.stderr
    assert inside(desk, EPOCH) == before


def test_a_running_desk_is_not_overwritten(desk, archive):
    holder = dreiklang_session(desk)
    try:
        done = dreiklang(desk, "restore", archive, "--force")
    finally:
        holder.kill()
        holder.communicate()
    assert done.returncode == 75
    assert "stop it before restoring" in done.stderr


def dreiklang_session(home):
    """A connection that stays open, as a worker's does."""
    script = (
        "import sys, psycopg\n"
        "from dreiklang.console.cluster.connection import connection_words\n"
        "connection = psycopg.connect(**connection_words('owner'))\n"
        "print('in', flush=True)\nsys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        env=environment_of(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "in\n"
    return holder


def test_a_file_the_store_has_lost_is_named_and_the_rest_is_saved(desk):
    digest = inside(
        desk,
        """
        from dreiklang.kernel import files
        print(files.store(b"soon lost").sha256)
        """,
    )
    lost = desk / "files" / digest[:2] / digest[2:4] / digest
    content = lost.read_bytes()
    lost.unlink()
    done = dreiklang(desk, "backup", desk.parent / "incomplete.tar", "--json")
    lost.write_bytes(content)
    assert done.returncode == 1
    assert json.loads(done.stdout)["missing_files"] == [digest]


@pytest.mark.parametrize("words", [("backup", "/nowhere/at/all.tar"), ("restore", "/nowhere/at/all.tar")])
def test_a_path_that_is_not_there_is_usage(desk, words):
    done = dreiklang(desk, *words)
    assert done.returncode == 2
    assert "/nowhere/at" in done.stderr


def test_there_is_nothing_to_back_up_before_the_desk_is_set_up(homes):
    home = homes()
    done = dreiklang(home, "backup", home.parent / "none.tar")
    assert done.returncode == 69
    assert "nothing to back up" in done.stderr
    assert not (home.parent / "none.tar").exists()


def test_p20_a_restored_desk_holds_the_mails_that_waited(desk, homes):
    inside(
        desk,
        """
        from dreiklang.channels.mail.outbound.models import OutgoingMail
        from dreiklang.kernel import clock
        OutgoingMail.objects.create(kind="received", queued_at=clock.now(), leaves_at=clock.now())
        """,
    )
    file, other = desk.parent / "with-mail.tar", homes()
    assert dreiklang(desk, "backup", file).returncode == 0
    done = dreiklang(other, "restore", file, "--json")
    assert json.loads(done.stdout)["held_mails"] == 1, done.stderr
    again = dreiklang(other, "restore", file, "--force")
    assert "may have left since: 1." in again.stdout
    found = json.loads(dreiklang(other, "check", "--json").stdout)
    assert "mail_held" in [finding["code"] for finding in found["findings"]]
