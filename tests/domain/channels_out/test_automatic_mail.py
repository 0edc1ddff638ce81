"""Mails nobody typed: acknowledgements, news for agents, links. Counted, and without others' words."""

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.share import times

from dreiklang.accounts.commands.links import mail_link
from dreiklang.accounts.models import Account
from dreiklang.accounts.rules import INVITATION, SIGN_IN
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox, Thread
from dreiklang.channels.webhooks import commands as hooks
from dreiklang.kernel import clock
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Address, Person
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.jobs import bring_back, close_silent
from dreiklang.tickets.models import Ticket

MAIL = system("mail")
BAIT = "Cheap-pills https://evil.example/win"


def send_after(**span: float) -> int:
    """Send what is due some time from now."""
    with clock.standing_at(clock.now() + timedelta(**span)):
        return send_due()


def came_in(person: Person, *, text: str = BAIT, proven: bool = True, auto: str = "none", address: str = "") -> Ticket:
    """A mail as the gate brings it in."""
    ticket = open_ticket(person, actor=MAIL, subject=BAIT, channel="mail")
    receive_message(
        ticket, actor=MAIL, author=person, text=text, subject=BAIT, is_sender_proven=proven, auto=auto,
        author_name=BAIT, author_address=address or person.addresses.get().value,
    )  # fmt: skip
    return ticket


def test_p21_an_acknowledgement_holds_the_number_and_not_one_word_of_the_sender(
    cast: Cast, mailbox: Mailbox, sink
) -> None:
    stranger = Person.objects.create(organization=cast.organizations["clinic"], name=BAIT, sort_key="x")
    Address.objects.create(person=stranger, value="victim@elsewhere.example", folded="victim@elsewhere.example")
    ticket = came_in(stranger, proven=False)
    assert send_due() == 1
    (taken,) = sink.taken
    assert taken.recipients == ["victim@elsewhere.example"]
    for word in ("pills", "evil", "win"):
        assert word not in taken.raw.decode() + taken.text + taken.html
    assert str(ticket.number) in taken.text
    assert taken.mail["Subject"] == f"[#{ticket.number}] Ihre Nachricht ist angekommen"
    assert taken.mail["Auto-Submitted"] == "auto-replied"
    assert "/t/escalate/" not in taken.text + taken.html
    assert taken.sender == "<>" or not taken.sender


def test_a_proven_sender_gets_the_link_to_escalate(cast: Cast, mailbox: Mailbox, sink) -> None:
    came_in(cast.rita, proven=True)
    assert send_due() == 1
    (taken,) = sink.taken
    assert "/t/escalate/" in taken.text
    assert "/t/escalate/" in taken.html


def test_p21_a_victim_gets_one_acknowledgement_an_hour(cast: Cast, mailbox: Mailbox, sink, record_property) -> None:
    submissions = times(1_000, least=12)
    for _submission in range(submissions):
        came_in(cast.rita, proven=False, address="victim@elsewhere.example")
    while send_due():
        continue
    assert [t.recipients for t in sink.taken] == [["victim@elsewhere.example"]]
    assert OutgoingMail.objects.filter(state="dropped", reason="too_many").count() == submissions - 1
    record_property("figure", f"{submissions:,} submissions for one victim, 1 mail within the hour")
    with clock.standing_at(clock.now() + timedelta(minutes=61)):
        came_in(cast.rita, proven=False, address="victim@elsewhere.example")
        send_due()
    assert len(sink.taken) == 2


def test_p21_an_acknowledgement_put_off_leaves_later(cast: Cast, mailbox: Mailbox, sink) -> None:
    sink.answers["DATA"] = "451 busy"
    came_in(cast.rita, proven=False)
    send_due()
    sink.answers.clear()
    send_after(minutes=2)
    assert len(sink.taken) == 1


def test_p06_automatic_mail_and_our_own_are_never_answered(cast: Cast, mailbox: Mailbox, sink) -> None:
    came_in(cast.rita, auto="auto-reply")
    came_in(cast.rita, address="desk+t00000000000000000000000000000000@haus.example")
    send_due()
    assert not sink.taken
    assert set(OutgoingMail.objects.values_list("reason", flat=True)) == {"automatic", "own_address"}


def test_who_is_written_to_first_gets_no_acknowledgement(cast: Cast, mailbox: Mailbox, sink) -> None:
    open_ticket(cast.rita, actor=cast.actor("alan"), subject="We found something", channel="mail")
    open_ticket(cast.rita, actor=cast.actor("alan"), subject="She called", channel="phone")
    assert not OutgoingMail.objects.exists()


def test_a_portal_ticket_is_acknowledged_if_there_is_an_address(cast: Cast, mailbox: Mailbox, sink) -> None:
    open_ticket(cast.rita, actor=cast.actor("rita"), subject="Printer", channel="portal")
    cast.karl.addresses.all().delete()
    open_ticket(cast.karl, actor=cast.actor("karl"), subject="Printer", channel="portal")
    send_due()
    assert [t.recipients for t in sink.taken] == [["rita@klinikum.example"]]


