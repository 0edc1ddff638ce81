"""One solution for many, as mails: greeted by name in each language, and no word from inside (P31)."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import Cast

from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.kernel import clock
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.family import adopt, resolve_family
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket


def test_p31_one_solution_leaves_for_each_child_and_no_note_with_it(cast: Cast, ticket: Ticket, sink) -> None:
    alan = cast.actor("alan")
    karls, zoes, merged = (
        open_ticket(cast.persons[name], actor=alan, subject=subject, channel="phone", language=language)
        for name, subject, language in (("karl", "A", "de"), ("zoe", "B", "en"), ("rita", "C", "de"))
    )
    for one in (ticket, karls, zoes, merged):
        write_note(one, actor=alan, text=f"kanarie-{one.pk}")
    merge(merged, actor=alan, into=ticket)
    for child in (karls, zoes):
        adopt(child, actor=alan, parent=ticket)
    resolve_family(ticket, actor=alan, texts={"de": "Läuft wieder.", "en": "Up again."})
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        while send_due():
            pass
    by = {taken.recipients[0]: taken for taken in sink.taken}
    assert by["karl@klinikum.example"].text.splitlines()[:3] == ["Guten Tag Karl Contact,", "", "Läuft wieder."]
    assert by["zoe@werk.example"].text.splitlines()[:3] == ["Good day Zoe Zimmer,", "", "Up again."]
    assert "confirm" in by["zoe@werk.example"].text
    assert len(sink.taken) == 3
    for taken in sink.taken:
        assert "kanarie" not in taken.raw.decode()
        assert len(taken.recipients) == 1
    others = [str(t.number) for t in (ticket, karls, merged)]
    assert not any(number in by["zoe@werk.example"].raw.decode() for number in others)
