"""Puts the demo desk together: ninety days, played in the order of time under a clock that moves."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.db.models import F

from dreiklang.assistance.commands.learning import learn_all
from dreiklang.assistance.commands.proposing import propose
from dreiklang.assistance.queries.functions import can_learn
from dreiklang.assistance.queries.history import open_tickets
from dreiklang.calendars.queries import default_calendar
from dreiklang.calendars.rules import WorkingCalendar, add_working_time, open_spans
from dreiklang.communication.models import Notification
from dreiklang.console.demo.fax import deliver_fax
from dreiklang.console.demo.first_months import live_in
from dreiklang.console.demo.knowledge import write_articles
from dreiklang.console.demo.mails import deliver_mails
from dreiklang.console.demo.playing import STOPS, Play
from dreiklang.console.demo.ready_made import make_ready
from dreiklang.console.demo.stories import STORIES, Story
from dreiklang.console.demo.teaching import LEARNED_AFTER, Learning, prepare_learning, see_to_lessons
from dreiklang.console.demo.telephone import set_up_telephone
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
from dreiklang.tickets.rules import priority_of

__all__ = ["DAYS", "PASSWORD", "SIGN_INS", "TICKETS", "build_demo", "tickets_in"]

DAYS = 90
TICKETS = 400
#: Tickets of the last working hours that stop somewhere on their way, so that every state is there now.
OPEN_NOW = 45
SEED = 20417
#: priority → the least and the most working minutes since it was opened, of a ticket nobody has answered yet; and of
#: one that is being worked on. Held against the usual promises (``sla.rules.usual``).
UNANSWERED = {1: (4, 40), 2: (8, 100), 3: (15, 210), 4: (20, 420)}
ON_THE_WAY = {1: (60, 130), 2: (150, 420), 3: (240, 1100), 4: (300, 2100)}
#: And of one for which no promise runs: somebody waits, or it is solved.
AT_REST = (120, 2400)
#: One in so many is late: nobody answered in time, or it is not solved though it should be.
LATE_IN = 12
LATE_UNANSWERED = {1: (70, 100), 2: (130, 200), 3: (250, 400), 4: (560, 700)}
LATE_ON_THE_WAY = {1: (560, 620), 2: (1100, 1300), 3: (2750, 3000), 4: (5500, 5900)}
#: How often the sweep over the clocks runs while the history is played.
SWEEP = timedelta(minutes=15)


def tickets_in(days: int) -> int:
    """How many tickets the demo desk has after so many days: as busy as ever, and enough to be in every state."""
    return max(OPEN_NOW + 15, round(TICKETS * days / DAYS))


def build_demo(*, tickets: int = TICKETS, seed: int = SEED, days: int = DAYS) -> int:
    """Fill an empty desk with some days of work; one that has tickets is left as it is. Returns how many were made.

    All or nothing: a process that dies half-way leaves an empty desk. Besides, a few mails come in.
    """
    if Ticket.objects.exists():
        return 0
    now = clock.now()
    begins = now - timedelta(days=days)
    random = Random(seed)  # noqa: S311 - stories, not secrets
    with in_one_transaction(), reactions.later_ones_withheld():
        with clock.standing_at(begins):
            world = make_world(begins.date())
            write_articles()
            hours = default_calendar().as_rules()
        learning = Learning(world, begins + LEARNED_AFTER * (now - begins))
        # the last tickets come by mail and fax
        _play_all([*_plays(world, hours, begins, now, max(tickets - 2, 0), random), learning], begins, now)
        tie_together(world, now)
        note_todays_absences(world, now)
        make_ladders()
        make_ready(world)
        set_up_telephone(world, now)
        see_to_lessons(world)
        prepare_learning(world)
        live_in(world, now)
        learn_handling_times(news_of_handling_times(), actor=SETUP)
        _read_old_news(now)
        _learn_proposals()
    with reactions.later_ones_withheld():
        deliver_mails(now)
        deliver_fax(world, now)
    return tickets


def _learn_proposals() -> None:
    """What the worker would have learned by now, where it can."""
    if can_learn() and learn_all(actor=SETUP):
        propose(open_tickets())


def _read_old_news(now: datetime) -> None:
    """What is older than two days has been read by those it was for."""
    old = Notification.objects.filter(made_at__lt=now - timedelta(days=2))
    old.update(read_at=F("made_at") + timedelta(minutes=40))


def _plays(
    world: World, hours: WorkingCalendar, begins: datetime, now: datetime, tickets: int, random: Random
) -> Iterator[Play]:
    open_now = min(OPEN_NOW, tickets)
    length = (now - begins).total_seconds()
    told: Counter[str] = Counter()
    for n in range(tickets):
        is_open = n >= tickets - open_now
        stop = STOPS[n % len(STOPS)] if is_open else ""
        story = _story_for(stop, random, told)
        if is_open:
            begun = _ago(hours, now, _age_of(n, stop, story, random))
        else:
            back = begins + timedelta(seconds=random.uniform(0.001, 0.98) * length)
            begun = add_working_time(hours, back, random.uniform(1, 3600))
        customer = random.choice(story.customers)
        yield Play(
            story=story,
            requester=random.choice(world.requesters[customer]),
            begins=begun,
            world=world,
            random=random,
            hours=hours,
            channel=random.choices(("mail", "phone", "portal"), (62, 25, 13))[0],
            stop=stop,
        )


def _age_of(n: int, stop: str, story: Story, random: Random) -> float:
    """How many working minutes ago a ticket that is open now began: most are well within what is promised,
    a few are late, as on a desk that does its work."""
    if stop in ("waiting", "parked", "resolved"):
        return random.uniform(*AT_REST)
    priority = 4 if stop == "new" else priority_of(story.impact, story.urgency)
    if n % LATE_IN == 0:
        ages = LATE_UNANSWERED if stop in ("new", "assigned") else LATE_ON_THE_WAY
    else:
        ages = UNANSWERED if stop in ("new", "assigned") else ON_THE_WAY
    return random.uniform(*ages[priority])


def _ago(hours: WorkingCalendar, now: datetime, minutes: float) -> datetime:
    """The moment from which so many working minutes have passed until now."""
    left = minutes * 60
    for span in reversed(open_spans(hours, now - timedelta(days=DAYS / 2), now)):
        if span.seconds >= left:
            return span.ends_at - timedelta(seconds=left)
        left -= span.seconds
    raise AssertionError("a calendar that is open for less than a day or two in six weeks")


def _story_for(stop: str, random: Random, told: Counter[str]) -> Story:
    """A story that passes the place where it shall stop. What is open now tells as many different ones as there are:
    ``told`` counts them."""
    fitting = [
        story
        for story in STORIES
        if not (stop == "waiting" and not story.ask)
        and not (stop in ("handed_over", "upper", "returned") and not story.way)
        and not (stop == "relayed" and not story.relay)
    ]
    if stop:
        fewest = min(told[story.key] for story in fitting)
        fitting = [story for story in fitting if told[story.key] == fewest]
    story = random.choices(fitting, [story.weight for story in fitting])[0]
    if stop:
        told[story.key] += 1
    return story


def _play_all(plays: list[Play | Learning], begins: datetime, now: datetime) -> None:
    """Give each play its turn at the moment it asked for, until now; what lies ahead does not happen."""
    turns = [(play.begins, n, iter(play.steps())) for n, play in enumerate(plays)]
    waiting: list[tuple[datetime, int, Iterator[datetime]]] = []
    for _begins, n, moments in turns:
        heapq.heappush(waiting, (next(moments), n, moments))
    swept = begins
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
