"""From the journal to the staff: what commands did is what picture and twin tell, for those who may know it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast

from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.relaying import offer_relay, use_relay
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import confirm, reopen, resolve
from dreiklang.tickets.models import Ticket
from dreiklang.web.staff.adapter import score_of, scores_of
from dreiklang.web.staff.drawing import render_svg
from dreiklang.web.staff.figure import render_figure
from dreiklang.web.staff.holding import age, held_for
from dreiklang.web.staff.placing.layout import picture_of
from dreiklang.web.staff.reading import READERS
from dreiklang.web.staff.score import MarkKind, Score
from dreiklang.web.staff.words import text_twin

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
COMPLETE = Case(
    reason="Needs a technician", observations="Jobs stay in the queue", steps=[Step("Queue checked", "14 jobs hang")],
    ruled_out="Paper",
    affected="Label printers", question="Check the way to the wards",
)  # fmt: skip

#: Lines that become exactly one mark.
ONE_MARK = {
    "message.received", "message.written", "message.failed", "note.written", "correspondence.written",
    "correspondence.received", "correspondence.failed", "intervention.logged", "handover.accepted", "relay.offered",
    "direct_line.opened",
}  # fmt: skip


class Day:
    """A moving clock: every step some minutes later."""

    def __init__(self) -> None:
        self.now = MONDAY

    def later(self, minutes: int, deed: Callable[[], Any]) -> Any:
        self.now += timedelta(minutes=minutes)
        with clock.standing_at(self.now):
            return deed()


def opened(cast: Cast, day: Day) -> Ticket:
    """Rita's mail has come in."""
    mail = system("mail")
    ticket: Ticket = day.later(
        0, lambda: open_ticket(cast.rita, actor=mail, subject="Label printers do not print", channel="mail")
    )
    day.later(0, lambda: receive_message(ticket, actor=mail, author=cast.rita, text="They do not print."))
    return ticket


def whole_way(cast: Cast, day: Day) -> Ticket:
    """1 → 2 → 3 → 2 → 1, solved, confirmed."""
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")
    ticket = opened(cast, day)
    day.later(5, lambda: assign(ticket, actor=alan, person=cast.alan))
    day.later(5, lambda: write_message(ticket, actor=alan, text="Since when?"))
    day.later(1, lambda: pause(ticket, actor=alan, reason="requester"))
    day.later(30, lambda: receive_message(ticket, actor=system("mail"), author=cast.rita, text="Since Monday."))
    up = day.later(10, lambda: hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=COMPLETE))
    day.later(15, lambda: accept(up, actor=berta))
    day.later(9, lambda: log_intervention(ticket, actor=berta, kind="check", text="Driver", result="up to date"))
    up = day.later(20, lambda: hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=COMPLETE))
    day.later(45, lambda: accept(up, actor=carl))
    day.later(10, lambda: write_note(ticket, actor=carl, text="Rule druck-in is missing"))
    relay = day.later(10, lambda: offer_relay(ticket, actor=carl, text="Port 9100 was dropped."))
    day.later(5, lambda: use_relay(relay, actor=berta, text="The network let the jobs fall.", confirmed=True))
    day.later(5, lambda: hand_back(ticket, actor=carl, kind="solved", solution="Rule added", hint="Check 9100 first"))
    day.later(8, lambda: write_note(ticket, actor=berta, text="Test label is readable"))
    day.later(5, lambda: hand_back(ticket, actor=berta, kind="solved", solution="Works again"))
    day.later(3, lambda: resolve(ticket, actor=alan, text="It works again."))
    day.later(20, lambda: confirm(ticket, actor=cast.actor("rita")))
    ticket.refresh_from_db()
    return ticket


def seen(ticket: Ticket, cast: Cast, day: Day, by: str = "berta") -> Score:
    """The score as somebody sees it now, in English."""
    return score_of(ticket, actor=cast.actor(by), language="en", now=day.now)


