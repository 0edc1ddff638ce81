"""Fills the desk in batches, each one transaction: a seed that is killed leaves whole tickets only."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate, count
from random import Random
from typing import NamedTuple

from django.db import connection, connections, transaction

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.console.seed.blocks import LANGUAGES, Blocks
from dreiklang.console.seed.case import Case, Plan, Present
from dreiklang.console.seed.cast import Cast, gather
from dreiklang.console.seed.copying import TABLES, copy_rows, take_ids, take_numbers, transaction_number
from dreiklang.console.seed.promises import Promises
from dreiklang.console.seed.rows import Rows
from dreiklang.console.seed.stories import STORIES, Story, at_work
from dreiklang.console.seed.vocabulary import SHARE_OF_FREQUENT
from dreiklang.kernel import clock, instance
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.sla.models import Agreement
from dreiklang.sla.queries.contracts import all_books
from dreiklang.tickets.queries import priority_for

BATCH = 2_000
#: From here on it pays to write with several connections at once.
MANY = 5_000
MOST_WRITERS = 3
SPAN_DAYS, RECENT_DAYS, SHARE_OF_RECENT = 3 * 365, 6, 0.04
WORDS_OF_A_TEXT = 10
_FAR = 1 << 40
_STORY_SHARES = list(accumulate(story.weight for story in STORIES))
_MAY_TIDY = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'tickets_ticket'::regclass"
_TIDYING = (
    "SELECT gin_clean_pending_list('ticket_words_inside')",
    "SELECT gin_clean_pending_list('ticket_words_outside')",
    f"ANALYZE {', '.join(TABLES)}",
)


class Run(NamedTuple):
    """What every batch is made from. Ids and numbers of the tickets are taken once, so they follow their openings."""

    tickets: int
    seed: int
    now: int
    first_id: int
    first_number: int
    cast: Cast
    priorities: dict[tuple[int, int], int]


def seed(tickets: int, seed: int | None = None) -> dict[str, int | float]:
    """Fill the desk with tickets of three years; the same seed on the same day makes the same stories.

    Returns how many tickets and journal lines (``events``) were made, and the seconds it took. Persons, teams and
    categories are those of the desk; what is missing is made.
    """
    begun = time.monotonic()
    chosen = secrets.randbelow(1 << 30) if seed is None else seed
    if tickets < 1:
        return {"tickets": 0, "events": 0, "seconds": 0.0}
    if ServiceCalendar.objects.filter(is_default=True).exists() and not Agreement.objects.exists():
        make_usual_agreement(actor=system("console"))
    run = Run(
        tickets, chosen, int(clock.now().timestamp()), next(take_numbers("tickets_ticket_id_seq", tickets)),
        next(take_numbers("ticket_number", tickets)), gather(),
        {(impact, urgency): priority_for(impact, urgency) for impact in (1, 2, 3) for urgency in (1, 2, 3)},
    )  # fmt: skip
    instance.epoch()
    batches = list(range(0, tickets, BATCH))
    events = sum(_write_together(run, batches) if tickets >= MANY else _write(run, batches))
    _tidy_up(tickets)
    return {"tickets": tickets, "events": events, "seconds": round(time.monotonic() - begun, 2)}


def _write_together(run: Run, batches: list[int]) -> Iterator[int]:
    """Several processes write, each with its own connection; the first failure ends the run."""
    writers = min(MOST_WRITERS, (os.cpu_count() or 1) + 1, len(batches))
    connections.close_all()  # no two processes may share one
    with multiprocessing.get_context("fork").Pool(writers) as pool:
        yield from pool.starmap(_write_apart, [(run, batches[place::writers]) for place in range(writers)], chunksize=1)


def _write_apart(run: Run, batches: list[int]) -> int:
    try:
        return sum(_write(run, batches))
    finally:
        connections.close_all()


def _write(run: Run, batches: list[int]) -> Iterator[int]:
    """Write batches (named by their first ticket's place), and say how many journal lines each has."""
    random = Random(f"{run.seed}/{batches[0]}")  # noqa: S311 - stories, not secrets
    promises = Promises(datetime.fromtimestamp(run.now, UTC), all_books())
    present = Present(run.now, run.cast, Blocks(random), random, run.priorities, promises)
    with connection.cursor() as cursor:
        # words go to a list beside the index and are sorted in once, at the end
        cursor.execute("SELECT set_config('gin_pending_list_limit', '1GB', false)")
    most = {story: _most_rows(story, present) for story in STORIES}
    for begins in batches:
        yield _write_batch(run, present, begins, most)


def _write_batch(run: Run, present: Present, begins: int, most: dict[Story, dict[str, int]]) -> int:
    plans = [_plan(run, present, place) for place in range(begins, min(begins + BATCH, run.tickets))]
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for plan in plans:
        words[plan.requester.language].update(plan.words())
    present.blocks.learn(words)
    wanted: dict[str, int] = {}
    for plan in plans:
        for table, many in most[plan.story].items():
            wanted[table] = wanted.get(table, 0) + many
    wanted.pop("tickets_ticket", None)
    with transaction.atomic():
        rows = Rows(take_ids(wanted), epoch=instance.epoch(), transaction=transaction_number())
        for plan in plans:
            Case(plan, present, rows).play()
        copy_rows(rows.of)
    return len(rows.of["kernel_journalline"])


def _plan(run: Run, present: Present, place: int) -> Plan:
    random = present.random
    story = random.choices(STORIES, cum_weights=_STORY_SHARES)[0]
    return Plan(
        id=run.first_id + place,
        number=run.first_number + place,
        opened=_opening(run, (place + random.random()) / run.tickets),
        story=story,
        requester=random.choice(run.cast.requesters),
        device=present.blocks.vocabulary.device(),
        usual=present.blocks.vocabulary.usual(WORDS_OF_A_TEXT),
        is_frequent=random.random() < SHARE_OF_FREQUENT,
    )


def _opening(run: Run, share: float) -> int:
    """When a ticket was opened: evenly over three years, a little more in the last days, so that some are open now."""
    past = 1 - SHARE_OF_RECENT
    if share < past:
        days = SPAN_DAYS - share / past * (SPAN_DAYS - RECENT_DAYS)
    else:
        days = (1 - share) / SHARE_OF_RECENT * RECENT_DAYS
    return min(at_work(run.now - int(days * 86_400)), run.now - 60)


def _most_rows(story: Story, present: Present) -> dict[str, int]:
    """How many rows a story leaves in each table when it is played to its end."""
    rows = Rows({table: count(1) for table in Rows({}, epoch=0, transaction=0).of}, epoch=0, transaction=0)
    blocks = present.blocks
    plan = Plan(1, 1, 0, story, present.cast.requesters[0], "", [], is_frequent=True)
    blocks.learn({language: {"", "1"} for language in LANGUAGES})
    Case(plan, present._replace(now=_FAR, promises=Promises(present.promises.now)), rows).play()
    return dict(rows.counts())


def _tidy_up(tickets: int) -> None:
    """Sort the collected words into their indexes and tell the planner what is there, where this role may."""
    with connection.cursor() as cursor:
        cursor.execute(_MAY_TIDY)
        if not cursor.fetchone()[0]:
            return
    if tickets < MANY:
        for statement in _TIDYING:
            _tidy(statement)
        return
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(len(_TIDYING)) as pool:
        pool.map(_tidy_apart, _TIDYING, chunksize=1)


def _tidy(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('maintenance_work_mem', '256MB', false)")
        cursor.execute(statement)


def _tidy_apart(statement: str) -> None:
    try:
        _tidy(statement)
    finally:
        connections.close_all()
