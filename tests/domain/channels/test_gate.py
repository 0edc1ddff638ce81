"""A mail goes through the gate: kept, settled, once."""

from __future__ import annotations

import base64
import random
from datetime import timedelta

import pytest
from tests.mails import dmarc_pass, mail
from tests.share import times

from dreiklang.channels.gate.commands import settle_waiting, take_in
from dreiklang.channels.gate.commands.storing import keep
from dreiklang.channels.gate.mailboxes import arrival_at
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.mail.threading import remember
from dreiklang.channels.models import Held, Incoming
from dreiklang.kernel import clock, files, instance
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
MAIL = system("mail")


def gate(raw: bytes, mailbox: str | None = "desk@haus.example"):
    return take_in(raw, mailbox=mailbox, actor=MAIL)


def opened(message_id: str = "first@klinikum.example", **of_mail: object) -> Ticket:
    outcome = gate(mail(message_id=message_id, **of_mail))
    assert outcome.outcome == "opened"
    return Ticket.objects.get(number=outcome.ticket)


def test_a_mail_of_a_known_sender_opens_a_ticket_at_the_first_level(cast):
    raw = mail()
    outcome = gate(raw)
    assert (outcome.outcome, outcome.reason) == ("opened", "new")
    ticket = Ticket.objects.get(number=outcome.ticket)
    assert (ticket.requester, ticket.level, ticket.team) == (cast.rita, 1, cast.teams["desk"])
    message = Message.objects.get(ticket=ticket)
    assert "Station 3" in message.text
    kept = Incoming.objects.get()
    assert bytes(kept.raw) == raw
    assert message.source_id == kept.pk
    assert (kept.state, kept.ticket) == ("settled", ticket)


def test_a_stranger_of_a_known_domain_becomes_a_requester(cast):
    outcome = gate(mail("Neue Kollegin <neu@klinikum.example>"))
    ticket = Ticket.objects.get(number=outcome.ticket)
    assert (ticket.requester.name, ticket.customer) == ("Neue Kollegin", cast.organizations["clinic"])


def test_a_sender_nobody_claims_is_held_not_lost():
    outcome = gate(mail("Wer <wer@fremd.example>"))
    assert (outcome.outcome, outcome.reason, outcome.claims) == ("held", "no_home", None)
    assert Held.objects.get().sender_address == "wer@fremd.example"


def test_the_answer_to_a_message_of_ours_joins():
    ticket = opened()
    ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
    remember(ours, ticket_id=ticket.pk, is_ours=True, addresses=["rita@klinikum.example"])
    outcome = gate(mail(subject="AW: Drucker", headers={"In-Reply-To": f"<{ours}>"}))
    assert (outcome.outcome, outcome.ticket, outcome.reason) == ("joined", ticket.number, "reference")
    assert Message.objects.filter(ticket=ticket).count() == 2


def test_who_was_in_copy_may_answer_from_then_on(cast):
    ticket = opened(headers={"Cc": "Zoe <zoe@werk.example>"})
    outcome = gate(mail("zoe@werk.example", headers={"References": "<first@klinikum.example>"}))
    assert (outcome.outcome, outcome.ticket) == ("joined", ticket.number)
    assert Message.objects.filter(ticket=ticket, is_sender_proven=False).count() == 2


def test_p19_being_in_copy_opens_no_portal(cast):
    from dreiklang.tickets import policy

    ticket = opened(headers={"Cc": "Zoe <zoe@werk.example>"})
    gate(mail("zoe@werk.example", headers={"References": "<first@klinikum.example>"}))
    zoe = cast.actor("zoe")
    assert not policy.may_see(zoe, ticket)
    assert not policy.visible_to(zoe).filter(pk=ticket.pk).exists()
    assert not ticket.participants.exists()


def test_files_come_with_the_message():
    ticket = opened(attachments=(("bericht.pdf", "application/pdf", b"%PDF-1.4 x"),))
    attachment = ticket.attachments.get()
    assert (attachment.filename, attachment.content_type) == ("bericht.pdf", "application/pdf")


