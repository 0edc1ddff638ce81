"""The sparkline: the way through the levels, small enough for a row of a list, without any text.

A *trail* is all it needs, in working seconds since the opening: it can be kept with the ticket, so that a list needs
neither journal nor calendar to draw it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe

from dreiklang.web.staff.holding import first_level, worked
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.pieces import number
from dreiklang.web.staff.score import MarkKind, PromiseKind, Score

#: Width of each size; all are 20 high.
SIZES: Final = {"spark": 120, "spark-narrow": 96}
_YS: Final = {1: (10.0,), 2: (13.0, 7.0), 3: (16.0, 10.0, 4.0), 4: (16.5, 12.3, 8.2, 4.0)}
#: More midnights than this would be a fence.
MOST_MIDNIGHTS: Final = 3
#: What a stroke or a stay takes at least, in pixels, as long as there is room.
LEAST: Final = 3.0

#: level, since, until (None: still)
Part = tuple[int, float, float | None]


@dataclass(frozen=True, slots=True)
class Trail:
    """The way of a ticket in working seconds. ``moves`` are (from, to, handed, accepted, is_back)."""

    levels: tuple[int, ...]
    start: int
    held: tuple[Part, ...] = ()
    rests: tuple[Part, ...] = ()
    moves: tuple[tuple[int, int, float, float | None, bool], ...] = ()
    outward: tuple[tuple[int, float], ...] = ()
    broken: tuple[tuple[int, float, str], ...] = ()
    midnights: tuple[float, ...] = ()
    total: float = 0.0
    is_closed: bool = False

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def of_plain(cls, kept: dict[str, Any], *, total: float | None = None) -> Trail:
        """A kept trail; ``total`` brings the working seconds up to the present for a running one."""
        values: dict[str, Any] = {name: _frozen(value) for name, value in kept.items()}
        if total is not None and not values.get("is_closed"):
            values["total"] = total
        return cls(**values)


def _frozen(value: Any) -> Any:
    """Lists as JSON brings them back, as tuples."""
    return tuple(_frozen(part) for part in value) if isinstance(value, list | tuple) else value


def trail_of(score: Score) -> Trail:
    """The trail of a score."""
    opened, end = score.opened_at, score.end

    def at(moment: datetime) -> float:
        return worked(score, opened, min(moment, end))

    touched = {s.level for s in score.stays} | {s.to_level for s in score.strokes} | {m.level for m in score.marks}
    closed = score.closed_at
    return Trail(
        levels=tuple(sorted(line.level for line in score.lines if line.level < 4 or 4 in touched)),
        start=first_level(score),
        held=tuple((s.level, at(s.since), at(u) if (u := s.until or closed) else None) for s in score.stays),
        rests=tuple((r.level, at(r.since), at(r.until) if r.until else None) for r in score.rests),
        moves=tuple(
            (s.from_level, s.to_level, at(s.handed_at), at(s.accepted_at) if s.accepted_at else None, s.is_back)
            for s in sorted(score.strokes, key=lambda s: s.handed_at)
        ),
        outward=tuple((m.level, at(m.at)) for m in score.marks if m.kind is MarkKind.OUTWARD),
        broken=tuple(
            (_charged(score, p.due_at, p.level if p.kind is PromiseKind.SHARE else 0), at(p.due_at), p.kind.value)
            for p in score.promises
            if p.is_broken(end)
        ),
        midnights=_midnights(score),
        total=at(end),
        is_closed=closed is not None,
    )


def spark_svg(trail: Trail, size: str = "spark", *, language: str, style: str = "") -> SafeString:
    """The sparkline of a trail, named in a reader's language."""
    width = SIZES[size]
    name = escape(trail_name(trail, language))
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark" viewBox="0 0 {width} 20" width="{width}" height="20" '
        f'role="img" aria-label="{name}">'
    )
    rules = f"<style>{style}</style>" if style else ""
    return mark_safe(start + rules + "".join(_parts(trail, width)) + "</svg>")  # noqa: S308 figures, and a name escaped


def trail_name(trail: Trail, language: str) -> str:
    """'Level 1, then 2, then 3, back to 2; share of Level 3 broken; now Level 2'."""
    said = lexicon(language)
    way = [said.level % trail.start]
    for _from, to, _handed, _accepted, is_back in trail.moves:
        way.append((said.back_to if is_back else said.then) % to)
    broken = [", ".join(way)]
    for level, _at, kind in trail.broken:
        if kind == PromiseKind.SHARE:
            broken.append(said.share_broken % level)
        else:
            broken.append(said.promise_broken % level)
    last = trail.moves[-1][1] if trail.moves else trail.start
    ending = said.closed_with if trail.is_closed else said.now_with
    return "; ".join([*dict.fromkeys(broken), ending % last])


