"""Words inside the picture: reasons of rests, waits on strokes, names of rows.

What finds no room is left to the text twin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing.axis import Axis
from dreiklang.web.staff.placing.frame import LARGE, Frame
from dreiklang.web.staff.placing.lettering import Place, Room, cut_to, width_of
from dreiklang.web.staff.placing.picture import Bracket, Move, Resting, Ribbon, Sign, Stem, Word
from dreiklang.web.staff.score import PromiseKind, Score


def row_labels(score: Score, frame: Frame, brackets: Iterable[Bracket]) -> tuple[Word, ...]:
    """Names of the promise rows in the left margin, of those that hold one; the page size has no room for them."""
    if frame is not LARGE:
        return ()
    names = {
        PromiseKind.SOLUTION: lexicon(score.language).solution_row,
        PromiseKind.ANSWER: lexicon(score.language).answers_row,
        PromiseKind.SHARE: lexicon(score.language).shares_row,
    }
    used = {bracket.y for bracket in brackets}
    return tuple(Word(5, y + 1, words) for kind, words in names.items() if (y := frame.rows[kind]) in used)


def take_signs(room: Room, signs: Iterable[Sign], stems: Iterable[Stem], frame: Frame) -> None:
    """Keep words off marks, stems, beams and initials."""
    r = frame.radius
    for sign in signs:
        half = max(sign.half, 1.3 * r)
        room.take(sign.x - half, sign.y - 1.4 * r, sign.x + half, sign.y + 1.4 * r)
    for stem in stems:
        left, right = stem.stems[0][0] - 2, stem.stems[-1][0] + 2
        room.take(left, stem.stems[0][1] - 1, right, stem.stems[0][2])
        if stem.initials:
            word = stem.initials
            room.take(word.x - 1, word.y - 9, word.x + width_of(word.words, 10.5, is_bold=True) + 1, word.y + 2)


def take_folds(room: Room, axis: Axis, ys: Iterable[float]) -> None:
    """Keep words off the strokes of the folds."""
    heights = list(ys)
    for segment in axis.segments:
        if segment.fold:
            middle = (segment.x0 + segment.x1) / 2
            for y in heights:
                room.take(middle - 10, y - 7, middle + 10, y + 7)


def take_lines(room: Room, ribbons: Iterable[Ribbon], rests: Iterable[Resting], moves: Iterable[Move]) -> None:
    """Keep words off ribbons, dots, blocks and strokes."""
    for ribbon in ribbons:
        for a, b in ribbon.stretches:
            room.take(a - 6, ribbon.y - 6, b + 6, ribbon.y + 6)
    for rest in rests:
        for a, b in rest.stretches:
            room.take(a, rest.y - 2, b, rest.y + 2)
        if rest.block is not None:
            room.take(rest.block - 9, rest.y - 9, rest.block + 9, rest.y + 2)
    for move in moves:
        tip = move.head[0] if move.head else move.end
        steps = max(2, int((abs(tip[0] - move.foot[0]) + abs(tip[1] - move.foot[1])) / 10))
        for step in range(steps + 1):
            x = move.foot[0] + (tip[0] - move.foot[0]) * step / steps
            y = move.foot[1] + (tip[1] - move.foot[1]) * step / steps
            room.take(x - 5, y - 4, x + 5, y + 4)


def with_reasons(rests: Iterable[Resting], room: Room, frame: Frame) -> list[Resting]:
    """The reason below each rest, or above it where there is no room below."""
    below, above = (20, 14) if frame is LARGE else (16, 9)
    found: list[Resting] = []
    for rest in rests:
        left, right = rest.stretches[0][0], rest.stretches[-1][1]
        most = right - left + (90 if frame is LARGE else 50)
        places = [
            Place(x, y, anchor)
            for y in (rest.y + below, rest.y - above)
            for x, anchor in (((left + right) / 2, "middle"), (left, "start"), (right, "end"))
        ]
        choices = [w for w in rest.wordings if width_of(w, frame.font) <= most]
        if not choices and rest.wordings:
            choices = [cut_to(rest.wordings[-1], most, frame.font)]
        found.append(replace(rest, word=_spoken(room.find(choices, places, frame.font))))
    return found


def with_waits(moves: Iterable[Move], room: Room, frame: Frame) -> list[Move]:
    """What a stroke is, and the wait where it was long."""
    return [
        replace(move, word=_spoken(room.find(move.wordings, _beside(move), frame.font))) if move.wordings else move
        for move in moves
    ]


def _spoken(spot: tuple[str, Place] | None) -> Word | None:
    return Word(spot[1].x, spot[1].y, spot[0], spot[1].anchor) if spot else None


def _beside(move: Move) -> list[Place]:
    """Places along a stroke, on the side where the line leaves room first."""
    tip = move.head[0] if move.head else move.end
    is_down = tip[1] > move.foot[1]
    found: list[Place] = []
    for share in (0.5, 0.38, 0.62, 0.25, 0.75):
        x = move.foot[0] + (tip[0] - move.foot[0]) * share
        y = move.foot[1] + (tip[1] - move.foot[1]) * share
        if is_down:
            found += [
                Place(x - 13, y + 4, "end"),
                Place(x + 13, y + 4),
                Place(x - 6, y + 16, "end"),
                Place(x + 6, y - 8),
            ]
        else:
            found += [Place(x + 8, y + 19), Place(x, y + 17), Place(x + 13, y + 6), Place(x - 8, y - 7, "end")]
    return found
