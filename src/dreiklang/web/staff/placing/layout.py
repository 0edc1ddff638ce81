"""Placing: from the facts of a score to a picture of coordinates. Pure, the same for screen, PDF and mail."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from itertools import pairwise

from dreiklang.web.staff import phrases
from dreiklang.web.staff.holding import held_for
from dreiklang.web.staff.placing import labels, way
from dreiklang.web.staff.placing.axis import Axis, axis_of
from dreiklang.web.staff.placing.brackets import brackets_of
from dreiklang.web.staff.placing.crowding import Sitting, made_room, sittings_of
from dreiklang.web.staff.placing.frame import LARGE, Frame
from dreiklang.web.staff.placing.lettering import Box, Room, cut_to, width_of
from dreiklang.web.staff.placing.picture import Picture, Sign, Staffline, Stem, Stretch, Word
from dreiklang.web.staff.placing.timeline import time_row
from dreiklang.web.staff.score import Mark, MarkKind, Score

#: What a picture without promises keeps above its highest line: marks and chords, or stems with initials too.
CLEAR, CLEAR_WITH_STEMS = 28.0, 54.0


def picture_of(score: Score, frame: Frame = LARGE, *, with_earlier: bool = False) -> Picture:
    """Place everything. ``with_earlier`` shows a long case whole, in a wider picture."""
    axis = axis_of(score, frame, with_earlier=with_earlier)
    lines = _lines(score, frame)
    ys = {line.level: line.y for line in lines}
    drop = frame.shrunk(len(lines))
    shown = [m for m in score.marks if axis.shown_since <= m.at.timestamp() <= score.end.timestamp()]
    sittings = _sittings(score, shown, axis, frame, ys)
    signs = [sign for sitting in sittings for sign in _signs(score, sitting, frame, ys)]
    signs += _voices(score, shown, axis, frame, frame.voice_y - drop)
    stems = _stems(sittings, frame, ys) if frame.has_stems else ()
    room = Room(Box(frame.line_x + 2, _words_from(frame), axis.x_end - 2, frame.voice_y - drop - frame.radius + 2))
    labels.take_signs(room, signs, stems, frame)
    ribbons, moves = way.ribbons(score, axis, ys), way.moves(score, axis, frame, ys)
    rests = way.rests(score, axis, frame, ys, signs)
    labels.take_folds(room, axis, ys.values())
    labels.take_lines(room, ribbons, rests, moves)
    rests, moves = labels.with_reasons(rests, room, frame), labels.with_waits(moves, room, frame)
    row = time_row(score, axis, frame, frame.time_y - drop)
    brackets = brackets_of(score, axis, frame)
    hidden = sum(m.at.timestamp() < axis.shown_since for m in score.marks)
    return Picture(
        frame=frame,
        width=frame.width + axis.extra_width,
        height=frame.height - drop,
        crop=0.0 if brackets else lines[-1].y - (CLEAR_WITH_STEMS if frame.has_stems else CLEAR) if lines else 0.0,
        lines=lines,
        bars=(frame.line_x, *(x for x, _at in axis.bars)),
        folds=row.folds(hidden),
        ribbons=tuple(ribbons),
        rests=tuple(rests),
        moves=tuple(moves),
        stems=stems,
        signs=tuple(sorted(signs, key=lambda s: (s.marks[0].at, s.x))),
        brackets=brackets,
        ticks=row.ticks,
        days=row.days,
        fold_words=row.fold_words,
        row_labels=labels.row_labels(score, frame, brackets),
        now=row.now,
        pill=row.pill,
        x_end=axis.x_end,
        x1=frame.x1 + axis.extra_width,
        closed_x=axis.x(score.closed_at.timestamp()) + frame.radius if score.closed_at else None,
        breaks=_breaks(score, axis),
        requester=_requester(score, frame, drop),
        time_y=frame.time_y - drop,
        key_y=frame.key_y - drop if frame.key_y else None,
    )


def _lines(score: Score, frame: Frame) -> tuple[Staffline, ...]:
    """The lines from the bottom up. The fourth only where the vendor was asked; untouched ones say no time."""
    held = held_for(score)
    touched = {s.level for s in score.stays} | {s.to_level for s in score.strokes} | {m.level for m in score.marks}
    touched |= {level for level, seconds in held.items() if seconds}
    shown = [line for line in sorted(score.lines, key=lambda line: line.level) if line.level < 4 or 4 in touched]
    room, size = frame.line_x - frame.name_x - 3, 12.5 if frame is LARGE else 11.5
    found: list[Staffline] = []
    for place, line in enumerate(shown):
        team = line.team or phrases.level(score, line.level)
        span = phrases.span(score, held.get(line.level, 0.0)) if line.level in touched else ""
        short = cut_to(team, room, size, is_bold=True)
        found.append(Staffline(line.level, frame.line_y(place, len(shown)), team, short, span))
    return tuple(found)


def _sittings(score: Score, marks: list[Mark], axis: Axis, frame: Frame, ys: dict[int, float]) -> list[Sitting]:
    spoken = [m for m in marks if m.kind is not MarkKind.REQUESTER]
    condense = len(spoken) >= frame.condense_from
    edges = sorted({s.until.timestamp() for s in score.stays if s.until} | {score.end.timestamp()})
    lowest = min(ys)

    def latest(at: float) -> float:
        return axis.x(edges[min(bisect_left(edges, at), len(edges) - 1)])

    def worked_at(at: float) -> float:
        return _worked_at(axis, at)

    found: list[Sitting] = []
    for level in ys:
        on_line = [m for m in spoken if m.level == level or (m.level not in ys and level == lowest)]
        sittings = sittings_of(level, on_line, frame, worked_at, axis.x, latest)
        found += made_room(sittings, frame, axis.x_end, condense=condense)
    return found


def _worked_at(axis: Axis, at: float) -> float:
    """Seconds shown to scale before a moment; a fold counts as long as no sitting is."""
    passed = 0.0
    for segment in axis.segments:
        if segment.since >= at:
            break
        passed += min(at, segment.until) - segment.since if segment.fold is None else 0.0
    return passed


def _signs(score: Score, sitting: Sitting, frame: Frame, ys: dict[int, float]) -> list[Sign]:
    y, found = ys[sitting.level], list[Sign]()
    for slot in sitting.slots:
        if slot.is_capsule:
            hidden = tuple(slot.capsule)
            outward = [m for m in slot.marks if m.kind is MarkKind.OUTWARD]
            found.append(
                Sign(
                    slot.x,
                    y,
                    MarkKind.INTERNAL,
                    slot.level,
                    phrases.group_name(score, list(hidden)),
                    hidden,
                    slot.half,
                    len(hidden),
                    _free_middle(slot.x, slot.half, slot.outward_x, frame.radius),
                )
            )
            found += [
                Sign(x, y, mark.kind, slot.level, phrases.mark_name(score, mark), (mark,))
                for x, mark in zip(slot.outward_x, outward, strict=True)
            ]
            continue
        for step, mark in enumerate(slot.drawn):
            is_last = step == len(slot.drawn) - 1
            rest = tuple(slot.marks[len(slot.drawn) :]) if is_last else ()
            name = "; ".join(phrases.mark_name(score, m) for m in (mark, *rest))
            found.append(
                Sign(
                    slot.x,
                    y - step * 2 * frame.radius,
                    mark.kind,
                    slot.level,
                    name,
                    (mark, *rest),
                    number=slot.more * is_last,
                )
            )
    return found


def _free_middle(x: float, half: float, outward: list[float], radius: float) -> float:
    """The middle of the longest part of a capsule on which no outward mark lies."""
    edges = [x - half - radius, *sorted(outward), x + half + radius]
    left, right = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return (left + right) / 2


def _voices(score: Score, marks: list[Mark], axis: Axis, frame: Frame, y: float) -> list[Sign]:
    """The requester's triangles; those that would lie upon each other are one with a number."""
    groups: list[tuple[float, list[Mark]]] = []
    for mark in sorted((m for m in marks if m.kind is MarkKind.REQUESTER), key=lambda m: m.at):
        x = axis.x(mark.at.timestamp())
        if groups and x - groups[-1][0] < 2 * frame.radius:
            groups[-1][1].append(mark)
        else:
            groups.append((x, [mark]))
    return [
        Sign(
            x,
            y,
            MarkKind.REQUESTER,
            0,
            "; ".join(phrases.mark_name(score, m) for m in found),
            tuple(found),
            number=len(found) - 1,
        )
        for x, found in groups
    ]