def _parts(trail: Trail, width: int) -> list[str]:
    places = _YS[max(1, min(4, len(trail.levels)))]
    y = dict(zip(trail.levels, places, strict=False))
    xs = _Scale(trail, 3.0, width - (5.0 if not trail.is_closed else 6.0))
    out = [f'<path class="spark-line" d="{"".join(f"M1 {number(v)}H{width - 1}" for v in y.values())}"/>']
    if trail.midnights:
        out.append(f'<path class="spark-bar" d="{"".join(f"M{number(xs(m))} 2V18" for m in trail.midnights)}"/>')
    for level, since, until in trail.held:
        if level in y:
            out.append(_held(trail, level, xs, since, trail.total if until is None else until, y[level]))
    for level, since, until in trail.rests:
        if level in y:
            a, b = xs(since) + 2, xs(trail.total if until is None else until) - 2
            dots = f"M{number(a)} {number(y[level])}H{number(max(a, b))}"
            out.append(f'<path class="spark-rest s-l{level}" d="{dots}"/>')
    for place, (origin, to, handed, accepted, is_back) in enumerate(trail.moves):
        if origin in y and to in y:
            following = trail.moves[place + 1][2] if place + 1 < len(trail.moves) else trail.total
            kind = "back" if is_back else "up"
            out.append(
                f'<path class="spark-{kind} s-l{to}" d="M{number(xs(handed))} {number(y[origin])}'
                f'L{number(xs(following if accepted is None else accepted))} {number(y[to])}"/>'
            )
    out += [
        f'<circle class="spark-out s-l{level}" cx="{number(xs(at))}" cy="{number(y[level])}" r="2.3"/>'
        for level, at in trail.outward
        if level in y
    ]
    for level, at, _kind in trail.broken:
        if level in y:
            x, v = xs(at), y[level]
            out.append(
                f'<circle class="spark-halo" cx="{number(x)}" cy="{number(v)}" r="3.8"/>'
                f'<path class="spark-broke" d="M{number(x - 2)} {number(v - 2)}l4 4m0 -4l-4 4"/>'
            )
    out.append(_end(trail, width, xs, y))
    return out


def _held(trail: Trail, level: int, xs: _Scale, since: float, until: float, y: float) -> str:
    """A stay, cut open where it rests."""
    stretches = [(xs(since), xs(until))]
    for other, begin, end in trail.rests:
        if other == level:
            left, right = xs(begin), xs(trail.total if end is None else end)
            stretches = [
                (a, b)
                for x0, x1 in stretches
                for a, b in ((x0, min(x1, left)), (max(x0, right), x1))
                if b > a or x0 == x1
            ]
    d = "".join(f"M{number(a)} {number(y)}H{number(b)}" for a, b in stretches)
    return f'<path class="spark-held s-l{level}" d="{d}"/>' if d else ""


def _end(trail: Trail, width: int, xs: _Scale, y: dict[int, float]) -> str:
    """A ring on who has it now; closed: the end bar."""
    if trail.is_closed:
        top, bottom = min(y.values(), default=10) - 2, max(y.values(), default=10) + 2
        return f'<path class="spark-closed" d="M{width - 3} {number(top)}V{number(bottom)}"/>'
    last = trail.moves[-1] if trail.moves else None
    level = last[1] if last else trail.start
    if level not in y:
        return ""
    return f'<circle class="spark-end s-l{level}" cx="{number(xs(trail.total))}" cy="{number(y[level])}" r="3"/>'


class _Scale:
    """Working seconds to pixels, so that short stays and strokes can still be seen."""

    def __init__(self, trail: Trail, left: float, right: float) -> None:
        knots = {0.0, trail.total}
        for _level, since, until in (*trail.held, *trail.rests):
            knots.add(since)
            knots.add(trail.total if until is None else until)
        for move in trail.moves:
            knots.add(move[2])
            if move[3] is not None:
                knots.add(move[3])
        self.knots = sorted(knots)
        self.xs = [left]
        least = min(LEAST, (right - left) / (1.5 * len(self.knots)))
        per_second = (right - left) / trail.total if trail.total > 0 else 0.0
        for knot in self.knots[1:]:
            self.xs.append(max(left + knot * per_second, self.xs[-1] + least))
        if trail.total <= 0:
            self.xs = [left] * (len(self.xs) - 1) + [right] if len(self.xs) > 1 else [right]
        elif self.xs[-1] > right:
            squeeze = (right - left) / (self.xs[-1] - left)
            self.xs = [left + (x - left) * squeeze for x in self.xs]

    def __call__(self, at: float) -> float:
        place = bisect_right(self.knots, at) - 1
        if place < 0:
            return self.xs[0]
        if place + 1 >= len(self.knots):
            return self.xs[-1]
        share = (at - self.knots[place]) / (self.knots[place + 1] - self.knots[place])
        return self.xs[place] + share * (self.xs[place + 1] - self.xs[place])


def _charged(score: Score, at: datetime, level: int) -> int:
    """The level a broken promise is drawn on: the share's own, else the one that had the ticket then."""
    if level:
        return level
    had = first_level(score)
    for stroke in sorted(score.strokes, key=lambda s: s.handed_at):
        if stroke.handed_at <= at:
            had = stroke.to_level
    return had


def _midnights(score: Score) -> tuple[float, ...]:
    zone = score.calendar.zone
    day, last = score.opened_at.astimezone(zone), score.end.astimezone(zone).date()
    if (last - day.date()).days > 7:
        return ()
    found: dict[float, None] = {}
    day = day.replace(hour=0, minute=0, second=0, microsecond=0)
    while day.date() < last:
        day += timedelta(days=1)
        passed = worked(score, score.opened_at, min(day, score.end))
        if passed > 0:
            found[passed] = None
    return tuple(found) if len(found) <= MOST_MIDNIGHTS else ()
