"""The doors against a real Dovecot and a real LMTP client, with processes killed at named points."""

from __future__ import annotations

import hashlib
import os
import random
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from tests import dovecot
from tests.cast import make_cast
from tests.mails import mail
from tests.nursery import nursery
from tests.share import times

from dreiklang.channels.doors.imap import Fetcher, begin_at, fetch_new, signed_in
from dreiklang.channels.doors.listener import listener
from dreiklang.channels.doors.running import _listen
from dreiklang.channels.gate.commands import settle_waiting, take_in
from dreiklang.channels.mail.settings.commands import change_mailbox, make_mailbox
from dreiklang.channels.mail.settings.trying import try_imap
from dreiklang.channels.models import Incoming, Mailbox
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message

MAIL = system("mail")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Dovecot]:
    with dovecot.running() as found:
        yield found


@pytest.fixture(autouse=True)
def _loopback_may_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")


def box(server: dovecot.Dovecot, address: str, **fields: object) -> Mailbox:
    """A desk with a mailbox at the server."""
    cast = make_cast()
    return make_mailbox(
        address, name="Desk", team=cast.teams["desk"], actor=MAIL, fetch="imap", imap_host="127.0.0.1",
        imap_port=server.port, imap_tls="none", imap_username=address, imap_password=dovecot.PASSWORD, **fields,
    )  # fmt: skip


FETCH = """
from dreiklang.channels.doors.imap import begin_at, fetch_new, signed_in
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.permissions import system
mailbox = Mailbox.objects.get()
with signed_in(mailbox) as server:
    begin_at(mailbox, server, server.select_folder(mailbox.imap_folder))
    fetch_new(mailbox, server, actor=system("mail"))
"""


