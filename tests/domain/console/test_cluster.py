"""The embedded database is shared, found again after any kill, and never left behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

from tests.domain.console.conftest import (
    database_of,
    environment_of,
    kill,
    nothing_runs_in,
    running_in,
)

from dreiklang.console.cluster.identity import becoming


def test_two_clients_at_once_make_and_share_one_server(homes, clients):
    home = homes()
    first, second = clients(home), clients(home)
    first.wait_until_up()
    second.wait_until_up()
    assert {kind: len(pids) for kind, pids in running_in(home).items()} == {"guard": 1, "server": 1}
    first.ask("CREATE TABLE shared (word text)")
    assert second.ask("SELECT count(*) FROM shared") == "(0,)"
    assert first.leave() == 0
    assert second.ask("SELECT 1") == "(1,)", "the one who started it left, the other one still works"
    assert second.leave() == 0
    assert not any(running_in(home).values()), "the last one out has waited for the end"


def test_it_is_utf8_with_the_builtin_locale_and_no_tcp(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    assert client.ask("SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == (
        "('b', 'C.UTF-8', 'UTF8')"
    )
    assert client.ask("SELECT current_setting('listen_addresses') || current_setting('jit')") == "('off',)"
    assert client.ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "(False,)"
    client.leave()


def test_the_socket_is_for_its_owner_alone(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    folder = kept_home / "run" / "socket"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / ".s.PGSQL.5432").stat().st_mode) == 0o700
    client.leave()


def test_no_mode_and_no_owner_above_the_home_is_changed(homes, clients):
    home = homes()
    home.mkdir(mode=0o750)

    def look() -> list[tuple[Path, int, int]]:
        return [(p, p.stat().st_mode, p.stat().st_uid) for p in [home, *home.parents]]

    before = look()
    client = clients(home)
    client.wait_until_up()
    client.leave()
    assert look() == before


def test_a_killed_client_leaves_no_server(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    client.kill()
    assert nothing_runs_in(kept_home)


def test_a_killed_server_is_back_with_all_that_was_committed(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    client.ask("CREATE TABLE IF NOT EXISTS kept (word text)")
    client.ask("DELETE FROM kept")
    for round_ in range(3):
        client.ask(f"INSERT INTO kept VALUES ('{round_}')")
        kill(running_in(kept_home)["server"])
        begun = time.monotonic()
        other = clients(kept_home)
        other.wait_until_up()
        assert time.monotonic() - begun < 10, "P02: intake again within 10 s"
        assert other.ask("SELECT count(*) FROM kept") == f"({round_ + 1},)"
        other.leave()
    client.leave()
    assert not any(running_in(kept_home).values())


def test_a_killed_guard_takes_the_server_along_and_the_next_user_starts_both(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    kill(running_in(kept_home)["guard"])
    assert client.ask("renew") == "True"
    assert client.ask("SELECT 1") == "(1,)"
    assert client.ask("renew") == "False"
    kill(running_in(kept_home)["guard"])
    newcomer = clients(kept_home)
    newcomer.wait_until_up()
    assert newcomer.ask("SELECT 2") == "(2,)"
    newcomer.leave()
    client.leave()
    assert not any(running_in(kept_home).values())


def test_guard_and_client_killed_together_leave_no_server(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    kill(running_in(kept_home)["guard"])
    client.kill()
    assert nothing_runs_in(kept_home)


def test_everything_killed_at_once_is_found_again(kept_home, clients):
    client = clients(kept_home)
    client.wait_until_up()
    client.ask("CREATE TABLE IF NOT EXISTS survivor (word text)")
    running = running_in(kept_home)
    kill(running["guard"] + running["server"])
    client.kill()
    client = clients(kept_home)
    client.wait_until_up()
    assert client.ask("SELECT count(*) FROM survivor") == "(0,)"
    client.leave()
    assert not any(running_in(kept_home).values())


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(kept_home, clients, house_user):
    client = clients(kept_home)
    client.wait_until_up()
    pid_file = database_of(kept_home) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    running = running_in(kept_home)
    kill(running["guard"] + running["server"])
    client.kill()
    stranger = subprocess.Popen(["/bin/sleep", "60"], preexec_fn=becoming(house_user), cwd="/")
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        client = clients(kept_home)
        client.wait_until_up()
        assert stranger.poll() is None, "the stranger was left alone"
        client.leave()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_home_too_deep_for_a_socket_gets_a_private_folder_elsewhere(homes, clients):
    home = homes() / ("deep" * 20)
    client = clients(home)
    client.wait_until_up()
    elsewhere = Path((home / "run" / "socket-folder").read_text())
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o700
    client.leave()
    again = clients(home)
    again.wait_until_up()
    assert Path((home / "run" / "socket-folder").read_text()) == elsewhere
    again.leave()
    os.rmdir(elsewhere)


def test_a_data_directory_newer_than_the_programs_is_refused_in_words(homes):
    home = homes()
    (home / "database" / "99").mkdir(parents=True)
    told = subprocess.run(
        [sys.executable, "-m", "dreiklang", "check", "--json"],
        env=environment_of(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "newer than the installed programs" in told.stdout
