"""What a mail server may answer, and what becomes of the mail then."""

import logging
import random
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import Cast
from tests.nursery import Nursery, nursery
from tests.share import times

from dreiklang.channels.mail.outbound import rules, sending
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock, reactions
from dreiklang.kernel.journal import lines_about
from dreiklang.tickets.commands.conversation import Recipient, write_message
from dreiklang.tickets.events import MessageSent
from dreiklang.tickets.models import Message, Ticket

RITA, KARL = "rita@klinikum.example", "karl@klinikum.example"


def send_after(span: timedelta) -> int:
    """Send what is due some time from now."""
    with clock.standing_at(clock.now() + span):
        return send_due()


def written(cast: Cast, ticket: Ticket, **more) -> Message:
    return write_message(ticket, actor=cast.actor("alan"), text="Since when?", **more)


def codes(ticket: Ticket) -> list[str]:
    return [line.event.code for line in lines_about("ticket", [ticket.pk])]


def test_a_server_that_is_busy_is_asked_again_with_the_same_message_id(cast: Cast, ticket: Ticket, sink) -> None:
    sink.answers["DATA"] = "451 busy"
    message = written(cast, ticket)
    send_after(timedelta(seconds=11))
    mail = OutgoingMail.objects.get(said=message)
    assert (mail.state, mail.reason, mail.tries) == ("waiting", "refused_for_now", 1)
    assert "busy" in mail.last_answer
    given = mail.message_id
    sink.answers.clear()
    assert send_after(timedelta(seconds=40)) == 0
    assert send_after(timedelta(seconds=80)) == 1
    assert sink.taken[0].mail["Message-ID"] == f"<{given}>"
    message.refresh_from_db()
    assert message.delivery == "sent"


def test_a_refusal_for_good_is_told_at_once_to_who_wrote_it(cast: Cast, ticket: Ticket, sink) -> None:
    sink.answers[RITA] = "550 no such user"
    message = written(cast, ticket)
    send_after(timedelta(seconds=11))
    message.refresh_from_db()
    assert message.delivery == "failed"
    failed = next(line.event for line in lines_about("ticket", [ticket.pk]) if line.event.code == "message.failed")
    assert failed.recipient == RITA
    assert "550 no such user" in failed.reason
    assert Notification.objects.filter(person=cast.alan, kind="undelivered").exists()
    assert send_after(timedelta(hours=5)) == 0


def test_one_bad_recipient_does_not_hold_up_the_others(cast: Cast, ticket: Ticket, sink) -> None:
    sink.answers[KARL] = "550 gone"
    written(cast, ticket, cc=[Recipient("Karl", KARL)])
    send_after(timedelta(seconds=11))
    assert [t.recipients for t in sink.taken] == [[RITA]]
    assert codes(ticket).count("message.failed") == 1
    assert OutgoingMail.objects.get().state == "sent"


def test_who_has_the_mail_does_not_get_it_again(cast: Cast, ticket: Ticket, sink) -> None:
    sink.answers[KARL] = "450 greylisted"
    message = written(cast, ticket, cc=[Recipient("Karl", KARL)])
    send_after(timedelta(seconds=11))
    message.refresh_from_db()
    assert message.delivery == "waiting"
    sink.answers.clear()
    send_after(timedelta(minutes=2))
    assert [t.recipients for t in sink.taken] == [[RITA], [KARL]]
    message.refresh_from_db()
    assert message.delivery == "sent"
    assert codes(ticket).count("message.sent") == 1


def test_after_two_days_it_is_given_up_and_said(cast: Cast, ticket: Ticket, sink) -> None:
    sink.answers["DATA"] = "451 busy"
    message = written(cast, ticket)
    with clock.standing_at(clock.now()):
        for _try in range(20):
            if OutgoingMail.objects.get().state == "failed":
                break
            with clock.standing_at(OutgoingMail.objects.get().leaves_at):
                send_due()
        mail = OutgoingMail.objects.get()
        assert timedelta(hours=43) < mail.settled_at - mail.queued_at <= timedelta(hours=48)
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_the_waits_grow() -> None:
    waits = [rules.next_wait(tries, timedelta(0)) for tries in range(1, 7)]
    assert [w.total_seconds() / 60 for w in waits if w] == [1, 5, 15, 60, 240, 240]
    assert rules.next_wait(9, timedelta(hours=45)) is None


def test_a_dead_server_puts_off_all_its_mails_after_one_call(
    cast: Cast, ticket: Ticket, mailbox: Mailbox, monkeypatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        mailbox.smtp_port = probe.getsockname()[1]
    mailbox.save()
    for _mail in range(3):
        written(cast, ticket)
    send_after(timedelta(seconds=11))
    assert set(OutgoingMail.objects.values_list("state", "reason", "tries")) == {("waiting", "no_answer", 1)}


def test_p35_the_desk_calls_no_server_inside_the_network_that_nobody_allowed(
    cast: Cast, ticket: Ticket, monkeypatch, sink
) -> None:
    monkeypatch.delenv("DREIKLANG_OUTGOING_ALLOW")
    written(cast, ticket)
    send_after(timedelta(seconds=11))
    assert OutgoingMail.objects.get().reason == "forbidden_target"
    assert not sink.taken


def test_p39_a_server_with_a_certificate_of_its_own_making_is_refused(
    cast: Cast, ticket: Ticket, mailbox: Mailbox, tmp_path, monkeypatch
) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            raw, _peer = server.accept()
            try:
                seen.append(context.wrap_socket(raw, server_side=True).recv(100))
            except (ssl.SSLError, OSError):
                raw.close()

        waiting = threading.Thread(target=serve, daemon=True)
        waiting.start()
        monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "localhost,127.0.0.1,::1")
        mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_tls = "localhost", server.getsockname()[1], "tls"
        mailbox.smtp_username, mailbox.smtp_password = "desk", "s3cret"
        mailbox.save()
        written(cast, ticket)
        send_after(timedelta(seconds=11))
        waiting.join(5)
    assert OutgoingMail.objects.get().reason == "certificate"
    assert not any(seen)


