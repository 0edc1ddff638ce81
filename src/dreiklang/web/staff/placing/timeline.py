"""The row of time words: now, days, folds, hours, in this order of importance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dreiklang.web.staff import phrases
from dreiklang.web.staff.lexicon import lexicon, silence
from dreiklang.web.staff.placing.axis import Axis, FoldKind, Segment
from dreiklang.web.staff.placing.frame import LARGE, Frame
from dreiklang.web.staff.placing.lettering import width_of
from dreiklang.web.staff.placing.picture import Folded, Stretch, Word
from dreiklang.web.staff.score import Score

#: An hour's word keeps this far from a day's name.
FROM_DAYS = 60.0
#: Hours get a word up to this many hours in the picture: each, then every second; beyond it days only.
EVERY_HOUR, EVERY_SECOND = 12.0, 24.0
LEAST_TICK_GAP = 46.0


@dataclass
class TimeRow:
    """The words and what they belong to."""

    ticks: tuple[Word, ...]
    days: tuple[Word, ...]
    fold_words: tuple[Word, ...]
    now: Word | None
    pill: Stretch | None
    _folds: tuple[Folded, ...]

    def folds(self, hidden: int) -> tuple[Folded, ...]:
        """The folds; that of earlier days with the number of marks it hides."""
        return tuple(
            Folded(f.x0, f.x1, f.kind, f.name, f.word, hidden) if f.kind is FoldKind.EARLIER else f for f in self._folds
        )


def time_row(score: Score, axis: Axis, frame: Frame, y: float) -> TimeRow:
    """Place the words; a less important one gives way."""
    taken: list[Stretch] = []
    now, pill = _now(score, axis, frame, y)
    if pill:
        taken.append((pill[0] - 4, pill[1] + 4))
    elif now:
        taken.append((now.x - width_of(now.words, frame.font) - 6, now.x))
    days = _days(score, axis, frame, y, taken)
    anchors = [(word.x, word.x + width_of(word.words, frame.font, is_bold=True)) for word in days]
    fold_words = _fold_words(score, axis, frame, y, taken)
    ticks = _ticks(score, axis, frame, y, taken, anchors, pill)
    folds = tuple(Folded(s.x0, s.x1, s.fold, _fold_name(score, s), None) for s in axis.segments if s.fold is not None)
    return TimeRow(ticks, days, fold_words, now, pill, folds)


def _now(score: Score, axis: Axis, frame: Frame, y: float) -> tuple[Word | None, Stretch | None]:
    """The pill at the present moment, with the weekday where the day's own name has no room beside it."""
    if score.closed_at:
        words = lexicon(score.language).closed_at % phrases.moment(score, score.closed_at)
        return Word(frame.x1 + axis.extra_width, y, words, "end"), None
    local = score.now.astimezone(score.calendar.zone)
    lonely = any(axis.x_end - 110 < x for x, _at in axis.bars[-1:])
    time = f"{phrases.weekday(score, local)} {local:%H:%M}" if lonely else f"{local:%H:%M}"
    words = lexicon(score.language).now % time
    half = width_of(words, 11, is_bold=True) / 2 + 8
    return Word(axis.x_end, y, words, "middle"), (axis.x_end - half, axis.x_end + half)


def _days(score: Score, axis: Axis, frame: Frame, y: float, taken: list[Stretch]) -> tuple[Word, ...]:
    """The days' names, as long as the room to the next bar allows."""
    first = datetime.fromtimestamp(max(axis.shown_since, score.opened_at.timestamp()), score.calendar.zone)
    starts = [(frame.line_x, first)] if axis.shown_since <= score.opened_at.timestamp() else []
    starts += [(x + 2, at) for x, at in axis.bars]
    found: list[Word] = []
    for place, (x, local) in enumerate(starts):
        following = starts[place + 1][0] if place + 1 < len(starts) else axis.x_end + 80
        for words in (
            phrases.day(score, local),
            phrases.date(score, local),
            phrases.weekday(score, local),
            str(local.day),
        ):
            end = x + width_of(words, frame.font, is_bold=True)
            if end + 6 <= following and _is_free(taken, x, end):
                found.append(Word(x, y, words))
                taken.append((x - 2, end + 4))
                break
    return tuple(found)


