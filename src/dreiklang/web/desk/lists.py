"""The lists one works from: which there are for a person, what is in them, grouped by what to do.

Every list passes through ``visible_to``; pages go on by key (priority and number), never by counting past rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.kernel import clock
from dreiklang.kernel.counting import count_words
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import mistake_words
from dreiklang.tickets.queries.order import cursor_of, in_order, index_of
from dreiklang.tickets.rules.conditions import Mistake
from dreiklang.web.addresses import address
from dreiklang.web.desk.answers import to_ticket
from dreiklang.web.desk.held import HeldRow
from dreiklang.web.desk.held import rows_for as held_rows
from dreiklang.web.desk.list_contents import (
    ALL,
    IN_ORDER,
    MINE,
    NEAR,
    PARKED,
    SIGHT,
    TASKS,
    VIEW,
    first_facts,
    in_group,
    kind_of,
    next_facts,
    size_of,
    sizes_of,
    tag_in,
    team_in,
    tickets_in,
    ways_in,
)
from dreiklang.web.desk.rows import ABOVE, LATER, NEXT, WAITING, Row, rows_of


@dataclass(frozen=True)
class Way:
    """How a list is narrowed: to one's own or to what nobody has, and by words and conditions."""

    narrowing: str = ""
    typed: str = ""

    def query(self, sign: str) -> str:
        """As part of an address, behind a sign; empty if it is not narrowed."""
        wished = {"narrow": self.narrowing, "q": self.typed}
        said = urlencode({name: value for name, value in wished.items() if value})
        return sign + said if said else ""


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
    typed: str = ""
    mistake: str = ""
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
        wished = {"narrow": self.narrowing, "open": self.open_number, "q": self.typed if self.is_coming else ""}
        query = urlencode({name: value for name, value in wished.items() if value})
        return address("desk:rows", self.key) + (f"?{query}" if query else "")


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
        return _("Tag: %(name)s") % {"name": tag_in(key, actor).name}, None
    team = _team_by_number.first(team_in(key))
    if team is None:
        raise NotFound
    return team.name, team.level


def worklist_of(
    key: str, *, actor: Actor, narrowing: str = "", typed: str = "", counted: int | None = None
) -> Worklist:
    """A list with its first rows in groups: next, later, waiting for others, further up and still in sight.

    ``typed``: words and conditions that narrow it; what cannot be read finds nothing and says why. ``counted``: how
    many are in it, where the page has counted them already.
    """
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.worklist_of(key, actor=actor, typed=typed)
    name, level = name_of(key, actor=actor)
    at = clock.now()
    sizes, facts, mistake = sizes_of(key, actor, narrowing or typed), {}, ""
    try:
        facts = first_facts(key, actor, narrowing, at, typed)
    except Mistake as told:
        mistake = mistake_words(told)
    way = Way(narrowing, typed)
    groups = [_group(kind, facts.get(kind, []), size, key, actor, way, at) for kind, size in sizes.items()]
    title, words = _empty_words(key, narrowing, typed)
    return Worklist(
        key,
        name,
        level,
        _filters(key, actor, way, counted),
        [group for group in groups if group.rows],
        narrowing,
        typed,
        mistake,
        empty_title=title,
        empty_words=words,
        held=held_rows(actor) if level == 1 and not (narrowing or typed) else (),
    )


def heading_of(key: str, *, actor: Actor, open_number: int) -> Worklist:
    """A list beside a ticket: the ticket does not wait for it, the rows come on their own."""
    name, level = name_of(key, actor=actor)
    return Worklist(key, name, level, is_coming=True, open_number=open_number)


