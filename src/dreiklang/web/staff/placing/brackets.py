"""Promises as brackets above the staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dreiklang.web.staff import phrases
from dreiklang.web.staff.holding import worked
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing.axis import Axis
from dreiklang.web.staff.placing.frame import SOON, Frame
from dreiklang.web.staff.placing.lettering import width_of
from dreiklang.web.staff.placing.picture import Bracket, Stretch, Word
from dreiklang.web.staff.score import Promise, PromiseKind, Score

#: A word needs a bracket that is so much wider.
MARGIN = 16.0
#: A broken promise is seen even if it was late by seconds.
LEAST_ZIGZAG = 7.0


def brackets_of(score: Score, axis: Axis, frame: Frame) -> tuple[Bracket, ...]:
    """The brackets that this size shows, in order of their beginnings."""
    dues = _dues(score, axis, frame)
    found: list[Bracket] = []
    rows: dict[float, _Row] = {}
    for promise in sorted(score.promises, key=lambda p: (p.since, p.due_at)):
        y = frame.rows.get(promise.kind)
        if y is None or _ended(score, promise).timestamp() < axis.shown_since or promise.since > score.end:
            continue
        bracket = _bracket(score, promise, axis, frame, y, dues.get(id(promise)), rows.setdefault(y, _Row()))
        found.append(bracket)
    return tuple(found)


@dataclass
class _Row:
    """What stands above one row so far: ticks, and how far its words reach."""

    ticks: list[float] = field(default_factory=list)
    words_until: float = 0.0
    dues_until: float = 0.0


def target(score: Score, promise: Promise) -> float:
    """The promised working seconds: from its beginning to the due time, without the pauses."""
    return max(0.0, worked(score, promise.since, promise.due_at) - paused(score, promise))


def paused(score: Score, promise: Promise) -> float:
    """Working seconds in which the clock stood."""
    until = _ended(score, promise)
    return sum(worked(score, p.since, min(p.until or until, until)) for p in promise.pauses)


def lateness(score: Score, promise: Promise) -> float:
    """Working seconds from the due time to the deed, or to now."""
    return worked(score, promise.due_at, _ended(score, promise))


def is_paused(score: Score, promise: Promise) -> bool:
    """Whether its clock stands still now."""
    return promise.is_running and score.closed_at is None and any(p.until is None for p in promise.pauses)


def _ended(score: Score, promise: Promise) -> datetime:
    return min(promise.met_at or promise.replaced_at or score.end, score.end)


def _dues(score: Score, axis: Axis, frame: Frame) -> dict[int, float]:
    """Places in the future zone: in order of the due times, not to scale."""
    if score.closed_at:
        return {}
    running = sorted((p for p in score.promises if p.is_running and p.due_at > score.end), key=lambda p: p.due_at)
    shares = list(frame.dues)
    if len(running) > len(shares):
        step = (frame.dues[-1] - frame.dues[0]) / (len(running) - 1)
        shares = [frame.dues[0] + step * place for place in range(len(running))]
    return {id(promise): axis.x_end + share * frame.future for promise, share in zip(running, shares, strict=False)}


def _bracket(
    score: Score,
    promise: Promise,
    axis: Axis,
    frame: Frame,
    y: float,
    due_x: float | None,
    row: _Row,
) -> Bracket:
    shown = axis.shown_since
    left, right = axis.x(max(promise.since.timestamp(), shown)), axis.x(_ended(score, promise).timestamp())
    start = left if promise.since.timestamp() >= shown else None
    state = _state(score, promise)
    dotted = _pauses(score, promise, axis, right)
    solid_end, zigzag, due_foot = right, None, due_x
    if state == "broke":
        due_foot = max(left, min(axis.x(max(promise.due_at.timestamp(), shown)), right - LEAST_ZIGZAG))
        solid_end, zigzag = due_foot, (due_foot, max(right, due_foot + LEAST_ZIGZAG))
    elif state == "replaced":
        old_due = min(promise.due_at, score.end)
        dotted = (*dotted, (right, max(right, axis.x(old_due.timestamp()))))
    near = any(abs(tick - left) < 8 for tick in row.ticks)
    late, due_word, is_soon = _late(score, promise, state, left, right, y), None, False
    if due_x is not None:
        due_word, is_soon = _due_word(score, promise, axis, frame, due_x, y, row)
    text_x = left + (9.6 if near else 1.0)
    room = right - text_x - (width_of(late.words, frame.font, is_bold=True) + 6 if late else 0) + 1
    word = _word(score, promise, frame, text_x, y, room, row)
    if late:
        row.words_until = right + 6
    if state == "met":
        row.ticks.append(right)
    ended = state in ("met", "broke", "replaced")
    return Bracket(
        state,
        promise.level if promise.kind is PromiseKind.SHARE else 0,
        y,
        start,
        _solids(left, solid_end, dotted),
        dotted,
        (axis.x_end, due_x) if due_x is not None else None,
        zigzag,
        right if ended else None,
        due_foot,
        right if state == "met" else None,
        word,
        late,
        due_word,
        is_soon,
        name_of(score, promise),
    )


def _state(score: Score, promise: Promise) -> str:
    if promise.replaced_at:
        return "replaced"
    if promise.is_broken(score.end):
        return "broke"
    return "met" if promise.met_at else "run"


def _pauses(score: Score, promise: Promise, axis: Axis, right: float) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for pause in sorted(promise.pauses, key=lambda p: p.since):
        until = pause.until.timestamp() if pause.until else _ended(score, promise).timestamp()
        a, b = axis.x(max(pause.since.timestamp(), axis.shown_since)), min(axis.x(until), right)
        if b > a and until > axis.shown_since:
            found.append((a, b))
    return tuple(found)


def _solids(left: float, right: float, dotted: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    at = left
    for begin, end in dotted:
        if begin > at:
            found.append((at, min(begin, right)))
        at = max(at, end)
    if right > at or not found:
        found.append((min(at, right), right))
    return tuple(found)


def _late(score: Score, promise: Promise, state: str, left: float, right: float, y: float) -> Word | None:
    if state != "broke":
        return None
    span = phrases.span(score, lateness(score, promise))
    words = (lexicon(score.language).late if promise.met_at else lexicon(score.language).overdue) % span
    if right - left < width_of(words, 11.5, is_bold=True) + MARGIN:
        return None
    return Word(right if promise.met_at else right - 3, y - 7, words, "end")


def _due_word(
    score: Score, promise: Promise, axis: Axis, frame: Frame, due_x: float, y: float, row: _Row
) -> tuple[Word | None, bool]:
    """'in 31 min' from now on for what is due soon, else the due time above its foot; nothing where one stands."""
    left = worked(score, score.end, promise.due_at)
    is_soon = left < SOON and not is_paused(score, promise)
    if is_paused(score, promise):
        text = lexicon(score.language).paused
    elif is_soon:
        text = lexicon(score.language).due_in % phrases.span(score, left)
    else:
        text = phrases.due(score, promise.due_at)
    width = width_of(text, frame.font, is_bold=True)
    edge = frame.width + axis.extra_width - 1
    x = axis.x_end + 5 if is_soon else min(due_x + 3 - width / 2, edge - width)
    if x < row.dues_until:
        return None, is_soon
    row.dues_until = x + width + 4
    return Word(x, y - 5, text), is_soon


def _word(score: Score, promise: Promise, frame: Frame, x: float, y: float, room: float, row: _Row) -> Word | None:
    """The longest wording for which the bracket is wide enough, not upon an earlier bracket's word."""
    if promise.replaced_at or row.words_until > x:
        return None
    for text in _wordings(score, promise, frame):
        width = width_of(text, frame.font, is_bold=promise.kind is PromiseKind.SHARE)
        if width + MARGIN <= room:
            row.words_until = x + width
            return Word(x, y - 5, text)
    return None


