"""Random but coherent tickets: a way through the levels, marks along it, rests and promises inside it."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st
from tests.rules.web_staff.cases import ALWAYS, LINES, OFFICE, VENDOR, ZONE

from dreiklang.web.staff.score import (
    Closure,
    Mark,
    MarkKind,
    Pause,
    Promise,
    PromiseKind,
    Rest,
    Score,
    Stay,
    Stroke,
)

PEOPLE = (("Alan Yildiz", "AY"), ("Berta Krüger", "BK"), ("Carl <Thomsen> & Co", "CT"), ("", ""))


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """A score of one minute up to six weeks, by day and night, open, closed or reopened."""
    opened = datetime(2026, 10, 12, tzinfo=ZONE) + timedelta(minutes=draw(st.integers(0, 14 * 1440)))
    length = draw(st.sampled_from((1, 45, 600, 3000, 12000, 60000)))
    gaps = draw(st.lists(st.integers(0, length), min_size=1, max_size=9))
    lines = draw(st.sampled_from((LINES[:1], LINES[:2], LINES, VENDOR)))
    levels = [line.level for line in lines]
    moments = [opened]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(minutes=gap, seconds=draw(st.integers(0, 59))))
    stays, strokes = _way(draw, moments, levels)
    now = moments[-1] + timedelta(minutes=draw(st.integers(0, length)))
    marks = draw(st.lists(_mark(opened, now, levels), max_size=90))
    return Score(
        number=str(draw(st.integers(1, 99999))),
        calendar=draw(st.sampled_from((OFFICE, ALWAYS))),
        opened_at=opened,
        now=now,
        lines=tuple(lines),
        marks=tuple(marks),
        stays=tuple(stays),
        strokes=tuple(strokes),
        rests=tuple(_rests(draw, stays, now)),
        promises=tuple(draw(st.lists(_promise(opened, now, levels), max_size=8))),
        closures=_closures(draw, now),
        requester="Rita Weber",
        language="en",
    )


def _way(draw: st.DrawFn, moments: list[datetime], levels: list[int]) -> tuple[list[Stay], list[Stroke]]:
    """Each pair of moments is a handover and its acceptance; the last may not be accepted yet."""
    level, since = levels[0], moments[0]
    stays: list[Stay] = []
    strokes: list[Stroke] = []
    for handed, accepted in zip(moments[1::2], moments[2::2], strict=False):
        to = draw(st.sampled_from(levels))
        stays.append(Stay(level, since, handed))
        strokes.append(Stroke(level, to, handed, accepted, is_back=to < level))
        level, since = to, accepted
    if len(moments) % 2 == 0 and draw(st.booleans()):
        stays.append(Stay(level, since, moments[-1]))
        strokes.append(Stroke(level, draw(st.sampled_from(levels)), moments[-1], None))
    else:
        stays.append(Stay(level, since, None))
    return stays, strokes


def _mark(opened: datetime, now: datetime, levels: list[int]) -> st.SearchStrategy[Mark]:
    seconds = max(0, int((now - opened).total_seconds()))
    return st.builds(
        lambda at, kind, level, words, who, number: Mark(
            opened + timedelta(seconds=at),
            kind,
            0 if kind is MarkKind.REQUESTER else level,
            words,
            *who,
            f"note-{number}",
        ),
        st.integers(0, seconds),
        st.sampled_from(MarkKind),
        st.sampled_from(levels),
        st.sampled_from(("", "Treiber <b>aktuell</b>", 'sagt "ja" & geht', "Befund")),
        st.sampled_from(PEOPLE),
        st.integers(1, 10_000),
    )


def _rests(draw: st.DrawFn, stays: list[Stay], now: datetime) -> list[Rest]:
    found: list[Rest] = []
    for stay in stays:
        until = stay.until or now
        minutes = int((until - stay.since).total_seconds() // 60)
        if minutes > 2 and draw(st.booleans()):
            begin = draw(st.integers(0, minutes - 1))
            end = draw(st.integers(begin, minutes))
            is_last = stay.until is None and draw(st.booleans())
            since, to = stay.since + timedelta(minutes=begin), stay.since + timedelta(minutes=end)
            found.append(Rest(stay.level, since, None if is_last else to, "wartet auf <Rita> Weber", "Rita"))
    return found


def _promise(opened: datetime, now: datetime, levels: list[int]) -> st.SearchStrategy[Promise]:
    minutes = max(1, int((now - opened).total_seconds() // 60))

    def built(kind: PromiseKind, begin: int, due: int, met: int | None, level: int, pause: bool, new: bool) -> Promise:
        since = opened + timedelta(minutes=begin)
        ended = min(since + timedelta(minutes=met), now) if met is not None else None
        pauses = (Pause(since, ended),) if pause else ()
        return Promise(
            kind, since, since + timedelta(minutes=due), None if new else ended, level, pauses, ended if new else None
        )

    return st.builds(
        built, st.sampled_from(PromiseKind), st.integers(0, minutes), st.integers(1, 3000),
        st.none() | st.integers(0, 4000), st.sampled_from(levels), st.booleans(), st.booleans(),
    )  # fmt: skip


def _closures(draw: st.DrawFn, now: datetime) -> tuple[Closure, ...]:
    kind = draw(st.sampled_from(("open", "closed", "reopened")))
    if kind == "open":
        return ()
    return (Closure(now - timedelta(minutes=30), now - timedelta(minutes=10) if kind == "reopened" else None),)