def _fold_words(score: Score, axis: Axis, frame: Frame, y: float, taken: list[Stretch]) -> tuple[Word, ...]:
    """What a fold hides, below it: always for silence and for earlier days, else where there is room."""
    found: list[Word] = []
    for segment in axis.segments:
        if segment.fold is None:
            continue
        if frame is not LARGE and segment.fold in (FoldKind.NIGHT, FoldKind.DAYS_OFF):
            continue
        for words in _fold_wordings(score, segment):
            width = width_of(words, frame.font)
            middle = (segment.x0 + segment.x1) / 2
            beside = min((a for a, e in taken if a < segment.x1 and segment.x0 < e), default=segment.x0)
            places = ((middle, "middle"), (segment.x1 - 2, "end"), (segment.x0, "start"), (beside - 4, "end"))
            for x, anchor in places:
                left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
                if left >= frame.line_x and _is_free(taken, left, left + width):
                    found.append(Word(x, y, words, anchor))
                    taken.append((left - 3, left + width + 3))
                    break
            else:
                continue
            break
    return tuple(found)


def _fold_wordings(score: Score, segment: Segment) -> list[str]:
    if segment.fold is FoldKind.EARLIER:
        return [lexicon(score.language).earlier]
    if segment.fold is FoldKind.NIGHT:
        return [lexicon(score.language).night]
    if segment.fold is FoldKind.DAYS_OFF:
        return [_days_off(score, segment)]
    days = silent_days(score, segment)
    return list(silence(score.language, days))


def silent_days(score: Score, segment: Segment) -> int:
    """Calendar days from the last thing that happened to the next."""
    begin = datetime.fromtimestamp(segment.since, score.calendar.zone)
    end = datetime.fromtimestamp(segment.until, score.calendar.zone)
    return max(1, (end.date() - begin.date()).days)


def _days_off(score: Score, segment: Segment) -> str:
    begin = datetime.fromtimestamp(segment.since, score.calendar.zone).date()
    end = datetime.fromtimestamp(segment.until, score.calendar.zone).date()
    free = [begin + timedelta(days=n) for n in range(1, (end - begin).days)]
    if free and all(day.weekday() >= 5 for day in free):
        return lexicon(score.language).weekend
    return lexicon(score.language).closed_days


def _fold_name(score: Score, segment: Segment) -> str:
    return _fold_wordings(score, segment)[0]


def _ticks(
    score: Score, axis: Axis, frame: Frame, y: float, taken: list[Stretch], days: list[Stretch], pill: Stretch | None
) -> tuple[Word, ...]:
    step = _step(axis, frame)
    if not step:
        return ()
    found: list[Word] = []
    for segment in axis.segments:
        if segment.fold:
            continue
        local = datetime.fromtimestamp(segment.since, score.calendar.zone).replace(minute=0, second=0, microsecond=0)
        at = local.timestamp()
        while (at := at + 3600) < segment.until:
            local = datetime.fromtimestamp(at, score.calendar.zone)
            x, words = axis.x(at), phrases.hour(score, local)
            half = width_of(words, frame.font) / 2
            near_day = any(abs(x - left) < FROM_DAYS for left, _right in days)
            if local.hour % step or near_day or not _is_free(taken, x - half, x + half):
                continue
            if found and x - found[-1].x < LEAST_TICK_GAP:
                continue
            found.append(Word(x, y, words, "middle"))
    return tuple(found)


def _step(axis: Axis, frame: Frame) -> int:
    if axis.hours > EVERY_SECOND:
        return 0
    return 1 if axis.hours <= EVERY_HOUR else 2


def _is_free(taken: list[Stretch], left: float, right: float) -> bool:
    return not any(left < b and a < right for a, b in taken)
