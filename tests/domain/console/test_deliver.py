"""``mail deliver`` on a fresh desk: a line a mail, 0 whenever it was stored."""

from __future__ import annotations

import json
import mailbox
import subprocess
import sys

import pytest
from tests.domain.console.conftest import Client, dreiklang, environment_of, inside

KEYS = ["file", "outcome", "ticket", "claims", "reason"]


def mail(number, sender="rita@klinik.example"):
    return (
        f"From: Rita Weber <{sender}>\nTo: desk@firm.example\nSubject: Drucker {number}\n"
        f"Message-ID: <{number}@klinik.example>\nDate: Mon, 16 Nov 2026 09:00:00 +0100\n\nEr druckt nicht.\n"
    ).encode()


@pytest.fixture(scope="module")
def desk(homes, tmp_path_factory):
    """A desk as ``init`` leaves it: a home that never saw it is set up by the first delivery."""
    home, empty = homes(), tmp_path_factory.mktemp("mails")
    mailbox.Maildir(empty / "none")
    first = dreiklang(home, "mail", "deliver", "--maildir", empty / "none")
    assert (first.returncode, "The desk is ready" in first.stderr) == (0, True), first.stderr
    holder = Client(home)
    holder.wait_until_up()
    prepared = inside(
        home,
        """
        from dreiklang.console.initial import prepare_desk
        first, second = prepare_desk(), prepare_desk()
        assert first["teams"] == second["teams"] and first["mailbox"] == second["mailbox"]
        assert first["invitation"] != second["invitation"]
        print(*[team["level"] for team in first["teams"]], first["invitation"])
        """,
    )
    assert prepared.startswith("1 2 3 http://localhost:8010/sign-in/invitation/")
    yield home
    holder.leave()


def delivered(home, *words, feed=None):
    done = subprocess.run(
        [sys.executable, "-m", "dreiklang", "mail", "deliver", "--json", *map(str, words)],
        env=environment_of(home),
        input=feed,
        capture_output=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(line) == KEYS for line in lines)
    return done, lines


def test_files_and_standard_input_open_tickets_and_repeat_as_duplicates(desk, tmp_path):
    file = tmp_path / "one.eml"
    file.write_bytes(mail(1))
    done, lines = delivered(desk, file, "-", feed=mail(2))
    assert done.returncode == 0, done.stderr
    assert [line["outcome"] for line in lines] == ["opened", "opened"]
    assert [line["file"] for line in lines] == [str(file), "-"]
    assert all(line["ticket"] for line in lines)
    done, lines = delivered(desk, file)
    assert (done.returncode, lines[0]["outcome"], lines[0]["ticket"]) == (0, "duplicate", None)


def test_an_mbox_and_a_maildir_are_delivered_whole(desk, tmp_path):
    box = mailbox.mbox(tmp_path / "mails.mbox")
    folder = mailbox.Maildir(tmp_path / "maildir")
    for number in range(3):
        box.add(mail(10 + number))
        folder.add(mail(20 + number, "neu@werk.example"))
    box.close()
    done, lines = delivered(desk, "--mbox", tmp_path / "mails.mbox", "--maildir", tmp_path / "maildir")
    assert done.returncode == 0, done.stderr
    assert [line["outcome"] for line in lines] == ["opened"] * 6
    assert lines[0]["file"].endswith("mails.mbox#1")


def test_rubbish_is_stored_too_and_still_zero(desk):
    done, lines = delivered(desk, "-", feed=bytes(range(256)) * 20)
    assert done.returncode == 0, done.stderr
    assert lines[0]["outcome"] in ("opened", "held", "ignored", "quarantined")


def test_what_is_no_mbox_is_bad_data(desk, tmp_path):
    file = tmp_path / "text"
    file.write_bytes(b"no mails here\n")
    done, lines = delivered(desk, "--mbox", file)
    assert (done.returncode, lines) == (65, [])
    assert b"is not an mbox" in done.stderr
