"""The first case, command by command: up through the levels, back through the levels, closed."""

import pytest
from tests.cast import Cast

from dreiklang.escalation import policy as levels
from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import Incomplete, accept, hand_over
from dreiklang.escalation.commands.relaying import offer_relay, open_direct_line, use_relay
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel.errors import NotAllowed, NotFound, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.tickets import policy
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import confirm, reopen, resolve
from dreiklang.tickets.models import Ticket

COMPLETE = Case(
    reason="Needs a technician",
    observations="Jobs stay in the queue, no message at the device",
    steps=[Step("Queue checked", "14 jobs hang")],
    ruled_out="Paper and ribbon",
    question="Check the way from print server to the wards",
)


@pytest.fixture
def ticket(cast: Cast, frozen: object) -> Ticket:
    mail = system("mail")
    opened = open_ticket(cast.rita, actor=mail, subject="Label printers do not print", channel="mail")
    receive_message(opened, actor=mail, author=cast.rita, text="The label printers on 4A to 4C do not print.")
    opened.refresh_from_db()
    return opened


def test_a_case_goes_up_through_the_levels_and_comes_back_solved(cast: Cast, ticket: Ticket) -> None:
    alan, berta, carl = cast.actor("alan"), cast.actor("berta"), cast.actor("carl")
    assign(ticket, actor=alan, person=cast.alan)
    write_message(ticket, actor=alan, text="Since when?")
    with pytest.raises(Incomplete) as gate:
        hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=Case(reason="Printer"))
    assert gate.value.missing == ["observations", "steps", "question"]
    up = hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=COMPLETE)
    assert levels.in_sight_of(alan).filter(pk=ticket.pk).exists()
    accept(up, actor=berta)
    up = hand_over(ticket, actor=berta, to_team=cast.teams["network"], case=COMPLETE)
    accept(up, actor=carl)
    with pytest.raises(NotAllowed):
        write_message(ticket, actor=carl, text="Port 9100/tcp was dropped.")
    relay = offer_relay(ticket, actor=carl, text="Port 9100/tcp was dropped by sw-c4-02.")
    with pytest.raises(NotAllowed):
        use_relay(relay, actor=carl, text="…", confirmed=True)
    use_relay(relay, actor=berta, text="The network let the print jobs fall; it is mended.", confirmed=True)
    hand_back(ticket, actor=carl, kind="solved", solution="Rule added", hint="Check port 9100 first")
    ticket.refresh_from_db()
    assert (ticket.level, ticket.assignee_id) == (2, cast.berta.pk)
    hand_back(ticket, actor=berta, kind="solved", solution="Works again", hint="")
    resolve(ticket, actor=alan, text="It works again. Does it, for you?")
    confirm(ticket, actor=cast.actor("rita"))
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    codes = [line.event.code for line in lines_about("ticket", [ticket.pk])]
    assert codes.count("handover.made") == codes.count("handover.handed_back") == 2
    assert codes[-1] == "ticket.closed"


def test_the_direct_line_lets_level_3_write_and_only_with_a_reason(cast: Cast, ticket: Ticket) -> None:
    alan, carl = cast.actor("alan"), cast.actor("carl")
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["network"], case=COMPLETE), actor=carl)
    open_direct_line(ticket, actor=carl, reason="Measuring together on the ward")
    assert write_message(ticket, actor=carl, text="Please press start now.").level == 3


def test_passing_on_at_once_needs_a_reason_and_keeps_what_was_missing(cast: Cast, ticket: Ticket) -> None:
    up = hand_over(
        ticket, actor=cast.actor("alan"), to_team=cast.teams["network"], case=Case(), at_once_because="Core switch down"
    )
    assert up.missing == ["reason", "observations", "steps", "ruled_out", "question"]


def test_two_who_accept_at_once_are_not_both_told_yes(cast: Cast, ticket: Ticket) -> None:
    up = hand_over(ticket, actor=cast.actor("alan"), to_team=cast.teams["workplace"], case=COMPLETE)
    accept(up, actor=cast.actor("berta"))
    with pytest.raises(WrongState) as second:
        accept(up, actor=cast.actor("berta"))
    assert second.value.code == "already_accepted"


@pytest.mark.parametrize("name", ["zoe", "eve", "victor"])
def test_who_has_nothing_to_do_with_a_ticket_learns_nothing_of_it(cast: Cast, ticket: Ticket, name: str) -> None:
    stranger = cast.actor(name)
    assert not policy.visible_to(stranger).filter(pk=ticket.pk).exists()
    with pytest.raises(NotFound):
        write_note(ticket, actor=stranger, text="Hello")
    with pytest.raises(NotFound):
        confirm(ticket, actor=stranger)


def test_an_external_team_sees_a_ticket_only_while_it_has_it(cast: Cast, ticket: Ticket) -> None:
    alan, eve = cast.actor("alan"), cast.actor("eve")
    note = write_note(ticket, actor=alan, text="Internal words")
    up = hand_over(ticket, actor=alan, to_team=cast.teams["outside"], case=COMPLETE)
    assert policy.visible_to(eve).filter(pk=ticket.pk).exists()
    assert not policy.notes_visible_to(eve, up.ticket).filter(pk=note.pk).exists()
    accept(up, actor=eve)
    hand_back(ticket, actor=eve, kind="not_ours", reason="Not our application")
    assert not policy.visible_to(eve).filter(pk=ticket.pk).exists()


def test_reopening_returns_to_the_first_level_and_ends_the_resolution(cast: Cast, ticket: Ticket) -> None:
    alan, berta = cast.actor("alan"), cast.actor("berta")
    accept(hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=COMPLETE), actor=berta)
    resolve(ticket, actor=berta, text="Done")
    reopen(ticket, actor=cast.actor("rita"))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.level, ticket.resolved_at) == ("open", 1, None)