def _wordings(score: Score, promise: Promise, frame: Frame) -> list[str]:
    is_large = frame.name == "large"
    hours = phrases.span(score, target(score, promise))
    if promise.kind is PromiseKind.SHARE:
        short = lexicon(score.language).level_short % promise.level
        level = phrases.level(score, promise.level)
        long = lexicon(score.language).share_title % promise.level
        return [f"{level}, {hours}", level, short] if is_large else [long, level, short]
    name = phrases.promise(score, promise.kind)
    name = name[:1].upper() + name[1:]
    if promise.kind is not PromiseKind.SOLUTION:
        return [f"{name}, {hours}", name]
    if not is_large:
        return [name]
    service = lexicon(score.language).of_service_time % hours
    stood = paused(score, promise)
    held = lexicon(score.language).time_paused % phrases.span(score, stood)
    return [f"{service}, {held}", service, hours] if stood >= 60 else [service, hours]


def name_of(score: Score, promise: Promise) -> str:
    """The promise in one phrase, as hovering tells it."""
    name = phrases.promise(score, promise.kind, promise.level)
    state = _state(score, promise)
    if state == "broke":
        word = lexicon(score.language).late if promise.met_at else lexicon(score.language).overdue
        return f"{name}: " + word % phrases.span(score, lateness(score, promise))
    if state == "met" and promise.met_at:
        return f"{name}: " + lexicon(score.language).kept_at % phrases.moment(score, promise.met_at)
    if state == "replaced":
        return f"{name}: " + lexicon(score.language).replaced
    if is_paused(score, promise):
        return f"{name}: " + lexicon(score.language).paused
    return f"{name}: " + lexicon(score.language).due % phrases.due(score, promise.due_at)