def nothing_lost_nothing_doubled(raws: list[bytes]) -> None:
    """Counts what was sent against what is stored, by digests made here."""
    sent = sorted(hashlib.sha256(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")).digest() for raw in raws)
    kept = sorted(bytes(digest) for digest in Incoming.objects.values_list("sha256", flat=True))
    assert kept == sent
    assert Incoming.objects.filter(state="settled", outcome="opened").count() == len(raws)
    sources = list(Message.objects.values_list("source_id", flat=True))
    assert len(sources) == len(set(sources)) == len(raws)


FAILPOINTS = (
    "after_raw_commit", "after_parse", "before_settle_commit", "at_settle_commit", "after_settle_commit",
    "before_seen", "after_seen", "after_progress",
)  # fmt: skip


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_p01_a_fetcher_killed_anywhere_loses_no_mail_and_doubles_none(server, record_property):
    mailbox = box(server, "killed@haus.example", takes_old_mail=True)
    count = times(1_000, least=2 * len(FAILPOINTS))
    raws = [mail(message_id=f"killed-{n}@klinikum.example", subject=f"Nr {n}") for n in range(count)]
    server.put(mailbox.address, raws)
    with nursery() as children:
        for point in FAILPOINTS:
            assert children.run(FETCH, fail_at=f"{point}:2") == -9, point
        chance = random.Random(1)
        kills = times(50, least=1)
        for _kill in range(kills):
            children.run(FETCH, kill_after=chance.uniform(0.02, 1.0))
        assert children.run(FETCH) == 0
    nothing_lost_nothing_doubled(raws)
    assert server.unseen(mailbox.address) == 0
    assert server.all(mailbox.address) == count
    figure = f"{count:,} mails, {len(FAILPOINTS)} failpoints and {kills} random kills, 0 lost, 0 doubled"
    record_property("figure", figure)


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_p07_the_first_connection_leaves_the_old_mails_alone(server, record_property):
    mailbox = box(server, "old@haus.example")
    old = times(5_000, least=20)
    server.put(mailbox.address, [mail(message_id=f"old-{n}@klinikum.example") for n in range(old)])
    assert try_imap(mailbox).waiting == old
    with signed_in(mailbox) as session:
        begin_at(mailbox, session, session.select_folder("INBOX"))
        assert fetch_new(mailbox, session, actor=MAIL) == 0
    mailbox.refresh_from_db()
    assert (mailbox.waiting_at_first, Incoming.objects.count(), server.unseen(mailbox.address)) == (old, 0, old)
    server.put(mailbox.address, [mail(message_id="new@klinikum.example")])
    with signed_in(mailbox) as session:
        begin_at(mailbox, session, session.select_folder("INBOX"))
        assert fetch_new(mailbox, session, actor=MAIL) == 1
    assert server.all(mailbox.address) == old + 1
    record_property("figure", f"{old:,} old mails, 0 taken, 0 deleted")


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_a_mail_that_arrives_is_fetched_without_being_asked_for(server):
    mailbox = box(server, "idle@haus.example", after="move", move_to="Taken", takes_old_mail=True)
    fetcher = Fetcher(mailbox, actor=MAIL)
    fetcher.start()
    try:
        for number in range(2):
            server.put(mailbox.address, [mail(message_id=f"idle-{number}@klinikum.example")])
            assert until(lambda expected=number + 1: Incoming.objects.filter(state="settled").count() == expected)
        assert until(lambda: server.all(mailbox.address, "Taken") == 2)
        assert server.all(mailbox.address) == 0
    finally:
        fetcher.stop()
        fetcher.join(timeout=30)
    assert not fetcher.is_alive()


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_p44_a_dead_server_is_told_and_waited_for(server):
    mailbox = box(server, "dead@haus.example")
    mailbox = change_mailbox(mailbox, actor=MAIL, imap_port=dovecot.free_port(), imap_password=dovecot.PASSWORD)
    fetcher = Fetcher(mailbox, actor=MAIL)
    fetcher.start()
    try:
        assert until(lambda: bool(Mailbox.objects.get(pk=mailbox.pk).last_problem))
    finally:
        fetcher.stop()
        fetcher.join(timeout=30)
    assert not fetcher.is_alive()


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_p35_another_host_forgets_the_password(server):
    mailbox = box(server, "moved@haus.example")
    kept = change_mailbox(mailbox, actor=MAIL, name="Another name", imap_password="")
    assert kept.imap_password == dovecot.PASSWORD
    moved = change_mailbox(kept, actor=MAIL, imap_host="mail.evil.example", imap_password="")
    assert moved.imap_password == ""


@pytest.mark.dovecot
@pytest.mark.django_db(transaction=True)
def test_p35_a_private_server_is_refused_unless_listed(server, monkeypatch):
    mailbox = box(server, "private@haus.example")
    monkeypatch.delenv("DREIKLANG_OUTGOING_ALLOW")
    tried = try_imap(mailbox)
    assert not tried.is_ok
    assert dovecot.PASSWORD not in tried.problem


def until(is_so, seconds: float = 40.0) -> bool:
    """Wait until something is so; False if it never is."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.django_db(transaction=True)
def test_p05_four_workers_with_the_same_mails_keep_each_once():
    make_mailbox("desk@haus.example", name="Desk", team=make_cast().teams["desk"], actor=MAIL)
    raws = [mail(f"neu{n % 3}@klinikum.example", message_id=f"four-{n}@x.example") for n in range(12)]
    outcomes: list[str] = []

    def work(seed: int) -> None:
        for raw in random.Random(seed).sample(raws, len(raws)):
            outcomes.append(take_in(raw, mailbox="desk@haus.example", actor=MAIL).outcome)
        connection.close()

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    settle_waiting(actor=MAIL)
    assert sorted(set(outcomes)) == ["duplicate", "opened"]
    assert outcomes.count("opened") == len(raws)
    assert Message.objects.count() == Incoming.objects.filter(outcome="opened").count() == len(raws)


# -- LMTP and SMTP


@pytest.fixture
def lmtp() -> Iterator[int]:
    port = dovecot.free_port()
    made = listener("lmtp", "127.0.0.1", port, actor=MAIL)
    made.start()
    try:
        yield port
    finally:
        made.handler.pool.submit(connection.close)
        made.handler.pool.submit(connection.close)
        made.stop()
        made.handler.pool.shutdown(wait=True)


@pytest.mark.django_db(transaction=True)
def test_lmtp_answers_for_each_recipient(lmtp):
    cast = make_cast()
    make_mailbox("desk@haus.example", name="Desk", team=cast.teams["desk"], actor=MAIL)
    raw = mail(message_id="lmtp@klinikum.example")
    with smtplib.LMTP("127.0.0.1", lmtp) as client:
        client.ehlo()
        client.mail("rita@klinikum.example")
        assert client.rcpt("desk@haus.example")[0] == 250
        assert client.rcpt("desk+t00@haus.example")[0] == 250
        assert client.rcpt("nobody@haus.example")[0] == 550
        assert client.data(raw)[0] == 250
        assert client.getreply()[0] == 250  # the second recipient's own line
    kept = Incoming.objects.get()
    assert (kept.outcome, kept.door, kept.envelope_from) == ("opened", "lmtp", "rita@klinikum.example")
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_p02_without_a_database_the_sender_is_asked_to_try_later():
    port = dovecot.free_port()
    child = subprocess.Popen(
        [sys.executable, "-c", _DOOR_WITHOUT_DATABASE, str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: can_connect(port))
        with smtplib.LMTP("127.0.0.1", port, timeout=30) as client:
            client.ehlo()
            client.mail("rita@klinikum.example")
            assert client.rcpt("desk@haus.example")[0] == 451
    finally:
        child.communicate(timeout=30)


_DOOR_WITHOUT_DATABASE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = "there_is_no_such_database"
django.setup()
from dreiklang.channels.doors.listener import listener
from dreiklang.channels.doors.running import _listen
from dreiklang.kernel.permissions import system
door = listener("lmtp", "127.0.0.1", int(sys.argv[1]), actor=system("mail"))
door.start()
sys.stdin.read()
door.stop()
"""


def can_connect(port: int) -> bool:
    """Whether somebody listens."""
    try:
        smtplib.LMTP("127.0.0.1", port, timeout=5).close()
    except (OSError, smtplib.SMTPException):
        return False
    return True


def test_a_taken_port_is_told_once_in_plain_words_and_tried_again(monkeypatch, caplog):
    opened, problems = {}, {}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("DREIKLANG_LMTP", f"127.0.0.1:{port}")
        for _round in range(2):
            _listen(opened, problems)
        assert not opened
    told = f"Port {port} on 127.0.0.1 is in use by another program: no mail comes in by LMTP."
    assert problems["lmtp"].startswith(told)
    assert caplog.text.count("in use") == 1
    _listen(opened, problems)
    opened["lmtp"].stop(no_assert=True)
    assert not problems
