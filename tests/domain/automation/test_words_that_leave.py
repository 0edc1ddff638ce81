"""What rules write to requesters: marked as automatic, counted with all other automatic mail, without foreign words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.domain.automation.conftest import work_off
from tests.domain.channels_out.conftest import mailbox, sink  # noqa: F401 - fixtures

from dreiklang.automation.rules.deeds import WRITE
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.models import Message

pytestmark = pytest.mark.usefixtures("mailbox")
CANARY = "CANARY-4711"
BAIT = "Cheap-pills https://evil.example/win"
HELLO = {
    "deed": "message",
    "text": "Guten Tag {name}, zu {number} {subject}: wir sind dran.",
    "text_en": "Hello {name}",
}


def send_after(**span: float) -> int:
    with clock.standing_at(clock.now() + timedelta(**span)):
        return send_due()


def test_p06_what_a_rule_writes_is_marked_as_automatic_and_names_no_rule(write, opened, sink):  # noqa: F811
    write("Internal name", rights=[WRITE], deeds=[HELLO])
    opened()
    send_after(seconds=12)
    said = next(taken for taken in sink.taken if "wir sind dran" in taken.text)
    assert said.mail["Auto-Submitted"] == "auto-generated"
    assert said.mail["X-Auto-Response-Suppress"] == "All"
    assert "Rita Weber" in said.text
    assert "Internal name" not in said.raw.decode()


def test_p06_a_machine_gets_no_answer_from_a_rule(write, opened, sink):  # noqa: F811
    write(when="mail", rights=[WRITE], deeds=[HELLO])
    ticket = opened(auto="bulk")
    send_after(seconds=12)
    assert not sink.taken
    assert not ticket.messages.filter(direction="out").exists()


def test_p21_an_unproven_sender_gets_one_mail_an_hour_and_not_one_of_their_words(write, opened, sink):  # noqa: F811
    write(rights=[WRITE], deeds=[HELLO])
    for _n in range(3):
        opened(BAIT, text=BAIT, proven=False)
    send_after(seconds=12)
    assert len(sink.taken) == 1
    for taken in sink.taken:
        assert b"evil.example" not in taken.raw
        assert b"Rita" not in taken.raw
    failed = Message.objects.filter(direction="out", auto="rule", delivery="failed").count()
    assert failed == 3


def test_p06_a_rule_and_a_machine_that_answers_everything_come_to_an_end(write, opened, sink):  # noqa: F811
    write(when="mail", rights=[WRITE], deeds=[HELLO])
    ticket = opened()
    for n in range(12):
        with clock.standing_at(clock.now() + timedelta(minutes=2 * n)):
            receive_message(ticket, actor=system("mail"), author=ticket.requester, text=f"Automatic answer {n}")
            work_off(500)
        send_after(minutes=2 * n + 1)
    written = sum("wir sind dran" in taken.text for taken in sink.taken)
    assert written <= 2


def test_p31_no_rule_turns_a_note_into_a_message(cast, write, opened, sink):  # noqa: F811
    everything = [HELLO, {"deed": "notify", "value": "team"}, {"deed": "note", "text": "{note} {text} {gist}"}]
    write(when="noted", rights=[WRITE], deeds=everything, despite_circles=True)
    write("Tagged", when="tagged", rights=[WRITE], deeds=[HELLO])
    ticket = opened()
    write_note(ticket, actor=cast.actor("alan"), text=CANARY, mentioned=[cast.berta])
    work_off()
    send_after(seconds=12)
    assert sink.taken
    assert not any(CANARY.encode() in taken.raw for taken in sink.taken)
    assert not Message.objects.filter(text__contains=CANARY).exists()


def test_a_placeholder_that_is_none_is_refused_where_it_is_typed(write):
    from dreiklang.kernel.errors import Invalid

    with pytest.raises(Invalid) as refused:
        write(rights=[WRITE], deeds=[{"deed": "message", "text": "Hello {note}"}])
    assert "deed-0" in refused.value.fields


def test_what_a_rule_writes_has_no_author(write, opened):
    write(rights=[WRITE], deeds=[HELLO])
    ticket = opened()
    assert ticket.messages.get(direction="out").author is None
