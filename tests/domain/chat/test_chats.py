"""A visitor asks, is answered, handed on, and what was said stands in the ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.domain.chat.conftest import DOOR, Begin

from dreiklang.channels.chat import policy, queries
from dreiklang.channels.chat.commands import (
    answer_visitor,
    call_back_transfer,
    decline_transfer,
    end_as_visitor,
    end_chat,
    end_silent,
    give_up_waiting,
    offer_transfer,
    rate_chat,
    say_as_visitor,
    take_chat,
    take_transfer,
    tell_address,
)
from dreiklang.channels.chat.models import Chat, Line, Transfer, Widget
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.queries import known_recipients
from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.queries.recipients import recipients_of


def test_a_chat_becomes_a_ticket_with_its_transcript(cast: Cast, begin: Begin) -> None:
    """Taken it is the taker's ticket; each word stands in it once, in order; nothing of it is mailed."""
    alan, chat = cast.actor("alan"), begin()
    say_as_visitor(chat, actor=DOOR, text="Papierstau", client_id="2", uploads=[Upload("a.txt", "text/plain", b"x")])
    assert Ticket.objects.count() == 0
    take_chat(chat, actor=alan)
    with pytest.raises(WrongState):
        take_chat(chat, actor=alan)
    answer_visitor(chat, actor=alan, text="Klappe öffnen", client_id="a")
    say_as_visitor(chat, actor=DOOR, text="Geht wieder", client_id="3")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.team, ticket.subject) == ("chat", cast.teams["desk"], "Drucker geht nicht")
    said = [(m.direction, m.text) for m in ticket.messages.order_by("id")]
    assert said == [("in", "Drucker geht nicht"), ("in", "Papierstau"), ("out", "Klappe öffnen"), ("in", "Geht wieder")]
    assert ticket.messages.get(text="Papierstau").attachments.count() == 1
    end_chat(chat, actor=alan)
    with pytest.raises(WrongState):
        say_as_visitor(chat, actor=DOOR, text="noch da?", client_id="4")
    assert rate_chat(chat, actor=DOOR, rating=5, words="Schnell").rating == 5
    assert [line.seq for line in Line.objects.order_by("seq")] == list(range(1, 7))
    assert not OutgoingMail.objects.exists()


def test_p15_sent_again_is_one_line(cast: Cast, begin: Begin) -> None:
    """The answer was lost on the way and the page sends again: beginning, saying, answering happen once."""
    alan, chat = cast.actor("alan"), begin()
    assert begin().pk == chat.pk
    take_chat(chat, actor=alan)
    for is_new in (True, False, False):
        assert say_as_visitor(chat, actor=DOOR, text="Hallo?", client_id="2")[1] is is_new
        assert answer_visitor(chat, actor=alan, text="Ja", client_id="2")[1] is is_new
    assert list(chat.lines.exclude(side="desk").values_list("text", flat=True)) == [
        "Drucker geht nicht",
        "Hallo?",
        "Ja",
    ]
    assert Message.objects.count() == 3


def test_p25_who_is_not_proven_stays_unknown(cast: Cast, widget: Widget, begin: Begin) -> None:
    """A claimed address joins nobody, shows nothing, and gets no mail that the desk sends by itself (P21)."""
    chat = begin(name="Rita Weber", address="rita@klinikum.example")
    take_chat(chat, actor=cast.actor("alan"))
    ticket = Ticket.objects.get()
    message = Message.objects.get()
    assert ticket.requester == widget.person != cast.rita
    assert (message.author, message.author_name, message.is_sender_proven) == (None, "Rita Weber", False)
    assert [r.address for r in recipients_of(ticket)] == ["rita@klinikum.example"]
    assert known_recipients(ticket) == []
    assert not OutgoingMail.objects.exists()


def test_a_chat_nobody_takes_becomes_a_ticket_and_one_that_is_left_does_not(cast: Cast, begin: Begin) -> None:
    """After the widget's patience; the address may be told afterwards. Who went away before left no work."""
    left, waits = begin(number=1), begin("Netz weg", number=2)
    end_as_visitor(left, actor=DOOR)
    assert give_up_waiting(actor=DOOR) == 0
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert (give_up_waiting(actor=DOOR), give_up_waiting(actor=DOOR)) == (1, 0)
        tell_address(waits, actor=DOOR, address="v@elsewhere.example", name="V")
        with pytest.raises(WrongState):
            take_chat(waits, actor=cast.actor("alan"))
    assert [t.subject for t in Ticket.objects.all()] == ["Netz weg"]
    assert [r.address for r in recipients_of(Ticket.objects.get())] == ["v@elsewhere.example"]