def _stems(sittings: list[Sitting], frame: Frame, ys: dict[int, float]) -> tuple[Stem, ...]:
    """Stems of all sittings; initials that would run into their neighbours' are left out."""
    found: list[Stem] = []
    until: dict[int, float] = {}
    stems = [stem for sitting in sittings if (stem := _stem(sitting, frame, ys))]
    for stem in sorted(stems, key=lambda s: s.stems[0][0]):
        word = stem.initials
        if word and word.x < until.get(stem.level, 0.0):
            found.append(replace(stem, initials=None))
            continue
        if word:
            until[stem.level] = word.x + width_of(word.words, 10.5, is_bold=True) + 3
        found.append(stem)
    return tuple(found)


def _stem(sitting: Sitting, frame: Frame, ys: dict[int, float]) -> Stem | None:
    if sitting.slots[0].is_automatic:
        return None
    y, r, initials = ys[sitting.level], frame.radius, sitting.initials
    highest = max((len(s.drawn) for s in sitting.slots if not s.is_capsule), default=1) - 1
    top = y - 28 - highest * 2 * r
    slot = sitting.slots[0]
    if slot.is_capsule:
        if slot.half < 2 * r or "," in initials:
            return None
        xs, bottom = [slot.x - slot.half + r, slot.x + slot.half - r], y - 1.35 * r
    else:
        xs, bottom = [s.x + 0.81 * r for s in sitting.slots], y - 2
    beam = (xs[0] - 0.6, xs[-1] + 0.6, top + 2) if len(xs) > 1 else None
    word = Word(xs[0] - 1, top - 4, initials) if initials else None
    return Stem(sitting.level, tuple((x, top, bottom) for x in xs), beam, word)


def _breaks(score: Score, axis: Axis) -> tuple[Stretch, ...]:
    return tuple(
        (axis.x(c.at.timestamp()), axis.x(c.reopened_at.timestamp()))
        for c in score.closures
        if c.reopened_at and c.reopened_at.timestamp() >= axis.shown_since
    )


def _words_from(frame: Frame) -> float:
    return max(frame.rows.values()) + 7


def _requester(score: Score, frame: Frame, drop: float) -> Word | None:
    if frame is not LARGE or not score.requester:
        return None
    room = frame.line_x - frame.name_x - 3
    words = cut_to(score.requester, room, frame.font)
    return Word(frame.name_x, frame.voice_y + 4 - drop, words) if width_of(words, frame.font) <= room else None