def test_news_tell_number_subject_and_where_and_never_the_note(cast: Cast, ticket: Ticket, sink) -> None:
    write_note(ticket, actor=cast.actor("alan"), text="The password was secret-canary", mentioned=[cast.berta])
    send_due()
    (taken,) = sink.taken
    assert taken.recipients == ["berta@haus.example"]
    assert taken.mail["Auto-Submitted"] == "auto-generated"
    assert taken.mail["X-Dreiklang-Loop"]
    assert f"/tickets/{ticket.number}" in taken.text
    assert ticket.subject in taken.text
    assert "secret-canary" not in taken.text + taken.html


def test_p17_an_answer_to_news_comes_back_with_a_token_bound_to_that_person(cast: Cast, ticket: Ticket, sink) -> None:
    write_note(ticket, actor=cast.actor("alan"), text="Look", mentioned=[cast.berta, cast.carl])
    send_due()
    for taken in sink.taken:
        thread = Thread.objects.get(token=threads.tokens_in([taken.mail["Reply-To"]])[0])
        own = threads.parse_message_id(taken.mail["Message-ID"])
        assert own is not None
        assert own.thread == thread.token
        assert thread.purpose == threads.NOTE
        assert thread.person is not None
        assert [thread.person.addresses.get().value] == taken.recipients


def test_p29_who_lost_sight_in_the_meantime_gets_nothing(cast: Cast, ticket: Ticket, sink) -> None:
    assign(ticket, actor=cast.actor("max"), person=cast.alan)
    Account.objects.filter(person=cast.alan).update(is_active=False)
    send_due()
    assert not sink.taken
    assert OutgoingMail.objects.get().reason == "lost_sight"


def test_p29_a_restricted_ticket_is_no_news_for_who_may_not_see_it(cast: Cast, ticket: Ticket, sink) -> None:
    write_note(ticket, actor=cast.actor("alan"), text="Look", mentioned=[cast.berta])
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True)
    send_due()
    assert not sink.taken


def test_who_wants_no_mail_gets_none(cast: Cast, ticket: Ticket, sink) -> None:
    Account.objects.filter(person=cast.berta).update(preferences={"notify.mail": []})
    write_note(ticket, actor=cast.actor("alan"), text="Look", mentioned=[cast.berta])
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("purpose", [SIGN_IN, INVITATION])
def test_a_link_is_mailed_and_dropped_once_it_is_too_old(cast: Cast, mailbox: Mailbox, sink, purpose: str) -> None:
    account = cast.rita.account
    assert account is not None
    mail_link(account, purpose=purpose, address=account.login, actor=system("accounts"), name="Rita Weber")
    send_due()
    (taken,) = sink.taken
    assert "http" in taken.text
    assert taken.mail["To"] == "Rita Weber <rita@klinikum.example>"
    mail_link(account, purpose=purpose, address=account.login, actor=system("accounts"))
    send_after(days=8)
    assert OutgoingMail.objects.latest("id").reason == "too_old"
    assert "http" not in str(OutgoingMail.objects.values_list())


def test_silence_closes_and_says_so_with_the_way_back(cast: Cast, ticket: Ticket, sink) -> None:
    resolve(ticket, actor=cast.actor("alan"), text="The port is open again.")
    send_after(seconds=11)
    close_silent(0)
    ticket.refresh_from_db()
    assert ticket.state == "resolved"
    with clock.standing_at(ticket.closes_at + timedelta(seconds=1)):
        close_silent(0)
        send_due()
        close_silent(0)
        send_due()
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert len(sink.taken) == 2
    assert "/t/reopen/" in sink.taken[1].text
    assert "/t/confirm/" not in sink.taken[1].text
    assert [line.event.code for line in lines_about("ticket", [ticket.pk])].count("ticket.closed") == 1


def test_p09_a_paused_ticket_comes_back_once(cast: Cast, ticket: Ticket) -> None:
    from dreiklang.tickets.commands.pausing import pause

    until = clock.now() + timedelta(hours=2)
    pause(ticket, actor=cast.actor("alan"), reason="date", until=until)
    bring_back(0)
    ticket.refresh_from_db()
    assert ticket.state == "waiting"
    with clock.standing_at(until):
        bring_back(0)
        bring_back(0)
    ticket.refresh_from_db()
    assert ticket.state == "open"
    resumed = [line.event for line in lines_about("ticket", [ticket.pk]) if line.event.code == "ticket.resumed"]
    assert [event.because for event in resumed] == ["date"]


@pytest.mark.parametrize(("why", "says"), [("failing", "drei Tage lang keinen Aufruf"), ("gone", "für immer fort")])
def test_who_made_a_webhook_reads_that_it_was_switched_off(cast: Cast, mailbox, sink, why: str, says: str) -> None:
    hook, _secret = hooks.make_hook(
        "Inventar", actor=cast.actor("ada"), url="https://firm.example/hook", events=["ticket.opened"]
    )
    hooks.switch_off(hook, actor=system("webhooks"), why=why)
    send_due()
    (taken,) = sink.taken
    assert taken.recipients == ["ada@haus.example"]
    assert says in taken.text
    assert f"/control/webhooks/{hook.pk}/" in taken.text
    assert taken.mail["Auto-Submitted"] == "auto-generated"
    hooks.change_hook(hook, actor=cast.actor("ada"), is_active=True)
    hooks.switch_off(hook, actor=system("webhooks"), why=why)
    cast.ada.account.roles = ["agent"]
    cast.ada.account.save()
    send_due()
    assert len(sink.taken) == 1, "who does not administer any more hears nothing"
