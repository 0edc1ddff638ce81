"""Messages become a ticket of their own: on both, with author and time, and nobody reads more than before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.domain.tickets.conftest import Make

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.splitting import split
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.policy import may_have, messages_visible_to
from dreiklang.tickets.queries.search import search_tickets
from dreiklang.web.desk.conversation import conversation_of


@pytest.fixture
def second(cast: Cast, make: Make) -> tuple[Ticket, Message]:
    """Rita reports a second thing, with a file, in the same ticket."""
    ticket = make()
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        upload = Upload("bild.png", "image/png", b"\x89PNG1")
        said = receive_message(
            ticket, actor=cast.actor("rita"), author=cast.rita, text="Und das Telefon rauscht.", attachments=[upload]
        )
    return ticket, said


def test_a_message_stands_on_both_with_author_time_and_file(cast: Cast, second: tuple[Ticket, Message]) -> None:
    alan, (ticket, said) = cast.actor("alan"), second
    made = split(ticket, actor=alan, messages=[said], subject="Telefon rauscht")
    assert (made.requester_id, made.level, made.state) == (cast.rita.pk, 1, "new")
    for one in (ticket, made):
        assert said in messages_visible_to(alan, one)
        assert said in messages_visible_to(cast.actor("rita"), one)
    assert said.ticket_id == ticket.pk
    [entry] = [e for e in conversation_of(made, actor=alan) if e.is_card]
    assert (entry.author, entry.at, entry.origin, len(entry.files)) == (
        "Rita Weber",
        said.said_at,
        str(ticket.number),
        1,
    )
    assert [e.also for e in conversation_of(ticket, actor=alan) if e.is_card] == ["", str(made.number)]
    assert search_tickets("rauscht", actor=alan).tickets[0].pk == made.pk
    assert not OutgoingMail.objects.exists()


def test_the_way_back_is_a_merge_and_nothing_doubles(cast: Cast, second: tuple[Ticket, Message]) -> None:
    alan, (ticket, said) = cast.actor("alan"), second
    made = split(ticket, actor=alan, messages=[said], subject="Telefon")
    merge(made, actor=alan, into=ticket)
    assert list(messages_visible_to(alan, ticket)).count(said) == 1


def test_p29_an_outside_team_gets_the_picked_words_and_no_others(cast: Cast, second: tuple[Ticket, Message]) -> None:
    ticket, said = second
    made = split(ticket, actor=cast.actor("alan"), messages=[said], subject="Telefon")
    Ticket.objects.filter(pk=made.pk).update(team=cast.teams["outside"], level=3)
    made.refresh_from_db()
    eve = cast.actor("eve")
    assert list(messages_visible_to(eve, made)) == [said]
    assert may_have(eve, said.attachments.get())
    entries = conversation_of(made, actor=eve)
    assert not any(e.origin for e in entries)
    with pytest.raises(NotAllowed):
        split(made, actor=eve, messages=[said], subject="x")


def test_p19_nobody_gets_words_of_others_by_a_split(cast: Cast, second: tuple[Ticket, Message]) -> None:
    alan, (ticket, said) = cast.actor("alan"), second
    karls = receive_message(ticket, actor=cast.actor("alan"), author=cast.karl, text="Bei mir auch.")
    with pytest.raises(Invalid):
        split(ticket, actor=alan, messages=[said, karls], subject="x", requester=cast.karl)
    made = split(ticket, actor=alan, messages=[karls], subject="x", requester=cast.karl)
    karl = cast.actor("karl").limited_to(frozenset({"portal.use"}))
    assert list(messages_visible_to(karl, made)) == [karls]


def test_only_messages_of_the_ticket_can_be_picked(cast: Cast, make: Make, second: tuple[Ticket, Message]) -> None:
    foreign = make("zoe").messages.get()
    for picked in ([], [foreign], [second[1], foreign]):
        with pytest.raises(Invalid):
            split(second[0], actor=cast.actor("alan"), messages=picked, subject="x")
