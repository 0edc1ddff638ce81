"""What is written leaves once, ten seconds later, as a mail that answers find back."""

from datetime import timedelta

import pytest
from django.db import transaction
from tests.cast import Cast

from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import KnownMessageId, Mailbox, Thread
from dreiklang.kernel import clock, instance, reactions
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.teams.models import Membership
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.corresponding import withdraw_correspondence, write_to_third_party
from dreiklang.tickets.commands.participation import add_participant
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Message, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def send_after(seconds: float) -> int:
    """Send what is due some seconds from now."""
    with clock.standing_at(clock.now() + timedelta(seconds=seconds)):
        return send_due()


def test_an_answer_leaves_after_ten_seconds_and_not_before(cast: Cast, ticket: Ticket, sink) -> None:
    with clock.standing_at(clock.now()):
        message = write_message(ticket, actor=cast.actor("alan"), text="Since when?")
        assert send_after(9) == 0
        assert send_after(10.1) == 1
    assert send_after(60) == 0
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.SENT
    assert [t.recipients for t in sink.taken] == [["rita@klinikum.example"]]
    codes = [line.event.code for line in lines_about("ticket", [ticket.pk])]
    assert codes.count("message.sent") == 1


def test_the_mail_says_who_writes_and_for_whom(cast: Cast, ticket: Ticket, sink) -> None:
    Membership.objects.filter(person=cast.alan).update(signature="Telefon 1234")
    cast.teams["desk"].signature = "Haus-IT, Ebene 2"
    cast.teams["desk"].save()
    add_participant(ticket, actor=cast.actor("alan"), address="station4a@klinikum.example", name="Station 4A")
    write_message(ticket, actor=cast.actor("alan"), text="Seit wann?\n\nViele Grüße")
    send_after(11)
    (taken,) = sink.taken
    assert taken.mail["From"] == "Alan Yildiz via Service Desk <desk@haus.example>"
    assert taken.mail["To"] == "Rita Weber <rita@klinikum.example>"
    assert taken.mail["Cc"] == "Station 4A <station4a@klinikum.example>"
    assert taken.mail["Subject"] == f"[#{ticket.number}] Label printers do not print"
    assert taken.mail["Auto-Submitted"] is None
    assert taken.sender == "desk@haus.example"
    assert "Seit wann?" in taken.text
    assert "Alan Yildiz\nService Desk\nTelefon 1234\nHaus-IT, Ebene 2" in taken.text.replace("\r\n", "\n")
    assert "<p" in taken.html
    assert "Telefon 1234<br>Haus-IT, Ebene 2" in taken.html


def test_answers_find_the_ticket_back_by_reference_and_by_address(cast: Cast, ticket: Ticket, sink) -> None:
    write_message(ticket, actor=cast.actor("alan"), text="First")
    send_after(11)
    write_message(ticket, actor=cast.actor("alan"), text="Second")
    send_after(11)
    first, second = (t.mail for t in sink.taken)
    assert second["References"].split() == [first["Message-ID"]]
    assert second["In-Reply-To"] == first["Message-ID"]
    own = threads.parse_message_id(first["Message-ID"])
    assert own is not None
    assert own.mark == instance.mark()
    token = threads.tokens_in([first["Reply-To"]])[0]
    assert Thread.objects.get(token=token).purpose == threads.REQUESTER
    known = KnownMessageId.objects.get(message_id=first["Message-ID"].strip("<>"))
    assert (known.ticket_id, known.addresses) == (ticket.pk, ["rita@klinikum.example"])


def test_what_is_called_back_never_leaves(cast: Cast, ticket: Ticket, sink) -> None:
    alan = cast.actor("alan")
    withdraw_message(write_message(ticket, actor=alan, text="Wrong words"), actor=alan)
    assert send_after(60) == 0
    assert not sink.taken


def test_words_to_a_third_party_are_called_back_like_an_answer(cast: Cast, ticket: Ticket, sink) -> None:
    alan = cast.actor("alan")
    to = {"party_name": "Hersteller", "party_address": "help@hersteller.example"}
    letter = withdraw_correspondence(write_to_third_party(ticket, actor=alan, text="Wrong vendor", **to), actor=alan)
    assert letter.delivery == Message.Delivery.WITHDRAWN
    assert send_after(60) == 0
    assert not sink.taken
    gone = write_to_third_party(ticket, actor=alan, text="Right vendor", **to)
    assert send_after(11) == 1
    with pytest.raises(WrongState):
        withdraw_correspondence(gone, actor=alan)


def test_a_solution_called_back_leaves_the_ticket_open(cast: Cast, ticket: Ticket, sink) -> None:
    alan = cast.actor("alan")
    solution = resolve(ticket, actor=alan, text="Wrong ticket")
    assert solution.message is not None
    withdraw_message(solution.message, actor=alan)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolved_at, ticket.closes_at) == ("open", None, None)
    resolve(ticket, actor=alan, text="Now it prints")
    assert send_after(11) == 1
    assert "Now it prints" in sink.taken[0].text


