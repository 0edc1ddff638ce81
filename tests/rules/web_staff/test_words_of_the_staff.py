"""The text twin, the sparkline's name and the trail that lists may keep."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.rules.web_staff import cases
from tests.rules.web_staff.cases import at

from dreiklang.web.staff.figure import render_figure
from dreiklang.web.staff.score import Mark, MarkKind
from dreiklang.web.staff.spark import Trail, spark_svg, trail_name, trail_of
from dreiklang.web.staff.words import text_twin


def test_each_stay_is_one_sentence_with_what_was_done_and_why_it_left() -> None:
    twin = text_twin(replace(cases.printers(), language="en"))
    assert twin.opening == "Ticket 20417, Tue 17 Nov 14:52 to now, 10:06, 6 h 14 min of service time."
    assert [passage.sentence for passage in twin.passages] == [
        (
            "Level 1 (Service Desk), Tue 17 Nov 14:52 to 15:16, 24 min: 2 to the outside, 2 checks,"
            " 1 from the requester; handed over to Level 2 (Arbeitsplatz & Druck)."
        ),
        (
            "Level 2 (Arbeitsplatz & Druck), Tue 17 Nov 15:16 to 17:02, 1 h 46 min: accepted 15:31,"
            " after 15 min; 1 to the outside, 2 internal, 3 checks, 1 from the requester; paused 43 min"
            " (wartet auf Rita Weber);"
            " handed over to Level 3 (Netz)."
        ),
        (
            "Level 3 (Netz), Tue 17 Nov 17:02 to Wed 18 Nov 09:40, 3 h 38 min: accepted Wed 18 Nov 07:12,"
            " after 1 h 10 min; 1 to the outside, 3 internal, 4 checks, 2 automatic, 1 from the requester;"
            " paused 1 h 19 min (Wartungsfenster 09:15 (C-311));"
            " handed back to Level 2 (Arbeitsplatz & Druck)."
        ),
        "Level 2 (Arbeitsplatz & Druck), 09:40 to 10:06, 26 min: accepted 09:48, after 8 min; 1 internal, 1 check.",
    ]
    assert twin.promises == (
        "Promises kept: answer, share of Level 1, update, share of Level 2, update;"
        " promises broken: share of Level 3 (38 min late)."
    )
    assert twin.still_open == "Open: with Level 2, share of Level 2 due 10:37, update due 12:34, solution due 15:35."


def test_a_closed_ticket_leaves_nothing_open() -> None:
    twin = text_twin(replace(cases.closed(), language="en"))
    assert twin.still_open == "Nothing is open."
    assert twin.passages[-1].sentence.endswith("closed.")


def test_the_sparkline_is_named_by_the_way() -> None:
    trail = trail_of(cases.printers())
    assert trail_name(trail, "en") == "Level 1, then 2, then 3, back to 2; share of Level 3 broken; now Level 2"
    assert trail_name(trail_of(cases.closed()), "en").endswith("closed at Level 1")


@pytest.mark.parametrize("name", list(cases.ALL))
def test_a_trail_survives_being_kept_as_json(name: str) -> None:
    trail = trail_of(cases.ALL[name]())
    kept = Trail.of_plain(json.loads(json.dumps(trail.plain())))
    assert kept == trail
    assert spark_svg(kept, "spark-narrow", language="de") == spark_svg(trail, "spark-narrow", language="de")


def test_a_kept_trail_of_an_open_ticket_is_brought_up_to_now() -> None:
    trail = trail_of(cases.printers())
    later = Trail.of_plain(trail.plain(), total=trail.total + 3600)
    assert later.total == trail.total + 3600
    closed = trail_of(cases.closed())
    assert Trail.of_plain(closed.plain(), total=closed.total + 3600) == closed


def test_words_of_people_cannot_become_markup() -> None:
    score = cases.printers()
    evil = '<script>alert(1)</script>"onload="x'
    score = replace(score, requester=evil, marks=(Mark(at(18, "08:00"), MarkKind.INTERNAL, 2, evil, evil, "<b", evil),))
    figure = render_figure(score)
    assert "<script" not in figure
    assert '"onload=' not in figure
    assert "<b" not in figure.replace("<b>", "")


def test_german_is_real_german() -> None:
    figure = render_figure(cases.printers())
    for words in ("Als Text lesen", "38 Min. zu spät", "jetzt 10:06", "Di 17.11.", "Prüfung: Treiber auf druck01"):
        assert words in figure
