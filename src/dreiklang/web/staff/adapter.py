"""From the journal to scores: the reads behind the staff, for a ticket or a list, without a query per ticket."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import WorkingCalendar
from dreiklang.kernel import clock, journal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import Message, Ticket
from dreiklang.web.staff import reading
from dreiklang.web.staff.lexicon import Lexicon, lexicon
from dreiklang.web.staff.score import Line, Promise, Score

#: Lines that every desk has; the fourth is drawn only where a vendor was asked.
USUAL_LEVELS = (1, 2, 3, 4)


def score_of(
    ticket: Ticket, *, actor: Actor, language: str, now: datetime | None = None, promises: Sequence[Promise] = ()
) -> Score:
    """The score of a ticket for somebody who works inside it (NotAllowed for anybody else).

    Somebody of an external team or a vendor gets what their own teams did and how the ticket came to them and left.
    ``promises`` come from the floor that keeps them.
    """
    return scores_of([ticket], actor=actor, language=language, now=now, promises={ticket.pk: promises})[ticket.pk]


def scores_of(
    tickets: Sequence[Ticket],
    *,
    actor: Actor,
    language: str,
    now: datetime | None = None,
    promises: Mapping[int, Sequence[Promise]] | None = None,
) -> dict[int, Score]:
    """Scores of several tickets by their ids; a fixed number of queries however many they are."""
    for ticket in tickets:
        require(policy.works_inside(actor, ticket))
    lines = _lines_of(tickets)
    names = _names_of(tickets, lines)
    calendar, said, moment = working_calendar(None), lexicon(language), now or clock.now()
    found: dict[int, Score] = {}
    for ticket in tickets:
        own = replace(names, requester=names.persons.get(ticket.requester_id, ""))
        score = _score(ticket, lines[ticket.pk], own, said, calendar, moment, language)
        if promises and promises.get(ticket.pk):
            score = replace(score, promises=tuple(promises[ticket.pk]))
        found[ticket.pk] = _as_seen_outside(score, ticket, lines[ticket.pk], own, actor)
    return found


def _score(
    ticket: Ticket,
    lines: Sequence[journal.Line],
    names: reading.Names,
    said: Lexicon,
    calendar: WorkingCalendar,
    now: datetime,
    language: str,
) -> Score:
    read = reading.read((line for line in lines if line.at <= now), said=said, names=names)
    opened = read.opened_at or ticket.opened_at
    return Score(
        number=str(ticket.number),
        calendar=calendar,
        opened_at=opened,
        now=max(now, opened),
        lines=_staff_lines(read, names),
        marks=tuple(read.marks),
        stays=tuple(read.stays),
        strokes=tuple(read.strokes),
        rests=tuple(read.rests),
        closures=tuple(read.closures),
        requester=names.requester,
        language=language,
    )


def _staff_lines(read: reading.Reading, names: reading.Names) -> tuple[Line, ...]:
    """The usual lines, each with the teams that had the ticket there."""
    teams: dict[int, dict[str, None]] = defaultdict(dict)
    first_level, first_team = read.first
    teams[first_level][names.teams.get(first_team or 0, "")] = None
    for stroke in read.strokes:
        teams[stroke.to_level][stroke.to_team] = None
    return tuple(
        Line(level, ", ".join(team for team in teams[level] if team) or names.usual.get(level, ""))
        for level in USUAL_LEVELS
    )


def _as_seen_outside(
    score: Score, ticket: Ticket, lines: Iterable[journal.Line], names: reading.Names, actor: Actor
) -> Score:
    """For an external team or a vendor: their own deeds, messages where they may read them, and the bare way."""
    if not policy.is_outside_house(actor):
        return score
    entries = {f"line-{line.id}" for line in lines if getattr(line.event, "team_id", None) in actor.teams}
    for line in lines:
        if getattr(line.event, "team_id", None) in actor.teams:
            entries |= {
                f"{name.removesuffix('_id')}-{getattr(line.event, name)}"
                for name in ("note_id", "intervention_id", "handover_id", "message_id")
                if getattr(line.event, name, None) is not None
            }
    reads_messages = policy.sees_messages(actor, ticket)
    own = {names.teams.get(team, "") for team in actor.teams} - {""}
    return replace(
        score,
        marks=tuple(
            m for m in score.marks if m.entry in entries or (reads_messages and m.entry.startswith("message-"))
        ),
        lines=tuple(Line(x.level, ", ".join(t for t in x.team.split(", ") if t in own)) for x in score.lines),
        stays=tuple(stay if stay.team in own else replace(stay, team="") for stay in score.stays),
        strokes=tuple(s if s.to_team in own else replace(s, to_team="", reason="") for s in score.strokes),
        rests=tuple(
            rest
            if any(s.team in own and s.since <= rest.since for s in score.stays if s.level == rest.level)
            else replace(rest, reason="", short="")
            for rest in score.rests
        ),
    )


def _lines_of(tickets: Iterable[Ticket]) -> dict[int, list[journal.Line]]:
    found: dict[int, list[journal.Line]] = {ticket.pk: [] for ticket in tickets}
    for line in journal.lines_about("ticket", found):
        found[line.event.subject_id].append(line)
    return found


def _names_of(tickets: Iterable[Ticket], lines: Mapping[int, Sequence[journal.Line]]) -> reading.Names:
    """Names of everybody the lines speak of: one query for persons, one for teams, one for who wrote in."""
    told = [line for each in lines.values() for line in each]
    persons = {line.actor_id for line in told if line.actor_kind == "person" and line.actor_id}
    persons |= {ticket.requester_id for ticket in tickets}
    teams = {
        team
        for line in told
        for name in ("holder_team_id", "to_team_id", "from_team_id", "team_id")
        if (team := getattr(line.event, name, None))
    }
    messages = [line.event.message_id for line in told if line.event.code == "message.received"]  # type: ignore[attr-defined]
    found = list(
        Team.objects.filter(Q(pk__in=teams) | Q(is_active=True)).values_list(
            "pk", "name", "level", "organization__kind"
        )
    )
    of_level: dict[int, list[str]] = defaultdict(list)
    for _pk, name, level, kind in found:
        if kind == "provider":
            of_level[level].append(name)
    alone = {level: names for level, names in of_level.items() if len(names) == 1}
    speakers = Message.objects.filter(pk__in=messages).values_list("pk", "author__name", "author_name")
    return reading.Names(
        persons=dict(Person.objects.filter(pk__in=persons).values_list("pk", "name")),
        teams={pk: name for pk, name, _level, _own in found},
        speakers={pk: name or typed for pk, name, typed in speakers},
        requester="",
        usual={level: name for level, [name] in alone.items()},
    )