def test_the_staff_shows_every_station_of_the_way(cast: Cast) -> None:
    day = Day()
    score = seen(whole_way(cast, day), cast, day)
    assert [(s.from_level, s.to_level, s.is_back) for s in score.strokes] == [
        (1, 2, False), (2, 3, False), (3, 2, True), (2, 1, True),
    ]  # fmt: skip
    assert all(stroke.accepted_at for stroke in score.strokes)
    assert [stay.level for stay in score.stays] == [1, 2, 3, 2, 1]
    assert [stay.team for stay in score.stays][2] == "Netz"
    assert [line.team for line in score.lines] == ["Service Desk", "Arbeitsplatz & Druck", "Netz", ""]
    waits = [(s.accepted_at - s.handed_at) // timedelta(minutes=1) for s in score.strokes if s.accepted_at]
    assert waits == [15, 45, 8, 3]
    assert [rest.reason for rest in score.rests] == ["waiting for Rita Weber", "waiting for confirmation"]
    assert score.closed_at is not None
    assert sum(held_for(score).values()) == age(score)
    assert render_svg(score, "large")


def test_the_twin_equals_the_journal(cast: Cast) -> None:
    day = Day()
    ticket = whole_way(cast, day)
    score = seen(ticket, cast, day)
    lines = list(lines_about("ticket", [ticket.pk]))
    told = [mark for passage in text_twin(score).passages for mark in passage.marks]
    assert [m.at for m in told] == [line.at for line in lines if line.event.code in ONE_MARK]
    drawn = [mark for sign in picture_of(score).signs for mark in sign.marks]
    assert sorted(map(id, drawn)) == sorted(map(id, told))
    names = {m.author for m in told}
    assert names == {"Rita Weber", "Alan Yildiz", "Berta Krüger", "Carl Thomsen"}
    sentences = text_twin(score).sentences()
    assert "handed over to Level 2 (Arbeitsplatz & Druck): Check the way to the wards" in sentences
    assert "handed back to Level 1 (Service Desk): Works again" in sentences
    assert "paused 30 min (waiting for Rita Weber)" in sentences
    kinds = [m.kind for m in told if m.level == 3]
    assert kinds == [MarkKind.INTERNAL] * 3
    assert any(m.words == "solution sent: It works again." and m.kind is MarkKind.OUTWARD for m in told)


def test_each_mark_leads_to_an_entry_of_the_conversation(cast: Cast) -> None:
    from dreiklang.web.desk.conversation import conversation_of

    day = Day()
    ticket = whole_way(cast, day)
    anchors = {entry.anchor for entry in conversation_of(ticket, actor=cast.actor("berta"))}
    marks = seen(ticket, cast, day).marks
    assert {mark.entry for mark in marks} <= anchors
    assert f'href="#{marks[0].entry}"' in render_figure(seen(ticket, cast, day))


def test_a_list_of_tickets_costs_as_many_queries_as_one(cast: Cast) -> None:
    day = Day()
    tickets = [whole_way(cast, day) for _each in range(4)]
    tickets = list(Ticket.objects.filter(pk__in=[t.pk for t in tickets]))
    berta = cast.actor("berta")
    with CaptureQueriesContext(
        connection,
    ) as one:
        scores_of(tickets[:1], actor=berta, language="en", now=day.now)
    with CaptureQueriesContext(connection) as four:
        assert len(scores_of(tickets, actor=berta, language="en", now=day.now)) == 4
    assert len(four) == len(one) <= 6


def test_a_handover_waits_headless_until_it_is_accepted(cast: Cast) -> None:
    day = Day()
    ticket = opened(cast, day)
    day.later(5, lambda: hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["network"], case=COMPLETE))
    day.later(40, lambda: write_note(ticket, actor=cast.actor("carl"), text="Looked at it, not taken yet"))
    (move,) = picture_of(seen(ticket, cast, day)).moves
    assert move.head == ()
    assert [stay.level for stay in seen(ticket, cast, day).stays] == []


def test_a_reopened_ticket_goes_back_to_the_level_it_began_at(cast: Cast) -> None:
    day = Day()
    ticket = whole_way(cast, day)
    day.later(60, lambda: reopen(ticket, actor=cast.actor("rita"), reason="Again"))
    day.later(5, lambda: write_note(ticket, actor=cast.actor("alan"), text="Looking"))
    score = seen(ticket, cast, day)
    assert score.closed_at is None
    assert score.closures[0].reopened_at is not None
    assert score.stays[-1].level == 1
    assert score.stays[-1].until is None
    assert sum(held_for(score).values()) == age(score)


def test_p31_the_requester_and_strangers_get_no_staff(cast: Cast) -> None:
    day = Day()
    ticket = whole_way(cast, day)
    for name in ("rita", "karl", "zoe", "victor", "eve"):
        with pytest.raises(NotAllowed):
            seen(ticket, cast, day, by=name)


def test_p31_a_vendor_sees_the_own_deeds_and_no_words_from_inside(cast: Cast) -> None:
    day = Day()
    ticket = opened(cast, day)
    canary = "CANARY-4711"
    day.later(5, lambda: write_note(ticket, actor=cast.actor("alan"), text=canary))
    up = day.later(5, lambda: hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["maker"], case=COMPLETE))
    day.later(5, lambda: accept(up, actor=cast.actor("victor")))
    day.later(
        5, lambda: log_intervention(ticket, actor=cast.actor("victor"), kind="check", text="Firmware 2.1 is broken")
    )
    ticket.refresh_from_db()
    score = seen(ticket, cast, day, by="victor")
    figure = render_figure(score, "large")
    assert canary not in figure
    assert "Rita" not in "".join(mark.author for mark in score.marks)
    assert "Firmware 2.1 is broken" in figure
    assert [line.team for line in score.lines] == ["", "", "", "Hersteller"]
    assert canary in render_figure(seen(ticket, cast, day))


def test_the_past_can_be_looked_at_as_it_was(cast: Cast) -> None:
    day = Day()
    ticket = whole_way(cast, day)
    early = score_of(ticket, actor=cast.actor("berta"), language="en", now=MONDAY + timedelta(minutes=20))
    assert [stay.level for stay in early.stays] == [1]
    assert early.closed_at is None


def test_every_reader_answers_to_a_code_of_the_journal() -> None:
    from dreiklang.kernel.events import KNOWN

    assert set(READERS) <= set(KNOWN)
    assert set(READERS) >= ONE_MARK


def test_the_ticket_page_loads_the_staff_for_those_who_work_on_it(cast: Cast) -> None:
    day = Day()
    ticket = whole_way(cast, day)
    page = reverse("desk:staff", args=[ticket.number])
    agent, stranger = Client(), Client()
    agent.force_login(cast.berta.account)
    stranger.force_login(cast.zoe.account)
    with clock.standing_at(day.now):
        answer = agent.get(page).content.decode()
        assert stranger.get(page).status_code in (403, 404)
    assert 'data-controller="staff"' in answer
    assert "Als Text lesen" in answer
    assert len(answer.encode()) < 60_000
