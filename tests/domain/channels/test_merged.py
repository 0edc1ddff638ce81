"""Mails about a merged ticket: they reach the one it goes on in, and nobody gets in by that (P16, P17, P19)."""

from __future__ import annotations

import pytest
from tests.mails import dmarc_pass, mail

from dreiklang.channels.gate.commands import join_held, take_in
from dreiklang.channels.gate.queries import held_waiting
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.threading import remember, token_for
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.merging import merge, part
from dreiklang.tickets.models import Correspondence, Message, Note, Ticket
from dreiklang.tickets.policy import messages_visible_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mailbox")]
MAIL = system("mail")


def opened(sender: str, message_id: str) -> Ticket:
    """A ticket by mail, with somebody in Cc."""
    outcome = take_in(
        mail(sender, message_id=message_id, headers={"Cc": "copy@klinikum.example"}),
        mailbox="desk@haus.example",
        actor=MAIL,
    )
    return Ticket.objects.get(number=outcome.ticket)


@pytest.fixture
def two(cast) -> tuple[Ticket, Ticket]:
    """Karl's ticket goes on in Rita's."""
    survivor = opened("rita@klinikum.example", "rita@klinikum.example")
    merged = opened("karl@klinikum.example", "karl@klinikum.example")
    merge(merged, actor=cast.actor("alan"), into=survivor)
    merged.refresh_from_db()
    return merged, survivor


def answer(sender: str, *, tie: str, merged: Ticket, proved: bool = True):
    to, subject, headers = "desk@haus.example", "Nachtrag", {}
    if proved:
        headers |= dmarc_pass(sender.partition("@")[2])
    if tie == "token":
        to = threads.reply_address(to, token_for(merged.pk, purpose=threads.REQUESTER))
    elif tie == "reference":
        headers["References"] = "<karl@klinikum.example>"
    elif tie == "number":
        subject = f"AW: [#{merged.number}] Drucker"
    return take_in(mail(sender, to=to, subject=subject, headers=headers), mailbox="desk@haus.example", actor=MAIL)


@pytest.mark.parametrize("tie", ["token", "reference", "number"])
def test_a_later_mail_reaches_the_survivor(two: tuple[Ticket, Ticket], tie: str) -> None:
    merged, survivor = two
    outcome = answer("karl@klinikum.example", tie=tie, merged=merged)
    assert (outcome.outcome, outcome.ticket) == ("joined", survivor.number)
    said = Message.objects.latest("id")
    assert (said.ticket_id, said.meant_for_id) == (survivor.pk, merged.pk)


@pytest.mark.parametrize(
    ("sender", "tie", "proved", "outcome"),
    [
        ("zoe@werk.example", "reference", True, "held"),
        ("zoe@werk.example", "number", True, "held"),
        ("stranger@klinikum.example", "reference", True, "held"),
        ("karl@klinikum.example", "number", False, "held"),
        ("copy@klinikum.example", "reference", True, "joined"),
        ("copy@klinikum.example", "number", True, "held"),
        ("alan@haus.example", "reference", True, "held"),
    ],
)
def test_p16_a_merge_opens_no_door(
    two: tuple[Ticket, Ticket], sender: str, tie: str, proved: bool, outcome: str
) -> None:
    assert answer(sender, tie=tie, merged=two[0], proved=proved).outcome == outcome


def test_p19_who_writes_to_a_merged_ticket_reads_no_earlier_word(cast, two: tuple[Ticket, Ticket]) -> None:
    merged, survivor = two
    answer("karl@klinikum.example", tie="reference", merged=merged)
    karl = cast.actor("karl").limited_to(frozenset({"portal.use"}))
    late = Message.objects.latest("id")
    first_of = {t.pk: t.messages.order_by("id").first().pk for t in two}
    assert set(messages_visible_to(karl, merged).values_list("pk", flat=True)) == {first_of[merged.pk], late.pk}
    rita = cast.actor("rita")
    assert set(messages_visible_to(rita, survivor).values_list("pk", flat=True)) == {first_of[survivor.pk], late.pk}


def test_a_third_party_and_an_agents_note_follow_the_merge(cast, two: tuple[Ticket, Ticket]) -> None:
    merged, survivor = two
    party = token_for(merged.pk, purpose=threads.PARTY, address="a@hersteller.example")
    to = threads.reply_address("desk@haus.example", party)
    take_in(mail("a@hersteller.example", to=to, subject="Re"), mailbox="desk@haus.example", actor=MAIL)
    assert Correspondence.objects.get().ticket_id == survivor.pk
    token = token_for(merged.pk, purpose=threads.NOTE, person_id=cast.alan.pk)
    to = threads.reply_address("desk@haus.example", token)
    take_in(
        mail("alan@haus.example", to=to, subject="Re", headers=dmarc_pass("haus.example")),
        mailbox="desk@haus.example",
        actor=MAIL,
    )
    assert Note.objects.get().ticket_id == survivor.pk


def test_a_held_mail_that_claims_a_merged_ticket_joins_the_survivor(cast, two: tuple[Ticket, Ticket]) -> None:
    merged, survivor = two
    assert answer("stranger@klinikum.example", tie="number", merged=merged).outcome == "held"
    [held] = held_waiting(cast.actor("alan"))
    assert join_held(held, actor=cast.actor("alan"), ticket=merged).pk == survivor.pk
    assert Message.objects.latest("id").ticket_id == survivor.pk


def test_chains_lead_to_the_end_and_after_parting_mails_go_home(cast, two: tuple[Ticket, Ticket]) -> None:
    merged, survivor = two
    last = opened("rita@klinikum.example", "third@klinikum.example")
    second = merge(survivor, actor=cast.actor("alan"), into=last)
    assert answer("karl@klinikum.example", tie="reference", merged=merged).ticket == last.number
    remember("late@klinikum.example", ticket_id=last.pk, is_ours=False)
    part(second, actor=cast.actor("alan"))
    assert answer("karl@klinikum.example", tie="reference", merged=merged).ticket == survivor.number
    part(merged.merges.get(), actor=cast.actor("alan"))
    assert answer("karl@klinikum.example", tie="reference", merged=merged).ticket == merged.number
