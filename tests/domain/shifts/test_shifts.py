"""The book from shift to shift, and the work of somebody who is away."""

from __future__ import annotations

import pytest
from tests.cast import Cast

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.shifts import policy, queries
from dreiklang.shifts.commands import book, standing_in
from dreiklang.shifts.models import BookEntry
from dreiklang.teams.models import Absence, Membership
from dreiklang.teams.queries import today
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Note, Ticket


@pytest.fixture
def tickets(cast: Cast) -> list[Ticket]:
    """Three tickets that Alan has."""
    found = []
    for subject in ("Drucker", "Netz", "Mail"):
        ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject=subject, channel="portal")
        found.append(assign(ticket, actor=cast.actor("alan"), person=cast.alan))
    return found


def test_an_open_point_is_carried_on_until_it_is_settled(cast: Cast, tickets: list[Ticket]) -> None:
    alan, team = cast.actor("alan"), cast.teams["desk"]
    entry = book.write_entry(team, actor=alan, text="Drucker 4A beobachten", numbers=[tickets[0].number], is_open=True)
    book.write_entry(team, actor=alan, text="Ruhig")
    assert queries.open_points(team, actor=alan) == [entry]
    assert [e.text for e in queries.entries_of(team, actor=alan)] == ["Ruhig", "Drucker 4A beobachten"]
    book.settle_point(entry, actor=alan)
    assert queries.open_points(team, actor=alan) == []
    with pytest.raises(WrongState):
        book.settle_point(entry, actor=alan)
    book.reopen_point(entry, actor=alan)
    assert queries.open_points(team, actor=alan) == [entry]


def test_a_book_is_its_teams_alone(cast: Cast) -> None:
    book.write_entry(cast.teams["desk"], actor=cast.actor("alan"), text="intern")
    for name in ("berta", "eve", "victor", "rita", "zoe"):
        assert not policy.visible_to(cast.actor(name)).exists()
        with pytest.raises(NotAllowed):
            book.write_entry(cast.teams["desk"], actor=cast.actor(name), text="x")
    assert policy.visible_to(cast.actor("max")).count() == 1


def test_an_entry_names_only_tickets_its_writer_may_see(cast: Cast, tickets: list[Ticket]) -> None:
    Ticket.objects.filter(pk=tickets[0].pk).update(is_restricted=True, team=cast.teams["network"])
    with pytest.raises(Invalid) as refused:
        book.write_entry(cast.teams["workplace"], actor=cast.actor("berta"), text="x", numbers=[tickets[0].number])
    assert "tickets" in refused.value.fields
    assert not BookEntry.objects.exists()


def test_an_entry_is_corrected_by_its_author_and_never_over_another_change(cast: Cast) -> None:
    entry = book.write_entry(cast.teams["desk"], actor=cast.actor("alan"), text="Drukcer")
    with pytest.raises(NotAllowed):
        book.correct_entry(entry, actor=cast.actor("max"), text="x")
    book.correct_entry(entry, actor=cast.actor("alan"), text="Drucker", version=1)
    with pytest.raises(Conflict):
        book.correct_entry(entry, actor=cast.actor("alan"), text="Drucker?", version=1)


def test_who_has_read_is_known(cast: Cast) -> None:
    team = cast.teams["desk"]
    book.write_entry(team, actor=cast.actor("max"), text="Neu")
    assert queries.unread_entries(cast.actor("alan")).count() == 1
    book.mark_book_read(team, actor=cast.actor("alan"))
    assert queries.unread_entries(cast.actor("alan")).count() == 0
    assert cast.alan.pk in queries.readers_of(team)


def test_the_work_of_somebody_away_is_given_in_one_go(cast: Cast, tickets: list[Ticket]) -> None:
    Membership.objects.create(team=cast.teams["desk"], person=cast.berta, from_date=today())
    most = cast.actor("max")
    plan = queries.plan_for(cast.alan, actor=most, to=cast.berta)
    assert [(g.ticket.pk, g.to) for g in plan] == [(t.pk, cast.berta) for t in tickets]
    standing_in.give_work(cast.alan, actor=most, to=cast.berta, note="Alan ist diese Woche nicht da.")
    assert set(Ticket.objects.values_list("assignee_id", flat=True)) == {cast.berta.pk}
    assert Note.objects.count() == 3
    with pytest.raises(Invalid):
        standing_in.give_work(cast.alan, actor=most, to=cast.berta)


def test_who_is_not_in_the_team_gets_nothing_and_the_team_gets_it_back(cast: Cast, tickets: list[Ticket]) -> None:
    standing_in.give_work(cast.alan, actor=cast.actor("max"), to=cast.carl)
    assert set(Ticket.objects.values_list("assignee_id", flat=True)) == {None}


def test_only_a_lead_gives_the_work_of_others(cast: Cast, tickets: list[Ticket]) -> None:
    for name in ("berta", "eve", "victor", "rita"):
        with pytest.raises(NotAllowed):
            standing_in.give_work(cast.alan, actor=cast.actor(name), to=None)


def test_the_board_says_who_is_there_and_never_why_somebody_is_not(cast: Cast, tickets: list[Ticket]) -> None:
    Absence.objects.create(person=cast.alan, substitute=cast.berta, from_date=today(), until_date=today())
    board = {row.team.key: row for row in queries.board_for(cast.actor("max"))}
    assert board["desk"].here == []
    assert board["desk"].away == [(cast.alan, cast.berta, 3)]
    assert {row.team.key for row in queries.board_for(cast.actor("eve"))} == {"outside"}
