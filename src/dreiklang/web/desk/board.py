"""The level board for those who lead, and the wallboard for the room: the same numbers, without persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dreiklang.escalation.commands import handing_over
from dreiklang.insight.queries.board import Board, TeamRow, board_of
from dreiklang.insight.rules import HIGHEST_CHORD, Chord, chords
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.teams.models import Team
from dreiklang.web import forms
from dreiklang.web.components.moments import clock_words
from dreiklang.web.desk.answers import is_fragment
from dreiklang.web.desk.leading import COUNTING, LEADING
from dreiklang.web.routing import actor_of, policy

#: The drawing of a team's promises: width, where now stands, and where the day ends.
WIDTH, NOW, END = 400, 52, 392
LINE, STEP = 46, 9


@dataclass(frozen=True)
class Mark:
    """A note on a team's line: a promise due. ``has_stem``: its work should have begun."""

    x: float
    y: float
    in_danger: bool
    stem: float = 0.0
    count: str = ""


@dataclass(frozen=True)
class Advice:
    """What helps now, why, and a button: a link, or a deed."""

    words: str
    why: str
    button: str
    url: str
    is_post: bool = False


@require_GET
@policy(LEADING)
def board(request: HttpRequest) -> HttpResponse:
    """Load, danger, absence, the day's traffic, and what helps now."""
    actor, now = actor_of(request), clock.now()
    found = board_of(actor, now)
    context = {**_context(found, now), "advice": advice_of(found), "traffic": traffic_rows(found)}
    template = "web/desk/board/body.html" if is_fragment(request) else "web/desk/board/page.html"
    return render(request, template, context)


@require_GET
@policy(COUNTING)
def wallboard(request: HttpRequest) -> HttpResponse:
    """For a screen in the room: load and promises of the teams, in large letters; no name of anybody."""
    now = clock.now()
    found = board_of(actor_of(request), now)
    template = "web/desk/board/wall_body.html" if is_fragment(request) else "web/desk/board/wall.html"
    return render(request, template, {**_context(found, now), "traffic": traffic_rows(found)})


@require_POST
@policy(LEADING)
def remind(request: HttpRequest, team_id: int) -> HttpResponse:
    """Remind a team of the handovers that wait for it."""
    forms.read(request)
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NotFound
    try:
        count = handing_over.remind(team, actor=actor_of(request))
    except WrongState as refused:
        messages.warning(request, str(refused))
    else:
        words = ngettext("%(team)s is reminded of %(n)d handover.", "%(team)s is reminded of %(n)d handovers.", count)
        messages.success(request, words % {"team": team.name, "n": count})
    return redirect("desk:board")


