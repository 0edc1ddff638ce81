"""The lists one works from: which there are for a person, what is in them, grouped by what to do.

Every list passes through ``visible_to``; pages go on by key (priority and number), never by counting past rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.escalation.policy import in_sight_of
from dreiklang.kernel import clock
from dreiklang.kernel.counting import count_words, counts
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import Tag, Ticket
from dreiklang.tickets.queries.order import cursor_of, halves, in_order, index_of, moment_of
from dreiklang.tickets.queries.tasks import with_my_tasks
from dreiklang.web import forms
from dreiklang.web.desk.answers import to_ticket
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.held import HeldRow
from dreiklang.web.desk.held import rows_for as held_rows
from dreiklang.web.desk.rows import ABOVE, LATER, NEXT, WAITING, Row, facts_of, rows_of, told_of, unranked

MINE, TASKS, PARKED, SIGHT, ALL = "mine", "tasks", "parked", "sight", "all"
#: Groups in the order of work; the others stand by priority.
IN_ORDER = (NEXT, LATER)
VIEW = "view-"
PAGE, SHORT_PAGE = 25, 10


@dataclass
class Group:
    """Rows with one thing to do, and where the next rows of it are."""

    key: str
    name: str
    hint: str = ""
    rows: list[Row] = field(default_factory=list)
    count_words: str = ""
    more_url: str = ""


@dataclass
class Filter:
    """A way to narrow a list."""

    key: str
    name: str
    url: str
    is_on: bool
    count_words: str = ""


@dataclass
class Worklist:
    """A list with its name, its narrowing and its groups."""

    key: str
    name: str
    level: int | None = None
    filters: Sequence[Filter] = ()
    groups: Sequence[Group] = ()
    narrowing: str = ""
    more_url: str = ""
    empty_icon: str = "circle-check"
    empty_title: str = ""
    empty_words: str = ""
    held: Sequence[HeldRow] = ()
    is_coming: bool = False  # the page shows the list's head; its rows load by themselves
    open_number: int | None = None

    @property
    def rows_url(self) -> str:
        """Where the rows alone are, to be loaded anew when something happened."""
        wished = {"narrow": self.narrowing, "open": self.open_number}
        query = urlencode({name: value for name, value in wished.items() if value})
        return reverse("desk:rows", args=[self.key]) + (f"?{query}" if query else "")


def tickets_in(key: str, *, actor: Actor) -> QuerySet[Ticket]:
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
        return seen.unsettled().filter(tagged__tag_id=_tag(key, actor).pk)
    team = _team(key)
    if team not in actor.teams and not actor.has(policy.WORK):
        raise NotFound
    return policy.visible_of_team(actor, team).unsettled()


def _team(key: str) -> int:
    kind, _dash, number = key.partition("-")
    found = forms.whole(number)
    if kind != "team" or found is None:
        raise NotFound
    return found


def _tag(key: str, actor: Actor) -> Tag:
    """The tag a list is about. Raises NotFound where the actor sees no ticket that bears it."""
    number = forms.whole(key.removeprefix("tag-")) or 0
    found = Tag.objects.filter(pk=number, tagged__ticket__in=policy.visible_to(actor)).first()
    if found is None:
        raise NotFound
    return found


def name_of(key: str, *, actor: Actor) -> tuple[str, int | None]:
    """What a list is called, and the level of its team."""
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.name_of(key, actor=actor), None
    fixed = {
        MINE: _("Mine"),
        TASKS: _("My tasks"),
        PARKED: _("Parked"),
        SIGHT: _("Further up, in sight"),
        ALL: _("All open"),
    }
    if key in fixed:
        return fixed[key], None
    if key.startswith("tag-"):
        return _("Tag: %(name)s") % {"name": _tag(key, actor).name}, None
    team = Team.objects.filter(pk=_team(key)).first()
    if team is None:
        raise NotFound
    return team.name, team.level


def worklist_of(key: str, *, actor: Actor, narrowing: str = "") -> Worklist:
    """A list with its first rows in groups: next, later, waiting for others, further up and still in sight."""
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.worklist_of(key, actor=actor)
    name, level = name_of(key, actor=actor)
    found = tickets_in(key, actor=actor)
    filters = _filters(key, found, actor, narrowing)
    found = _narrowed(found, actor, narrowing)
    parts = {kind: _in_group(found, kind) for kind in _kinds(key)}
    if key.startswith("team-") and _team(key) in actor.teams and not narrowing:
        parts[ABOVE] = in_sight_of(actor)
    title, words = _empty_words(key, narrowing)
    return Worklist(
        key,
        name,
        level,
        filters,
        [group for group in _groups(parts, key, actor, narrowing) if group.rows],
        narrowing,
        empty_title=title,
        empty_words=words,
        held=held_rows(actor) if level == 1 and not narrowing else (),
    )


def heading_of(key: str, *, actor: Actor, open_number: int) -> Worklist:
    """A list beside a ticket: the ticket does not wait for it, the rows come on their own."""
    name, level = name_of(key, actor=actor)
    return Worklist(key, name, level, is_coming=True, open_number=open_number)


def more_of(key: str, kind: str, after: str, *, actor: Actor, narrowing: str = "") -> Group:
    """The rows of a group after a key; the group's own head is not repeated."""
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.more_of(key, after, actor=actor)
    if kind not in (NEXT, LATER, WAITING, ABOVE):
        raise NotFound
    if kind == ABOVE:
        found: QuerySet[Ticket] = in_sight_of(actor)
    else:
        found = _in_group(_narrowed(tickets_in(key, actor=actor), actor, narrowing), kind)
    if kind not in IN_ORDER:
        found = _after(found, after)
    return _groups({kind: found}, key, actor, narrowing, after)[0]


