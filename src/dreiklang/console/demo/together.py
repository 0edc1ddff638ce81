"""What ties tickets of the demo desk together: tags, links, followers, a merge, a split, a family, tasks, visits."""

from __future__ import annotations

from datetime import datetime, timedelta

from dreiklang.console.demo.world import World
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.family import adopt
from dreiklang.tickets.commands.following import follow
from dreiklang.tickets.commands.linking import link
from dreiklang.tickets.commands.merging import merge
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.splitting import split
from dreiklang.tickets.commands.tagging import tag
from dreiklang.tickets.commands.tasks import add_tasks, do_task
from dreiklang.tickets.commands.visits import plan_visit
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import INCIDENT, QUESTION, REQUEST

FEWEST = 8


def tie_together(world: World, now: datetime) -> None:
    """Let the first level tie some of its running tickets, a quarter of an hour ago. A small demo has too few."""
    alan, berta = world.persons["alan"], world.persons["berta"]
    desk = world.teams["desk"]
    # complaints and what is restricted are answered by themselves: nothing is merged into them
    ordinary = Ticket.objects.unsettled().filter(team=desk, is_restricted=False, kind__in=(INCIDENT, REQUEST, QUESTION))
    running = list(ordinary.exclude(state="waiting").order_by("-pk")[:FEWEST])
    if len(running) < FEWEST:
        return
    with clock.standing_at(now - timedelta(minutes=15)):
        actor = actor_of(alan)
        first, second, third, fourth, fifth, sixth, *_rest = running
        for ticket, name in ((first, "Umzug Haus B"), (second, "Umzug Haus B"), (third, "Drucker"), (first, "Drucker")):
            tag(ticket, actor=actor, name=name)
        link(first, actor=actor, other=second)
        link(third, actor=actor, other=fourth, kind="caused_by")
        follow(first, actor=actor_of(berta))
        _work_on(first, actor, alan, now)
        _outage(second, actor, world)
        _said_twice(fifth, actor)
        [step, _other] = add_tasks(sixth, actor=actor, texts=["Ersatzgerät bestellen", "Gerät tauschen"], assignee=alan)
        pause(sixth, actor=actor, reason="task", task=step)


def actor_of(person: Person) -> Actor:
    """Somebody of the demo as an actor."""
    assert person.account is not None
    return actor_for(person.account)


def _work_on(ticket: Ticket, actor: Actor, person: Person, now: datetime) -> None:
    """A check-list that is begun, and an appointment for tomorrow."""
    done, *_open = add_tasks(
        ticket,
        actor=actor,
        heading="Gerätetausch",
        texts=["Seriennummer notieren", "Altgerät abholen", "Testdruck zeigen"],
        assignee=person,
        due_at=now + timedelta(days=1),
    )
    do_task(done, actor=actor)
    add_tasks(ticket, actor=actor, texts=["Datensicherung prüfen"], team=ticket.team, is_blocking=True)
    begins = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    plan_visit(
        ticket,
        actor=actor,
        starts_at=begins,
        ends_at=begins + timedelta(minutes=45),
        place=ticket.requester.place,
        tools="Ersatzgerät, Netzwerkkabel",
        person=person,
    )


def _outage(parent: Ticket, actor: Actor, world: World) -> None:
    """Two more report the same: one waits for its solution, the other goes on in it."""
    beside = [
        p for p in world.persons.values() if p.organization_id == parent.customer_id and p.pk != parent.requester_id
    ]
    for n, person in enumerate(beside[:2]):
        again = open_ticket(
            person, actor=actor, subject=parent.subject, channel="phone", language=person.language, kind=parent.kind
        )
        receive_message(again, actor=actor, author=person, text=f"{parent.subject}.", channel="phone")
        if n:
            merge(again, actor=actor, into=parent)
        else:
            adopt(again, actor=actor, parent=parent)


def _said_twice(ticket: Ticket, actor: Actor) -> None:
    """A requester wrote of a second thing: it becomes a ticket of its own."""
    said = receive_message(
        ticket,
        actor=actor_of(ticket.requester) if ticket.requester.account else actor,
        author=ticket.requester,
        text="Außerdem rauscht mein Telefon seit gestern.",
        channel="phone",
    )
    split(ticket, actor=actor, messages=[said], subject="Telefon rauscht")
