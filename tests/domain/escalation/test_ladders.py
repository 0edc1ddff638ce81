"""Ladders ring exactly once for each ticket and rung, climb when silent, stop when somebody sees to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.cast import Cast

from dreiklang.assets.commands.items import make_service
from dreiklang.communication.models import Notification
from dreiklang.escalation.commands.handing_back import hand_back
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.commands.ladders import (
    Step,
    answer_ladder,
    drop_ladder,
    escalate_as_requester,
    keep_ladder,
    ring,
)
from dreiklang.escalation.jobs import ring_ladders
from dreiklang.escalation.models import Ladder, Ringing
from dreiklang.escalation.queries.ladders import due_tickets, would_have_rung
from dreiklang.escalation.rules import Case
from dreiklang.escalation.rules import Step as Tried
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.teams.commands.absences import note_absence
from dreiklang.teams.models import Membership
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.commands.classification import change_subject
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket

SWEEP = system("schedule")
CASE = Case(reason="r", observations="o", steps=(Tried("s", "r"),), ruled_out="x", question="q")


@pytest.fixture
def led(cast: Cast) -> Cast:
    """The desk's team has a lead: Max."""
    Membership.objects.create(team=cast.teams["desk"], person=cast.max, role="lead", from_date=date(2020, 1, 1))
    return cast


@pytest.fixture
def ticket(led: Cast, frozen: datetime) -> Ticket:
    return open_ticket(led.rita, actor=led.actor("rita"), subject="Drucker")