def _kinds(key: str) -> tuple[str, ...]:
    if key == PARKED:
        return (WAITING,)
    return (ABOVE,) if key == SIGHT else (NEXT, LATER, WAITING)


def _narrowed(found: QuerySet[Ticket], actor: Actor, narrowing: str) -> QuerySet[Ticket]:
    if narrowing == "mine":
        return found.filter(assignee_id=me(actor))
    if narrowing == "free":
        return found.filter(assignee_id=None)
    return found


def _filters(key: str, found: QuerySet[Ticket], actor: Actor, narrowing: str) -> list[Filter]:
    """Open, mine, not taken: with counts, in one query."""
    if not key.startswith("team-"):
        return []
    names = {"": _("Open"), "mine": _("Mine"), "free": _("Not taken")}
    counted = counts({way: _narrowed(found, actor, way) for way in names})
    address = reverse("desk:worklist", args=[key])
    return [
        Filter(way, name, f"{address}?narrow={way}" if way else address, narrowing == way, count_words(counted[way]))
        for way, name in names.items()
    ]


def _is_next() -> Q:
    """What loses most by waiting: heavy, unanswered, not yet accepted, or with a promise near."""
    near = clock.now() + timedelta(hours=2)
    return Q(priority__lte=2) | Q(last_word_by="requester") | Q(awaits_acceptance=True) | Q(next_promise_at__lte=near)


def _in_group(found: QuerySet[Ticket], kind: str) -> QuerySet[Ticket]:
    active = Q(state_group__in=["initial", "active"])
    if kind == NEXT:
        return found.filter(active & _is_next())
    if kind == LATER:
        return found.filter(active & ~_is_next())
    return found.filter(state_group="pending") if kind == WAITING else found


def _groups(parts: dict[str, QuerySet[Ticket]], key: str, actor: Actor, narrowing: str, after: str = "") -> list[Group]:
    """The first rows of each part, all in one query; what is to be done stands in the order of work.

    All pages of a group stand for the moment of the first one, so that none is missed.
    """
    at = moment_of(after) or clock.now()
    sizes = {kind: PAGE if kind in (NEXT, LATER) or len(_kinds(key)) == 1 else SHORT_PAGE for kind in parts}
    told = told_of(key, actor=actor)
    asked = [
        facts_of(ordered, actor=actor, kind=kind, told=told)[: sizes[kind] + 1]
        for kind, found in parts.items()
        for ordered in (halves(found, at=at, after=after) if kind in IN_ORDER else [unranked(found)])
    ]
    facts: dict[str, list[Any]] = defaultdict(list)
    for ticket in asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]:
        facts[ticket.group].append(ticket)
    return [_group(kind, facts[kind], size, key, actor, narrowing, at) for kind, size in sizes.items()]