def test_p39_no_password_goes_over_an_unprotected_line(cast: Cast, ticket: Ticket, mailbox: Mailbox, sink) -> None:
    mailbox.smtp_username, mailbox.smtp_password = "desk", "s3cret"
    mailbox.save()
    written(cast, ticket)
    send_after(timedelta(seconds=11))
    assert OutgoingMail.objects.get().reason == "unprotected_password"


def test_p10_a_mail_that_cannot_be_made_does_not_stop_the_others(
    cast: Cast, ticket: Ticket, sink, caplog: pytest.LogCaptureFixture
) -> None:
    broken = written(cast, ticket)
    Message.objects.filter(pk=broken.pk).update(to=["not a recipient"])
    written(cast, ticket)
    with caplog.at_level(logging.CRITICAL):
        send_after(timedelta(seconds=11))
    assert len(sink.taken) == 1
    assert OutgoingMail.objects.get(said=broken).reason == "broken"


SEND = "from dreiklang.channels.mail.outbound.sending import send_due; send_due()"


@pytest.fixture
def children(transactional_db: None) -> Iterator[Nursery]:
    """Senders and writers in processes of their own, to be killed."""
    with nursery() as found:
        yield found


PLACES = ["outbox_taken", "outbox_composed", "outbox_accepted", "outbox_settled"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", [*PLACES, "anywhere"])
def test_p08_killed_at_any_point_nothing_is_lost_and_doubles_bear_the_same_message_id(
    cast: Cast, ticket: Ticket, sink, children: Nursery, place: str, record_property
) -> None:
    count, rounds, chance = times(1_000, least=3), times(20, least=2), random.Random(8)
    messages = [written(cast, ticket) for _mail in range(count)]
    OutgoingMail.objects.update(leaves_at=clock.now() - timedelta(seconds=1))
    kills = 0
    for left in range(rounds, 0, -1):
        at = f"{chance.choice(PLACES) if place == 'anywhere' else place}:{left}"
        kills += children.run(SEND, fail_at=at) == -signal.SIGKILL
    assert kills == rounds
    while OutgoingMail.objects.filter(state__in=["waiting", "sending"]).exists():
        OutgoingMail.objects.filter(state__in=["waiting", "sending"]).update(leaves_at=clock.now())
        assert children.run(SEND) == 0
    ids = [t.mail["Message-ID"] for t in sink.taken]
    assert len(set(ids)) == count
    assert len(ids) - count <= kills
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
    assert {m.delivery for m in Message.objects.filter(pk__in=[m.pk for m in messages])} == {"sent"}
    assert codes(ticket).count("message.sent") == count
    doubled = len(ids) - count
    record_property("figure", f"{count:,} replies, {kills} kills, 0 lost, {doubled} doubled under the same Message-ID")


@pytest.mark.django_db(transaction=True)
def test_p08_who_dies_while_writing_has_said_nothing(
    cast: Cast, ticket: Ticket, sink, children: Nursery, record_property
) -> None:
    tries = times(50, least=1)
    write = (
        "from dreiklang.tickets.models import Ticket; from dreiklang.accounts.models import Account;"
        "from dreiklang.teams.queries import actor_for;"
        "from dreiklang.tickets.commands.conversation import write_message;"
        f"alan = actor_for(Account.objects.get(pk={cast.alan.account_id}));"
        f"write_message(Ticket.objects.get(pk={ticket.pk}), actor=alan, text='Never said')"
    )
    before = ticket.messages.count()
    for _try in range(tries):
        assert children.run(write, fail_at="outbox_queued") == -signal.SIGKILL
    assert ticket.messages.count() == before
    assert send_after(timedelta(seconds=60)) == 0
    assert not sink.taken
    record_property("figure", f"{tries} killed before their words were saved, 0 mails")


def test_two_senders_send_once(cast: Cast, ticket: Ticket, sink) -> None:
    written(cast, ticket)
    mail_id = OutgoingMail.objects.get().pk
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [sending._LOCKS, mail_id])
        assert send_after(timedelta(seconds=11)) == 0
        with other.cursor() as cursor:  # not by closing: the server notices that a moment later
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [sending._LOCKS, mail_id])
    finally:
        other.close()
    assert send_after(timedelta(seconds=11)) == 1
    assert len(sink.taken) == 1


def test_a_mail_whose_leaving_cannot_be_recorded_is_not_sent_in_a_stream(
    cast: Cast, ticket: Ticket, sink, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(line: object) -> None:
        raise ValueError(line)

    written(cast, ticket)
    reactions.at_once(MessageSent, broken)
    try:
        with caplog.at_level(logging.CRITICAL):
            for seconds in (11, 60, 600):
                send_after(timedelta(seconds=seconds))
    finally:
        reactions._by_event[MessageSent].pop()
    assert len(sink.taken) == 1
    assert OutgoingMail.objects.get().reason == "unrecorded"


def test_p10_a_mail_whose_sender_died_is_taken_again_after_half_a_minute(cast: Cast, ticket: Ticket, sink) -> None:
    written(cast, ticket)
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        assert sending._taken(OutgoingMail.objects.get().pk)
        assert send_after(timedelta(seconds=29)) == 0
        assert send_after(timedelta(seconds=31)) == 1
    assert len(sink.taken) == 1
