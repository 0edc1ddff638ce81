"""What holds for the picture and the words of every ticket, whatever its course."""

from __future__ import annotations

import math
import re
from dataclasses import fields, is_dataclass
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from tests.rules.web_staff.random_scores import scores

from dreiklang.web.staff.drawing import render_svg
from dreiklang.web.staff.figure import render_figure
from dreiklang.web.staff.holding import age, held_for, holdings
from dreiklang.web.staff.phrases import mark_name
from dreiklang.web.staff.placing.axis import axis_of
from dreiklang.web.staff.placing.brackets import lateness
from dreiklang.web.staff.placing.frame import LARGE, PAGE, Frame
from dreiklang.web.staff.placing.layout import picture_of
from dreiklang.web.staff.score import Mark, MarkKind, Score
from dreiklang.web.staff.words import text_twin

ROUNDS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FRAMES = pytest.mark.parametrize("frame", [LARGE, PAGE], ids=["large", "page"])
SVG = "{http://www.w3.org/2000/svg}"


def figures(value: object) -> list[float]:
    """Every number inside a placed value."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [float(value)]
    if isinstance(value, tuple | list):
        return [number for part in value for number in figures(part)]
    if is_dataclass(value) and not isinstance(value, Frame):
        return [number for part in fields(value) for number in figures(getattr(value, part.name))]
    return []


@FRAMES
@ROUNDS
@given(score=scores())
def test_every_coordinate_is_a_number_and_every_sign_lies_in_the_plot(score: Score, frame: Frame) -> None:
    picture = picture_of(score, frame)
    assert all(math.isfinite(number) for number in figures(picture))
    for sign in picture.signs:
        assert frame.x0 - 0.01 <= sign.x <= picture.x_end + 0.01
        assert 0 < sign.y < picture.height
    for ribbon in picture.ribbons:
        assert all(frame.x0 - 0.01 <= a <= b <= picture.x_end + 0.01 for a, b in ribbon.stretches)


def minute(mark: Mark) -> int:
    """Marks of one minute may share a chord, so their order in it is free."""
    return int(mark.at.timestamp() // 60)


@FRAMES
@ROUNDS
@given(score=scores())
def test_time_runs_from_left_to_right(score: Score, frame: Frame) -> None:
    axis = axis_of(score, frame)
    begin, end = score.opened_at.timestamp(), score.end.timestamp()
    places = [axis.x(begin + (end - begin) * step / 50) for step in range(51)]
    assert all(b >= a - 0.001 for a, b in pairwise(places))
    assert all(a.x1 == pytest.approx(b.x0) and a.until <= b.since + 0.001 for a, b in pairwise(axis.segments))
    levels = {sign.level for sign in picture_of(score, frame).signs}
    for level in levels:
        alone = [
            s
            for s in picture_of(score, frame).signs
            if s.level == level and not s.half and s.kind is not MarkKind.OUTWARD
        ]
        by_time = sorted(alone, key=lambda s: s.marks[0].at)
        assert all(b.x >= a.x - 0.01 for a, b in pairwise(by_time) if minute(b.marks[0]) > minute(a.marks[-1]))


@FRAMES
@ROUNDS
@given(score=scores())
def test_every_mark_shown_is_drawn_once_and_outward_ones_never_condense(score: Score, frame: Frame) -> None:
    picture, since = picture_of(score, frame), axis_of(score, frame).shown_since
    drawn = [mark for sign in picture.signs for mark in sign.marks]
    shown = [mark for mark in score.marks if since <= mark.at.timestamp() <= score.end.timestamp()]
    assert sorted(map(id, drawn)) == sorted(map(id, shown))
    for sign in picture.signs:
        outward = [mark for mark in sign.marks if mark.kind is MarkKind.OUTWARD]
        assert not outward or (sign.kind is MarkKind.OUTWARD and sign.marks[0] in outward and len(outward) == 1)


@FRAMES
@ROUNDS
@given(score=scores())
def test_notes_of_a_sitting_keep_two_and_a_half_radii_apart(score: Score, frame: Frame) -> None:
    from dreiklang.web.staff.placing.layout import _sittings
    from dreiklang.web.staff.placing.layout import axis_of as axis

    laid = axis(score, frame)
    ys = {line.level: line.y for line in picture_of(score, frame).lines}
    shown = [m for m in score.marks if laid.shown_since <= m.at.timestamp() <= score.end.timestamp()]
    for sitting in _sittings(score, shown, laid, frame, ys):
        places = [slot.x for slot in sitting.slots]
        assert all(b - a >= 2.5 * frame.radius - 0.01 for a, b in pairwise(places))


@ROUNDS
@given(score=scores())
def test_what_the_levels_held_adds_up_to_the_age(score: Score) -> None:
    assert sum(held_for(score).values()) == pytest.approx(age(score))
    assert sum(turn.seconds for turn in holdings(score)) == pytest.approx(age(score))


@pytest.mark.parametrize("size", ["large", "page", "spark", "spark-narrow"])
@pytest.mark.parametrize("standalone", [False, True])
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(score=scores())
def test_the_svg_is_well_formed_and_lets_a_strict_content_policy_pass(
    score: Score, size: str, standalone: bool
) -> None:
    svg = render_svg(score, size, standalone=standalone)
    root = ElementTree.fromstring(svg)
    elements = list(root.iter())
    assert not any("style" in element.attrib for element in elements)
    assert not any(name.startswith("on") for element in elements for name in element.attrib)
    assert bool(root.findall(f"{SVG}style")) is standalone
    assert not root.findall(f".//{SVG}script")
    assert "nan" not in svg.lower().replace("nant", "")
    ids = [element.attrib["id"] for element in elements if "id" in element.attrib]
    assert len(ids) == len(set(ids))


@ROUNDS
@given(score=scores())
def test_every_mark_of_the_picture_stands_in_the_twin(score: Score) -> None:
    told = [mark for passage in text_twin(score).passages for mark in passage.marks]
    assert [id(m) for m in told] == [
        id(m) for m in sorted((m for m in score.marks if m.at <= score.end), key=lambda m: m.at)
    ]
    figure = ElementTree.fromstring(render_figure(score).replace(" hidden>", ' hidden="">'))
    items = [item.text or "" for item in figure.iter("li")]
    assert items == [mark_name(score, mark) for mark in told]
    names = [link.attrib["aria-label"] for link in figure.iter(f"{SVG}a") if "data-x" in link.attrib]
    assert len(names) == len(picture_of(score, PAGE).signs)


@ROUNDS
@given(score=scores())
def test_broken_promises_are_drawn_and_told(score: Score) -> None:
    shown = axis_of(score, LARGE).shown_since
    broken = [
        p for p in score.promises
        if p.is_broken(score.end) and (p.met_at or score.end).timestamp() >= shown and p.since <= score.end
    ]  # fmt: skip
    brackets = [b for b in picture_of(score, LARGE).brackets if b.state == "broke"]
    assert len(brackets) == len(broken)
    assert all(b.zigzag and b.zigzag[1] - b.zigzag[0] >= 6.99 for b in brackets)
    assert all(lateness(score, p) >= 0 for p in broken)
    assert bool(re.search("broken", text_twin(score).promises, re.IGNORECASE)) is any(
        p.is_broken(score.end) for p in score.promises
    )


@FRAMES
@ROUNDS
@given(score=scores())
def test_words_stand_beside_each_other_on_the_row_of_times(score: Score, frame: Frame) -> None:
    from dreiklang.web.staff.placing.lettering import Place, box_of

    picture = picture_of(score, frame)
    boxes = [
        box_of(word.words, Place(word.x, word.y, word.anchor), frame.font)
        for word in (*picture.ticks, *picture.days, *picture.fold_words)
    ]  # fmt: skip
    for place, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[place + 1 :])