def more_of(key: str, kind: str, after: str, *, actor: Actor, narrowing: str = "", typed: str = "") -> Group:
    """The rows of a group after a key; the group's own head is not repeated."""
    if key.startswith(VIEW):
        from dreiklang.web.desk.saved import beside

        return beside.more_of(key, after, actor=actor, typed=typed)
    try:
        facts, at = next_facts(key, kind, after, actor=actor, narrowing=narrowing, typed=typed)
    except Mistake:
        return Group(kind, "")
    return _group(kind, facts, size_of(key, kind), key, actor, Way(narrowing, typed), at)


def _filters(key: str, actor: Actor, way: Way, counted: int | None) -> list[Filter]:
    """Open, mine, not taken: with counts of the whole list, in one query; without where words narrow it."""
    if not key.startswith("team-"):
        return []
    names = {"": _("Open"), "mine": _("Mine"), "free": _("Not taken")}
    kind, numbers = kind_of(key, actor), {} if counted is None else {"": counted}
    asked = () if way.typed else tuple(name for name in names if name not in numbers)
    if asked:
        numbers |= zip(asked, ways_in(kind, asked)(actor, team_in(key)), strict=True)
    all_of_it = address("desk:worklist", key)
    return [
        Filter(
            name, words, all_of_it + Way(name, way.typed).query("?"), way.narrowing == name,
            "" if way.typed else count_words(numbers[name]),
        )
        for name, words in names.items()
    ]  # fmt: skip


def _group(kind: str, tickets: list[Any], size: int, key: str, actor: Actor, way: Way, at: datetime) -> Group:
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
        query = f"group={kind}&after={cursor}" + way.query("&")
        group.more_url = address("desk:rows", key) + f"?{query}"
    return group


def _empty_words(key: str, narrowing: str, typed: str) -> tuple[str, str]:
    if typed:
        return _("Nothing fits"), _("Take something out of the line above to see more.")
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


_teams_of = Question(lambda actor: Team.objects.filter(pk__in=actor.teams, is_active=True).order_by("level", "name"))
_team_by_number = Question(lambda number: Team.objects.filter(pk=number))


def lists_for(actor: Actor) -> list[dict[str, Any]]:
    """The lists in the rail; how many tickets are in them is counted by the rail, for all of them at once."""
    teams = _teams_of(actor)
    found: list[dict[str, Any]] = [_entry(MINE, _("Mine"), "user-check", goto="m")]
    found += [_entry(f"team-{t.pk}", t.name, "", level=t.level, goto=str(t.level)) for t in teams]
    found.append(_entry(TASKS, _("My tasks"), "list-check", goto="t"))
    found.append(_entry(PARKED, _("Parked"), "clock-pause", goto="p"))
    found.append(_entry(SIGHT, _("Further up, in sight"), "eye", goto="s"))
    if actor.has(policy.SEE_ALL):
        found.append(_entry(ALL, _("All open"), "list-details", goto="a"))
    return found


def keys_for(actor: Actor) -> list[str]:
    """The same lists by key alone, without a query; the teams by number."""
    teams = [f"team-{team}" for team in sorted(actor.teams)]
    return [MINE, *teams, TASKS, PARKED, SIGHT, *([ALL] if actor.has(policy.SEE_ALL) else [])]


def _entry(key: str, name: str, icon: str, *, level: int | None = None, goto: str = "") -> dict[str, Any]:
    url = address("desk:worklist", key)
    return {"key": key, "name": name, "icon": icon, "level": level, "goto": goto, "url": url}


def first_key(actor: Actor) -> str:
    """Where the desk begins for somebody: the list of the lowest own team, else one's own."""
    team = _teams_of.first(actor)
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
        return to_ticket(found, list_key) if found else address("desk:view", list_key.removeprefix(VIEW))
    key = f"team-{ticket.team_id}" if ticket.team_id in actor.teams else MINE
    others = tickets_in(key, actor=actor).exclude(pk=ticket.pk)
    placed = in_order(in_group(others, NEXT, clock.now() + NEAR), at=clock.now(), limit=1)
    found = placed[0].ticket.number if placed else None
    return to_ticket(found, key) if found else address("desk:worklist", key)
