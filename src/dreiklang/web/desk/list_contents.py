"""What is in the lists: their tickets, the first rows of each group, how many there are.

Every list passes through ``visible_to``; pages go on by key (priority and number), never by counting past rows. What
every page asks is kept in words (``kernel.questions``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from dreiklang.escalation.policy import in_sight_of
from dreiklang.kernel import clock
from dreiklang.kernel.counting import Counts
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.tickets import policy
from dreiklang.tickets.models import Tag, Ticket
from dreiklang.tickets.queries.conditions import condition_of, understood
from dreiklang.tickets.queries.order import halves, moment_of, seconds
from dreiklang.tickets.queries.tasks import with_my_tasks
from dreiklang.web import forms
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.rows import ABOVE, LATER, NEXT, WAITING, facts_of, told_of, unranked

MINE, TASKS, PARKED, SIGHT, ALL = "mine", "tasks", "parked", "sight", "all"
#: Groups in the order of work; the others stand by priority.
IN_ORDER = (NEXT, LATER)
VIEW = "view-"
PAGE, SHORT_PAGE = 25, 10
#: A promise due within this span makes a ticket one of the next.
NEAR = timedelta(hours=2)
#: Lists of teams: one's own, and others.
OWN, OTHER = "own", "team"


def tickets_in(key: str, *, actor: Actor, narrowing: str = "", typed: str = "") -> QuerySet[Ticket]:
    """The tickets of a list as it is narrowed: what is shown page by page, and what a deed for all of it is done to.

    Raises NotFound for a list that is not the actor's to see, Mistake for conditions that cannot be read.
    """
    found = narrowed(_all_in(key, actor=actor), actor, narrowing)
    return fitting(found, typed, actor) if typed else found


def fitting(found: QuerySet[Ticket], typed: str, actor: Actor) -> QuerySet[Ticket]:
    """Those that fit words and conditions, of what the actor sees: a condition tells nothing about any other."""
    tree = understood(typed, actor=actor, is_search=True)
    seen = policy.visible_to(actor).filter(condition_of(tree, actor=actor))
    return found.filter(pk__in=seen.values("pk"))


def _all_in(key: str, *, actor: Actor) -> QuerySet[Ticket]:
    """The unsettled tickets of a list, or what fits a view. Raises NotFound for one that is not the actor's to see."""
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.reading_of(key, actor=actor).found
    seen = policy.visible_to(actor)
    if key == MINE:
        return seen.filter(assignee_id=me(actor), state_group__in=["initial", "active", "pending"])
    if key == TASKS:
        return with_my_tasks(seen.unsettled(), actor=actor)
    if key == PARKED:
        own = Q(assignee_id=me(actor)) | Q(team_id__in=actor.teams)
        return seen.filter(own, state_group="pending")
    if key == SIGHT:
        return in_sight_of(actor)
    if key == ALL:
        return seen.unsettled()
    if key.startswith("tag-"):
        return seen.unsettled().filter(tagged__tag_id=tag_in(key, actor).pk)
    return _tickets_of(kind_of(key, actor), team_in(key), actor)


def team_in(key: str) -> int:
    """The team whose list it is. Raises NotFound for a key that is none."""
    kind, _dash, number = key.partition("-")
    found = forms.whole(number)
    if kind != "team" or found is None:
        raise NotFound
    return found


def tag_in(key: str, actor: Actor) -> Tag:
    """The tag a list is about. Raises NotFound where the actor sees no ticket that bears it."""
    number = forms.whole(key.removeprefix("tag-")) or 0
    found = Tag.objects.filter(pk=number, tagged__ticket__in=policy.visible_to(actor)).first()
    if found is None:
        raise NotFound
    return found


def first_facts(key: str, actor: Actor, narrowing: str, at: datetime, typed: str = "") -> dict[str, list[Any]]:
    """The facts of a list's first rows, by group. Raises NotFound for a list that is not the actor's to see."""
    if typed:
        found, near = tickets_in(key, actor=actor, narrowing=narrowing, typed=typed), at + NEAR
        parts = {kind: found if kind == ABOVE else in_group(found, kind, near) for kind in kinds_of(key)}
        sizes = {kind: size_of(key, kind) for kind in parts}
        return by_group(_asked(parts, sizes, key, actor, seconds(at)))
    if key.startswith("tag-"):
        return by_group(_first_asked(tickets_in(key, actor=actor), key, actor, narrowing, at + NEAR, seconds(at)))
    return by_group(_first(kind_of(key, actor), narrowing)(actor, _team_in(key), at + NEAR, seconds(at)))


@lru_cache(maxsize=64)
def _first(kind: str, narrowing: str) -> Question[Any]:
    """The first rows of a list in words; ``kind`` is its key, or 'own' or 'team' for a team's, which is a value."""

    def ask(actor: Actor, team: int, near: datetime, now: float) -> QuerySet[Any, Any]:
        return _first_asked(_tickets_of(kind, team, actor), kind, actor, narrowing, near, now)

    return Question(ask)


def _first_asked(
    found: QuerySet[Ticket], key: str, actor: Actor, narrowing: str, near: datetime, now: float
) -> QuerySet[Any, Any]:
    found = narrowed(found, actor, narrowing)
    sizes = sizes_of(key, actor, narrowing)
    parts = {kind: in_sight_of(actor) if kind == ABOVE else in_group(found, kind, near) for kind in kinds_of(key)}
    if ABOVE in sizes:
        parts[ABOVE] = in_sight_of(actor)
    return _asked(parts, sizes, key, actor, now)


