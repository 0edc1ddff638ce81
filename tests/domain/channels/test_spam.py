"""Spam and blocked senders: held, not answered, not lost; what was wrong comes through as if it had just come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.mails import dmarc_pass, mail

from dreiklang.channels.gate.commands import block_sender, call_spam, not_spam, take_in, unblock_sender
from dreiklang.channels.gate.queries import held_waiting, spam_for_review
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import BlockedSender, Held, Incoming
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]

SPAMMER = "Cheap Pills <win@pills.example>"


def gate(raw: bytes):
    return take_in(raw, mailbox="desk@haus.example", actor=system("mail"))


@pytest.mark.parametrize("pattern", ["win@pills.example", "WIN@Pills.Example ", "@pills.example", "pills.example"])
def test_a_blocked_sender_is_held_for_review_and_nothing_is_answered(cast, pattern):
    block_sender(pattern, actor=cast.actor("alan"), reason="pills")
    outcome = gate(mail(SPAMMER))
    assert (outcome.outcome, outcome.reason) == ("held", "blocked")
    assert not Ticket.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not Person.objects.filter(name="Cheap Pills").exists()
    assert not held_waiting(cast.actor("alan")).exists()
    assert spam_for_review(cast.actor("alan")).get().sender_address == "win@pills.example"


def test_a_domain_stands_for_those_below_it_and_for_no_other(cast):
    block_sender("@pills.example", actor=cast.actor("alan"))
    assert gate(mail("a@mx.pills.example")).reason == "blocked"
    assert gate(mail("a@notpills.example")).reason == "no_home"


def test_a_blocked_requester_who_answers_is_held_too(cast):
    gate(mail(message_id="first@klinikum.example"))
    block_sender("rita@klinikum.example", actor=cast.actor("alan"))
    outcome = gate(mail(headers={"References": "<first@klinikum.example>"}))
    assert (outcome.outcome, outcome.reason) == ("held", "blocked")


@pytest.mark.parametrize(
    "header", [("X-Spam-Flag", "YES"), ("X-Spam-Status", "Yes, score=9.1 required=5.0"), ("X-Spam", "true")]
)
def test_the_relays_mark_is_honoured_for_what_would_open(cast, header):
    outcome = gate(mail(headers=dict([header])))
    assert (outcome.outcome, outcome.reason) == ("held", "marked_spam")


@pytest.mark.parametrize("header", [("X-Spam-Flag", "NO"), ("X-Spam-Status", "No, score=-1.9")])
def test_a_relay_that_says_no_holds_nothing(cast, header):
    assert gate(mail(headers=dict([header]))).outcome == "opened"


def test_in_a_running_conversation_the_relays_mark_holds_nothing(cast):
    gate(mail(message_id="first@klinikum.example"))
    marked = {"References": "<first@klinikum.example>", "X-Spam-Flag": "YES"}
    assert gate(mail(headers=marked)).outcome == "joined"


def test_not_spam_comes_through_as_if_it_had_just_come_under_its_own_date(cast):
    came_at = clock.now() - timedelta(days=3)
    with clock.standing_at(came_at):
        gate(mail(headers={"X-Spam-Flag": "YES", **dmarc_pass()}))
    ticket = not_spam(Held.objects.get(), actor=cast.actor("alan"))
    message = Message.objects.get()
    assert message.said_at == came_at
    assert ticket.opened_at > came_at
    assert ticket.requester == cast.rita
    assert Incoming.objects.get().outcome == "opened"
    assert OutgoingMail.objects.get().kind == "received"
    assert not spam_for_review(cast.actor("alan")).exists()
    with pytest.raises(WrongState):
        not_spam(Held.objects.get(), actor=cast.actor("alan"))


def test_not_spam_of_an_answer_joins_its_ticket(cast):
    gate(mail(message_id="first@klinikum.example"))
    blocked = block_sender("rita@klinikum.example", actor=cast.actor("alan"))
    gate(mail(headers={"References": "<first@klinikum.example>"}))
    joined = not_spam(Held.objects.get(), actor=cast.actor("alan"))
    assert joined.messages.count() == 2
    assert Held.objects.get().settlement == "joined"
    assert BlockedSender.objects.get(pk=blocked.pk).ended_at is None


def test_not_spam_of_a_stranger_is_held_for_the_first_level(cast):
    gate(mail(SPAMMER, headers={"X-Spam-Flag": "YES"}))
    assert not_spam(Held.objects.get(), actor=cast.actor("alan")) is None
    assert held_waiting(cast.actor("alan")).get().reason == "no_home"


def test_a_ticket_is_called_spam_closes_in_silence_and_comes_back(cast):
    gate(mail())
    ticket = Ticket.objects.get()
    held = call_spam(ticket, actor=cast.actor("alan"), block="address")
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert not OutgoingMail.objects.exclude(state="dropped").exists()
    assert gate(mail()).reason == "blocked"
    again = not_spam(held, actor=cast.actor("alan"))
    assert (again.pk, again.state) == (ticket.pk, "open")


def test_after_ten_days_a_ticket_called_spam_comes_back_as_a_linked_one(cast):
    gate(mail())
    held = call_spam(Ticket.objects.get(), actor=cast.actor("alan"))
    with clock.standing_at(clock.now() + timedelta(days=11)):
        again = not_spam(held, actor=cast.actor("alan"))
    assert again.follows == Ticket.objects.order_by("id").first()


def test_what_was_answered_is_no_spam_any_more(cast):
    gate(mail())
    write_message(Ticket.objects.get(), actor=cast.actor("alan"), text="Seit wann?")
    with pytest.raises(WrongState):
        call_spam(Ticket.objects.get(), actor=cast.actor("alan"), block="address")
    assert not BlockedSender.objects.exists()


def test_a_blocking_ends_by_its_date_and_by_hand_and_can_begin_again(cast):
    ada = cast.actor("ada")
    block_sender("win@pills.example", actor=ada, until=clock.now() + timedelta(days=1))
    with clock.standing_at(clock.now() + timedelta(days=2)):
        assert gate(mail(SPAMMER)).reason == "no_home"
        blocked = block_sender("win@pills.example", actor=ada)
        assert gate(mail(SPAMMER)).reason == "blocked"
        unblock_sender(blocked, actor=ada)
        assert gate(mail(SPAMMER)).reason == "no_home"
    assert BlockedSender.objects.count() == 2


@pytest.mark.parametrize(
    "pattern",
    ["", "x", "@", "a b@c.example", "desk@haus.example", "@haus.example", "@klinikum.example", "example", "@com"],
)
def test_what_must_not_be_blocked_is_refused_by_name(cast, pattern):
    with pytest.raises(Invalid) as refused:
        block_sender(pattern, actor=cast.actor("ada"))
    assert "pattern" in refused.value.fields


@pytest.mark.parametrize("name", ["berta", "carl", "eve", "victor", "rita", "zoe"])
def test_only_the_first_level_and_who_runs_the_desk_decide(cast, name):
    gate(mail(headers={"X-Spam-Flag": "YES"}))
    with pytest.raises(NotAllowed):
        block_sender("win@pills.example", actor=cast.actor(name))
    with pytest.raises(NotAllowed):
        not_spam(Held.objects.get(), actor=cast.actor(name))
    assert not spam_for_review(cast.actor(name)).exists()
