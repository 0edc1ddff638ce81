"""The way of a ticket through the levels: ribbons, rests, strokes."""

from __future__ import annotations

from itertools import pairwise

from dreiklang.web.staff import phrases
from dreiklang.web.staff.holding import worked
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing.axis import Axis
from dreiklang.web.staff.placing.frame import LARGE, WAIT_WRITTEN, Frame
from dreiklang.web.staff.placing.picture import Move, Resting, Ribbon, Sign, Stretch
from dreiklang.web.staff.score import Rest, Score, Stroke

#: A rest's block needs so many pixels without a mark.
BLOCK_ROOM = 24.0


def ribbons(score: Score, axis: Axis, ys: dict[int, float]) -> list[Ribbon]:
    """Where each level was at work, cut open at rests and folds."""
    found: list[Ribbon] = []
    last, closed = score.end, score.closed_at
    for stay in score.stays:
        until = min(stay.until or closed or last, last)
        if stay.level not in ys or until.timestamp() < axis.shown_since:
            continue
        stretches = _open(axis, stay.since.timestamp(), until.timestamp())
        for rest in (r for r in score.rests if r.level == stay.level):
            left = axis.x(max(rest.since.timestamp(), axis.shown_since))
            right = axis.x((rest.until or last).timestamp())
            stretches = [
                (a, b)
                for begin, end in stretches
                for a, b in ((begin, min(end, left)), (max(begin, right), end))
                if b > a
            ]
        found.append(Ribbon(stay.level, ys[stay.level], tuple(stretches)))
    return found


def _open(axis: Axis, since: float, until: float) -> list[Stretch]:
    """The stretches of the picture between two moments, cut open at folds; silence is cut only in its middle."""
    found: list[Stretch] = []
    for segment in axis.segments:
        if segment.until <= since or segment.since >= until or segment.until <= axis.shown_since:
            continue
        a, b = axis.x(max(since, segment.since)), axis.x(min(until, segment.until))
        reach = segment.open_until
        parts = [(a, b)] if segment.fold is None else [(a, segment.x0 + reach), (segment.x1 - reach, b)]
        for begin, end in parts:
            if found and abs(found[-1][1] - begin) < 0.01:
                found[-1] = (found[-1][0], end)
            elif segment.fold is None or end - begin > 1:
                found.append((begin, end))
    if not found and until >= axis.shown_since:
        x = axis.x(max(since, axis.shown_since))
        found.append((x, x))
    return found


def rests(score: Score, axis: Axis, frame: Frame, ys: dict[int, float], signs: list[Sign]) -> list[Resting]:
    """Pending at a level: dotted, with a block and the reason."""
    found: list[Resting] = []
    for rest in score.rests:
        until = min(rest.until or score.end, score.end).timestamp()
        if rest.level not in ys or until <= axis.shown_since or rest.since >= score.end:
            continue
        stretches = _open(axis, max(rest.since.timestamp(), axis.shown_since), until)
        left, right = stretches[0][0], stretches[-1][1]
        dots = [
            (a + (1.5 * frame.radius if a == left and b - a > 3 * frame.radius else 0), b - (1.2 if b == right else 0))
            for a, b in stretches
        ]
        marks = [s.x for s in signs if s.level == rest.level and s.y == ys[rest.level]]
        block = _freest(stretches, marks, BLOCK_ROOM if frame is LARGE else BLOCK_ROOM * 0.75)
        found.append(
            Resting(
                rest.level,
                ys[rest.level],
                tuple((a, max(a, b)) for a, b in dots),
                block,
                _rest_name(score, rest),
                tuple(w for w in (rest.reason, rest.short) if w),
            )
        )
    return found


def _freest(stretches: list[Stretch], marks: list[float], least: float) -> float | None:
    """The middle of the longest stretch on which no mark stands, if the block has room there."""
    free: list[Stretch] = []
    for begin, end in stretches:
        edges = [begin, *sorted(x for x in marks if begin < x < end), end]
        free += pairwise(edges)
    begin, end = max(free, key=lambda s: s[1] - s[0])
    return (begin + end) / 2 if end - begin >= least else None


