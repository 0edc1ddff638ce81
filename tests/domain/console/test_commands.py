"""The commands as scripts call them: what is pure stays pure, what fails says so in one line and a code."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tests.domain.console.conftest import dreiklang, environment_of

MAIL = (
    b"From: Rita <rita@klinik.example>\nTo: desk@firm.example\nSubject: Drucker\nMessage-ID: <1@x.example>\n\nHilfe!\n"
)
QUESTION = {
    "calendar": {"timezone": "Europe/Berlin", "week": {"mon": [["08:00", "12:00"]]}, "holidays": [], "region": None},
    "questions": [{"from": "2026-03-02T08:00", "to": "2026-03-02T18:00"}],
}


def pure(home, *words, feed=b""):
    """Run a command that must not need, touch or make anything."""
    home_is_closed = home / "not" / "here"
    done = subprocess.run(
        [sys.executable, "-m", "dreiklang", *map(str, words)],
        env={**environment_of(home_is_closed), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        input=feed,
        capture_output=True,
        check=False,
    )
    assert not home_is_closed.exists()
    return done


def test_sla_compute_needs_no_database(tmp_path):
    done = pure(tmp_path, "sla", "compute", "-", "--json", feed=json.dumps(QUESTION).encode())
    assert (done.returncode, done.stdout) == (0, b'{"answers":[{"working_seconds":14400}]}\n')


@pytest.mark.parametrize(
    ("feed", "where"),
    [
        (b"{", b"line 1, column 2"),
        (b"\xff\xfe{}", b"not UTF-8 at byte 0"),
        (b"[]", b"must be an object"),
        (b'{"calendar": {}, "questions": []}', b"calendar"),
        (b"[" * 100_000, b"nested too deeply"),
    ],
)
def test_sla_compute_names_what_is_bad_and_where(tmp_path, feed, where):
    done = pure(tmp_path, "sla", "compute", "-", feed=feed)
    assert done.returncode == 65
    assert where in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_mail_parse_needs_no_database_and_gives_a_line_a_mail(tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    done = pure(tmp_path, "mail", "parse", file, "-", "--json", feed=MAIL.replace(b"Drucker", b"Bildschirm"))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(file), "-"]
    assert [line["subject"] for line in lines] == ["Drucker", "Bildschirm"]
    assert lines[0]["from"] == {"name": "Rita", "address": "rita@klinik.example"}


def test_a_mail_file_that_is_not_there_is_usage_and_nothing_is_printed(tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(MAIL)
    done = pure(tmp_path, "mail", "parse", file, tmp_path / "none.eml")
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    script = f"{sys.executable} -m dreiklang mail parse - --json | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], input=MAIL, capture_output=True, check=False, timeout=30
    )
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("words", "code"), [(("mail", "deliver", "-"), 75), (("migrate",), 69), (("backup", "/tmp/never.tar"), 69)]
)
def test_p02_without_a_database_a_mail_server_is_told_to_try_again(tmp_path, words, code):
    done = subprocess.run(
        [sys.executable, "-m", "dreiklang", *words],
        env={**environment_of(tmp_path / "home"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        input=MAIL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(b"dreiklang: ")
    assert b"Traceback" not in done.stderr


def test_check_of_an_unreachable_database_answers_no_with_the_reason(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "dreiklang", "check", "--json"],
        env={**environment_of(tmp_path / "home"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    assert answer["findings"][0]["code"] == "database_unreachable"


def test_deliver_without_a_source_is_usage(tmp_path):
    done = dreiklang(tmp_path / "home", "mail", "deliver")
    assert done.returncode == 2
    assert not (tmp_path / "home").exists()


def test_version_is_the_packages(tmp_path):
    from dreiklang import __version__

    done = dreiklang(tmp_path / "home", "version", "--json")
    assert json.loads(done.stdout) == {"version": __version__}
