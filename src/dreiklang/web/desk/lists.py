"""The lists one works from: which there are for a person, what is in them, grouped by what to do.

Every list passes through ``visible_to``; pages go on by key (priority and number), never by counting past rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dreiklang.escalation.policy import in_sight_of
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import ReadMark, Ticket
from dreiklang.web import forms
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.held import HeldRow
from dreiklang.web.desk.held import rows_for as held_rows
from dreiklang.web.desk.sparks import spark

MINE, PARKED, SIGHT, ALL = "mine", "parked", "sight", "all"
NEXT, LATER, WAITING, ABOVE = "next", "later", "waiting", "above"
PAGE, SHORT_PAGE = 25, 10
EXACT_TO = 999


@dataclass(frozen=True)
class Row:
    """One ticket as a list shows it."""

    number: int
    subject: str
    level: int
    words: str
    priority: int
    promise_at: Any
    is_paused: bool
    is_unread: bool
    is_quiet: bool
    url: str
    spark: str


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

    @property
    def rows_url(self) -> str:
        """Where the rows alone are, to be loaded anew when something happened."""
        return reverse("desk:rows", args=[self.key]) + (f"?narrow={self.narrowing}" if self.narrowing else "")


def count_words(count: int) -> str:
    """Exact to 999, then '999+'."""
    return f"{EXACT_TO}+" if count > EXACT_TO else str(count)


def tickets_in(key: str, *, actor: Actor) -> QuerySet[Ticket]:
    """The unsettled tickets of a list. Raises NotFound for a list that is not the actor's to see."""
    seen = policy.visible_to(actor)
    if key == MINE:
        return seen.filter(assignee_id=me(actor), state_group__in=["initial", "active", "pending"])
    if key == PARKED:
        own = Q(assignee_id=me(actor)) | Q(team_id__in=actor.teams)
        return seen.filter(own, state_group="pending")
    if key == SIGHT:
        return in_sight_of(actor)
    if key == ALL:
        return seen.unsettled()
    team = _team(key)
    if team not in actor.teams and not actor.has(policy.WORK):
        raise NotFound
    return seen.filter(team_id=team).unsettled()


def _team(key: str) -> int:
    kind, _dash, number = key.partition("-")
    found = forms.whole(number)
    if kind != "team" or found is None:
        raise NotFound
    return found


def name_of(key: str, *, actor: Actor) -> tuple[str, int | None]:
    """What a list is called, and the level of its team."""
    fixed = {MINE: _("Mine"), PARKED: _("Parked"), SIGHT: _("Further up, in sight"), ALL: _("All open")}
    if key in fixed:
        return fixed[key], None
    team = Team.objects.filter(pk=_team(key)).first()
    if team is None:
        raise NotFound
    return team.name, team.level


def worklist_of(key: str, *, actor: Actor, narrowing: str = "") -> Worklist:
    """A list with its first rows in groups: next, later, waiting for others, further up and still in sight."""
    name, level = name_of(key, actor=actor)
    found = tickets_in(key, actor=actor)
    filters = _filters(key, found, actor, narrowing)
    found = _narrowed(found, actor, narrowing)
    groups = [_group(kind, key, found, actor, narrowing) for kind in _kinds(key)]
    if key.startswith("team-") and _team(key) in actor.teams and not narrowing:
        groups.append(_group(ABOVE, key, in_sight_of(actor), actor, narrowing))
    title, words = _empty_words(key, narrowing)
    return Worklist(
        key,
        name,
        level,
        filters,
        [g for g in groups if g.rows],
        narrowing,
        empty_title=title,
        empty_words=words,
        held=held_rows(actor) if level == 1 and not narrowing else (),
    )


