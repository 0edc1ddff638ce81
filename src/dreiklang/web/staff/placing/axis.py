"""The time axis: working time laid out from left to right, everything else folded.

Moments are epoch seconds in here. A *piece* is a stretch that is shown to scale: an opening span of the calendar, or
the hours of a night in which somebody worked. What lies between two pieces is a *fold* of fixed width.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from dreiklang.calendars.rules import open_spans
from dreiklang.web.staff.placing.frame import DAYS_SHOWN, FOLD_FROM, Frame
from dreiklang.web.staff.score import MarkKind, Score

Piece = tuple[float, float]
HOUR = 3600.0
#: Beyond the end of a closed ticket there is room for the end bar only.
END_ROOM = 16.0


class FoldKind(StrEnum):
    """Why a stretch is folded, and so how many strokes it shows."""

    NIGHT = "night"
    DAYS_OFF = "days_off"  # weekend or holiday
    SILENT = "silent"
    EARLIER = "earlier"


def caesura_half(width: float) -> float:
    """Half the width that the strokes of a silent or earlier fold take."""
    return min(width * 0.36, 18.0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the axis: to scale (``fold`` is None) or folded."""

    since: float
    until: float
    x0: float
    x1: float
    fold: FoldKind | None = None

    @property
    def open_until(self) -> float:
        """How far a line runs into a fold of silence from either side before the strokes interrupt it."""
        width = self.x1 - self.x0
        return (width - 2 * caesura_half(width)) / 2 if self.fold is FoldKind.SILENT else 0.0


@dataclass(frozen=True)
class Axis:
    """Where a moment stands. ``bars`` are midnights as (x, moment of the new day); ``shown_since`` ends 'earlier'."""

    segments: tuple[Segment, ...]
    starts: tuple[float, ...]
    shown_since: float
    x_end: float
    bars: tuple[tuple[float, datetime], ...]
    hours: float
    extra_width: float = 0.0

    def x(self, at: float) -> float:
        """The place of a moment; before the beginning and after the end, those."""
        segment = self.segments[max(0, bisect_right(self.starts, at) - 1)]
        if at >= segment.until:
            return segment.x1
        if at <= segment.since or segment.until <= segment.since:
            return segment.x0
        share = (at - segment.since) / (segment.until - segment.since)
        return segment.x0 + share * (segment.x1 - segment.x0)


def axis_of(score: Score, frame: Frame, *, with_earlier: bool = False) -> Axis:
    """Lay out the time of a score. With ``with_earlier`` nothing is cut off and the picture grows wider instead."""
    since, until = score.opened_at.timestamp(), score.end.timestamp()
    spans = _spans(score, since, until)
    events = _events(score, since, until)
    worked = _merged(spans + _night_hours(score, spans, until))
    pieces = _without(worked, _silences(score, spans, events)) or worked or [(since, until)]
    days = sorted({_day(score, begin) for begin, _end in _by_day(score, pieces)})
    shown, wider = since, 1.0
    if len(days) > DAYS_SHOWN:
        if with_earlier:
            wider = min(12.0, len(days) / DAYS_SHOWN)
        else:
            first = days[-DAYS_SHOWN]
            pieces = [(b, e) for b, e in _by_day(score, pieces) if _day(score, b) >= first]
            pieces, shown = _merged(pieces), pieces[0][0]
    return _laid_out(score, frame, pieces, shown, wider)


def _laid_out(score: Score, frame: Frame, pieces: list[Piece], shown: float, wider: float) -> Axis:
    since, until = score.opened_at.timestamp(), score.end.timestamp()
    stretches = _stretches(score, pieces, since, until, shown)
    room = (frame.x1 - frame.x0) * wider - (END_ROOM if score.closed_at else frame.future)
    widths = {FoldKind.NIGHT: frame.fold, FoldKind.DAYS_OFF: frame.fold}
    folds = sum(widths.get(fold, frame.silent) for *_s, fold in stretches if fold)
    squeeze = min(1.0, room / 2 / folds) if folds else 1.0
    scaled = sum(end - begin for begin, end, fold in stretches if fold is None)
    per_second = (room - folds * squeeze) / scaled if scaled > 0 else 0.0
    x, segments = frame.x0, list[Segment]()
    bars: list[tuple[float, datetime]] = []
    for begin, end, fold in stretches:
        width = widths.get(fold, frame.silent) * squeeze if fold else (end - begin) * per_second
        segments.append(Segment(begin, end, x, x + width, fold))
        if fold and _day(score, begin) != _day(score, end):
            bars.append((x + width, _local(score, end)))
        elif fold is None:
            bars += [(x + (m - begin) * per_second, _local(score, m)) for m in _midnights(score, begin, end)]
        x += width
    return Axis(
        tuple(segments),
        tuple(s.since for s in segments),
        shown,
        x if scaled else frame.x0 + room,
        tuple(bars),
        scaled / HOUR,
        (frame.x1 - frame.x0) * (wider - 1),
    )


def _stretches(
    score: Score, pieces: list[Piece], since: float, until: float, shown: float
) -> list[tuple[float, float, FoldKind | None]]:
    """Pieces and the folds between them, without a hole from the first moment to the last."""
    found: list[tuple[float, float, FoldKind | None]] = []
    at = since
    if shown > since:
        found.append((since, shown, FoldKind.EARLIER))
        at = shown
    for begin, end in pieces:
        if begin > at:
            found += _fold(score, at, begin)
        found.append((begin, end, None))
        at = end
    if until > at:
        found += _fold(score, at, until)
    return found or [(since, until, None)]


