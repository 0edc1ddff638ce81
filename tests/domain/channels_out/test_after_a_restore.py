"""What waited to leave when a backup was made leaves a restored desk by somebody's word only (P20, P41)."""

from datetime import timedelta

import pytest
from tests.cast import Cast

from dreiklang.channels.mail.outbound.commands import hold_what_waits, release, set_aside
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.queries import held_count
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.console.archive.restoring import begin_new_life
from dreiklang.kernel import clock, instance, journal
from dreiklang.kernel.errors import NotAllowed, WrongState
from dreiklang.kernel.models import JournalLine, JournalSeal
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.models import Message, Ticket


@pytest.fixture
def restored(cast: Cast, ticket: Ticket) -> Ticket:
    """A desk restored from a backup that was made while an answer waited and a letter was just leaving."""
    alan = cast.actor("alan")
    write_message(ticket, actor=alan, text="Since when?")
    to = {"party_name": "Hersteller", "party_address": "help@hersteller.example"}
    letter = write_to_third_party(ticket, actor=alan, text="Please check", **to)
    OutgoingMail.objects.filter(correspondence=letter).update(state="sending", tries=1)
    begin_new_life()
    return ticket


def days_later() -> int:
    """What the sender sends within some days."""
    with clock.standing_at(clock.now() + timedelta(days=3)):
        return send_due()


def test_p20_what_waited_when_the_backup_was_made_does_not_leave_by_itself(
    cast: Cast, restored: Ticket, sink, record_property
) -> None:
    assert days_later() == 0
    assert not sink.taken
    assert held_count(cast.actor("ada")) == 2
    write_message(restored, actor=cast.actor("alan"), text="In the new life")
    assert days_later() == 1
    assert "In the new life" in sink.taken[0].text
    record_property("figure", "2 waited at the backup, 0 left by themselves")


def test_it_leaves_once_when_an_administrator_says_so(cast: Cast, restored: Ticket, sink) -> None:
    ada = cast.actor("ada")
    said = OutgoingMail.objects.get(said__isnull=False)
    with pytest.raises(NotAllowed):
        release(said.pk, actor=cast.actor("alan"))
    release(said.pk, actor=ada)
    assert days_later() == 1
    assert "Since when?" in sink.taken[0].text
    with pytest.raises(WrongState):
        release(said.pk, actor=ada)
    assert days_later() == 0


def test_set_aside_it_never_leaves_and_its_words_say_so(cast: Cast, restored: Ticket, sink) -> None:
    for mail in OutgoingMail.objects.all():
        set_aside(mail.pk, actor=cast.actor("ada"))
    assert days_later() == 0
    assert held_count(cast.actor("ada")) == 0
    assert restored.messages.get(direction="out").delivery == Message.Delivery.NONE
    assert restored.correspondence.get().delivery == Message.Delivery.NONE
    codes = [line.event.code for line in journal.lines_about("ticket", [restored.pk])]
    assert {"message.set_aside", "correspondence.set_aside"} <= set(codes)


def test_who_wrote_it_may_still_call_it_back(cast: Cast, restored: Ticket, sink) -> None:
    withdraw_message(restored.messages.get(direction="out"), actor=cast.actor("alan"))
    assert held_count(cast.actor("ada")) == 1
    assert days_later() == 0


def test_p40_the_journal_of_the_former_life_is_sealed_to_its_end(cast: Cast, restored: Ticket) -> None:
    former = JournalLine.objects.filter(epoch=instance.epoch() - 1)
    assert former.exists()
    assert JournalSeal.objects.get().lines == former.count()
    assert journal.verify() is None


def test_only_the_desk_itself_holds_mails(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed):
        hold_what_waits(actor=cast.actor("ada"))