def test_an_inline_picture_is_kept_for_its_place():
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    raw = (
        b"From: rita@klinikum.example\nTo: desk@haus.example\nSubject: Bild\nMessage-ID: <pic@klinikum.example>\n"
        b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
        b'<p>Siehe <img src="cid:shot"></p>\n--b\nContent-Type: image/png\nContent-ID: <shot>\n'
        b"Content-Disposition: inline; filename=shot.png\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(picture)
        + b"--b--\n"
    )
    outcome = gate(raw)
    attachment = Ticket.objects.get(number=outcome.ticket).attachments.get()
    assert (attachment.is_inline, attachment.content_id, attachment.content_type) == (True, "shot", "image/png")
    assert files.read(attachment.file.sha256) == picture


# -- settled tickets


@pytest.fixture
def resolved(cast) -> Ticket:
    ticket = opened()
    resolve(ticket, actor=cast.actor("alan"), text="Die Warteschlange war angehalten; sie läuft wieder.")
    ticket.refresh_from_db()
    return ticket


REPLY = {"References": "<first@klinikum.example>"}


def test_a_later_word_of_the_requester_reopens(resolved):
    outcome = gate(mail(text="Er druckt wieder nicht.", headers=REPLY))
    resolved.refresh_from_db()
    assert (outcome.outcome, outcome.reason, resolved.state) == ("joined", "reopened", "open")


def test_thanks_reopen_nothing(resolved):
    outcome = gate(mail(text="Danke, läuft wieder!", headers=REPLY))
    resolved.refresh_from_db()
    assert (outcome.outcome, outcome.reason, resolved.state) == ("joined", "thanks", "resolved")


def test_after_ten_days_a_linked_ticket_opens(resolved):
    with clock.standing_at(clock.now() + timedelta(days=11)):
        outcome = gate(mail(text="Er druckt wieder nicht.", headers=REPLY))
    assert (outcome.outcome, outcome.reason) == ("opened", "resolved_long_ago")
    assert Ticket.objects.get(number=outcome.ticket).follows == resolved


def test_an_automatic_reply_is_filed_and_reopens_nothing(resolved):
    absent = {**REPLY, "Auto-Submitted": "auto-replied"}
    outcome = gate(mail(subject="Automatische Antwort: Drucker", text="Ich bin nicht im Haus.", headers=absent))
    resolved.refresh_from_db()
    assert (outcome.outcome, resolved.state) == ("joined", "resolved")
    assert Message.objects.latest("id").auto == "auto-reply"


# -- P03, P05, P06


def test_p05_the_same_mail_twice_is_one_and_another_with_its_id_is_kept():
    raw = mail(message_id="twice@klinikum.example")
    relayed = b"Received: from mx by store; Mon, 16 Nov 2026 09:00:01 +0100\r\n" + raw
    other = mail(message_id="twice@klinikum.example", text="Etwas ganz anderes.\n")
    assert [gate(one).outcome for one in (raw, raw, relayed, other, other)] == [
        "opened", "duplicate", "duplicate", "opened", "duplicate",
    ]  # fmt: skip
    assert Message.objects.count() == 2


def test_p05_two_mailboxes_keep_one_each(cast):
    make_mailbox("ward@haus.example", name="Ward", actor=system("test"))
    raw = mail(to="desk@haus.example, ward@haus.example")
    assert [gate(raw, box).outcome for box in ("desk@haus.example", "ward@haus.example") * 2] == [
        "opened", "opened", "duplicate", "duplicate",
    ]  # fmt: skip