def test_it_goes_to_level_2_with_its_history(cast: Cast, begin: Begin) -> None:
    """Offered, declined, offered again, called back, taken: the handover is written and accepted in one."""
    alan, berta, chat = cast.actor("alan"), cast.actor("berta"), begin()
    with pytest.raises(NotFound):
        queries.chat_of(chat.pk, actor=berta)
    take_chat(chat, actor=alan)
    with pytest.raises(Invalid):
        offer_transfer(chat, actor=alan, to_team=cast.teams["network"], reason="zu hoch")
    with pytest.raises(Invalid):
        offer_transfer(chat, actor=alan, to_team=cast.teams["workplace"], reason=" ")

    def offer() -> Transfer:
        return offer_transfer(chat, actor=alan, to_team=cast.teams["workplace"], reason="Treiber", question="Neu?")

    declined = offer()
    with pytest.raises(NotAllowed):
        take_transfer(declined, actor=cast.actor("carl"))
    decline_transfer(declined, actor=berta, why="in Besprechung")
    call_back_transfer(offer(), actor=alan)
    taken = offer()
    assert [t.pk for t in queries.offered_to(berta)] == [taken.pk]
    assert queries.chat_of(chat.pk, actor=berta).pk == chat.pk
    take_transfer(taken, actor=berta)
    with pytest.raises(WrongState):
        take_transfer(taken, actor=berta)
    ticket, handover = Ticket.objects.get(), Handover.objects.get()
    assert (ticket.team, ticket.level, bool(handover.accepted_at)) == (cast.teams["workplace"], 2, True)
    assert "Drucker geht nicht" in handover.observations
    answer_visitor(chat, actor=berta, text="Ich übernehme", client_id="b")
    with pytest.raises(NotAllowed):
        answer_visitor(chat, actor=alan, text="Ich auch", client_id="c")


def test_it_goes_to_a_colleague(cast: Cast, begin: Begin) -> None:
    """Of the same team there is no handover: the ticket is the colleague's."""
    alan, chat = cast.actor("alan"), begin()
    from datetime import date

    from dreiklang.teams.models import Membership

    Membership.objects.create(team=cast.teams["desk"], person=cast.max, from_date=date(2020, 1, 1))
    take_chat(chat, actor=alan)
    offer = offer_transfer(chat, actor=alan, to_team=cast.teams["desk"], to_person=cast.max, reason="Pause")
    take_transfer(offer, actor=cast.actor("max"))
    assert Chat.objects.get().agent == cast.max
    assert not Handover.objects.exists()


def test_who_is_gone_for_long_ends_the_chat(cast: Cast, begin: Begin) -> None:
    """A running chat ends when its visitor's page has not asked for half an hour."""
    chat = begin()
    take_chat(chat, actor=cast.actor("alan"))
    with clock.standing_at(clock.now() + timedelta(minutes=31)):
        assert (end_silent(actor=DOOR), end_silent(actor=DOOR)) == (1, 0)
    assert Chat.objects.get().ended_by == "silence"


def test_others_know_of_no_chat(cast: Cast, begin: Begin) -> None:
    """Foreign customers, providers, vendors, requesters, other teams: no chat, no queue, no deed."""
    chat = begin()
    for name in ("zoe", "eve", "victor", "rita", "carl"):
        actor = cast.actor(name)
        assert not policy.visible_to(actor).exists(), name
        assert queries.on_screen(actor) == queries.waiting_for(actor) == []
        with pytest.raises(NotFound):
            take_chat(chat, actor=actor)


@pytest.mark.parametrize(
    ("text", "upload", "code"),
    [
        ("", None, ""),
        ("x" * 1_048_576, None, "too_long"),
        ("x", Upload("run.exe", "text/plain", b"x"), "refused_kind"),
        ("x", Upload("photo.jpg", "image/jpeg", b"MZ\x90"), "refused_kind"),
    ],
)
def test_what_is_not_taken_is_said_in_a_sentence(begin: Begin, text: str, upload: Upload | None, code: str) -> None:
    """Nothing written, a message of 1 MB, a program: refused at the field, and nothing is kept."""
    chat = begin()
    with pytest.raises(Invalid) as refused:
        say_as_visitor(chat, actor=DOOR, text=text, client_id="2", uploads=[upload] if upload else [])
    assert code in ("", refused.value.code)
    assert all(str(words[0]).endswith(".") for words in refused.value.fields.values())
    assert chat.lines.count() == 1