def _context(found: Board, now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = [_row(row, found) for row in found.rows]
    levels: list[tuple[int, list[dict[str, Any]]]] = []
    for row in rows:
        if not levels or levels[-1][0] != row["level"]:
            levels.append((row["level"], []))
        levels[-1][1].append(row)
    return {
        "board": found,
        "levels": levels,
        "ticks": ticks(found, zone),
        "moment": f"{formats.date_format(now.astimezone(zone), 'D j.n.')}, {now.astimezone(zone):%H:%M}",
        "day": "" if found.span.is_today else formats.date_format(found.span.since.astimezone(zone), "l"),
        "geometry": {"width": WIDTH, "now": NOW, "end": END, "line": LINE},
        "key": "board",
        "came_url": _today_url("came", now, zone),
        "first_url": _today_url("solved_at_1", now, zone),
        "danger_url": reverse("desk:counted") + "?" + urlencode({"measure": "danger", "until": found.span.until}),
    }


def _today_url(measure: str, now: datetime, zone: ZoneInfo) -> str:
    """The list behind a figure of today, counted from midnight to the very moment of the board."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        reverse("desk:counted")
        + "?"
        + urlencode({"measure": measure, "since": midnight.isoformat(), "until": now.isoformat()})
    )


def _row(row: TeamRow, found: Board) -> dict[str, Any]:
    percent = row.load.percent
    drawn = min(row.load.work, row.load.present * 1.35) if row.load.present else 0
    whole = row.load.present * 1.35 or 1
    return {
        "team": row.team,
        "level": row.team.level,
        "row": row,
        "work": hours_words(row.load.work),
        "present": hours_words(row.load.present),
        "percent": percent,
        "is_over": percent is not None and percent > 100,
        "bar": round(100 * min(drawn, row.load.present) / whole, 1),
        "over": round(100 * max(0.0, drawn - row.load.present) / whole, 1),
        "full": round(100 / 1.35, 1),
        "marks": marks(chords(row.dues, found.span.since, found.span.until)),
        "dues": len(row.dues),
        "people": row.presence,
        "list_url": reverse("desk:worklist", args=[f"team-{row.team.pk}"]),
        "open_url": reverse("desk:counted") + f"?measure=open&team={row.team.pk}",
        "overdue_url": reverse("desk:counted") + f"?measure=overdue&team={row.team.pk}",
        "words": presence_words(row, found.span.now),
    }


def hours_words(minutes: float) -> str:
    """An amount of work in words: minutes below an hour, else hours to a tenth."""
    if minutes < 60:
        return _("%(n)d min") % {"n": round(minutes)}
    hours = round(minutes / 60, 1)
    return _("%(n)s h") % {"n": formats.number_format(hours, 0 if hours == int(hours) else 1)}


def marks(found: list[Chord]) -> list[Mark]:
    """Notes of chords: three on each other at most, then a number; a stem where work should have begun."""
    drawn = []
    for chord in found:
        x = round(NOW + chord.place * (END - NOW), 1)
        height = min(chord.count, HIGHEST_CHORD)
        for n in range(height):
            is_top = n == height - 1
            danger = n < chord.in_danger
            stem = LINE - n * STEP - 20 if is_top and chord.in_danger else 0.0
            count = str(chord.count) if is_top and chord.count > HIGHEST_CHORD else ""
            drawn.append(Mark(x, LINE - n * STEP, danger, stem, count))
    return drawn


def ticks(found: Board, zone: ZoneInfo) -> list[tuple[float, str]]:
    """Full hours above the lines, at most nine, each with its place in percent of the drawing."""
    span = (found.span.until - found.span.since).total_seconds()
    first = found.span.since.astimezone(zone).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hours = []
    while first <= found.span.until and span > 0:
        place = (first - found.span.since).total_seconds() / span
        x = round(NOW + place * (END - NOW), 1)
        if x >= NOW + 18:  # nearer it would run into the word for what is overdue
            hours.append((x, f"{first:%H}"))
        first += timedelta(hours=1)
    step = max(1, -(-len(hours) // 9))
    return [tick for n, tick in enumerate(hours) if n % step == 0]


def presence_words(row: TeamRow, now: datetime) -> list[str]:
    """Who is away and until when, who comes later; never why."""
    words = []
    for away in row.presence.away:
        if away.substitute is not None:
            said = _("%(name)s is away, %(substitute)s stands in") % {
                "name": away.person.name, "substitute": away.substitute.name,
            }  # fmt: skip
        else:
            said = _("%(name)s is back on %(day)s") % {
                "name": away.person.name, "day": formats.date_format(away.back_on, "D j.n."),
            }  # fmt: skip
        words.append(said)
    zone = ZoneInfo(settings.TIME_ZONE)
    words += [
        _("%(name)s from %(time)s") % {"name": person.name, "time": clock_words(at, now, zone)}
        for person, at in row.presence.later
    ]
    if not row.presence.present and not row.presence.away and not row.presence.later:
        words.append(_("nobody there"))
    return words


def advice_of(found: Board) -> list[Advice]:
    """What helps now, the heaviest first, each with one button."""
    return [*_overload(found), *_slow_handovers(found), *_lying(found)][:5]


def _overload(found: Board) -> list[Advice]:
    over = sorted((r for r in found.rows if r.load.excess > 30), key=lambda r: -r.load.excess)
    free = max(found.rows, key=lambda r: r.load.present - r.load.work, default=None)
    advice = []
    for row in over[:3]:
        words = _("%(team)s has %(span)s more work than time") % {
            "team": row.team.name, "span": hours_words(row.load.excess),
        }  # fmt: skip
        why = ngettext(
            "%(n)d of its tickets is not taken yet.", "%(n)d of its tickets are not taken yet.", row.untaken
        ) % {"n": row.untaken}
        if free is not None and free.load.present - free.load.work > 60:
            why += " " + _("%(team)s has %(span)s free.") % {
                "team": free.team.name, "span": hours_words(free.load.present - free.load.work),
            }  # fmt: skip
        url = reverse("desk:worklist", args=[f"team-{row.team.pk}"]) + ("?narrow=free" if row.untaken else "")
        advice.append(Advice(words, why, _("Share out"), url))
    return advice


def _slow_handovers(found: Board) -> list[Advice]:
    there = {row.team.pk: len(row.presence.present) for row in found.rows}
    return [
        Advice(
            ngettext(
                "%(n)d handover to %(team)s has waited for more than 20 minutes",
                "%(n)d handovers to %(team)s have waited for more than 20 minutes",
                count,
            )
            % {"n": count, "team": team.name},
            ngettext("%(n)d person is there.", "%(n)d people are there.", there.get(team.pk, 0))
            % {"n": there.get(team.pk, 0)},
            _("Remind %(team)s") % {"team": team.name},
            reverse("desk:board_reminder", args=[team.pk]),
            is_post=True,
        )
        for team, count in found.slow
    ]


def _lying(found: Board) -> list[Advice]:
    return [
        Advice(
            ngettext("%(n)d ticket lies with %(name)s, who is away", "%(n)d tickets lie with %(name)s, who is away", n)
            % {"n": n, "name": person.name},
            _("%(name)s stands in.") % {"name": substitute.name} if substitute else _("Nobody stands in."),
            _("Give to others"),
            reverse("desk:counted") + f"?measure=lying&person={person.pk}",
        )
        for person, n, substitute in found.held_by_absent
    ]


def traffic_rows(found: Board) -> list[dict[str, Any]]:
    """The day's ways between the levels, from the highest down: up, back, and how many of these were solved."""
    traffic = found.traffic
    if traffic is None:
        return []
    pairs = sorted({*traffic.up, *((low, high) for high, low in traffic.down)}, reverse=True)
    rows = []
    for low, high in pairs:
        back, solved = traffic.down.get((high, low), (0, 0))
        up = traffic.up.get((low, high), 0)
        rows.append(
            {
                "low": low,
                "high": high,
                "up": ngettext("%(n)d handover", "%(n)d handovers", up) % {"n": up},
                "down": ngettext("%(n)d hand-back", "%(n)d hand-backs", back) % {"n": back}
                + (", " + _("%(n)d solved") % {"n": solved} if solved else ""),
            }
        )
    return rows
