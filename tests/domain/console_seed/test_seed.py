"""What `seed` leaves is what the commands would have left: whole tickets, found, drawn, sealed."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from dreiklang.console.seed import seed
from dreiklang.console.seed.vocabulary import FREQUENT, Vocabulary, word
from dreiklang.escalation.models import Handover
from dreiklang.kernel import clock, journal
from dreiklang.kernel.models import JournalLine, JournalSeal
from dreiklang.tickets import lifecycle
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Assignment, Message, Pending, Resolution, Ticket
from dreiklang.tickets.queries.search import search_tickets
from dreiklang.web.desk.sparks import spark
from dreiklang.web.staff.adapter import scores_of

if TYPE_CHECKING:
    from tests.cast import Cast

pytestmark = pytest.mark.django_db
TICKETS = 60


@pytest.fixture
def seeded(cast: Cast) -> dict[str, int | float]:
    return seed(TICKETS, 11)


def test_the_counts_it_returns_are_true(seeded: dict[str, int | float]) -> None:
    assert seeded["tickets"] == Ticket.objects.count() == TICKETS
    assert seeded["events"] == JournalLine.objects.filter(subject_kind="ticket").count()
    assert set(seeded) == {"tickets", "events", "seconds"}


def test_every_ticket_is_coherent(seeded: dict[str, int | float]) -> None:
    for ticket in Ticket.objects.all():
        held = Assignment.objects.get(ticket=ticket, until_at=None)
        assert (held.team_id, held.level, held.person_id) == (ticket.team_id, ticket.level, ticket.assignee_id)
        assert ticket.state_group == lifecycle.TICKET.groups[ticket.state]
        is_settled = ticket.state_group == "settled"
        assert is_settled == Resolution.objects.filter(ticket=ticket, reopened_at=None).exists()
        assert is_settled == (ticket.resolved_at is not None)
        waits = Pending.objects.filter(ticket=ticket, ended_at=None).exists()
        assert waits == (ticket.state == "waiting")
        assert ticket.awaits_acceptance == (
            Handover.objects.filter(ticket=ticket, accepted_at=None, ended_at=None).exists()
        )
        assert ticket.changed_at >= ticket.opened_at
        assert ticket.trail[0][:2] == ["stay", 1]
    assert not Message.objects.filter(delivery="waiting").exists()


def test_every_way_is_there(cast: Cast) -> None:
    seed(400, 3)
    states = Counter(Ticket.objects.values_list("state", flat=True))
    assert states["closed"] > 300
    assert states.total() - states["closed"] >= 5
    assert Handover.objects.filter(to_team=cast.teams["outside"]).exists()
    share = len(search_tickets(FREQUENT, actor=cast.actor("alan"), limit=400).tickets) / 400
    assert 0.14 < share < 0.26


@pytest.mark.django_db(transaction=True)
def test_the_sealed_journal_holds(cast: Cast) -> None:
    seed(20, 4)
    lines, until = JournalLine.objects.count(), time.monotonic() + 60
    while (sealed := sum(JournalSeal.objects.values_list("lines", flat=True))) < lines and time.monotonic() < until:
        if not journal.seal():
            time.sleep(0.1)  # an older transaction of anybody on this server holds the seal back
    assert sealed == lines > 80
    assert journal.verify() is None


def test_each_line_is_as_published(seeded: dict[str, int | float]) -> None:
    lines = JournalLine.objects.filter(subject_kind="ticket").select_related("beside").order_by("id")
    for line in lines:
        words = line.beside.words if hasattr(line, "beside") else {}
        event = journal.line(line.pk).event
        assert event.split() == (line.plain, words)
        if words:
            assert bytes(line.words_digest) == journal.digest_of_words(bytes(line.beside.salt), words)
        else:
            assert line.words_digest is None


def test_every_ticket_is_drawn(cast: Cast, seeded: dict[str, int | float]) -> None:
    tickets = list(Ticket.objects.all())
    scores = scores_of(tickets, actor=cast.actor("max"), language="de")
    for ticket in tickets:
        score = scores[ticket.pk]
        assert score.marks
        assert len(score.strokes) == len([sign for sign in ticket.trail if sign[0] == "stay"]) - 1
        assert "<svg" in spark(ticket.trail, now=clock.now(), zone=clock.now().tzinfo, language="de")  # type: ignore[arg-type]


def test_a_rare_word_finds_its_ticket(cast: Cast, seeded: dict[str, int | float]) -> None:
    ticket = Ticket.objects.order_by("?").first()
    assert ticket is not None
    device = ticket.subject.rsplit(" ", 1)[1]
    assert [found.pk for found in search_tickets(device, actor=cast.actor("alan")).tickets] == [ticket.pk]
    assert [found.pk for found in search_tickets(str(ticket.number), actor=cast.actor("alan")).tickets] == [ticket.pk]


def test_a_running_desk_goes_on_behind_it(cast: Cast, seeded: dict[str, int | float]) -> None:
    last = Ticket.objects.order_by("-pk")[0]
    fresh = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Danach")
    assert fresh.pk > last.pk
    assert fresh.number > last.number


def test_an_empty_desk_gets_its_people(db: None) -> None:
    assert seed(5, 1)["tickets"] == 5
    assert Ticket.objects.values("requester").distinct().count() > 1
    assert seed(0, 1) == {"tickets": 0, "events": 0, "seconds": 0.0}


def test_words_are_uneven_as_in_real_texts() -> None:
    found = Counter(Vocabulary(Random(5)).usual(50_000))
    assert found[word(0)] > 20 * found[word(200)] > 0
    assert sum(1 for times in found.values() if times == 1) > 1_000
    assert len({word(number) for number in range(20_000)}) == 20_000
