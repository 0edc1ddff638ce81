"""Puts the demo desk together: ninety days, played in the order of time under a clock that moves."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import WorkingCalendar, add_working_time
from dreiklang.communication.models import Notification
from dreiklang.console.demo.mails import deliver_mails
from dreiklang.console.demo.playing import STOPS, Play
from dreiklang.console.demo.stories import STORIES, Story
from dreiklang.console.demo.together import tie_together
from dreiklang.console.demo.world import (
    PASSWORD,
    SETUP,
    SIGN_INS,
    World,
    make_ladders,
    make_world,
    note_todays_absences,
)
from dreiklang.kernel import clock, reactions
from dreiklang.kernel.command import in_one_transaction
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.sweeping import record_stages
from dreiklang.sla.queries.due import has_reached_stages
from dreiklang.tickets.commands.learning import learn_handling_times
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.learning import news_of_handling_times

__all__ = ["DAYS", "PASSWORD", "SIGN_INS", "TICKETS", "build_demo"]

DAYS = 90
TICKETS = 400
#: Tickets of the last working days that stop somewhere on their way, so that every state is there now.
OPEN_NOW = 54
SEED = 20417
#: How often the sweep over the clocks runs while the history is played.
SWEEP = timedelta(minutes=15)


def build_demo(*, tickets: int = TICKETS, seed: int = SEED) -> int:
    """Fill an empty desk; a desk that has tickets is left as it is. Returns how many tickets were made.

    All or nothing: a process that dies half-way leaves an empty desk. Besides, a few mails come in.
    """
    if Ticket.objects.exists():
        return 0
    now = clock.now()
    begins = now - timedelta(days=DAYS)
    random = Random(seed)  # noqa: S311 - stories, not secrets
    with in_one_transaction(), reactions.later_ones_withheld():
        with clock.standing_at(begins):
            world = make_world(begins.date())
            hours = default_calendar().as_rules()
        _play_all(list(_plays(world, hours, begins, now, tickets - 1, random)), now)  # the last one comes by mail
        tie_together(world, now)
        note_todays_absences(world, now)
        make_ladders()
        learn_handling_times(news_of_handling_times(), actor=SETUP)
        _read_old_news(now)
    with reactions.later_ones_withheld():
        deliver_mails(now)
    return tickets


def _read_old_news(now: datetime) -> None:
    """What is older than two days has been read by those it was for."""
    old = Notification.objects.filter(made_at__lt=now - timedelta(days=2))
    old.update(read_at=F("made_at") + timedelta(minutes=40))


def _plays(
    world: World, hours: WorkingCalendar, begins: datetime, now: datetime, tickets: int, random: Random
) -> Iterator[Play]:
    open_now = min(OPEN_NOW, tickets)
    length = (now - begins).total_seconds()
    for n in range(tickets):
        is_open = n >= tickets - open_now
        stop = STOPS[n % len(STOPS)] if is_open else ""
        story = _story_for(stop, random)
        if is_open:
            back = now - timedelta(days=random.uniform(0.6, 4.0) + 1.4 * len(story.way))
        else:
            back = begins + timedelta(seconds=random.uniform(0.001, 0.93) * length)
        customer = random.choice(story.customers)
        yield Play(
            story=story,
            requester=random.choice(world.requesters[customer]),
            begins=add_working_time(hours, back, random.uniform(1, 3600)),
            world=world,
            random=random,
            hours=hours,
            channel=random.choices(("mail", "phone", "portal"), (62, 25, 13))[0],
            stop=stop,
        )


def _story_for(stop: str, random: Random) -> Story:
    """A story that passes the place where it shall stop."""
    fitting = [
        story
        for story in STORIES
        if not (stop == "waiting" and not story.ask)
        and not (stop in ("handed_over", "upper", "returned") and not story.way)
        and not (stop == "relayed" and not story.relay)
    ]
    return random.choices(fitting, [story.weight for story in fitting])[0]


def _play_all(plays: list[Play], now: datetime) -> None:
    """Give each play its turn at the moment it asked for, until now; what lies ahead does not happen."""
    turns = [(play.begins, n, iter(play.steps())) for n, play in enumerate(plays)]
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for _begins, n, moments in turns:
        heapq.heappush(waiting, (next(moments), n, moments))
    swept = now - timedelta(days=DAYS)
    while waiting:
        moment, n, moments = heapq.heappop(waiting)
        if moment >= now:
            continue
        if moment - swept >= SWEEP:
            swept = moment
            _sweep(moment)
        with clock.standing_at(moment):
            following = next(moments, None)
        if following is not None:
            heapq.heappush(waiting, (max(following, moment), n, moments))
    _sweep(now)


def _sweep(moment: datetime) -> None:
    """What the schedule would have done by then: promises that came due are recorded and told."""
    with clock.standing_at(moment):
        if has_reached_stages():
            record_stages(actor=system("schedule"))
