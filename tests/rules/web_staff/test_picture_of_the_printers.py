"""The case of the design page, figure by figure; and crowding, folds, nights, vendor, closing, reopening."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.rules.web_staff import cases
from tests.rules.web_staff.cases import AUTO, CHECK, IN, OUT, VOICE, at

from dreiklang.web.staff.drawing import render_svg, style
from dreiklang.web.staff.holding import age, held_for
from dreiklang.web.staff.placing.axis import FoldKind, axis_of
from dreiklang.web.staff.placing.frame import LARGE, PAGE
from dreiklang.web.staff.placing.layout import picture_of
from dreiklang.web.staff.score import Closure, Mark, Promise, PromiseKind, Score, Stay, Stroke

near = pytest.approx


def signs(score: Score, *kinds: object, level: int | None = None) -> list[float]:
    """Places of the signs of some kinds, rounded as the design page gives them."""
    picture = picture_of(score)
    return [round(s.x, 1) for s in picture.signs if s.kind in kinds and level in (None, s.level)]


def test_notes_stand_where_the_design_page_has_them() -> None:
    score = cases.printers()
    assert signs(score, OUT, CHECK, IN, level=1) == near([194, 208.8, 223.5, 238.3, 855.3], abs=0.2)
    assert signs(score, OUT, CHECK, IN, level=2) == near(
        [279.9, 299.8, 324, 348.2, 370.3, 471.6, 1018.3, 1040.4], abs=0.1
    )
    assert signs(score, OUT, CHECK, IN, level=3) == near([674.6, 701.1, 727.5, 754, 952.2, 972.1, 991.9], abs=0.1)
    assert signs(score, VOICE) == near([194, 465, 837.7], abs=0.1)
    assert signs(score, AUTO) == near([564.1, 917], abs=0.1)


def test_time_is_laid_out_with_the_night_folded() -> None:
    picture = picture_of(replace(cases.printers(), language="en"))
    (fold,) = picture.folds
    assert (fold.x0, fold.x1, fold.kind) == (near(608.2, abs=0.1), near(648.2, abs=0.1), FoldKind.NIGHT)
    assert picture.x_end == near(1058)
    assert [word.words for word in picture.days] == ["Tue 17 Nov", "Wed 18 Nov"]
    assert [word.words for word in picture.ticks] == ["16:00", "17:00", "8:00", "9:00"]
    assert picture.bars == (LARGE.line_x, near(648.2, abs=0.1))
    assert [line.y for line in picture.lines] == [264, 206, 148]


def test_held_for_runs_from_handover_to_handover() -> None:
    score = cases.printers()
    assert held_for(score) == {1: 24 * 60, 2: 132 * 60, 3: 218 * 60}
    assert age(score) == 374 * 60


def test_brackets_say_what_was_met_what_runs_and_what_broke() -> None:
    score = replace(cases.printers(), language="en")
    by_state: dict[str, list[float]] = {}
    for bracket in picture_of(score).brackets:
        by_state.setdefault(bracket.state, []).append(bracket.y)
    assert sorted(by_state["met"]) == [60, 60, 60, 90, 90]
    assert sorted(by_state["run"]) == [30, 60, 90]
    (broken,) = [b for b in picture_of(score).brackets if b.state == "broke"]
    assert broken.zigzag == (near(917, abs=0.1), near(1000.7, abs=0.1))
    assert broken.late is not None
    assert broken.late.words == "38 min late"
    (soon,) = [b for b in picture_of(score).brackets if b.is_soon]
    assert soon.due_word is not None
    assert (soon.due_word.words, soon.due) == ("in 31 min", near(1097.6, abs=0.1))
    (whole,) = [b for b in picture_of(score).brackets if b.y == 30]
    assert whole.dotted == ((near(370.3, abs=0.1), near(465, abs=0.1)),)
    assert whole.word is not None
    assert whole.word.words == "11 h of service time, 43 min paused"


def test_a_stroke_rises_from_handing_to_acceptance_and_says_a_long_wait() -> None:
    up, lying, back = picture_of(replace(cases.printers(), language="en")).moves
    assert up.foot == (near(247.9, abs=0.1), near(262.3, abs=0.1))
    assert up.head[0] == (near(275.5, abs=0.1), near(213.7, abs=0.1))
    assert (up.level, lying.level, back.level, back.is_back) == (2, 3, 2, True)
    assert lying.word is not None
    assert lying.word.words == "Handover, 1 h 10 min not accepted"


def test_a_handover_nobody_accepted_has_no_head_and_ends_now() -> None:
    score = cases.printers()
    waiting = replace(
        score, strokes=(score.strokes[0], replace(score.strokes[1], accepted_at=None)), now=at(17, "17:50")
    )
    move = picture_of(waiting).moves[-1]
    assert move.head == ()
    assert move.end[0] == near(picture_of(waiting).x_end)


def test_many_marks_become_capsules_and_outward_ones_stay() -> None:
    score = cases.crowded(80)
    picture = picture_of(score)
    capsules = [sign for sign in picture.signs if sign.half]
    assert capsules
    assert all(len(sign.marks) == sign.number >= 2 for sign in capsules)
    outward = [sign for sign in picture.signs if sign.kind is OUT]
    assert len(outward) == sum(mark.kind is OUT for mark in score.marks)
    assert sum(len(sign.marks) for sign in picture.signs) == 80


def test_fewer_than_six_are_pushed_apart_rather_than_condensed() -> None:
    score = cases.printers()
    five = tuple(Mark(at(18, "09:50") + timedelta(minutes=n), IN, 2, f"{n}", "Berta Krüger", "BK") for n in range(5))
    picture = picture_of(replace(score, marks=five))
    xs = [sign.x for sign in picture.signs]
    assert not any(sign.half for sign in picture.signs)
    assert all(b - a >= 2.5 * LARGE.radius - 0.01 for a, b in itertools.pairwise(xs))
    assert xs[-1] <= picture.x_end + 0.01


def test_one_minute_makes_a_chord_of_three_with_the_outward_mark_lowest() -> None:
    score = cases.printers()
    kinds = (IN, CHECK, OUT, IN, IN)
    chord = tuple(Mark(at(18, "08:00"), kind, 3, f"{n}", "Carl Thomsen", "CT") for n, kind in enumerate(kinds))
    found = picture_of(replace(score, marks=chord)).signs
    assert len({round(sign.x, 3) for sign in found}) == 1
    lowest = max(found, key=lambda sign: sign.y)
    assert lowest.kind is OUT
    assert len(found) == 3
    assert sum(sign.number for sign in found) == 2


def test_a_long_silence_folds_and_says_how_long() -> None:
    picture = picture_of(cases.reopened())
    (silent,) = [fold for fold in picture.folds if fold.kind is FoldKind.SILENT]
    assert silent.x1 - silent.x0 == near(56)


def test_over_ten_working_days_the_first_ones_are_one_fold_until_opened() -> None:
    score = cases.long_case()
    picture = picture_of(score)
    (earlier,) = [fold for fold in picture.folds if fold.kind is FoldKind.EARLIER]
    assert earlier.hidden == sum(mark.at < at(9, "07:00") for mark in score.marks)
    assert len(picture.bars) == 1 + 10
    whole = picture_of(score, with_earlier=True)
    assert not any(fold.kind is FoldKind.EARLIER for fold in whole.folds)
    assert whole.width > LARGE.width
    assert sum(len(sign.marks) for sign in whole.signs) == sum(mark.at <= score.now for mark in score.marks)
    assert 'href="?earlier"' in render_svg(score, "page", earlier_link="?earlier")


def test_work_at_night_unfolds_the_hours_of_it() -> None:
    axis = axis_of(cases.at_night(), LARGE)
    shown = [segment for segment in axis.segments if segment.fold is None]
    assert shown[0].since == at(16, "23:40").timestamp()
    assert shown[0].until == at(17, "02:00").timestamp()
    assert held_for(cases.at_night())[3] == 0


def test_the_vendors_line_is_there_only_if_a_vendor_was_asked() -> None:
    untouched = replace(cases.printers(), lines=cases.VENDOR)
    assert [line.level for line in picture_of(untouched).lines] == [1, 2, 3]
    asked = picture_of(cases.with_vendor())
    assert [line.y for line in asked.lines] == [264, 221, 178, 135]
    assert "s-vendor" in render_svg(cases.with_vendor())


def test_a_closed_ticket_ends_in_a_bar_and_has_no_future() -> None:
    svg = render_svg(cases.closed())
    assert "s-last-thick" in svg
    assert 's-future"' not in svg
    assert 's-pill"' not in svg
    assert picture_of(cases.closed()).x_end > 1150


def test_a_reopened_ticket_shows_the_repeat_sign_and_goes_on() -> None:
    svg = render_svg(cases.reopened())
    assert svg.count('s-dot"') == 2
    assert 's-pill"' in svg
    assert held_for(cases.reopened())[1] == (24 + 29 + 35) * 60


def test_a_vendor_reopened_at_the_first_level_is_told_without_an_empty_stay() -> None:
    score = cases.printers()
    score = replace(
        score, closures=(Closure(at(18, "09:50"), at(18, "09:55")),),
        stays=(*score.stays[:3], Stay(2, at(18, "09:48"), at(18, "09:50")), Stay(1, at(18, "09:58"))),
        strokes=(*score.strokes, Stroke(2, 1, at(18, "09:55"), at(18, "09:58"), is_back=True)),
    )  # fmt: skip
    assert held_for(score)[1] == (24 + 11) * 60
    assert sum(held_for(score).values()) == age(score)


def test_houses_with_fewer_levels_get_a_lower_picture() -> None:
    picture = picture_of(cases.only_first_level())
    assert len(picture.lines) == 1
    assert picture.height == LARGE.height - 2 * LARGE.gap
    assert render_svg(cases.only_first_level(), "spark")


@pytest.mark.parametrize("name", list(cases.ALL))
@pytest.mark.parametrize("size", ["large", "page", "spark", "spark-narrow"])
def test_every_case_can_be_drawn_in_every_size(name: str, size: str) -> None:
    assert render_svg(cases.ALL[name](), size).startswith("<svg")
    assert render_svg(cases.ALL[name](), size, standalone=True).startswith("<svg")


def test_the_page_size_keeps_solution_and_shares_and_drops_beams() -> None:
    picture = picture_of(cases.printers(), PAGE)
    assert {bracket.y for bracket in picture.brackets} == {16, 37}
    assert picture.stems == ()
    assert picture.key_y is None


def test_a_promise_due_on_another_day_names_the_day() -> None:
    score = replace(
        cases.one_mark(), promises=(Promise(PromiseKind.SOLUTION, at(18, "09:40"), at(20, "11:00")),), language="en"
    )
    (bracket,) = picture_of(score).brackets
    assert bracket.due_word is not None
    assert bracket.due_word.words == "Fri 11:00"


def test_marks_are_a_list_with_one_tab_stop_and_full_names() -> None:
    svg = render_svg(replace(cases.printers(), language="en"))
    assert svg.count('tabindex="0"') == 1
    assert svg.count('role="listitem"') == len(picture_of(cases.printers(), PAGE).signs)
    assert 'aria-label="Tue 17 Nov 15:40, Level 2, Berta Krüger, check: Treiber auf druck01: aktuell"' in svg
    assert 'aria-label="09:58, Level 2, Berta Krüger, check: Testetikett 4A, 4B, 4C lesbar"' in svg


def test_the_rules_put_into_a_picture_are_light_values_without_variables() -> None:
    assert "var(" not in style()
    assert "light-dark" not in style()
    assert ".nt-in{fill: #ffffff;}" in style()
    assert "#0b7866" in style()