def ladder(cast: Cast, trigger: str = "idle", threshold: int = 60, *rungs: Step, **fields: object) -> Ladder:
    steps = rungs or (Step("lead"), Step("person", 30, cast.ada))
    return keep_ladder(
        None, actor=cast.actor("ada"), name=trigger, trigger=trigger, threshold=threshold, rungs=steps,
        team=cast.teams["desk"], **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def sweep_at(moment: datetime) -> None:
    with clock.standing_at(moment):
        ring_ladders(timestamp=0)


def test_p11_a_rung_rings_once_whoever_sweeps(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    made = ladder(led)
    sweep_at(frozen + timedelta(minutes=59))
    assert not Ringing.objects.exists()
    for _scheduler in range(3):
        sweep_at(frozen + timedelta(minutes=60))
    ringing = Ringing.objects.get()
    assert (ringing.told, ringing.position) == ([led.max.pk], 1)
    assert JournalLine.objects.filter(code="ladder.rang").count() == 1
    assert Notification.objects.filter(person=led.max, kind="escalated").count() == 1
    with pytest.raises(WrongState):
        ring(ticket.pk, made, position=1, actor=SWEEP)
    ticket.refresh_from_db()
    assert (ticket.team_id, ticket.assignee_id) == (led.teams["desk"].pk, None)


def test_a_silent_rung_is_climbed_past_and_an_answer_stops_it(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    sweep_at(frozen + timedelta(minutes=60))
    sweep_at(frozen + timedelta(minutes=89))
    assert Ringing.objects.count() == 1
    sweep_at(frozen + timedelta(minutes=90))
    assert [r.told for r in Ringing.objects.order_by("position")] == [[led.max.pk], [led.ada.pk]]
    with pytest.raises(NotAllowed):
        answer_ladder(Ringing.objects.first(), actor=led.actor("alan"))
    answered = answer_ladder(Ringing.objects.first(), actor=led.actor("max"))
    assert answered.acknowledged_by_id == led.max.pk
    with pytest.raises(WrongState):
        answer_ladder(answered, actor=led.actor("max"))


def test_an_answer_in_time_rings_nobody_else(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    sweep_at(frozen + timedelta(minutes=60))
    with clock.standing_at(frozen + timedelta(minutes=61)):
        answer_ladder(Ringing.objects.get(), actor=led.actor("max"))
    sweep_at(frozen + timedelta(minutes=115))
    assert Ringing.objects.count() == 1


def test_what_was_answered_and_fell_idle_anew_rings_again(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    sweep_at(frozen + timedelta(minutes=60))
    with clock.standing_at(frozen + timedelta(minutes=70)):
        answer_ladder(Ringing.objects.get(), actor=led.actor("max"))
    with clock.standing_at(frozen + timedelta(minutes=100)):
        write_note(ticket, actor=led.actor("alan"), text="Ich bin daran.")
    sweep_at(frozen + timedelta(minutes=159))
    assert Ringing.objects.count() == 1
    for _scheduler in range(2):
        sweep_at(frozen + timedelta(minutes=160))
    assert list(Ringing.objects.order_by("pk").values_list("round", "position")) == [(1, 1), (2, 1)]


def test_what_nobody_works_on_is_idle_whatever_else_is_noted(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    made = ladder(led)
    with clock.standing_at(frozen + timedelta(minutes=50)):
        change_subject(ticket, actor=led.actor("alan"), subject="Drucker 4B")
        receive_message(ticket, actor=led.actor("rita"), author=led.rita, text="Und?", channel="portal")
    assert due_tickets(made, frozen + timedelta(minutes=60)) == {ticket.pk: 1}


def test_a_silent_ladder_is_not_climbed_when_work_went_on(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    sweep_at(frozen + timedelta(minutes=60))
    with clock.standing_at(frozen + timedelta(minutes=80)):
        write_note(ticket, actor=led.actor("alan"), text="Ich bin daran.")
    sweep_at(frozen + timedelta(minutes=90))
    assert Ringing.objects.count() == 1
    sweep_at(frozen + timedelta(minutes=150))
    assert list(Ringing.objects.order_by("pk").values_list("round", "position")) == [(1, 1), (2, 1)]


def test_nobody_there_means_the_next_rung_at_once(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    note_absence(led.max, from_date=frozen.date(), until_date=frozen.date(), actor=led.actor("ada"))
    sweep_at(frozen + timedelta(minutes=60))
    sweep_at(frozen + timedelta(minutes=61))
    assert [r.told for r in Ringing.objects.order_by("position")] == [[], [led.ada.pk]]


def test_what_waits_or_is_settled_rings_nobody(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    ladder(led)
    pause(ticket, actor=led.actor("alan"), reason="requester")
    other = open_ticket(led.rita, actor=led.actor("rita"), subject="Gelöst")
    resolve(other, actor=led.actor("alan"), text="Geht")
    sweep_at(frozen + timedelta(hours=3))
    assert not Ringing.objects.exists()


def test_work_at_night_is_not_idle_time(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    made = ladder(led, "idle", 60)
    evening = frozen.replace(hour=15, minute=30)  # half past four in Berlin, half an hour before the desk closes
    with clock.standing_at(evening):
        write_note(ticket, actor=led.actor("alan"), text="Ich schaue morgen.")
    with clock.standing_at(evening + timedelta(hours=14)):
        assert due_tickets(made, clock.now()) == {}
    with clock.standing_at(evening + timedelta(hours=16, minutes=1)):
        assert due_tickets(made, clock.now()) == {ticket.pk: 1}


def test_two_hand_backs_an_essential_service_and_a_complaint_ring(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    alan, berta = led.actor("alan"), led.actor("berta")
    twice = ladder(led, "handed_back", 2, Step("lead"))
    essential = ladder(led, "essential", 30, Step("lead"))
    complained = ladder(led, "complaint", 0, Step("lead"))
    for _time in range(2):
        assert due_tickets(twice, clock.now()) == {}
        accept(hand_over(ticket, actor=alan, to_team=led.teams["workplace"], case=CASE), actor=berta)
        hand_back(ticket, actor=berta, kind="incomplete", reason="Nummer fehlt")
    assert due_tickets(twice, clock.now()) == {ticket.pk: 1}
    kis = make_service("KIS", actor=led.actor("ada"), criticality=1, hourly_cost=Decimal(10))
    name_service(ticket, actor=alan, service=kis)
    assert due_tickets(essential, frozen + timedelta(minutes=29)) == {}
    assert due_tickets(essential, frozen + timedelta(minutes=30)) == {ticket.pk: 1}
    angry = open_ticket(led.rita, actor=led.actor("rita"), subject="Beschwerde", kind="complaint")
    assert due_tickets(complained, clock.now()) == {angry.pk: 1}


def test_a_requester_escalates_once_with_a_reason(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    rita = led.actor("rita")
    made = ladder(led, "requester", 0, Step("lead"))
    with pytest.raises(Invalid):
        escalate_as_requester(ticket, actor=rita, reason=" ")
    for name in ("zoe", "alan", "eve"):
        with pytest.raises((NotAllowed, Exception)) as refused:
            escalate_as_requester(ticket, actor=led.actor(name), reason="Es eilt")
        assert refused.value.code in ("not_allowed", "not_found")  # type: ignore[attr-defined]
    escalate_as_requester(ticket, actor=rita, reason="Die Station steht")
    with pytest.raises(WrongState):
        escalate_as_requester(ticket, actor=led.actor("karl"), reason="Noch einmal")
    assert Notification.objects.filter(person=led.max, kind="escalated").count() == 1
    assert due_tickets(made, clock.now()) == {ticket.pk: 1}


def test_a_ladder_that_points_to_nobody_is_named_where_it_is_typed(cast: Cast) -> None:
    ada = cast.actor("ada")
    with pytest.raises(Invalid) as refused:
        keep_ladder(
            None, actor=ada, name=" ", trigger="idle", threshold=0,
            rungs=[Step("lead"), Step("person", 5, cast.eve), Step("person")],
        )  # fmt: skip
    assert {"name", "threshold", "rung-1", "rung-3"} <= set(refused.value.fields)
    with pytest.raises(Invalid) as empty:
        keep_ladder(None, actor=ada, name="leer", trigger="idle", threshold=5, rungs=[])
    assert "rung-1" in empty.value.fields
    for name in ("max", "alan", "zoe"):
        with pytest.raises(NotAllowed):
            keep_ladder(None, actor=cast.actor(name), name="x", trigger="idle", threshold=5, rungs=[Step("manager")])


def test_a_ladder_that_rang_is_kept_and_one_that_did_not_can_go(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    made = ladder(led)
    sweep_at(frozen + timedelta(minutes=60))
    with pytest.raises(WrongState):
        drop_ladder(made, actor=led.actor("ada"))
    drop_ladder(ladder(led, "complaint", 0, Step("manager")), actor=led.actor("ada"))
    assert Ladder.objects.count() == 1


def test_the_dry_run_finds_what_would_have_rung_and_tells_nobody(led: Cast, ticket: Ticket, frozen: datetime) -> None:
    with clock.standing_at(frozen + timedelta(hours=2)):
        resolve(ticket, actor=led.actor("alan"), text="Geht")
    busy = open_ticket(led.rita, actor=led.actor("rita"), subject="Gleich gelöst")
    resolve(busy, actor=led.actor("alan"), text="Geht")
    tried = Ladder(name="x", trigger="idle", threshold=60)
    found = would_have_rung(tried, frozen + timedelta(days=3))
    assert [one.ticket_id for one in found] == [ticket.pk]
    assert not Ringing.objects.exists()
