"""Taking back what was done a moment ago: closing, moving, classifying; by its author, while nobody went on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.kernel.errors import WrongState
from dreiklang.tickets.commands.assignment import assign, move_to_team
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import close, confirm, resolve
from dreiklang.tickets.commands.taking_back import take_back_closing, take_back_move
from dreiklang.tickets.models import Category, Resolution, Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket of Rita's at the service desk."""
    return open_ticket(cast.rita, actor=cast.actor("alan"), subject="Drucker", channel="phone")


@pytest.mark.parametrize("way", [close, confirm])
def test_a_closing_taken_back_is_solved_as_before(cast: Cast, ticket: Ticket, way: object) -> None:
    alan = cast.actor("alan")
    resolve(ticket, actor=alan, text="Geht wieder.")
    ticket.refresh_from_db()
    before = (ticket.state, ticket.closes_at, ticket.trail)
    way(ticket, actor=alan)  # type: ignore[operator]
    take_back_closing(ticket, actor=alan)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closes_at, ticket.trail) == before
    assert ticket.closed_at is None
    assert Resolution.objects.get().confirmed_at is None


def test_only_whoever_closed_takes_it_back_and_only_at_once(cast: Cast, ticket: Ticket) -> None:
    alan = cast.actor("alan")
    with pytest.raises(WrongState):
        take_back_closing(ticket, actor=alan)
    resolve(ticket, actor=alan, text="Geht wieder.")
    close(ticket, actor=alan)
    with pytest.raises(WrongState):
        take_back_closing(ticket, actor=cast.actor("berta"))
    with clock.standing_at(clock.now() + timedelta(minutes=2)), pytest.raises(WrongState):
        take_back_closing(ticket, actor=alan)
    write_note(ticket, actor=cast.actor("berta"), text="Ich war noch dran.")
    with pytest.raises(WrongState) as refusal:
        take_back_closing(ticket, actor=alan)
    assert refusal.value.code == "went_on"


def test_a_move_taken_back_comes_to_whom_it_came_from(cast: Cast, ticket: Ticket) -> None:
    team = cast.teams["desk"]
    beside = type(team).objects.create(key="beside", name="Nebenan", level=1, organization=team.organization)
    alan = cast.actor("alan")
    assign(ticket, actor=alan, person=cast.alan)
    move_to_team(ticket, actor=alan, team=beside)
    take_back_move(ticket, actor=alan)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (team, cast.alan)
    with pytest.raises(WrongState):
        take_back_move(ticket, actor=cast.actor("max"))


def test_a_category_can_be_taken_away_again(cast: Cast, ticket: Ticket) -> None:
    alan, category = cast.actor("alan"), Category.objects.create(key="print", name="Drucken")
    classify(ticket, actor=alan, category=category)
    classify(ticket, actor=alan, clears_category=True)
    ticket.refresh_from_db()
    assert ticket.category is None