def test_p05_any_order_of_repetitions_keeps_each_mail_once(record_property):
    chance = random.Random(5)
    made = [mail(message_id=f"m{n % 7}@x.example", text=f"Text {n}\n") for n in range(12)]
    made += [mail(message_id="", text=f"ohne {n}\n") for n in range(4)]
    seen: set[int] = set()
    steps = times(10_000, least=60)
    for _step in range(steps):
        which = chance.randrange(len(made))
        expected = "duplicate" if which in seen else "opened"
        assert gate(made[which]).outcome == expected
        seen.add(which)
    assert Incoming.objects.count() == Message.objects.count() == len(seen)
    record_property("figure", f"{steps:,} steps over {len(seen)} mails, 0 doubled, 0 lost")


@pytest.mark.parametrize(
    ("raw", "outcome", "reason"),
    [
        (b"", "quarantined", "sender_missing"),
        (b"\n\n\n", "quarantined", "sender_missing"),
        (b"Subject: only\n\nwords\n", "quarantined", "sender_missing"),
        (b"\x00\xff\xfe\x00" * 50, "quarantined", "sender_missing"),
        (b"From: rita@klinikum.example\nSubject: \x00null\n\nnull \x00 byte\n", "opened", "new"),
        (b"From: rita@klinikum.example\n\n", "opened", "new"),
        ("From: Rita <rita@klinikum.example>\nSubject: Grüße 8bit\n\nü\n".encode("latin-1"), "opened", "new"),
        (
            b"From: rita@klinikum.example\nSubject: cut\nContent-Type: multipart/mixed; boundary=b\n\n--b\n",
            "opened",
            "new",
        ),
    ],
)
def test_p03_hostile_bytes_are_kept_and_listed(raw, outcome, reason):
    done = gate(raw)
    assert (done.outcome, done.reason) == (outcome, reason)
    assert bytes(Incoming.objects.get().raw) == raw


def test_p03_a_very_long_mail_opens_a_ticket_and_is_whole_in_its_original():
    raw = mail(text="Zeile um Zeile Protokoll\n" * 70_000)
    outcome = gate(raw)
    assert outcome.outcome == "opened"
    assert len(Message.objects.get().text) == 1_000_000
    assert bytes(Incoming.objects.get().raw) == raw


def test_p03_more_files_than_a_ticket_takes_are_in_the_original():
    many = tuple((f"{n}.txt", "text/plain", b"x%d" % n) for n in range(103))
    outcome = gate(mail(attachments=many))
    assert outcome.outcome == "opened"
    assert Ticket.objects.get(number=outcome.ticket).attachments.count() == 100
    assert Incoming.objects.get().problems.count("attachment_left_in_original") == 3


def test_p03_mutated_mails_are_all_accounted_for(record_property):
    chance = random.Random(3)
    whole = mail(attachments=(("a.png", "image/png", b"\x89PNG" + b"0" * 300),))
    for _number in range(times(1_000, least=40)):
        raw = bytearray(whole)
        for _cut in range(chance.randrange(1, 12)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(6)] = chance.randbytes(chance.randrange(6))
        gate(bytes(raw))
    assert not Incoming.objects.filter(state="stored").exists()
    assert not Incoming.objects.filter(reason__in=["unreadable", "database"]).exists()
    shown = Message.objects.exclude(source_id=None).count()
    assert shown + Incoming.objects.exclude(outcome__in=["opened", "joined"]).count() == Incoming.objects.count()
    record_property(
        "figure", f"{Incoming.objects.count():,} mutated mails kept, {shown:,} of them in tickets, 0 dropped"
    )


def test_p01_what_was_stored_and_left_is_settled_later():
    keep(mail(), arrival_at("desk@haus.example"), door="lmtp")
    assert settle_waiting(actor=MAIL) == 0  # its process may still be at it
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        assert settle_waiting(actor=MAIL) == 1
        assert settle_waiting(actor=MAIL) == 0
    assert Incoming.objects.get().outcome == "opened"


