"""'Thank you' mails: filed, seen, and nothing else; what may be more than thanks opens the ticket again."""

from __future__ import annotations

import base64

import pytest
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.attaching import Upload, attach
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

REPLY = {"References": "<first@klinikum.example>"}
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 40
PASTED = (
    b"From: rita@klinikum.example\nTo: desk@haus.example\nSubject: Re: Drucker\nMessage-ID: <pic@klinikum.example>\n"
    b"References: <first@klinikum.example>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    b'--b\nContent-Type: text/html\n\n<p>Danke!</p><img src="cid:shot">\n--b\nContent-Type: image/png\n'
    b"Content-ID: <shot>\nContent-Disposition: inline; filename=shot.png\nContent-Transfer-Encoding: base64\n\n"
    + base64.encodebytes(PICTURE)
    + b"--b--\n"
)


def gate(raw: bytes) -> str:
    return take_in(raw, mailbox="desk@haus.example", actor=system("mail")).reason


@pytest.fixture
def ticket(cast) -> Ticket:
    gate(mail(message_id="first@klinikum.example"))
    return Ticket.objects.get()


@pytest.fixture
def resolved(cast, ticket) -> Ticket:
    resolve(ticket, actor=cast.actor("alan"), text="Die Warteschlange war angehalten; sie läuft wieder.")
    ticket.refresh_from_db()
    return ticket


def test_thanks_are_filed_and_marked_and_do_not_stop_the_closing(resolved):
    closes_at, version = resolved.closes_at, resolved.version
    assert gate(mail(text="Vielen Dank, Herr Yildiz!\n\nRita Weber", headers=REPLY)) == "thanks"
    resolved.refresh_from_db()
    assert (resolved.state, resolved.closes_at, resolved.version) == ("resolved", closes_at, version)
    assert resolved.messages.order_by("-id").first().gratitude == "thanks"


def test_a_name_of_nobody_here_is_more_than_thanks(resolved):
    assert gate(mail(text="Danke, Frau Krüger!", headers=REPLY)) == "reopened"


def test_a_screenshot_pasted_under_thanks_is_more_than_thanks(resolved):
    assert gate(PASTED) == "reopened"


def test_the_logo_of_a_signature_that_came_before_does_not_count(resolved):
    attach(Message.objects.first(), [Upload("logo.png", "image/png", PICTURE, True, "shot")], ticket=resolved)
    assert gate(PASTED) == "thanks"


def test_mere_thanks_leave_our_question_open(cast, ticket):
    pause(ticket, actor=cast.actor("alan"), reason="requester")
    gate(mail(text="Danke für die Info.", headers=REPLY))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("waiting", 2)


def test_thanks_with_good_news_answer_our_question(cast, ticket):
    pause(ticket, actor=cast.actor("alan"), reason="requester")
    gate(mail(text="Danke, läuft wieder!", headers=REPLY))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.last_word_by) == ("open", "requester")