def more_of(key: str, kind: str, after: str, *, actor: Actor, narrowing: str = "") -> Group:
    """The rows of a group after a key; the group's own head is not repeated."""
    found = in_sight_of(actor) if kind == ABOVE else _narrowed(tickets_in(key, actor=actor), actor, narrowing)
    return _group(kind, key, found, actor, narrowing, after=after)


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
    counts = found.aggregate(
        all=Count("id"),
        mine=Count("id", filter=Q(assignee_id=me(actor))),
        free=Count("id", filter=Q(assignee_id=None)),
    )
    address = reverse("desk:worklist", args=[key])
    return [
        Filter("", _("Open"), address, narrowing == "", count_words(counts["all"])),
        Filter("mine", _("Mine"), f"{address}?narrow=mine", narrowing == "mine", count_words(counts["mine"])),
        Filter("free", _("Not taken"), f"{address}?narrow=free", narrowing == "free", count_words(counts["free"])),
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


def _group(kind: str, key: str, found: QuerySet[Ticket], actor: Actor, narrowing: str, *, after: str = "") -> Group:
    names = {
        NEXT: (_("Next"), _("what loses most by waiting")),
        LATER: (_("Then"), ""),
        WAITING: (_("Waiting for others"), ""),
        ABOVE: (_("Further up, stays in your sight"), ""),
    }
    size = PAGE if kind in (NEXT, LATER) or len(_kinds(key)) == 1 else SHORT_PAGE
    ordered = _in_group(found, kind).select_related("requester", "assignee", "team").order_by("priority", "id")
    if after:
        priority, _dash, last = after.partition("-")
        step, number = forms.whole(priority) or 0, forms.whole(last) or 0
        ordered = ordered.filter(Q(priority__gt=step) | Q(priority=step, id__gt=number))
    tickets = list(ordered[: size + 1])
    group = Group(kind, *names[kind], rows=rows_of(tickets[:size], actor=actor, list_key=key, kind=kind))
    group.count_words = f"{size}+" if len(tickets) > size else str(len(tickets))
    if len(tickets) > size:
        last_row = tickets[size - 1]
        query = f"group={kind}&after={last_row.priority}-{last_row.pk}" + (f"&narrow={narrowing}" if narrowing else "")
        group.more_url = reverse("desk:rows", args=[key]) + f"?{query}"
    return group


def rows_of(tickets: Iterable[Ticket], *, actor: Actor, list_key: str, kind: str = NEXT) -> list[Row]:
    """Tickets as rows; what the reader has seen of them in one query."""
    tickets = list(tickets)
    seen = dict(
        ReadMark.objects.filter(person_id=me(actor), ticket__in=[t.pk for t in tickets]).values_list(
            "ticket_id", "read_at"
        )
        if tickets
        else ()
    )
    now, zone, language = clock.now(), timezone.get_current_timezone(), (get_language() or "en")[:2]
    is_stranger = policy.is_outside_house(actor)
    rows = []
    for ticket in tickets:
        read_at = seen.get(ticket.pk)
        is_new = read_at is None or (ticket.last_word_by == "requester" and ticket.last_word_at > read_at)
        is_quiet = kind in (WAITING, ABOVE)
        is_shut = is_stranger and ticket.team_id not in actor.teams
        rows.append(
            Row(
                number=ticket.number,
                subject=ticket.subject,
                level=ticket.level,
                words=_row_words(ticket, kind, is_shut),
                priority=ticket.priority,
                promise_at=ticket.returns_at if ticket.state_group == "pending" else ticket.next_promise_at,
                is_paused=ticket.state_group == "pending",
                is_unread=is_new and not is_quiet,
                is_quiet=is_quiet,
                url="" if is_shut else reverse("desk:ticket", args=[ticket.number]) + f"?list={list_key}",
                spark="" if is_shut else spark(ticket.trail, now=now, zone=zone, language=language),
            )
        )
    return rows


def _row_words(ticket: Ticket, kind: str, is_shut: bool) -> str:
    """Under the subject: whose it is and where, or with whom it lies; an outsider reads the state only."""
    if is_shut:
        return _("in work further up")
    if kind == ABOVE:
        team = ticket.team.name if ticket.team else ""
        return _("at level %(level)s, %(team)s") % {"level": ticket.level, "team": team}
    place = ", ".join(w for w in (ticket.requester.name, ticket.requester.place) if w)
    return f"{place} · {ticket.assignee.name}" if ticket.assignee else place


def _empty_words(key: str, narrowing: str) -> tuple[str, str]:
    if key == MINE:
        return _("Nothing lies on your own list"), _("Take something from your team's list: open it and press a.")
    if key == PARKED:
        return _("Nothing is parked"), _("What you put aside until a date or an answer waits here.")
    if key == SIGHT:
        return _("Nothing is further up"), _("What your team hands up stays here until it is solved.")
    if narrowing:
        return _("Nothing fits"), _("Choose 'Open' to see the whole list.")
    return _("All done"), _("New tickets and handovers appear here by themselves.")


def lists_for(actor: Actor) -> list[dict[str, Any]]:
    """The lists in the rail with their counts, in a fixed number of queries."""
    own = Ticket.objects.unsettled()
    counts = dict(
        own.filter(team_id__in=actor.teams).values("team_id").annotate(n=Count("id")).values_list("team_id", "n")
    )
    teams = Team.objects.filter(pk__in=actor.teams, is_active=True).order_by("level", "name")
    found: list[dict[str, Any]] = [
        _entry(MINE, _("Mine"), "user-check", _count(tickets_in(MINE, actor=actor)), goto="m")
    ]
    for team in teams:
        found.append(
            _entry(f"team-{team.pk}", team.name, "", counts.get(team.pk, 0), level=team.level, goto=str(team.level))
        )
    found.append(_entry(PARKED, _("Parked"), "clock-pause", _count(tickets_in(PARKED, actor=actor)), goto="p"))
    found.append(_entry(SIGHT, _("Further up, in sight"), "eye", _count(in_sight_of(actor)), goto="s"))
    if actor.has(policy.SEE_ALL):
        found.append(_entry(ALL, _("All open"), "list-details", _count(policy.visible_to(actor).unsettled()), goto="a"))
    return found


def _entry(key: str, name: str, icon: str, count: int, *, level: int | None = None, goto: str = "") -> dict[str, Any]:
    return {
        "key": key, "name": name, "icon": icon, "count": count, "count_words": count_words(count), "level": level,
        "goto": goto, "url": reverse("desk:worklist", args=[key]),
    }  # fmt: skip


def _count(found: QuerySet[Ticket]) -> int:
    """Exact to 999, and never counting further."""
    return len(found.order_by().values_list("pk", flat=True)[: EXACT_TO + 1])


def first_key(actor: Actor) -> str:
    """Where the desk begins for somebody: the list of the lowest own team, else one's own."""
    team = Team.objects.filter(pk__in=actor.teams, is_active=True).order_by("level", "name").first()
    return f"team-{team.pk}" if team else (ALL if actor.has(policy.SEE_ALL) else MINE)


def picked_words(count: int) -> str:
    """'3 tickets are yours now'."""
    return ngettext("%(n)d ticket is done", "%(n)d tickets are done", count) % {"n": count}


def next_after(ticket: Ticket, *, actor: Actor) -> str:
    """The address of the next ticket to work on once this one is done; the start where there is none."""
    key = f"team-{ticket.team_id}" if ticket.team_id in actor.teams else MINE
    others = tickets_in(key, actor=actor).exclude(pk=ticket.pk)
    found = _in_group(others, NEXT).order_by("priority", "id").values_list("number", flat=True).first()
    return reverse("desk:ticket", args=[found]) + f"?list={key}" if found else reverse("desk:worklist", args=[key])