def test_p04_a_mail_that_ends_its_readers_is_set_aside():
    kept = keep(mail(), arrival_at("desk@haus.example"), door="lmtp")
    Incoming.objects.filter(pk=kept.id).update(tries=5)
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        settle_waiting(actor=MAIL)
    assert Incoming.objects.get().reason == "unfinished"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Dreiklang-Loop": "{mark}"},
        {"From": "desk@haus.example"},
        {"From": "desk+ttt@haus.example"},
        {"Message-ID": "<dreiklang.{token}.abcdefabcdef.{mark}@haus.example>"},
    ],
)
def test_p06_our_own_mail_that_comes_back_ends_here(headers):
    filled = {k: v.format(mark=instance.mark(), token="a" * 32) for k, v in headers.items()}
    sender = filled.pop("From", "rita@klinikum.example")
    message_id = filled.pop("Message-ID", "<x@y.example>").strip("<>")
    outcome = gate(mail(sender, message_id=message_id, headers=filled))
    assert (outcome.outcome, outcome.reason) == ("ignored", "loop")


def test_p18_headers_of_others_have_no_effect(cast):
    ticket = opened()
    forged = {
        "X-Dreiklang-Loop": "somebody-else",
        "X-Dreiklang-Ticket": str(ticket.number),
        "X-Dreiklang-Actor": "alan",
        "Authentication-Results": "evil.example; dmarc=pass header.from=klinikum.example",
    }
    outcome = gate(mail(subject=f"[#{ticket.number}] Frage", headers=forged))
    assert (outcome.outcome, outcome.reason) == ("held", "sender_not_proven")


def test_a_bounce_marks_the_message_it_answers(cast):
    from dreiklang.tickets.commands.conversation import write_message
    from dreiklang.tickets.commands.delivery import message_sent

    ticket = opened()
    message = write_message(ticket, actor=cast.actor("alan"), text="Bitte neu starten.")
    message_sent(message.pk, actor=MAIL)
    ours = threads.make_message_id(mark=instance.mark(), host="haus.example")
    remember(ours, ticket_id=ticket.pk, is_ours=True, addresses=["rita@klinikum.example"], said_id=message.pk)
    report = (
        "From: MAILER-DAEMON@klinikum.example\nTo: desk@haus.example\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <dsn1@klinikum.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nNot delivered.\n\n--b\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.klinikum.example\n\n"
        "Final-Recipient: rfc822; rita@klinikum.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n--b\nContent-Type: message/rfc822\n\n"
        f"From: desk@haus.example\nMessage-ID: <{ours}>\nSubject: x\n\nx\n\n--b--\n"
    ).encode()
    outcome = gate(report)
    message.refresh_from_db()
    assert (outcome.outcome, outcome.reason, message.delivery) == ("ignored", "bounce", "failed")
    assert Ticket.objects.count() == 1


def test_what_a_settled_mail_was_decided_on_is_listed(cast):
    from dreiklang.channels.gate import queries

    opened(headers=dmarc_pass())
    gate(mail("wer@fremd.example", subject="Werbung"))
    ada = cast.actor("ada")
    assert queries.counters(ada) == {
        "stored": 0, "opened": 1, "joined": 0, "held": 1, "ignored": 0, "quarantined": 0,
    }  # fmt: skip
    assert [m.sender for m in queries.came_in(ada).mails] == ["wer@fremd.example", "rita@klinikum.example"]
    assert [m.subject for m in queries.came_in(ada, words="werb").mails] == ["Werbung"]
    assert not queries.came_in(cast.actor("zoe")).mails


@pytest.mark.parametrize(
    ("method", "is_wish"), [("REPLY", False), ("CANCEL", False), ("REQUEST", True), ("COUNTER", True)]
)
def test_what_a_calendar_wants_decides_and_not_the_words_of_its_subject(cast, method, is_wish):
    calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n".encode()
    raw = mail(subject="Přijato: Termín", attachments=(("i.ics", "text/calendar", calendar),))
    outcome = gate(raw.replace(b"Content-Disposition: attachment", b"Content-Disposition: inline"))
    assert outcome.outcome == ("opened" if is_wish else "ignored")