def _rest_name(score: Score, rest: Rest) -> str:
    stretch = f"{phrases.moment(score, rest.since)}–{phrases.moment(score, rest.until) if rest.until else '…'}"
    waited = phrases.span(score, worked(score, rest.since, min(rest.until or score.end, score.end)))
    return ", ".join(part for part in (rest.reason, stretch, waited) if part)


def moves(score: Score, axis: Axis, frame: Frame, ys: dict[int, float]) -> list[Move]:
    """Strokes from handing to acceptance; one not accepted has no head and ends where the next begins, or now."""
    found: list[Move] = []
    ordered = sorted(score.strokes, key=lambda s: s.handed_at)
    for place, stroke in enumerate(ordered):
        following = ordered[place + 1].handed_at if place + 1 < len(ordered) else score.end
        until = min(stroke.accepted_at or following, score.end)
        if not {stroke.from_level, stroke.to_level} <= ys.keys() or until.timestamp() <= axis.shown_since:
            continue
        if stroke.from_level == stroke.to_level and stroke.accepted_at == stroke.handed_at:
            continue  # sorted to another team of the same level: nothing to see on one line
        foot = (axis.x(max(stroke.handed_at.timestamp(), axis.shown_since)), ys[stroke.from_level])
        tip = (axis.x(until.timestamp()), ys[stroke.to_level])
        found.append(_move(score, stroke, foot, tip, frame))
    return found


def _move(score: Score, stroke: Stroke, foot: tuple[float, float], tip: tuple[float, float], frame: Frame) -> Move:
    dx, dy = tip[0] - foot[0], tip[1] - foot[1]
    length = (dx * dx + dy * dy) ** 0.5
    name, wordings = move_name(score, stroke), _wordings(score, stroke, frame)
    if length < 1:
        return Move(stroke.to_level, stroke.is_back, foot, tip, (), name, wordings)
    ux, uy = dx / length, dy / length
    begin = (foot[0] + 2 * ux, foot[1] + 2 * uy)
    if stroke.accepted_at is None:
        return Move(stroke.to_level, stroke.is_back, begin, tip, (), name, wordings)
    off, size = min(1.5 * frame.radius, length * 0.3), min(9 if frame is LARGE else 7.5, length * 0.4)
    point = (tip[0] - off * ux, tip[1] - off * uy)
    end = (point[0] - size * ux, point[1] - size * uy)
    wide = size * 0.47
    wings = ((end[0] - wide * uy, end[1] + wide * ux), (end[0] + wide * uy, end[1] - wide * ux))
    return Move(stroke.to_level, stroke.is_back, begin, end, (point, *wings), name, wordings)


def move_name(score: Score, stroke: Stroke) -> str:
    """A stroke in one phrase, as hovering tells it."""
    name = _what(score, stroke)
    way = lexicon(score.language).way % {"from": stroke.from_level, "to": stroke.to_level}
    handed = phrases.moment(score, stroke.handed_at)
    if stroke.accepted_at is None:
        fate = lexicon(score.language).not_yet_accepted
    else:
        fate = lexicon(score.language).accepted % phrases.moment(score, stroke.accepted_at)
    return f"{name} {way}, {handed}, {fate}"


def wait_of(score: Score, stroke: Stroke) -> float:
    """Working seconds between handing and acceptance (or now)."""
    return worked(score, stroke.handed_at, min(stroke.accepted_at or score.end, score.end))


def _what(score: Score, stroke: Stroke) -> str:
    return lexicon(score.language).hand_back if stroke.is_back else lexicon(score.language).handover


def _wordings(score: Score, stroke: Stroke, frame: Frame) -> tuple[str, ...]:
    """What may stand beside a stroke, longest first; at page size only a long wait."""
    wait, name = wait_of(score, stroke), _what(score, stroke)
    if wait <= WAIT_WRITTEN:
        return (name,) if frame is LARGE else ()
    span = phrases.span(score, wait)
    if frame is not LARGE:
        return (span,)
    lying = lexicon(score.language).lying % {"name": name, "span": span}
    return (lying, f"{name}, {span}", span)