def test_what_has_left_cannot_be_called_back(cast: Cast, ticket: Ticket, sink) -> None:
    alan = cast.actor("alan")
    message = write_message(ticket, actor=alan, text="Since when?")
    OutgoingMail.objects.filter(said=message).update(state="sending", tries=1)
    with pytest.raises(WrongState):
        withdraw_message(message, actor=alan)
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.WAITING


def test_p08_what_is_rolled_back_sends_nothing(cast: Cast, ticket: Ticket, sink) -> None:
    with transaction.atomic():
        write_message(ticket, actor=cast.actor("alan"), text="Never said")
        transaction.set_rollback(True)
    assert OutgoingMail.objects.count() == 0
    assert send_after(60) == 0


def test_histories_made_afterwards_mail_nobody(cast: Cast, ticket: Ticket, sink) -> None:
    with reactions.later_ones_withheld():
        message = write_message(ticket, actor=cast.actor("alan"), text="Long ago")
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.SENT
    assert send_after(60) == 0


def test_pictures_stand_inside_and_files_beside(cast: Cast, ticket: Ticket, sink) -> None:
    write_message(
        ticket,
        actor=cast.actor("alan"),
        text="See the picture",
        html='<p>See <img src="cid:p1"></p><script>alert(1)</script>',
        attachments=[
            Upload("shot.png", "image/png", PNG, is_inline=True, content_id="p1"),
            Upload("Übersicht 1.pdf", "application/pdf", b"%PDF-1.4"),
        ],
    )
    send_after(11)
    mail = sink.taken[0].mail
    (picture,) = [p for p in mail.walk() if p.get_content_type() == "image/png"]
    name = picture["Content-ID"].strip("<>")
    assert f"cid:{name}" in sink.taken[0].html
    assert "script" not in sink.taken[0].html
    assert picture.get_content() == PNG
    assert [a.get_filename() for a in mail.iter_attachments()] == ["Übersicht 1.pdf"]


def test_the_solution_asks_whether_it_works_and_says_when_it_closes(cast: Cast, ticket: Ticket, sink) -> None:
    resolve(ticket, actor=cast.actor("alan"), text="The port is open again.")
    send_after(11)
    text = sink.taken[0].text
    assert "/t/confirm/" in text
    assert "/t/reopen/" in text
    ticket.refresh_from_db()
    assert f"{ticket.closes_at:%Y}" in text
    assert "Ja, Ticket schließen</a>" in sink.taken[0].html


def test_a_third_party_gets_its_own_thread(cast: Cast, ticket: Ticket, sink) -> None:
    write_message(ticket, actor=cast.actor("alan"), text="We ask the vendor")
    send_after(11)
    words = write_to_third_party(
        ticket, actor=cast.actor("alan"), party_name="Hersteller", party_address="help@hersteller.example", text="Log?"
    )
    send_after(11)
    mail = sink.taken[1].mail
    assert sink.taken[1].recipients == ["help@hersteller.example"]
    assert mail["References"] is None
    token = threads.tokens_in([mail["Reply-To"]])[0]
    thread = Thread.objects.get(token=token)
    assert (thread.purpose, thread.address) == (threads.PARTY, "help@hersteller.example")
    words.refresh_from_db()
    assert words.delivery == Message.Delivery.SENT


def test_the_mailbox_of_the_team_writes(cast: Cast, ticket: Ticket, mailbox: Mailbox, sink) -> None:
    Mailbox.objects.create(
        address="desk2@haus.example", name="Level 1", team=cast.teams["desk"], smtp_host="127.0.0.1",
        smtp_port=sink.port, smtp_tls="none", made_at=clock.now(),
    )  # fmt: skip
    write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    send_after(11)
    assert sink.taken[0].mail["From"] == "Alan Yildiz via Level 1 <desk2@haus.example>"


def test_without_a_server_the_mail_waits_and_says_why(cast: Cast, ticket: Ticket, mailbox: Mailbox, settings) -> None:
    mailbox.smtp_host = ""
    mailbox.save()
    message = write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    send_after(11)
    mail = OutgoingMail.objects.get(said=message)
    assert (mail.state, mail.reason) == ("waiting", "no_server")


def test_the_demo_writes_mails_into_files(cast: Cast, ticket: Ticket, mailbox: Mailbox, settings, tmp_path) -> None:
    settings.OUTBOX_FILES, settings.HOME = True, tmp_path
    mailbox.smtp_host = ""
    mailbox.save()
    write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    send_after(11)
    (file,) = (tmp_path / "outbox").iterdir()
    assert b"Since when?" in file.read_bytes()