def kind_of(key: str, actor: Actor) -> str:
    """A list's key, or whether a team's list is of an own team. Raises NotFound where the actor may not see it."""
    if key in (MINE, TASKS, PARKED, SIGHT, ALL):
        return key
    is_own = team_in(key) in actor.teams
    if not is_own and not actor.has(policy.WORK):
        raise NotFound
    return OWN if is_own else OTHER


def _team_in(key: str) -> int:
    return team_in(key) if key.startswith("team-") else 0


def _tickets_of(kind: str, team: int, actor: Actor) -> QuerySet[Ticket]:
    if kind in (OWN, OTHER):
        return policy.visible_of_team(actor, team, is_own=kind == OWN).unsettled()
    return _all_in(kind, actor=actor)


def kinds_of(key: str) -> tuple[str, ...]:
    """The groups of a list."""
    if key == PARKED:
        return (WAITING,)
    return (ABOVE,) if key == SIGHT else (NEXT, LATER, WAITING)


def narrowed(found: QuerySet[Ticket], actor: Actor, narrowing: str) -> QuerySet[Ticket]:
    """Those that one has oneself, or nobody has."""
    if narrowing == "mine":
        return found.filter(assignee_id=me(actor))
    if narrowing == "free":
        return found.filter(assignee_id=None)
    return found


@lru_cache(maxsize=8)
def ways_in(kind: str, ways: tuple[str, ...]) -> Counts:
    """How many tickets a team's list has in some ways: all of it (no name), what one has oneself, what nobody has."""
    return Counts(lambda actor, team: {way: narrowed(_tickets_of(kind, team, actor), actor, way) for way in ways})


def _is_next(near: datetime) -> Q:
    """What loses most by waiting: heavy, unanswered, not yet accepted, or with a promise near."""
    return Q(priority__lte=2) | Q(last_word_by="requester") | Q(awaits_acceptance=True) | Q(next_promise_at__lte=near)


def in_group(found: QuerySet[Ticket], kind: str, near: datetime) -> QuerySet[Ticket]:
    """Those that stand in a group; ``near``: until when a promise makes a ticket one of the next."""
    active = Q(state_group__in=["initial", "active"])
    if kind == NEXT:
        return found.filter(active & _is_next(near))
    if kind == LATER:
        return found.filter(active & ~_is_next(near))
    return found.filter(state_group="pending") if kind == WAITING else found


def sizes_of(key: str, actor: Actor, narrowing: str) -> dict[str, int]:
    """The groups of a list in their order, and how many rows each begins with."""
    sizes = {kind: size_of(key, kind) for kind in kinds_of(key)}
    is_own = key == OWN or (key.startswith("team-") and team_in(key) in actor.teams)
    return {**sizes, ABOVE: SHORT_PAGE} if is_own and not narrowing else sizes


def size_of(key: str, kind: str) -> int:
    """How many rows a group begins with."""
    return PAGE if kind in IN_ORDER or len(kinds_of(key)) == 1 else SHORT_PAGE


def _asked(
    parts: dict[str, QuerySet[Ticket]], sizes: dict[str, int], key: str, actor: Actor, now: float, after: str = ""
) -> QuerySet[Any, Any]:
    """The first rows of each part, all in one query; what is to be done stands in the order of work.

    All pages of a group stand for the moment of the first one, so that none is missed.
    """
    told = told_of(key, actor=actor)
    asked = [
        facts_of(ordered, actor=actor, kind=kind, told=told)[: sizes[kind] + 1]
        for kind, found in parts.items()
        for ordered in (halves(found, at=now, after=after) if kind in IN_ORDER else [unranked(found)])
    ]
    return asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]


def by_group(found: Iterable[Any]) -> dict[str, list[Any]]:
    """Facts by the group they stand in."""
    facts: dict[str, list[Any]] = defaultdict(list)
    for ticket in found:
        facts[ticket.group].append(ticket)
    return facts


def _after(found: QuerySet[Ticket], after: str) -> QuerySet[Ticket]:
    """What comes behind a key such as ``2-4711``: priority and id of the last row shown."""
    priority, _dash, last = after.partition("-")
    step, number = forms.whole(priority) or 0, forms.whole(last) or 0
    return found.filter(Q(priority__gt=step) | Q(priority=step, id__gt=number))


def next_facts(
    key: str, kind: str, after: str, *, actor: Actor, narrowing: str = "", typed: str = ""
) -> tuple[list[Any], datetime]:
    """The facts of a group's rows behind a key, and the moment for which their order stands."""
    if kind not in (NEXT, LATER, WAITING, ABOVE):
        raise NotFound
    at = moment_of(after) or clock.now()
    found: QuerySet[Ticket] = in_sight_of(actor)
    if kind != ABOVE:
        listed = tickets_in(key, actor=actor, narrowing=narrowing, typed=typed)
        found = in_group(listed, kind, clock.now() + NEAR)
    elif typed:
        found = fitting(found, typed, actor)
    if kind not in IN_ORDER:
        found = _after(found, after)
    return by_group(_asked({kind: found}, {kind: size_of(key, kind)}, key, actor, seconds(at), after))[kind], at