def _fold(score: Score, begin: float, end: float) -> list[tuple[float, float, FoldKind | None]]:
    """A gap as a fold; nothing for a short one within a day, such as the lunch break."""
    days = (_local(score, end).date() - _local(score, begin).date()).days
    if days == 0 and end - begin < FOLD_FROM:
        return []
    if sum(span_end - span_begin for span_begin, span_end in _spans(score, begin, end)) > 0:
        return [(begin, end, FoldKind.SILENT)]
    return [(begin, end, FoldKind.NIGHT if days <= 1 else FoldKind.DAYS_OFF)]


def _silences(score: Score, spans: list[Piece], events: list[float]) -> list[Piece]:
    """Stretches between two events with more working time than the longest working day has."""
    days: dict[int, float] = {}
    for begin, end in _by_day(score, spans):
        days[_day(score, begin)] = days.get(_day(score, begin), 0.0) + end - begin
    if len(days) < 2:
        return []
    working_day = max(days.values())
    starts, passed = [begin for begin, _end in spans], [0.0]
    for begin, end in spans:
        passed.append(passed[-1] + end - begin)

    def worked_until(at: float) -> float:
        place = bisect_right(starts, at) - 1
        if place < 0:
            return 0.0
        return min(passed[place] + at - starts[place], passed[place + 1])

    return [(a, b) for a, b in pairwise(events) if worked_until(b) - worked_until(a) > working_day]


def _events(score: Score, since: float, until: float) -> list[float]:
    """Every moment at which something happened, in order; the opening and the end among them."""
    found = {since, until}
    found.update(mark.at.timestamp() for mark in score.marks)
    for stay in score.stays:
        found.update(m.timestamp() for m in (stay.since, stay.until) if m)
    for stroke in score.strokes:
        found.update(m.timestamp() for m in (stroke.handed_at, stroke.accepted_at) if m)
    for rest in score.rests:
        found.update(m.timestamp() for m in (rest.since, rest.until) if m)
    for closure in score.closures:
        found.update(m.timestamp() for m in (closure.at, closure.reopened_at) if m)
    found.update(p.due_at.timestamp() for p in score.promises if p.is_broken(score.end))
    return sorted(m for m in found if since <= m <= until)


def _night_hours(score: Score, spans: list[Piece], until: float) -> list[Piece]:
    """The hours outside the service time in which somebody worked."""
    work = {m.at for m in score.marks if m.kind not in (MarkKind.AUTOMATIC, MarkKind.REQUESTER)}
    work.update(stroke.accepted_at for stroke in score.strokes if stroke.accepted_at)
    starts = [begin for begin, _end in spans]
    found: list[Piece] = []
    for moment in sorted(work):
        at = moment.timestamp()
        place = bisect_right(starts, at) - 1
        if at > until or at < score.opened_at.timestamp() or (place >= 0 and at <= spans[place][1]):
            continue
        hour = moment.astimezone(score.calendar.zone).replace(minute=0, second=0, microsecond=0).timestamp()
        earliest = spans[place][1] if place >= 0 else score.opened_at.timestamp()
        latest = starts[place + 1] if place + 1 < len(starts) else until
        found.append((max(hour, earliest), min(hour + HOUR, latest)))
    return found


def _spans(score: Score, since: float, until: float) -> list[Piece]:
    zone = score.calendar.zone
    if not score.calendar.has_hours:
        return [(since, until)] if until > since else []
    found = open_spans(score.calendar, datetime.fromtimestamp(since, zone), datetime.fromtimestamp(until, zone))
    return [(span.starts_at.timestamp(), span.ends_at.timestamp()) for span in found]


def _merged(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for begin, end in sorted(pieces):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > begin:
            joined.append((begin, end))
    return joined


def _without(pieces: list[Piece], holes: list[Piece]) -> list[Piece]:
    for hole_begin, hole_end in holes:
        kept: list[Piece] = []
        for begin, end in pieces:
            if begin < hole_begin:
                kept.append((begin, min(end, hole_begin)))
            if end > hole_end:
                kept.append((max(begin, hole_end), end))
        pieces = kept
    return [(begin, end) for begin, end in pieces if end > begin]


def _by_day(score: Score, pieces: list[Piece]) -> list[Piece]:
    cut: list[Piece] = []
    for begin, end in pieces:
        edges = [begin, *_midnights(score, begin, end), end]
        cut += pairwise(edges)
    return cut


def _midnights(score: Score, begin: float, end: float) -> list[float]:
    """The local midnights strictly inside a stretch."""
    day, found = _local(score, begin).replace(hour=0, minute=0, second=0, microsecond=0, fold=0), list[float]()
    while True:
        day = (day + timedelta(days=1)).replace(fold=0)
        if day.timestamp() >= end:
            return found
        if day.timestamp() > begin:
            found.append(day.timestamp())


def _local(score: Score, at: float) -> datetime:
    return datetime.fromtimestamp(at, score.calendar.zone)


def _day(score: Score, at: float) -> int:
    return _local(score, at).toordinal()
