"""Tasks and check-lists, what they block, and what a parked ticket waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import Cast
from tests.domain.tickets.conftest import Make

from dreiklang.communication.models import Notification
from dreiklang.kernel import clock, journal, reactions
from dreiklang.kernel.errors import Invalid, NotFound, Refusal, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.family import adopt, release
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.commands.returning import wake
from dreiklang.tickets.commands.tasks import add_tasks, change_task, do_task, move_task, open_task, remove_task
from dreiklang.tickets.jobs import bring_back
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.tasks import tasks_of, with_my_tasks


def run_later(name: str) -> None:
    """Deliver every line to a deferred reaction, twice, as the worker might."""
    for line in JournalLine.objects.order_by("id"):
        event = type(journal.line(line.pk).event)
        for reaction, is_later in reactions.registered().get(event, ()):
            if is_later and reaction.endswith(name):
                reactions.run_by_name(reaction, journal.line(line.pk))
                reactions.run_by_name(reaction, journal.line(line.pk))


def state(ticket: Ticket) -> str:
    return Ticket.objects.get(pk=ticket.pk).state


def test_a_check_list_is_added_ticked_ordered_and_thinned(cast: Cast, make: Make) -> None:
    alan, ticket = cast.actor("alan"), make()
    first, second = add_tasks(ticket, actor=alan, texts=["  Gerät  holen ", "", "Label drucken"], heading="Tausch")
    assert [t.text for t in tasks_of(ticket, actor=alan)] == ["Gerät holen", "Label drucken"]
    move_task(second, actor=alan, up=True)
    assert [t.pk for t in tasks_of(ticket, actor=alan)] == [second.pk, first.pk]
    with pytest.raises(WrongState):
        move_task(second, actor=alan, up=True)
    assert do_task(first, actor=alan).done_by_id == cast.alan.pk
    with pytest.raises(WrongState):
        do_task(first, actor=alan)
    open_task(first, actor=alan)
    change_task(first, actor=alan, text="Gerät holen und prüfen", due_at=clock.now())
    with pytest.raises(Invalid):
        change_task(first, actor=alan, text="x", done_at=clock.now())
    remove_task(second, actor=alan)
    assert [t.text for t in tasks_of(ticket, actor=alan)] == ["Gerät holen und prüfen"]
    for wrong in ([], ["x" * 301]):
        with pytest.raises(Invalid):
            add_tasks(ticket, actor=alan, texts=wrong)


def test_a_blocking_task_holds_the_solution_also_across_a_merge(cast: Cast, make: Make) -> None:
    alan, ticket, other = cast.actor("alan"), make(), make()
    [task] = add_tasks(other, actor=alan, texts=["Sicherung einspielen"], is_blocking=True)
    merge(other, actor=alan, into=ticket)
    with pytest.raises(Invalid) as refused:
        resolve(ticket, actor=alan, text="Fertig")
    assert refused.value.code == "tasks_open"
    do_task(task, actor=alan)
    resolve(ticket, actor=alan, text="Fertig")


def test_who_gets_a_task_is_told_and_finds_it_on_the_list(cast: Cast, make: Make) -> None:
    ticket = make()
    add_tasks(ticket, actor=cast.actor("alan"), texts=["Port prüfen"], assignee=cast.carl)
    add_tasks(ticket, actor=cast.actor("alan"), texts=["Treiber"], team=cast.teams["workplace"])
    assert Notification.objects.get(person=cast.carl).kind == "task"
    for name, count in (("carl", 1), ("berta", 1), ("alan", 0), ("dora", 0)):
        assert with_my_tasks(Ticket.objects.all(), actor=cast.actor(name)).count() == count
    with pytest.raises(Invalid):
        add_tasks(ticket, actor=cast.actor("alan"), texts=["x"], assignee=cast.eve)
    with pytest.raises(Invalid):
        add_tasks(ticket, actor=cast.actor("alan"), texts=["x"], team=cast.teams["outside"])


def test_p29_an_outside_team_sees_its_own_tasks_only(cast: Cast, make: Make) -> None:
    ticket = make()
    [inside] = add_tasks(ticket, actor=cast.actor("alan"), texts=["Canary"])
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside"], level=3)
    ticket.refresh_from_db()
    eve = cast.actor("eve")
    add_tasks(ticket, actor=eve, texts=["Eigenes"])
    assert [t.text for t in tasks_of(ticket, actor=eve)] == ["Eigenes"]
    assert not tasks_of(ticket, actor=cast.actor("rita")).exists()
    with pytest.raises(NotFound):
        do_task(inside, actor=eve)
    with pytest.raises(Invalid):
        add_tasks(ticket, actor=eve, texts=["x"], team=cast.teams["desk"])
    for name in ("rita", "zoe"):
        with pytest.raises(Refusal):
            add_tasks(ticket, actor=cast.actor(name), texts=["x"])


def test_a_parked_ticket_comes_back_when_the_task_is_done(cast: Cast, make: Make) -> None:
    alan, ticket = cast.actor("alan"), make()
    [task] = add_tasks(ticket, actor=alan, texts=["Teil kommt"])
    pause(ticket, actor=alan, reason="task", task=task, until=clock.now() + timedelta(days=9))
    with pytest.raises(WrongState):
        wake(ticket.pk, actor=system("parking"))
    do_task(task, actor=alan)
    run_later("wake_for_task")
    assert state(ticket) == "open"
    assert Ticket.objects.get(pk=ticket.pk).returns_at is None
    assert Notification.objects.filter(person=cast.alan, kind="returned").count() == 1
    with pytest.raises(Invalid):
        pause(ticket, actor=alan, reason="task", task=task)


def test_a_parked_ticket_comes_back_when_the_other_one_is_solved(cast: Cast, make: Make) -> None:
    alan, ticket, other = cast.actor("alan"), make(), make()
    for wrong in (None, ticket):
        with pytest.raises(Invalid):
            pause(ticket, actor=alan, reason="ticket", other=wrong)
    pause(ticket, actor=alan, reason="ticket", other=other)
    run_later("wake_for_ticket")
    assert state(ticket) == "waiting"
    resolve(other, actor=alan, text="Fertig")
    run_later("wake_for_ticket")
    assert state(ticket) == "open"


def test_a_parent_comes_back_when_its_last_child_is_solved_or_taken_out(cast: Cast, make: Make) -> None:
    alan, parent, first, second = cast.actor("alan"), make(), make("karl"), make("karl")
    with pytest.raises(Invalid):
        pause(parent, actor=alan, reason="children")
    for child in (first, second):
        adopt(child, actor=alan, parent=parent)
    pause(parent, actor=alan, reason="children")
    resolve(first, actor=alan, text="Fertig")
    run_later("wake_for_ticket")
    assert state(parent) == "waiting"
    bring_back(0)
    assert state(parent) == "waiting"
    release(second, actor=alan)
    bring_back(0)
    bring_back(0)
    assert state(parent) == "open"