def _group(kind: str, tickets: list[Any], size: int, key: str, actor: Actor, narrowing: str, at: datetime) -> Group:
    names = {
        NEXT: (_("Next"), _("what loses most by waiting")),
        LATER: (_("Then"), ""),
        WAITING: (_("Waiting for others"), ""),
        ABOVE: (_("Further up, stays in your sight"), ""),
    }
    if kind in IN_ORDER:
        tickets.sort(key=lambda ticket: (-index_of(ticket.rank, ticket.is_late, at), ticket.id))
    else:
        tickets.sort(key=lambda ticket: (ticket.priority, ticket.id))
    group = Group(kind, *names[kind], rows=rows_of(tickets[:size], actor=actor, list_key=key))
    group.count_words = f"{size}+" if len(tickets) > size else str(len(tickets))
    if len(tickets) > size:
        last = tickets[size - 1]
        cursor = f"{last.priority}-{last.id}"
        if kind in IN_ORDER:
            cursor = cursor_of(last.id, last.rank, last.is_late, at)
        query = f"group={kind}&after={cursor}" + (f"&narrow={narrowing}" if narrowing else "")
        group.more_url = reverse("desk:rows", args=[key]) + f"?{query}"
    return group


def _after(found: QuerySet[Ticket], after: str) -> QuerySet[Ticket]:
    """What comes behind a key such as ``2-4711``: priority and id of the last row shown."""
    priority, _dash, last = after.partition("-")
    step, number = forms.whole(priority) or 0, forms.whole(last) or 0
    return found.filter(Q(priority__gt=step) | Q(priority=step, id__gt=number))


def _empty_words(key: str, narrowing: str) -> tuple[str, str]:
    if key == MINE:
        return _("Nothing lies on your own list"), _("Take something from your team's list: open it and press a.")
    if key == TASKS:
        return _("Nothing to be done"), _(
            "Tasks for you or your teams appear here; the next one stands below its ticket."
        )
    if key == PARKED:
        return _("Nothing is parked"), _("What you put aside until a date or an answer waits here.")
    if key == SIGHT:
        return _("Nothing is further up"), _("What your team hands up stays here until it is solved.")
    if narrowing:
        return _("Nothing fits"), _("Choose 'Open' to see the whole list.")
    return _("All done"), _("New tickets and handovers appear here by themselves.")


def lists_for(actor: Actor) -> list[dict[str, Any]]:
    """The lists in the rail; how many tickets are in them is counted by the rail, for all of them at once."""
    teams = Team.objects.filter(pk__in=actor.teams, is_active=True).order_by("level", "name")
    found: list[dict[str, Any]] = [_entry(MINE, _("Mine"), "user-check", goto="m")]
    found += [_entry(f"team-{t.pk}", t.name, "", level=t.level, goto=str(t.level)) for t in teams]
    found.append(_entry(TASKS, _("My tasks"), "list-check", goto="t"))
    found.append(_entry(PARKED, _("Parked"), "clock-pause", goto="p"))
    found.append(_entry(SIGHT, _("Further up, in sight"), "eye", goto="s"))
    if actor.has(policy.SEE_ALL):
        found.append(_entry(ALL, _("All open"), "list-details", goto="a"))
    return found


def _entry(key: str, name: str, icon: str, *, level: int | None = None, goto: str = "") -> dict[str, Any]:
    url = reverse("desk:worklist", args=[key])
    return {"key": key, "name": name, "icon": icon, "level": level, "goto": goto, "url": url}


def first_key(actor: Actor) -> str:
    """Where the desk begins for somebody: the list of the lowest own team, else one's own."""
    team = Team.objects.filter(pk__in=actor.teams, is_active=True).order_by("level", "name").first()
    return f"team-{team.pk}" if team else (ALL if actor.has(policy.SEE_ALL) else MINE)


def picked_words(count: int) -> str:
    """'3 tickets are yours now'."""
    return ngettext("%(n)d ticket is done", "%(n)d tickets are done", count) % {"n": count}


def next_after(ticket: Ticket, *, actor: Actor, list_key: str = "") -> str:
    """The address of the next ticket to work on once this one is done; the list where there is none.

    ``list_key``: the list it was opened from. In a view the next one is the one behind it; in any other list it is
    what loses most by waiting in one's team or on one's own list.
    """
    found: int | None
    if list_key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        try:
            found = beside.next_in(list_key, ticket, actor=actor)
        except NotFound:
            return next_after(ticket, actor=actor)
        return to_ticket(found, list_key) if found else reverse("desk:view", args=[list_key.removeprefix(VIEW)])
    key = f"team-{ticket.team_id}" if ticket.team_id in actor.teams else MINE
    others = tickets_in(key, actor=actor).exclude(pk=ticket.pk)
    placed = in_order(_in_group(others, NEXT), at=clock.now(), limit=1)
    found = placed[0].ticket.number if placed else None
    return to_ticket(found, key) if found else reverse("desk:worklist", args=[key])
