"""A home of an older PostgreSQL is carried over by ``migrate``, or refused in words that name the way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.domain.console.conftest import dreiklang, environment_of, nothing_runs_in

from dreiklang.console.cluster import binaries
from dreiklang.console.cluster.homes import Layout
from dreiklang.console.cluster.identity import becoming

OLDER = [
    major for major in range(15, binaries.major_of(binaries.present())) if binaries.of_major(major, Path("/nowhere"))
]


def test_an_older_cluster_without_programs_is_refused_and_left_alone(homes):
    home = homes()
    old = home / "database" / "9"
    old.mkdir(parents=True)
    told = dreiklang(home, "migrate")
    assert told.returncode == 69
    assert "postgresql-9" in told.stderr
    assert "dreiklang backup FILE" in told.stderr
    assert [entry.name for entry in (home / "database").iterdir()] == ["9"]
    checked = dreiklang(home, "check", "--json")
    assert checked.returncode == 1
    assert "Run: dreiklang migrate" in checked.stdout


def test_migrate_keeps_the_programs_it_ran_with(migrated):
    home = migrated()
    major = binaries.major_of(binaries.present())
    kept = home / "servers" / str(major) / "pginstall" / "bin"
    assert binaries.of_major(major, home / "servers") == binaries.present()
    said = subprocess.run([kept / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert f" {major}." in said
    assert nothing_runs_in(home)


if OLDER:  # Debian's packages bring one wherever the whole check runs

    def test_an_older_cluster_is_carried_over_with_what_it_holds(homes, house_user):
        home, major = homes(), OLDER[-1]
        assert dreiklang(home, "version").returncode == 0
        old = Layout(home).database(major)
        make_old_cluster(home, old, binaries.of_major(major, Path("/nowhere")), house_user)
        told = dreiklang(home, "migrate", "--json")
        assert told.returncode == 0, told.stderr
        assert f'"carried_over_from":{major}' in told.stdout
        assert old.exists(), "the old cluster stays as it was"
        again = dreiklang(home, "migrate", "--json")
        assert '"applied":0,"carried_over_from":null' in again.stdout
        assert question(home, "SELECT word FROM earlier.carried") == "Zürich"

    def make_old_cluster(home, old, programs, user):
        def run(*words, feed=""):
            subprocess.run(
                [str(word) for word in words],
                input=feed,
                text=True,
                check=True,
                capture_output=True,
                cwd="/",
                preexec_fn=becoming(user),
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            )

        old.parent.mkdir(parents=True, exist_ok=True)
        for folder in (home, old.parent):
            shutil.chown(folder, user.uid, user.gid)
        run(programs / "initdb", "-D", old, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust")
        roles = "CREATE ROLE dreiklang_owner LOGIN CREATEDB;\nCREATE DATABASE dreiklang OWNER dreiklang_owner;\n"
        run(programs / "postgres", "--single", "-D", old, "postgres", feed=roles)
        # in a schema of its own: to the desk its database is empty, and gets its tables at once
        words = "CREATE SCHEMA earlier;\nCREATE TABLE earlier.carried (word text);\n"
        words += "INSERT INTO earlier.carried VALUES ('Zürich');\n"
        words += "ALTER SCHEMA earlier OWNER TO dreiklang_owner;\n"
        words += "ALTER TABLE earlier.carried OWNER TO dreiklang_owner;\n"
        run(programs / "postgres", "--single", "-D", old, "dreiklang", feed=words)


def question(home, statement):
    script = (
        "import sys, psycopg\n"
        "from dreiklang.console import cluster\n"
        "from dreiklang.console.cluster.connection import connection_words\n"
        "with cluster.ensure_running():\n"
        "    with psycopg.connect(**connection_words('owner')) as connection:\n"
        "        print(connection.execute(sys.argv[1]).fetchone()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, statement], env=environment_of(home), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
